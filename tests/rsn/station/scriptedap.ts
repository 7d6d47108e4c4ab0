/**
 * An AP as a test wants it: every frame is made when it is asked for, right or with something wrong in it, and what comes
 * from the station is taken apart by hand. It decides nothing by itself.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { concat, hex } from "../../support/hex.ts";
import { aes, aesWrap, ccmpOpen, ccmpSeal, cmac, eaxSeal, keyMic, pmkidOf, ptkOf } from "./oracle.ts";

export const LLC_EAPOL = hex("aaaa03000000888e");
export const LLC_IP = hex("aaaa030000000800");
export const AA = hex("02a1a2a3a4a5");
export const SPA = hex("02b1b2b3b4b5");
export const SSID = new TextEncoder().encode("ampnet");
export const IDENTITY = new TextEncoder().encode("sensor-17@amp");
export const SERVER = new TextEncoder().encode("hostapd");
export const PSK = hex("0123456789abcdef0123456789abcdef");
export const PMK = hex("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

export const be16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);
const be64 = (value: bigint): Uint8Array => {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt.asUintN(64, value));
  return new Uint8Array(octets);
};

/** The same octets in every run. */
export function octetsOf(label: string, length: number): Uint8Array {
  return new Uint8Array(createHash("shake256", { outputLength: length }).update(label).digest());
}

export const element = (id: number, value: Uint8Array): Uint8Array => concat(Uint8Array.of(id, value.length), value);

/** An RSNE with CCMP for group and pairwise and one AKM, capabilities 0. */
export function rsneOf(akm: number, { version = 1, group = 4, pairwise = 4, capabilities = 0 } = {}): Uint8Array {
  const value = concat(
    Uint8Array.of(version, 0, 0x00, 0x0f, 0xac, group, 1, 0, 0x00, 0x0f, 0xac, pairwise, 1, 0, 0x00, 0x0f, 0xac, akm),
    Uint8Array.of(capabilities & 255, capabilities >> 8),
  );
  return element(48, value);
}

/** What a caller wants otherwise in an EAPOL-Key message. */
export interface KeyOptions {
  readonly info?: number;
  readonly counter?: bigint;
  readonly nonce?: Uint8Array;
  /** In clear, before it is padded and wrapped. */
  readonly data?: Uint8Array;
  /** Key data as it is to stand in the PDU. */
  readonly raw?: Uint8Array;
  readonly rsc?: bigint;
  /** A number: that octet of it is wrong. */
  readonly mic?: "right" | "wrong" | "none" | number;
  readonly kek?: Uint8Array;
}

/** The parts of an EAPOL-Key PDU of the station. */
export interface KeyPdu {
  readonly pdu: Uint8Array;
  readonly info: number;
  readonly counter: bigint;
  readonly nonce: Uint8Array;
  readonly mic: Uint8Array;
  readonly data: Uint8Array;
}

export class ScriptedAp {
  readonly akm: number;
  readonly aa: Uint8Array;
  readonly spa = SPA;
  readonly rsne: Uint8Array;
  readonly version: number;
  pmk: Uint8Array = PMK;
  psk: Uint8Array = PSK;
  counter = 0n;
  aNonce: Uint8Array = octetsOf("ANonce", 32);
  /** KCK ‖ KEK ‖ TK of the handshake at hand. */
  ptk: Uint8Array = new Uint8Array(48);
  /** The TK that frames are protected under, and the PN of the last one made. */
  tk: Uint8Array = new Uint8Array(16);
  pn = 0n;
  gtk: Uint8Array = octetsOf("GTK 1", 16);
  gtkId = 1;
  groupPn = 0n;
  randS: Uint8Array = octetsOf("RAND_S", 16);

  constructor(akm: number, aa: Uint8Array = AA) {
    this.akm = akm;
    this.aa = aa;
    this.rsne = rsneOf(akm);
    this.version = akm === 1 || akm === 2 ? 2 : 3;
  }

  header(fc: number, { da = this.spa, sa = this.aa, bssid = this.aa, sequence = 0x0120 } = {}): Uint8Array {
    return concat(
      Uint8Array.of(fc & 255, fc >> 8, 0x3a, 0x01),
      da,
      sa,
      bssid,
      Uint8Array.of(sequence & 255, sequence >> 8),
    );
  }

  management(fc: number, body: Uint8Array, addresses = {}): Uint8Array {
    return concat(this.header(fc, addresses), body);
  }

  /** Subtype 0x80, to everyone, or 0x50, to the station. */
  beacon(
    elements: Uint8Array = concat(element(0, SSID), element(1, hex("82848b96")), this.rsne),
    fc = 0x80,
  ): Uint8Array {
    const da = fc === 0x80 ? hex("ffffffffffff") : this.spa;
    return this.management(fc, concat(hex("0102030405060708 6400 1104"), elements), { da });
  }

  authentication({ algorithm = 0, sequence = 2, status = 0 } = {}): Uint8Array {
    return this.management(0xb0, Uint8Array.of(algorithm, 0, sequence, 0, status, 0));
  }

  associationResponse(status = 0): Uint8Array {
    return this.management(
      0x10,
      concat(hex("1104"), Uint8Array.of(status, 0), hex("01c0"), element(1, hex("82848b96"))),
    );
  }

  /** A Data frame from the DS. */
  data(msdu: Uint8Array, addresses = {}): Uint8Array {
    return concat(this.header(0x0208, addresses), msdu);
  }

  /** The same, protected under the pairwise key. */
  sealed(msdu: Uint8Array, { pn = ++this.pn, tk = this.tk, keyId = 0, addresses = {} } = {}): Uint8Array {
    return ccmpSeal(tk, this.header(0x4208, addresses), pn, keyId, msdu);
  }

  /** The same to everyone, under the GTK. */
  groupSealed(msdu: Uint8Array, { pn = ++this.groupPn, gtk = this.gtk, keyId = this.gtkId } = {}): Uint8Array {
    return ccmpSeal(gtk, this.header(0x4208, { da: hex("ffffffffffff") }), pn, keyId, msdu);
  }

  eapol(type: number, body: Uint8Array): Uint8Array {
    return concat(LLC_EAPOL, Uint8Array.of(2, type), be16(body.length), body);
  }

  get kck(): Uint8Array {
    return this.ptk.subarray(0, 16);
  }

  get kek(): Uint8Array {
    return this.ptk.subarray(16, 32);
  }

  gtkKde(gtk = this.gtk, id = this.gtkId): Uint8Array {
    return element(0xdd, concat(hex("000fac01"), Uint8Array.of(id, 0), gtk));
  }

  pmkidKde(pmkid = pmkidOf(this.akm, this.pmk, this.aa, this.spa)): Uint8Array {
    return element(0xdd, concat(hex("000fac04"), pmkid));
  }

  /** The MSDU of an EAPOL-Key message with the next counter, MIC and wrapped key data as its info says. */
  key(options: KeyOptions & { readonly info: number }): Uint8Array {
    const { info, counter = ++this.counter, nonce = new Uint8Array(32), data = new Uint8Array(0), rsc = 0n } = options;
    const { mic = "right", kek = this.kek } = options;
    const padding = data.length % 8 || data.length < 16 ? concat(hex("dd"), new Uint8Array(23)) : new Uint8Array(0);
    const whole = concat(data, padding).subarray(0, Math.max(16, (data.length + 7) & ~7));
    const keyData = options.raw ?? (info & 0x1000 ? aesWrap(kek, whole) : data);
    const rscOctets = be64(rsc).reverse();
    const body = concat(
      ...[Uint8Array.of(2), be16(info | this.version), be16(16), be64(counter), nonce, new Uint8Array(16), rscOctets],
      ...[new Uint8Array(8), new Uint8Array(16), be16(keyData.length), keyData],
    );
    const msdu = this.eapol(3, body);
    if (info & 0x0100 && mic !== "none") {
      msdu.set(keyMic(this.akm, this.kck, msdu.subarray(8)), 8 + 81);
      if (mic !== "right") msdu[8 + 81 + (mic === "wrong" ? 15 : mic)] ^= 1;
    }
    return msdu;
  }

  m1({ info = 0x0088, nonce = this.aNonce, ...rest }: KeyOptions = {}): Uint8Array {
    return this.key({ info, nonce, ...rest });
  }

  /** With the GTK unless `withGtk` is false, as mode `seed` has it. */
  m3({
    withGtk = true,
    info = 0x13c8,
    nonce = this.aNonce,
    ...rest
  }: KeyOptions & { withGtk?: boolean } = {}): Uint8Array {
    const data = concat(this.rsne, withGtk ? this.gtkKde() : new Uint8Array(0));
    return this.key({ info, nonce, data, rsc: this.groupPn, ...rest });
  }

  g1({ info = 0x1380, ...rest }: KeyOptions = {}): Uint8Array {
    return this.key({ info, data: this.gtkKde(), rsc: this.groupPn, ...rest });
  }

  /** Header, then MSDU of a frame of the station; opened under the TK if it is protected. */
  uplink(mpdu: Uint8Array): Uint8Array {
    assert.deepEqual(mpdu.subarray(4, 10), this.aa, "A1 is the BSSID");
    assert.deepEqual(mpdu.subarray(10, 16), this.spa, "A2 is the station");
    assert.deepEqual(mpdu.subarray(16, 22), this.aa, "A3 is the AP");
    return mpdu[1] & 0x40 ? ccmpOpen(this.tk, mpdu).msdu : mpdu.subarray(24);
  }

  /** An EAPOL-Key PDU of the station, whose lengths fit. */
  keyPdu(mpdu: Uint8Array): KeyPdu {
    const msdu = this.uplink(mpdu);
    assert.deepEqual(msdu.subarray(0, 8), LLC_EAPOL, "LLC/SNAP of EAPOL");
    const pdu = msdu.slice(8);
    const fields = new DataView(pdu.buffer);
    assert.equal(pdu[1], 3, "EAPOL-Key");
    assert.equal(fields.getUint16(2), pdu.length - 4, "body length");
    assert.equal(pdu[4], 2, "RSN key descriptor");
    assert.equal(fields.getUint16(97), pdu.length - 99, "key data length");
    const mic = pdu.slice(81, 97);
    pdu.fill(0, 81, 97);
    const [info, counter] = [fields.getUint16(5), fields.getBigUint64(9)];
    return { pdu, info, counter, nonce: pdu.slice(17, 49), mic, data: pdu.slice(99) };
  }

  /** Takes M2: makes the PTK of its SNonce; whether its MIC is right under it. */
  takesM2(mpdu: Uint8Array): boolean {
    const { pdu, mic, nonce } = this.keyPdu(mpdu);
    this.ptk = ptkOf(this.akm, this.pmk, this.aa, this.spa, this.aNonce, nonce);
    return Buffer.from(keyMic(this.akm, this.kck, pdu)).equals(mic);
  }

  /** Whether a later message's MIC is right, and its counter the last one sent. */
  takes(mpdu: Uint8Array): boolean {
    const { pdu, mic, counter } = this.keyPdu(mpdu);
    return counter === this.counter && Buffer.from(keyMic(this.akm, this.kck, pdu)).equals(mic);
  }

  /** The TK of the handshake at hand from here on. */
  install(): void {
    this.tk = this.ptk.slice(32, 48);
    this.pn = 0n;
  }

  eap(code: number, identifier: number, rest: Uint8Array): Uint8Array {
    return this.eapol(0, concat(Uint8Array.of(code, identifier), be16(4 + rest.length), rest));
  }

  /** The EAP packet of an answer. */
  eapPdu(mpdu: Uint8Array): Uint8Array {
    const msdu = this.uplink(mpdu);
    assert.deepEqual(msdu.subarray(0, 8), LLC_EAPOL, "LLC/SNAP of EAPOL");
    assert.equal(msdu[9], 0, "EAP packet");
    const packet = msdu.slice(12);
    assert.equal((packet[2] << 8) | packet[3], packet.length, "EAP length");
    return packet;
  }

  psk1(identifier: number, idS = SERVER): Uint8Array {
    return this.eap(1, identifier, concat(Uint8Array.of(47, 0x00), this.randS, idS));
  }

  /** Third message to a second one; sets the PMK. */
  psk3(
    identifier: number,
    second: Uint8Array,
    { idS = SERVER as Uint8Array, psk = this.psk, result = 0x80, flags = 0x80, macS = 0, tag = 0, n = 0 } = {},
  ): Uint8Array {
    const keys = pskKeys(psk, second.subarray(22, 38));
    const mac = cmac(keys.ak, concat(idS, second.subarray(22, 38)));
    mac[15] ^= macS;
    const head = concat(Uint8Array.of(1, identifier), be16(59), Uint8Array.of(47, flags), this.randS);
    const counter = concat(be16(0), be16(n));
    const sealed = eaxSeal(keys.tek, concat(new Uint8Array(12), counter), head, Uint8Array.of(result));
    sealed[16] ^= tag;
    this.pmk = keys.msk;
    return this.eapol(0, concat(head, mac, counter, sealed.subarray(1), sealed.subarray(0, 1)));
  }

  /** Whether the second message's MAC_P is right for this key. */
  takesPsk2(second: Uint8Array, idS = SERVER): boolean {
    const keys = pskKeys(this.psk, second.subarray(22, 38));
    const mac = cmac(keys.ak, concat(second.subarray(54), idS, second.subarray(6, 38)));
    return Buffer.from(mac).equals(second.subarray(38, 54));
  }

  /** Whether the fourth message seals DONE_SUCCESS under the next N. */
  takesPsk4(second: Uint8Array, fourth: Uint8Array, n = 1): boolean {
    const { tek } = pskKeys(this.psk, second.subarray(22, 38));
    const nonce = concat(new Uint8Array(14), be16(n));
    const sealed = eaxSeal(tek, nonce, fourth.subarray(0, 22), Uint8Array.of(0x80));
    return Buffer.from(concat(nonce.subarray(12), sealed.subarray(1), sealed.subarray(0, 1))).equals(
      fourth.subarray(22),
    );
  }
}

/** RFC 4764 3.1 and 3.2. */
function pskKeys(psk: Uint8Array, randP: Uint8Array): { ak: Uint8Array; tek: Uint8Array; msk: Uint8Array } {
  const counted = (key: Uint8Array, block: Uint8Array, count: number): Uint8Array => {
    const first = aes(key, block);
    first[15] ^= count;
    return aes(key, first);
  };
  const kdk = counted(psk, new Uint8Array(16), 2);
  return {
    ak: counted(psk, new Uint8Array(16), 1),
    tek: counted(kdk, randP, 1),
    msk: concat(counted(kdk, randP, 2), counted(kdk, randP, 3)),
  };
}
