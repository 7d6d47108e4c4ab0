/*
 * FCS of a frame and of the head of the NVM record: the CRC-16 of IEEE 802.11ba-2021 over octets sent LSB first, which
 * is CRC-16/X-25: x^16 + x^12 + x^5 + 1, preset to ones, complemented. "123456789" gives 0x906E.
 * CRC-32 of IEEE 802.3 for root slots and the PMK cache. Slots hold secrets: neither CRC uses a table.
 */
import { SMALL } from "../build";

/** CRC-16/X-25 of `length` octets at `source`. */
export function crc16(source: usize, length: i32): u32 {
  let crc: u32 = 0xffff;
  if (!SMALL) {
    // Four octets at once. With z = x^-1 and t the register XOR the octets, the quotient q is t / P modulo z^32, where
    // P = 1 + z^4 + z^11 + z^16, and 1 / P = (1 + z^4 + z^11 + z^16)(1 + z^8 + z^22)(1 + z^16), as further squares of
    // the sum in P fall out at z^32; the new register is what q P leaves above z^32.
    while (length >= 4) {
      let q = crc ^ load<u32>(source);
      q ^= q << 16;
      q ^= (q << 8) ^ (q << 22);
      q ^= (q << 4) ^ (q << 11) ^ (q << 16);
      crc = (q >>> 28) ^ (q >>> 21) ^ (q >>> 16);
      source += 4;
      length -= 4;
    }
  }
  if (length) {
    do {
      // The same with eight bits: q = t (1 + z^4) modulo z^8.
      let q = (crc ^ load<u8>(source++)) & 0xff;
      q ^= (q << 4) & 0xff;
      crc = (crc >>> 8) ^ (q << 8) ^ (q << 3) ^ (q >>> 4);
      --length;
    } while (length);
  }
  return crc ^ 0xffff;
}

/**
 * CRC-32 (IEEE 802.3-2022, 3.2.9: "123456789" gives 0xCBF43926) of `length` octets, a multiple of 4, at `source`,
 * with 0 told as 1: a check field that is 0 is never valid.
 */
export function crc32(source: usize, length: i32): u32 {
  let crc: u32 = 0xffffffff;
  for (; length; length -= 4) {
    crc ^= load<u32>(source);
    if (SMALL) {
      let bits = 32;
      do {
        crc = (crc >>> 1) ^ ((crc & 1) * 0xedb88320);
        --bits;
      } while (bits);
    } else {
      // As above with P of degree 32, whose inverse modulo z^32 is a product of three short ones; terms of P that stand
      // in pairs (1 + z) and fours (1 + z)(1 + z^3) are shared.
      let q = crc ^ (crc << 10) ^ (crc << 26);
      q ^= (q << 19) ^ (q << 24);
      q ^= (q << 6) ^ (q << 9) ^ (q << 12) ^ (q << 22);
      const pair = q ^ (q >>> 1);
      const four = pair ^ (pair >>> 3);
      crc = q ^ (four >>> 1) ^ (four >>> 7) ^ (q >>> 12) ^ (q >>> 16) ^ (pair >>> 22) ^ (q >>> 26);
    }
    source += 4;
  }
  crc = ~crc;
  return crc ? crc : 1;
}
