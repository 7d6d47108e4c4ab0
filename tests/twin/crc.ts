/** The three check sequences of the profile, one bit at a time, for octets sent least significant bit first. */

/**
 * The register after the octets: preset ones, `polynomial` bit-reversed (the first bit sent stands for the highest
 * power), then complemented.
 */
function reflectedCrc(octets: Uint8Array, polynomial: number, width_bits: number): number {
  const ones = 2 ** width_bits - 1;
  let register = ones;
  for (const octet of octets) {
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (register ^ (octet >> bit)) & 1;
      register = (register >>> 1) ^ (feedback ? polynomial : 0);
    }
  }
  return (register ^ ones) >>> 0;
}

/** FCS: x^16 + x^12 + x^5 + 1 (reversed 0x8408), the CRC-16 of IEEE Std 802.11ba-2021 = CRC-16/X-25. PROTOCOL 2. */
export function crc16(octets: Uint8Array): number {
  return reflectedCrc(octets, 0x8408, 16);
}

/** CRC-8 of an Ack: the low octet of the CRC-16 of FC ‖ ID. PROTOCOL 2. */
export function crc8OfAck(fcAndId: Uint8Array): number {
  return crc16(fcAndId) & 0xff;
}

/** CRC-32 of IEEE Std 802.3-2022 3.2.9 (0x04C11DB7, reversed 0xEDB88320): check field of a slot and of the cache. */
export function crc32(octets: Uint8Array): number {
  return reflectedCrc(octets, 0xedb88320, 32);
}
