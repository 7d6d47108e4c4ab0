import {
  Binding,
  dlData,
  dlLength,
  modifier,
  modifierLength,
  sessionMic,
  sessionNonce,
} from "../../../assembly/frame/binding";
import { TRIGGER } from "../../../assembly/layout";
import { DATA, M, N, powerUp, trigger } from "../air";
import { expectOctets } from "../check";
import { MODIFIER } from "../world";

/** M1 of every profile and length of DL data: what the session binds its frames to. */
function sweep(direct: bool): void {
  powerUp(direct);
  for (let profile = 1; profile <= 3; ++profile) {
    const room = 64 - 12 - N[profile] - (direct ? 0 : 8);
    for (let length = 0; length <= room; ++length) {
      const what = `profile ${profile}, DL data ${length}`;
      expect(trigger(profile, length)).toBeGreaterThan(0, what);
      expect(Binding.length).toBe(5 + 64 - room + length, what);
      expect(sessionNonce()).toBe(N[profile], what);
      expect(sessionMic()).toBe(M[profile], what);
      expect(modifierLength() == 0).toBe(direct, what);
      if (!direct) expectOctets(modifier(), MODIFIER, 8, what);
      expect(dlLength()).toBe(length, what);
      expect(dlData() + length).toBe(TRIGGER + Binding.length, what);
      expectOctets(dlData(), DATA, length, what);
    }
  }
}

describe("Binding", () => {
  it("finds the fields of an M1 with a Modifier", () => {
    sweep(false);
  });

  it("finds the fields of an M1 in direct mode", () => {
    sweep(true);
  });
});
