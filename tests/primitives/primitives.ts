/**
 * What every implementation of the profile's primitives is asked, whoever wrote it: octets in, octets out, no state.
 * Arguments are never changed.
 */
export interface Primitives {
  /** For test titles. */
  readonly name: string;
  readonly reach: Reach;

  /** SHA-256 (FIPS 180-4) of any number of octets: 32 octets. */
  sha256(message: Uint8Array): Uint8Array;

  /** HMAC-SHA-256 (RFC 2104), key and text of any length: 32 octets. */
  hmac(key: Uint8Array, text: Uint8Array): Uint8Array;

  /** KDF-SHA-256-256 (IEEE 802.11-2020 12.7.1.6.2): 32 octets from a key of 32. */
  kdf256(key: Uint8Array, label: string, context: Uint8Array): Uint8Array;

  /** AES-128 forward (FIPS 197): one block of 16 octets under a key of 16. */
  aes128(key: Uint8Array, block: Uint8Array): Uint8Array;

  /** AES-128-CMAC (SP 800-38B), not truncated: 16 octets. */
  cmac(key: Uint8Array, message: Uint8Array): Uint8Array;

  /** AES-128-CCM (SP 800-38C) with 15 - nonce.length octets of length: ciphertext ‖ MIC. */
  ccmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, payload: Uint8Array, micLength: number): Uint8Array;

  /** Its inverse: the payload, or null when the MIC does not fit. */
  ccmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    micLength: number,
  ): Uint8Array | null;

  /** The FCS of PROTOCOL.md 2, CRC-16/X-25. */
  crc16(octets: Uint8Array): number;

  /** CRC-32 of IEEE 802.3, of whole words; one that comes out as 0 may be told as 1, as check fields have it. */
  crc32(octets: Uint8Array): number;
}

/** What an implementation takes, lengths in octets; vectors outside are not for it, and each suite counts the others. */
export interface Reach {
  kdf(labelAndContext: number): boolean;
  cmac(message: number): boolean;
  ccm(nonce: number, aad: number, payload: number): boolean;
}
