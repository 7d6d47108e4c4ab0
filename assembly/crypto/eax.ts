/*
 * AES-EAX (Bellare, Rogaway, Wagner, 2004) of one block at most, as EAP-PSK's protected channel takes it:
 *
 *   N = OMAC0(nonce), H = OMAC1(header), C = OMAC2(ciphertext), tag = N ^ H ^ C, OMACt(M) = CMAC(K, [t] ‖ M)
 *   ciphertext = plaintext ^ E(K, N)
 */
import { addBlock, setBlock } from "../bytes";
import { DIGEST, LANES, MESSAGE } from "../layout";
import { encrypt } from "./aes";
import { cmac } from "./cmac";
import { begin, Cursor, put } from "./message";

/** LANES := OMACt of the `length` octets at `source`, at most 128. */
function omac(key: usize, t: u64, source: usize, length: i32): void {
  begin();
  store<u64>(MESSAGE, 0);
  store<u64>(MESSAGE, t << 56, 8);
  Cursor.at += 16;
  put(source, length);
  store<u64>(Cursor.at, 0);
  store<u64>(Cursor.at, 0, 8);
  cmac(key, MESSAGE, 16 + length);
}

/**
 * Seals (or, with `open`, opens) the `length` octets (0 to 16) at `text` in place; `tag` := the 16 octets of the tag.
 * `key` and `nonce`: 16 octets each. What it opens is not to be used before the tag was compared.
 */
export function eax(
  key: usize,
  nonce: usize,
  header: usize,
  headerLength: i32,
  text: usize,
  length: i32,
  open: bool,
  tag: usize,
): void {
  omac(key, 0, nonce, 16);
  setBlock(DIGEST, LANES);
  setBlock(tag, LANES);
  omac(key, 1, header, headerLength);
  addBlock(tag, LANES);
  if (open) {
    omac(key, 2, text, length);
    addBlock(tag, LANES);
  }
  setBlock(LANES, DIGEST);
  encrypt(false);
  for (let i = 0; i < length; ++i) store<u8>(text + i, load<u8>(text + i) ^ load<u8>(LANES + i));
  if (!open) {
    omac(key, 2, text, length);
    addBlock(tag, LANES);
  }
}
