/** AES-128-CMAC as NIST SP 800-38B (May 2005, update of October 2016) writes it. */
import { BLOCK_octets, cipher, keyExpansion } from "./aes128.ts";
import { concat, xor } from "./bytes.ts";

/** R_128 = 0^120 ‖ 10000111. SP 800-38B 5.3. */
const R_128 = 0b10000111;

/** X << 1, and XOR R_128 if the bit that fell out was 1. SP 800-38B 6.1. */
function double(X: Uint8Array): Uint8Array {
  const shifted = X.map((octet, i) => (octet << 1) | (i + 1 < X.length ? X[i + 1] >> 7 : 0));
  if (X[0] >> 7) shifted[X.length - 1] ^= R_128;
  return shifted;
}

/** MAC of 16 octets: CBC-MAC with the last block XOR K1 if it is whole, else padded 10..0 and XOR K2. SP 800-38B 6.2. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const roundKeys = keyExpansion(key);
  const K1 = double(cipher(roundKeys, new Uint8Array(BLOCK_octets)));
  const K2 = double(K1);
  const n = Math.max(1, Math.ceil(message.length / BLOCK_octets));
  let C: Uint8Array = new Uint8Array(BLOCK_octets);
  for (let i = 0; i < n; i++) {
    let M: Uint8Array = message.slice(BLOCK_octets * i, BLOCK_octets * (i + 1));
    if (i === n - 1) {
      const whole = M.length === BLOCK_octets;
      M = whole ? xor(M, K1) : xor(concat(M, 0x80, new Uint8Array(BLOCK_octets - M.length - 1)), K2);
    }
    C = cipher(roundKeys, xor(C, M));
  }
  return C;
}
