/*
 * AES key unwrap, RFC 3394 2.2.2 (NIST SP 800-38F KW-AD), with the default IV.
 */
import { setBlock } from "../bytes";
import { LANE_1, LANES } from "../layout";
import { encrypt } from "./aes";

/** RFC 3394 2.2.3.1 */
const IV: u64 = 0xa6a6a6a6a6a6a6a6;

/**
 * Unwraps in place: at `at` C[0] ‖ C[1] ... C[n], eight octets each, become eight of no use ‖ P[1] ... P[n].
 * `key`: 16 octets; n from 2 on. Answers 0 if the IV came out; otherwise what stands there is not to be used.
 */
export function unwrap(key: usize, at: usize, n: i32): u32 {
  setBlock(LANE_1, key);
  encrypt(true);
  let a = load<u64>(at);
  let t = 6 * n;
  do {
    let r: usize = at + ((n as usize) << 3);
    do {
      // A ‖ R[i] := AES^-1(K, (A ^ t) ‖ R[i]); t is a number of 64 bits, most significant octet first.
      store<u64>(LANES, a ^ ((bswap<u16>(t as u16) as u64) << 48));
      store<u64>(LANES, load<u64>(r), 8);
      encrypt<i32>(false);
      a = load<u64>(LANES);
      store<u64>(r, load<u64>(LANES, 8));
      --t;
      r -= 8;
    } while (r != at);
  } while (t);
  a ^= IV;
  return (a as u32) | ((a >>> 32) as u32);
}
