/** The preconditions of the Crypto interface, in one place so that every backend refuses the same calls alike. */

const AES_128_KEY_LENGTH = 16;

/** AMP's CCM shape, PROTOCOL.md section 3: L = 2 octets of length leave 15 - L = 13 for the nonce (SP 800-38C A.1). */
const CCM_NONCE_LENGTH = 13;
const CCM_PLAINTEXT_MAX = 0xffff;

/** What node:crypto takes; SP 800-38C A.2.2 would go to 2^64 - 1. */
const CCM_AAD_MAX = 2 ** 31 - 1;

/** SP 800-38C A.1: the MIC lengths CCM has. */
const CCM_MIC_LENGTHS: readonly number[] = [4, 6, 8, 10, 12, 14, 16];

/** Throws RangeError unless key holds the 16 octets of an AES-128 key. */
export function checkAesKey(key: Uint8Array): void {
  checkLength("key", key, AES_128_KEY_LENGTH, AES_128_KEY_LENGTH);
}

/** Throws RangeError unless ccmSeal takes these parameters. */
export function checkCcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  micLength: number,
): void {
  checkCcm(key, nonce, aad, micLength);
  checkLength("plaintext", plaintext, 0, CCM_PLAINTEXT_MAX);
}

/** Throws RangeError unless ccmOpen takes these parameters; too few octets for a MIC are no caller's mistake. */
export function checkCcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
  micLength: number,
): void {
  checkCcm(key, nonce, aad, micLength);
  checkLength("sealed", sealed, 0, CCM_PLAINTEXT_MAX + micLength);
}

/** Throws RangeError unless length is a whole number of octets. */
export function checkCount(name: string, length: number): void {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(`${name}: ${length} is not a number of octets`);
  }
}

function checkCcm(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, micLength: number): void {
  checkAesKey(key);
  checkLength("nonce", nonce, CCM_NONCE_LENGTH, CCM_NONCE_LENGTH);
  checkLength("aad", aad, 0, CCM_AAD_MAX);
  if (!CCM_MIC_LENGTHS.includes(micLength)) {
    throw new RangeError(`micLength: CCM has no MIC of ${micLength} octets, only ${CCM_MIC_LENGTHS.join(", ")}`);
  }
}

function checkLength(name: string, octets: Uint8Array, min: number, max: number): void {
  if (octets.length < min || octets.length > max) {
    const wanted = min === max ? `${min}` : `${min} to ${max}`;
    throw new RangeError(`${name}: ${octets.length} octets, where ${wanted} are expected`);
  }
}
