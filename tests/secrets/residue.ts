/** All that passes through a station and must not stay: computed anew from a session's keys, by the twin. */
import { cipher, keyExpansion } from "../twin/aes128.ts";
import { bigEndian, concat } from "../twin/bytes.ts";
import { hmacSha256, midstates } from "../twin/hmac.ts";
import { kdfMessage } from "../twin/kdf.ts";
import { nonceOf } from "../twin/session.ts";
import { chainingWords, sha256From } from "../twin/sha256.ts";
import { SPA } from "../vectors/world.ts";
import type { Keys } from "./peer.ts";
import { Windows } from "./windows.ts";

/** PNs that a talk comes to in a session, and counter blocks of its longest payload. */
const PNS = 4;
const COUNTERS = 5;

/** A root or PMK: itself, both midstates, and its key blocks. */
function forbidKey(windows: Windows, name: string, key: Uint8Array): void {
  const { inner, outer } = midstates(key);
  windows.forbid(name, key);
  windows.forbid(`${name}, inner`, inner);
  windows.forbid(`${name}, outer`, outer);
  for (const pad of [0x36, 0x5c]) {
    windows.forbid(
      `${name} XOR pad`,
      key.map((octet) => octet ^ pad),
    );
  }
}

/** A KDF-256: its input as far as the label goes, what its inner hash gives, and what it gives if that is not kept. */
function forbidKdf(windows: Windows, key: Uint8Array, label: string, context: Uint8Array, isKept = false): void {
  const message = kdfMessage(label, context);
  const states = midstates(key);
  windows.forbid(`input of "${label}"`, message.slice(0, 2 + label.length));
  windows.forbid(`inner digest of "${label}"`, sha256From(chainingWords(states.inner), 64, message));
  if (!isKept) windows.forbid(`output of "${label}"`, hmacSha256(states, message));
}

/** The eight bit planes of a round key in both lanes, as assembly/crypto/aes.ts draws them. */
function planes(roundKey: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => {
    const [plane, row] = [at >> 2, at & 3];
    const nibble = [0, 1, 2, 3].reduce((bits, c) => bits | (((roundKey[row + 4 * c] >> plane) & 1) << c), 0);
    return nibble * 17;
  });
}

/** An AES key at work: its schedule, in octets and in planes, and the CMAC subkeys. Round key 0 is the key itself. */
function forbidSchedule(windows: Windows, name: string, key: Uint8Array): void {
  const roundKeys = keyExpansion(key);
  for (const [round, roundKey] of roundKeys.entries()) {
    if (round > 0) windows.forbid(`round key ${round} of ${name}`, roundKey);
    windows.forbid(`round key ${round} of ${name} in planes`, planes(roundKey));
  }
  let subkey = cipher(roundKeys, new Uint8Array(16));
  for (const step of ["L", "K1", "K2"]) {
    windows.forbid(`${step} of ${name}`, subkey);
    const carry = subkey[0] >> 7;
    subkey = subkey.map((octet, i) => ((octet << 1) | ((subkey[i + 1] ?? 0) >> 7)) ^ (i === 15 ? 0x87 * carry : 0));
  }
}

/** S_i = E(TK, 1 ‖ nonce ‖ i) of the frames of both directions. */
function forbidKeystream(windows: Windows, { session }: Keys): void {
  const roundKeys = keyExpansion(session.tk);
  for (const a2 of [session.aa, SPA]) {
    for (let pn = 1; pn <= PNS; pn++) {
      for (let i = 0; i < COUNTERS; i++) {
        const block = concat(1, nonceOf(a2, pn), bigEndian(i, 2));
        windows.forbid(`keystream ${i} of PN ${pn}`, cipher(roundKeys, block));
      }
    }
  }
}

/** What one session works with and must not leave behind in any state, KCK and TK themselves left out. */
export function residueOf(keys: Keys, modifier: Uint8Array | null): Windows {
  const windows = new Windows();
  const { root, pmk, context, session } = keys;
  forbidKey(windows, "root", root);
  if (modifier !== null) {
    forbidKey(windows, "PMK", pmk);
    forbidKdf(windows, root, "AMP PMK", concat(modifier, session.aa, SPA));
  }
  forbidKdf(windows, pmk, "AMP PTK", context, true);
  forbidSchedule(windows, "TK", session.tk);
  forbidSchedule(windows, "KCK", session.kck);
  forbidKeystream(windows, keys);
  return windows;
}

/** The keys of a session that is over. */
export function keysOfPast({ session }: Keys): Windows {
  const windows = new Windows();
  windows.forbid("KCK of a past session", session.kck);
  windows.forbid("TK of a past session", session.tk);
  return windows;
}

/** What an UPDATE works with, once it is over. */
export function residueOfUpdate(root: Uint8Array, next: Uint8Array, update: Uint8Array): Windows {
  const windows = new Windows();
  const generation = update[1];
  const modifierAndMore = concat(update.slice(2, 18), generation, SPA);
  windows.forbid("UPDATE", update);
  forbidKdf(windows, root, "AMP root auth", modifierAndMore);
  forbidKdf(windows, root, "AMP root update", modifierAndMore);
  forbidKdf(windows, next, "AMP root proof", concat(generation, SPA));
  forbidKey(windows, "the next root", next);
  return windows;
}
