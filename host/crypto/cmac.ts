/** A block cipher under one key: 16 octets in, 16 new octets out. */
type BlockCipher = (block: Uint8Array) => Uint8Array;

const BLOCK_LENGTH = 16;

/** R_128 of SP 800-38B 5.3: x^128 = x^7 + x^2 + x + 1 in the field of the subkeys. */
const R_128 = 0x87;

/**
 * CMAC (SP 800-38B 6.2) over any 128-bit block cipher CIPH_K, 16 octets, not truncated:
 *
 *     M_n' = K1 xor M_n                  when the last block is complete
 *          = K2 xor (M_n ‖ 1 ‖ 0...)     otherwise (an empty message too)
 *     C_0 = 0;  C_i = CIPH_K(C_{i-1} xor M_i);  MAC = C_n
 */
export function cmacOver(cipher: BlockCipher, message: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK_LENGTH));
  const lastStart = (blocks - 1) * BLOCK_LENGTH;
  const complete = message.length === blocks * BLOCK_LENGTH;

  // 6.1: L = CIPH_K(0), K1 = L . x, K2 = L . x^2
  const k1 = double(cipher(new Uint8Array(BLOCK_LENGTH)));
  const last = complete ? k1 : double(k1);
  xorInto(last, message.subarray(lastStart));
  if (!complete) last[message.length - lastStart] ^= 0x80;

  let chain: Uint8Array = new Uint8Array(BLOCK_LENGTH);
  for (let start = 0; start < lastStart; start += BLOCK_LENGTH) {
    xorInto(chain, message.subarray(start, start + BLOCK_LENGTH));
    chain = cipher(chain);
  }
  xorInto(last, chain);
  return cipher(last);
}

/** block . x in GF(2^128): one shift left, and R_128 into the low octet for the bit that falls out, without a branch. */
function double(block: Uint8Array): Uint8Array {
  const shifted = Uint8Array.from(block, (octet, i) => (octet << 1) | ((block[i + 1] ?? 0) >> 7));
  shifted[BLOCK_LENGTH - 1] ^= R_128 & -(block[0] >> 7);
  return shifted;
}

function xorInto(target: Uint8Array, source: Uint8Array): void {
  for (let i = 0; i < source.length; i++) target[i] ^= source[i];
}
