import { dlData, dlLength } from "../../../assembly/frame/binding";
import { FC_CONFIRM, FC_DATA, FC_RESPONSE, PN, TDC } from "../../../assembly/frame/fields";
import { protect } from "../../../assembly/frame/protect";
import { KCK, LANES, READING, RX, SCRATCH, SPA, TK, TRIGGER, TX } from "../../../assembly/layout";
import { M, powerUp, trigger } from "../air";
import { expectOctets, fill, hex } from "../check";
import * as oracle from "../oracle";
import { AA } from "../world";

const NONCE: usize = memory.data(16);
const AAD: usize = memory.data(64);
const TEXT: usize = memory.data(160);
const PAYLOAD: usize = memory.data(64);
const SEALED: usize = memory.data(80);

/** nonce = flags(0) ‖ A2 ‖ BE48(PN) at NONCE. */
function setNonce(a2: usize, pn: i32): void {
  memory.fill(NONCE, 0, 13);
  memory.copy(NONCE + 1, a2, 6);
  store<u16>(NONCE + 11, bswap<u16>(pn as u16));
}

/** AAD = FC ‖ TDC, and but for Data FC ‖ TDC ‖ TriggerInfo ‖ DL data of M1, at AAD. Answers its length. */
function setAad(fc: i32, tdc: i32): i32 {
  store<u8>(AAD, fc);
  store<u16>(AAD + 1, tdc);
  if (fc == FC_DATA) return 3;
  store<u8>(AAD + 3, load<u8>(TRIGGER));
  memory.copy(AAD + 4, TRIGGER + 3, 8);
  memory.copy(AAD + 12, dlData(), dlLength());
  return 12 + dlLength();
}

/** SEALED := payload ‖ MIC as PROTOCOL.md 3 has them, out of other people's CCM and CMAC. */
function seal(fc: i32, tdc: i32, a2: usize, pn: i32, length: i32, micLength: i32): void {
  setNonce(a2, pn);
  const aadLength = setAad(fc, tdc);
  if (tdc & 0x40) {
    oracle.ccmSeal(TK, NONCE, AAD, aadLength, PAYLOAD, length, micLength, SEALED);
    return;
  }
  memory.copy(TEXT, NONCE, 13);
  store<u16>(TEXT + 13, aadLength);
  memory.copy(TEXT + 15, AAD, aadLength);
  memory.copy(TEXT + 15 + aadLength, PAYLOAD, length);
  memory.copy(SEALED, PAYLOAD, length);
  oracle.cmac(KCK, TEXT, 15 + aadLength + length, SEALED + length);
}

/** The session's profile, and of `encrypt` the bit, in a TDC whose other bits are any. */
function tdcOf(profile: i32, encrypt: i32, length: i32): i32 {
  return (length & 63) | (encrypt << 6) | (profile << 10);
}

/** All frames of one FC: every profile, mode and length of payload, and some of DL data. */
function sweep(fc: i32, at: usize, a2: usize): void {
  for (let profile = 1; profile <= 3; ++profile) {
    const room = 64 - M[profile] - (fc == FC_RESPONSE ? (profile == 1 ? 16 : 32) : 2);
    for (let dl = 0; dl <= (profile == 1 ? 28 : 12); dl += 4) {
      expect(trigger(profile, dl)).toBeGreaterThan(0);
      for (let encrypt = 0; encrypt < 2; ++encrypt) {
        for (let length = 0; length <= room; ++length) {
          const what = `FC ${fc}, profile ${profile}, encrypt ${encrypt}, DL data ${dl}, payload ${length}`;
          const pn = fc == FC_DATA ? 0xff00 + length : 1;
          const tdc = tdcOf(profile, encrypt, length);
          fill(PAYLOAD, length, length);
          seal(fc, tdc, a2, pn, length, M[profile]);
          fill(SCRATCH, 544, length);
          store<u8>(at, fc);
          store<u16>(at, tdc, TDC);
          if (fc != FC_RESPONSE) store<u16>(at, bswap<u16>(pn as u16), PN);
          // What is opened lies in its frame, what is sealed anywhere.
          const source = at == RX ? RX + 7 : READING;
          memory.copy(source, at == RX ? SEALED : PAYLOAD, length);
          const text = protect(at, source, length);
          expectOctets(text, at == RX ? PAYLOAD : SEALED, length, what);
          expectOctets(LANES, SEALED + length, M[profile], `${what}, MIC`);
        }
      }
    }
  }
}

describe("protect", () => {
  it("seals M2: nonce of SPA and 1, AAD with M1's", () => {
    powerUp();
    sweep(FC_RESPONSE, TX, SPA);
  });

  it("seals Data: nonce of SPA and PN, AAD of its own", () => {
    powerUp();
    sweep(FC_DATA, TX, SPA);
  });

  it("opens M3: nonce of AA and PN, AAD with M1's", () => {
    powerUp();
    sweep(FC_CONFIRM, RX, AA);
  });

  it("opens Data: nonce of AA and PN, AAD of its own", () => {
    powerUp();
    sweep(FC_DATA, RX, AA);
  });

  it("leaves keys, M1 and the frame as they were", () => {
    powerUp();
    expect(trigger(1, 5)).toBeGreaterThan(0);
    for (let encrypt = 0; encrypt < 2; ++encrypt) {
      store<u8>(TX, FC_DATA);
      store<u16>(TX, tdcOf(1, encrypt, 0), TDC);
      store<u16>(TX, 0x0200, PN);
      fill(READING, 54, 1);
      const before = hex(SPA, (TX + 72 - SPA) as i32);
      protect(TX, READING, 54);
      expect(hex(SPA, (TX + 72 - SPA) as i32)).toBe(before, `encrypt ${encrypt}`);
    }
  });
});
