/** A block cipher under one key: enciphers 16 octets in place. */
type BlockCipher = (block: Uint8Array) => void;

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

  const chain = new Uint8Array(BLOCK_LENGTH);
  for (let start = 0; start < lastStart; start += BLOCK_LENGTH) {
    for (let i = 0; i < BLOCK_LENGTH; i++) chain[i] ^= message[start + i];
    cipher(chain);
  }
  for (let i = lastStart; i < message.length; i++) chain[i - lastStart] ^= message[i];
  if (!complete) chain[message.length - lastStart] ^= 0x80;

  // 6.1: L = CIPH_K(0), K1 = L . x, K2 = L . x^2
  const subkey = new Uint8Array(BLOCK_LENGTH);
  cipher(subkey);
  double(subkey);
  if (!complete) double(subkey);
  for (let i = 0; i < BLOCK_LENGTH; i++) chain[i] ^= subkey[i];
  subkey.fill(0);
  cipher(chain);
  return chain;
}

/** block := block . x in GF(2^128): one shift left, and R_128 into the low octet for the bit that falls out, without a branch. */
function double(block: Uint8Array): void {
  const carry = block[0] >> 7;
  const last = BLOCK_LENGTH - 1;
  for (let i = 0; i < last; i++) block[i] = (block[i] << 1) | (block[i + 1] >> 7);
  block[last] = (block[last] << 1) ^ (R_128 & -carry);
}
