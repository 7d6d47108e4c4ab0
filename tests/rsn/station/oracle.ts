/**
 * What the RSN station is checked against: the formulas of IEEE 802.11-2020 12.5 and 12.7, RFC 4764 and the EAX paper, over
 * node:crypto, written without a look at either side of the product.
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { concat } from "../../support/hex.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const octets = (length: number, ...last: number[]): Uint8Array => concat(new Uint8Array(length), Uint8Array.from(last));

/** PRF-n, 12.7.1.2. */
export function prf(key: Uint8Array, label: string, data: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i * 20 < length; i++) {
    parts.push(
      createHmac("sha1", key).update(ascii(label)).update(octets(1)).update(data).update(octets(0, i)).digest(),
    );
  }
  return concat(...parts).subarray(0, length);
}

/** KDF-SHA-256-n, 12.7.1.6.2. */
export function kdf(key: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const bits = octets(0, (length * 8) & 255, (length * 8) >> 8);
  for (let i = 1; (i - 1) * 32 < length; i++) {
    parts.push(
      createHmac("sha256", key)
        .update(octets(0, i, 0))
        .update(ascii(label))
        .update(context)
        .update(bits)
        .digest(),
    );
  }
  return concat(...parts).subarray(0, length);
}

const sorted = (a: Uint8Array, b: Uint8Array): Uint8Array => (Buffer.compare(a, b) <= 0 ? concat(a, b) : concat(b, a));

export const isSha1 = (akm: number): boolean => akm === 1 || akm === 2;

export function ptkOf(
  akm: number,
  pmk: Uint8Array,
  aa: Uint8Array,
  spa: Uint8Array,
  aNonce: Uint8Array,
  sNonce: Uint8Array,
): Uint8Array {
  const context = concat(sorted(aa, spa), sorted(aNonce, sNonce));
  return (isSha1(akm) ? prf : kdf)(pmk, "Pairwise key expansion", context, 48);
}

export function pmkidOf(akm: number, pmk: Uint8Array, aa: Uint8Array, spa: Uint8Array): Uint8Array {
  const mac = createHmac(isSha1(akm) ? "sha1" : "sha256", pmk);
  return new Uint8Array(mac.update(concat(ascii("PMK Name"), aa, spa)).digest()).subarray(0, 16);
}

/** AES-128 of one block. */
export function aes(key: Uint8Array, block: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block));
}

export function aesInverse(key: Uint8Array, block: Uint8Array): Uint8Array {
  return new Uint8Array(createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block));
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((octet, i) => octet ^ b[i]);

/** x := 2 x in GF(2^128), as a number. */
function doubled(block: Uint8Array): Uint8Array {
  const x = BigInt(`0x${Buffer.from(block).toString("hex")}`) << 1n;
  const reduced = x >> 128n ? (x ^ 0x87n) & ((1n << 128n) - 1n) : x;
  return new Uint8Array(Buffer.from(reduced.toString(16).padStart(32, "0"), "hex"));
}

/** CMAC, SP 800-38B, by CBC with the last block prepared. */
export function cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const k1 = doubled(aes(key, octets(16)));
  const head = message.length === 0 ? 0 : (message.length - 1) & ~15;
  const tail = message.subarray(head);
  const padding = new Uint8Array(Math.max(0, 15 - tail.length));
  const last = tail.length === 16 ? xor(tail, k1) : xor(concat(tail, octets(0, 0x80), padding), doubled(k1));
  const cbc = createCipheriv("aes-128-cbc", key, octets(16)).setAutoPadding(false);
  return new Uint8Array(cbc.update(concat(message.subarray(0, head), last)).subarray(-16));
}

/** EAX: ciphertext ‖ tag. */
export function eaxSeal(key: Uint8Array, nonce: Uint8Array, header: Uint8Array, text: Uint8Array): Uint8Array {
  const omac = (t: number, message: Uint8Array): Uint8Array => cmac(key, concat(octets(15, t), message));
  const n = omac(0, nonce);
  const sealed = new Uint8Array(createCipheriv("aes-128-ctr", key, n).update(text));
  return concat(sealed, xor(xor(n, omac(1, header)), omac(2, sealed)));
}

/** RFC 3394, default IV. */
export function aesWrap(kek: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv("id-aes128-wrap", kek, octets(0, ...Array(8).fill(0xa6)));
  return concat(new Uint8Array(cipher.update(plain)), new Uint8Array(cipher.final()));
}

/** The EAPOL-Key MIC of a PDU whose MIC field is 0. */
export function keyMic(akm: number, kck: Uint8Array, pdu: Uint8Array): Uint8Array {
  if (!isSha1(akm)) return cmac(kck, pdu);
  return new Uint8Array(createHmac("sha1", kck).update(pdu).digest()).subarray(0, 16);
}

/** Nonce and AAD of an MPDU with a 24-octet header, 12.5.3.3.3 and 12.5.3.3.4. */
function ccmpContext(header: Uint8Array, pn: bigint): { nonce: Uint8Array; aad: Uint8Array } {
  const pnOctets = Buffer.alloc(8);
  pnOctets.writeBigUInt64BE(pn);
  const aad = concat(header.subarray(0, 2), header.subarray(4, 24));
  aad[0] &= 0x8f;
  aad[1] = (aad[1] & 0xc7) | 0x40;
  aad[20] &= 0x0f;
  aad[21] = 0;
  return { nonce: concat(octets(1), header.subarray(10, 16), pnOctets.subarray(2)), aad };
}

/** The MPDU: header ‖ CCMP header ‖ ciphertext ‖ MIC. */
export function ccmpSeal(tk: Uint8Array, header: Uint8Array, pn: bigint, keyId: number, msdu: Uint8Array): Uint8Array {
  const { nonce, aad } = ccmpContext(header, pn);
  const cipher = createCipheriv("aes-128-ccm", tk, nonce, { authTagLength: 8 });
  cipher.setAAD(aad, { plaintextLength: msdu.length });
  const sealed = new Uint8Array(cipher.update(msdu));
  cipher.final();
  const octet = (i: number): number => Number((pn >> BigInt(8 * i)) & 255n);
  const ccmp = octets(0, octet(0), octet(1), 0, 0x20 | (keyId << 6), octet(2), octet(3), octet(4), octet(5));
  return concat(header, ccmp, sealed, new Uint8Array(cipher.getAuthTag()));
}

/** MSDU and PN; throws when the MIC does not fit. */
export function ccmpOpen(tk: Uint8Array, mpdu: Uint8Array): { msdu: Uint8Array; pn: bigint; keyId: number } {
  const ccmp = mpdu.subarray(24, 32);
  const pn = [7, 6, 5, 4, 1, 0].reduce((sum, i) => (sum << 8n) | BigInt(ccmp[i]), 0n);
  const { nonce, aad } = ccmpContext(mpdu.subarray(0, 24), pn);
  const sealed = mpdu.subarray(32, -8);
  const decipher = createDecipheriv("aes-128-ccm", tk, nonce, { authTagLength: 8 });
  decipher.setAuthTag(mpdu.subarray(-8));
  decipher.setAAD(aad, { plaintextLength: sealed.length });
  const msdu = new Uint8Array(decipher.update(sealed));
  decipher.final();
  return { msdu, pn, keyId: ccmp[3] >> 6 };
}
