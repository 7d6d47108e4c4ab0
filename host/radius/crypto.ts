/** What RADIUS needs of cryptography: MD5, for as long as RFC 2865 and RFC 3579 ask for it, and nothing else does. */

export interface RadiusCrypto {
  /** MD5 (RFC 1321): 16 octets. */
  md5(message: Uint8Array): Uint8Array;

  /** HMAC-MD5 (RFC 2104): 16 octets; a key of any length. */
  hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array;

  /** That many octets of the platform's CSPRNG. */
  randomBytes(length: number): Uint8Array;

  /** Are a and b the same octets? Its time depends on the lengths only. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
