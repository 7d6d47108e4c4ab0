import { SMALL } from "../../assembly/build";
import { compress } from "../../assembly/crypto/sha256";
import { DIGEST } from "../../assembly/layout";
describe("x", () => {
  it("small " + SMALL.toString(), () => { compress(DIGEST, DIGEST, DIGEST); expect(SMALL).toBe(false, "is " + SMALL.toString()); });
});
