import { SMALL } from "../../assembly/build";
import { wantsSmall } from "./oracle";

describe("SMALL", () => {
  it("is the build that this run of the suites is of", () => {
    expect(SMALL).toBe(wantsSmall());
  });
});
