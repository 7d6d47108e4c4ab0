/*
 * A Crypto that remembers: the worlds of one job do the same sums over and over, as every one of them begins alike. All
 * that is remembered are results of pure functions; randomness is the backend's.
 */
import type { Crypto } from "../crypto/crypto.ts";

/** Results kept before all are forgotten. */
const KEPT_MAX = 50_000;

export function memoised(crypto: Crypto): Crypto {
  const known = new Map<string, Uint8Array | null>();

  const remembered = <Result extends Uint8Array | null>(key: string, make: () => Result): Result => {
    let result = known.get(key) as Result | undefined;
    if (result === undefined) {
      if (known.size >= KEPT_MAX) known.clear();
      result = make();
      known.set(key, result);
    }
    // The caller may wipe what it gets.
    return (result === null ? null : result.slice()) as Result;
  };

  return {
    ...crypto,
    kdf256: (key, label, context) =>
      remembered(`k${label}|${text(key)}|${text(context)}`, () => crypto.kdf256(key, label, context)),
    cmac: (key, message) => remembered(`c${text(key)}|${text(message)}`, () => crypto.cmac(key, message)),
    ccmSeal: (key, nonce, aad, plaintext, micLength) =>
      remembered(`s${micLength}|${text(key)}|${text(nonce)}|${aad.length}|${text(aad)}|${text(plaintext)}`, () =>
        crypto.ccmSeal(key, nonce, aad, plaintext, micLength),
      ),
    ccmOpen: (key, nonce, aad, sealed, micLength) =>
      remembered(`o${micLength}|${text(key)}|${text(nonce)}|${aad.length}|${text(aad)}|${text(sealed)}`, () =>
        crypto.ccmOpen(key, nonce, aad, sealed, micLength),
      ),
  };
}

/** Octets as a string of as many characters. */
function text(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");
}
