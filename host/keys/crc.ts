/*
 * The two check sequences of the NVM record (PROTOCOL.md section 7), bit by bit: a record is written once in a
 * device's life, so the plain loop is fast enough and can be read against the standards.
 */

/** x^16 + x^12 + x^5 + 1, reflected (IEEE 802.11ba; as CRC-16/X-25). */
const CRC_16_POLYNOMIAL = 0x8408;

/** IEEE 802.3-2018 3.2.9, reflected. */
const CRC_32_POLYNOMIAL = 0xedb88320;

/** CRC-16/X-25 of the octets: "123456789" gives 0x906E. */
export function crc16(octets: Uint8Array): number {
  return reflectedCrc(octets, CRC_16_POLYNOMIAL, 0xffff);
}

/** CRC-32 of IEEE 802.3 of the octets: "123456789" gives 0xCBF43926. */
export function crc32(octets: Uint8Array): number {
  return reflectedCrc(octets, CRC_32_POLYNOMIAL, 0xffffffff);
}

/** Both preset to ones, least significant bit of each octet first, complemented at the end. */
function reflectedCrc(octets: Uint8Array, polynomial: number, ones: number): number {
  let remainder = ones;
  for (const octet of octets) {
    remainder ^= octet;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (polynomial & -(remainder & 1));
  }
  return (remainder ^ ones) >>> 0;
}
