import {
  BODY_MAX,
  FC_ACK,
  FC_CONFIRM,
  FC_DATA,
  FC_RESPONSE,
  FC_TRIGGER,
  FRAME_MAX,
  FRAME_MIN,
  hasProfile,
  micSize,
  nonceSize,
  OVERHEAD,
  TDC_COMMAND,
  TDC_ENCRYPTED,
  TDC_GENERATION,
  TDC_LENGTH,
  TDC_MODIFIER,
  TDC_PROFILE,
  TDC_RESERVED,
} from "../../../assembly/frame/fields";
import { M, N } from "../air";

describe("TDC", () => {
  it("is sixteen bits, each of one field", () => {
    expect(TDC_LENGTH).toBe(0x003f);
    expect(TDC_ENCRYPTED).toBe(0x0040);
    expect(TDC_MODIFIER).toBe(0x0080);
    expect(TDC_GENERATION).toBe(0x0300);
    expect(TDC_PROFILE).toBe(0x1c00);
    expect(TDC_COMMAND).toBe(0x2000);
    expect(TDC_RESERVED).toBe(0xc000);
  });
});

describe("profiles", () => {
  it("are 1, 2 and 3, with N 16, 32, 32 and M 8, 8, 16, whatever the other bits of TDC", () => {
    let wrong = 0;
    for (let tdc = 0; tdc <= 0xffff; ++tdc) {
      const profile = (tdc >> 10) & 7;
      const isOne = profile >= 1 && profile <= 3;
      if (hasProfile(tdc) != isOne) ++wrong;
      if (isOne && (nonceSize(tdc) != N[profile] || micSize(tdc) != M[profile])) ++wrong;
    }
    expect(wrong).toBe(0);
  });
});

describe("FC", () => {
  it("has Type in bits 0 to 3, and Protected where there is a MIC", () => {
    expect(FC_TRIGGER).toBe(0x08);
    expect(FC_RESPONSE).toBe(0x19);
    expect(FC_CONFIRM).toBe(0x1a);
    expect(FC_DATA).toBe(0x1b);
    expect(FC_ACK).toBe(0x0c);
  });
});

describe("MAC frame", () => {
  it("is 8 to 71 octets around a body of 1 to 64", () => {
    expect(FRAME_MIN).toBe(OVERHEAD + 1);
    expect(FRAME_MAX).toBe(OVERHEAD + BODY_MAX);
    expect(FRAME_MAX).toBe(71);
  });
});
