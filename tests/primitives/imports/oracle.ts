/**
 * Module `oracle`, as tests/unit/oracle.ts declares it: what the as-pect suites compare the device's code with, from
 * inside. Hashes are @noble's, everything over AES is node:crypto's; what has to do with the profile is the twin's.
 */
import { crc32 } from "node:zlib";
import { concat } from "../../support/hex.ts";
import { checkFrame } from "../../twin/checks.ts";
import { crc16 } from "../../twin/crc.ts";
import { idOf } from "../../twin/frames.ts";
import { midstates } from "../../twin/hmac.ts";
import { cacheOctets, provision, slotOctets } from "../../twin/record.ts";
import { status } from "../../twin/status.ts";
import { noblePrimitives as hashes } from "../noble.ts";
import { nodePrimitives as ciphers } from "../node.ts";

/** A live view of a suite's memory. */
export type View = (pointer: number, length: number) => Uint8Array;

/**
 * The imports, over that memory; `small`: the suites are compiled as the small build is. Pointers and lengths come in as
 * the suite has them; results go to `out`.
 */
export function oracle(view: View, small: boolean) {
  /** A copy: what is kept or hashed must not change under an implementation's hands. */
  const read = (pointer: number, length: number): Uint8Array => view(pointer, length).slice();
  const write = (out: number, octets: Uint8Array): void => view(out, octets.length).set(octets);
  const text = (pointer: number, length: number): string => String.fromCharCode(...read(pointer, length));

  return {
    wantsSmall: () => small,
    sha256(message: number, length: number, out: number) {
      write(out, hashes.sha256(read(message, length)));
    },
    hmac(key: number, keyLength: number, message: number, length: number, out: number) {
      write(out, hashes.hmac(read(key, keyLength), read(message, length)));
    },
    kdf256(key: number, label: number, labelLength: number, context: number, length: number, out: number) {
      write(out, hashes.kdf256(read(key, 32), text(label, labelLength), read(context, length)));
    },
    midstates(key: number, out: number) {
      const { inner, outer } = midstates(read(key, 32));
      write(out, concat(inner, outer));
    },
    aes128(key: number, block: number, out: number) {
      write(out, ciphers.aes128(read(key, 16), read(block, 16)));
    },
    cmac(key: number, message: number, length: number, out: number) {
      write(out, ciphers.cmac(read(key, 16), read(message, length)));
    },
    ccmSeal(
      key: number,
      nonce: number,
      aad: number,
      aadLength: number,
      payload: number,
      length: number,
      micLength: number,
      out: number,
    ) {
      const octets = [read(key, 16), read(nonce, 13), read(aad, aadLength), read(payload, length)] as const;
      write(out, ciphers.ccmSeal(...octets, micLength));
    },
    crc16: (octets: number, length: number) => crc16(read(octets, length)),
    crc32: (octets: number, length: number) => crc32(read(octets, length)),

    /** The NVM record as provisioned for that SPA and PSK. */
    provision(spa: number, psk: number, out: number) {
      write(out, provision(read(spa, 6), midstates(read(psk, 32))));
    },
    slot(generation: number, root: number, out: number) {
      write(out, slotOctets({ generation, key: midstates(read(root, 32)) }));
    },
    cache(generation: number, aa: number, modifier: number, pmk: number, out: number) {
      write(out, cacheOctets(generation, read(aa, 6), read(modifier, 8), midstates(read(pmk, 32))));
    },
    /** The short identifier of a SPA. */
    id: (spa: number) => idOf(read(spa, 6)),
    /** What a station of that ID says of the frame before it looks at its state: a status, or its FC. */
    check(frame: number, length: number, id: number): number {
      const octets = read(frame, Math.max(length, 0));
      const { refusal } = checkFrame(octets, id);
      return refusal === null ? octets[0] : status(refusal);
    },
  };
}
