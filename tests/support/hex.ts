/** The octets that hexadecimal digits write; white space between octets is for the eye. Throws on anything else. */
export function hex(digits: string): Uint8Array {
  const packed = digits.replace(/\s+/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(packed)) throw new Error(`not hexadecimal: ${digits}`);
  return new Uint8Array(Buffer.from(packed, "hex"));
}

/** The inverse of hex(): lower case, no spaces. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("hex");
}

/** One array of all the parts. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
