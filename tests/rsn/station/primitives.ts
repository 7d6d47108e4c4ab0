/** The RSN station's primitives out of build/rsn.primitives.wasm (tests/unit/rsn/primitives.ts): octets in, octets out. */
import { builtModule } from "../../../host/build/build.ts";

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(await builtModule("rsn-primitives")), {
  env: { entropy: () => -1, nvmRead: () => -1, nvmWrite: () => -1 },
});
const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
const call = (name: string, ...operands: (number | bigint)[]): number =>
  (exports[name] as (...operands: (number | bigint)[]) => number)(...operands);
const at = (name: string): number => (exports[name] as WebAssembly.Global).value;
const put = (name: string, octets: Uint8Array, zeros = 0): void => {
  memory.fill(0, at(name), at(name) + zeros);
  memory.set(octets, at(name));
};
const read = (name: string, length: number, offset = 0): Uint8Array =>
  memory.slice(at(name) + offset, at(name) + offset + length);

/** SHA-1 of up to 512 octets. */
export function sha1(message: Uint8Array): Uint8Array {
  put("input", message);
  call("sha1", at("input"), message.length);
  return read("digest", 20);
}

/** HMAC-SHA-1; a key of more than 64 octets is hashed first, as RFC 2104 has it. */
export function hmacSha1(key: Uint8Array, text: Uint8Array): Uint8Array {
  put("key", key.length > 64 ? sha1(key) : key, 64);
  put("input", text);
  call("hmac", 64, at("input"), text.length);
  return read("digest", 20);
}

/** PRF-384 of A ‖ 0 ‖ B, 64 to 118 octets, under a key of 32. */
export function prf384(key: Uint8Array, text: Uint8Array): Uint8Array {
  put("key", key);
  put("input", text);
  call("prf", at("input"), text.length);
  return read("ptk", 48);
}

/** AES-128^-1 of a block, in both lanes. */
export function aesDecrypt(key: Uint8Array, block: Uint8Array): [lane0: Uint8Array, lane1: Uint8Array] {
  put("lane1", key);
  call("schedule");
  put("lane0", block);
  put("lane1", block);
  call("decrypt");
  return [read("lane0", 16), read("lane1", 16)];
}

/** RFC 3394: null when the IV does not come out. */
export function aesUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array | null {
  put("key", kek);
  put("input", wrapped);
  const isBad = call("unwrap", at("key"), at("input"), wrapped.length / 8 - 1);
  return isBad ? null : read("input", wrapped.length - 8, 8);
}

/** EAX of up to 16 octets: ciphertext ‖ tag, or with `open` plaintext ‖ the tag that it ought to have had. */
export function eax(
  key: Uint8Array,
  nonce: Uint8Array,
  header: Uint8Array,
  text: Uint8Array,
  open: boolean,
): Uint8Array {
  put("key", key);
  memory.set(nonce, at("key") + 16);
  put("input", header);
  memory.set(text, at("input") + 256);
  call("eax", at("input"), header.length, at("input") + 256, text.length, open ? 1 : 0);
  return Uint8Array.of(...read("input", text.length, 256), ...read("key", 16, 32));
}

interface Derivation {
  readonly pmk: Uint8Array;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  readonly aNonce: Uint8Array;
  readonly sNonce: Uint8Array;
}

function putDerivation({ pmk, aa, spa, aNonce, sNonce }: Derivation): void {
  put("key", pmk);
  put("aa", aa);
  put("spa", spa);
  put("aNonce", aNonce);
  put("sNonce", sNonce);
}

/** KCK ‖ KEK ‖ TK of an AKM. */
export function ptk(akm: number, derivation: Derivation): Uint8Array {
  putDerivation(derivation);
  call("derive", akm);
  return read("ptk", 48);
}

export function pmkid(akm: number, derivation: Derivation): Uint8Array {
  putDerivation(derivation);
  call("pmkid", akm);
  return read("digest", 16);
}

/** The MSDU and the PN of a protected MPDU, or null: its MIC does not fit. */
export function ccmpOpen(tk: Uint8Array, mpdu: Uint8Array): { msdu: Uint8Array; pn: bigint } | null {
  put("tk", tk);
  put("input", mpdu);
  const pn = BigInt.asUintN(64, call("pn") as unknown as bigint);
  return call("openMpdu", mpdu.length) ? { msdu: read("text", mpdu.length - 40), pn } : null;
}

/** The protected MPDU of an MSDU of the SPA for the AA, under the PN behind `last`. */
export function ccmpSeal(tk: Uint8Array, aa: Uint8Array, spa: Uint8Array, msdu: Uint8Array, last: bigint): Uint8Array {
  put("tk", tk);
  put("aa", aa);
  put("spa", spa);
  put("text", msdu);
  return read("tx", call("sealMsdu", msdu.length, last));
}
