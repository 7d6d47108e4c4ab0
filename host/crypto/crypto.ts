/**
 * What an AMP AP and a key service need of cryptography: the one interface that every backend implements.
 *
 * Synchronous, octets in and octets out. A mistake of the caller (a key of the wrong length, a MIC length that CCM does
 * not have) is a RangeError that begins with the parameter's name; what an attacker can cause is never an exception.
 * No implementation keeps, changes or wipes its arguments: they belong to the caller.
 */
export interface Crypto {
  /** SHA-256 (FIPS 180-4) of any number of octets: 32 octets. */
  sha256(message: Uint8Array): Uint8Array;

  /** HMAC-SHA-256 (RFC 2104): 32 octets; a key of any length. */
  hmac(key: Uint8Array, message: Uint8Array): Uint8Array;

  /** KDF-SHA-256-256 (IEEE 802.11-2020 12.7.1.6.2): 32 octets; label is ASCII and goes in without a terminator. */
  kdf256(key: Uint8Array, label: string, context: Uint8Array): Uint8Array;

  /** AES-128-CMAC (SP 800-38B), not truncated: 16 octets from a key of 16. */
  cmac(key: Uint8Array, message: Uint8Array): Uint8Array;

  /**
   * AES-128-CCM (SP 800-38C) with L = 2: returns ciphertext ‖ MIC, plaintext.length + micLength octets.
   * key 16, nonce 13, aad 0..2^31 - 1, plaintext 0..65,535 octets; micLength 4, 6, ... 16.
   */
  ccmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, micLength: number): Uint8Array;

  /** The inverse: the plaintext of `sealed` = ciphertext ‖ MIC, or null when the MIC does not fit (or does not fit in). */
  ccmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    micLength: number,
  ): Uint8Array | null;

  /** That many octets of the platform's CSPRNG. */
  randomBytes(length: number): Uint8Array;

  /** Are a and b the same octets? Its time depends on the lengths only. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
