/**
 * The two check sequences of the air (PROTOCOL.md section 2): the FCS, which is the CRC-16 of IEEE Std 802.11ba-2021
 * over octets sent LSB first (x^16 + x^12 + x^5 + 1, preset ones, complemented: CRC-16/X-25), and the CRC-8 of an Ack.
 */

/** x^16 + x^12 + x^5 + 1, bit-reversed: the first bit sent stands for the highest power. */
const POLYNOMIAL = 0x8408;
const ONES = 0xffff;

export const FCS_OCTETS = 2;

/** The register after eight bits more, by its low octet: a simulation checks millions of frames. */
const AFTER_OCTET = Uint16Array.from({ length: 256 }, (_, octet) => {
  let register = octet;
  for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
  return register;
});

/** The FCS of the first `end` octets, sent LE: "123456789" gives 0x906E. */
export function fcsOf(octets: Uint8Array, end = octets.length): number {
  let register = ONES;
  for (let i = 0; i < end; i++) register = (register >>> 8) ^ AFTER_OCTET[(register ^ octets[i]) & 0xff];
  return register ^ ONES;
}

/** The CRC-8 of an Ack whose first three octets, FC ‖ ID, are these: the low octet of their CRC-16. */
export function ackCrcOf(octets: Uint8Array): number {
  return fcsOf(octets, 3) & 0xff;
}
