/**
 * What tests of the HANDOVER command stand on: the roaming station, the serving AP (the twin's) and the next one (host/ap on
 * node:crypto), and an oracle of the entry that shares no line with either: node:crypto for the keys, the twin for the record.
 */
import assert from "node:assert/strict";
import { createCipheriv, createHmac } from "node:crypto";
import { AccessPoint, type Received } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import { builtModule } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { KeyDesk } from "../../host/keys/link.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { DeviceScene, type DeviceSceneOptions } from "../support/devicescene.ts";
import type { ApSession } from "../twin/ap.ts";
import { ascii, concat, unhex } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { cacheOctets } from "../twin/record.ts";
import { labelled, PROVISIONED, PSK, SPA } from "../vectors/world.ts";

const octets = await builtModule("roaming");
export const ROAMING = { octets, module: new WebAssembly.Module(octets) } as const;

/** docs/PROTOCOL.md section 9: where the entry stands, and what a roaming station's record ends with. */
export const ENTRY = { offset: 268, length: 92 } as const;
export const ROAMING_IMAGE = concat(PROVISIONED, new Uint8Array(ENTRY.length));

export const AA_T = unhex("020000000077");
export const K = labelled("handover, K", 32);
/** One that came wrapped. */
export const K_16 = labelled("handover, wrapped K", 16);

const kdf256 = (key: Uint8Array, label: string, context: Uint8Array): Uint8Array =>
  new Uint8Array(
    createHmac("sha256", key)
      .update(concat(1, 0, ascii(label), context, 0, 1))
      .digest(),
  );

export const nameOf = (key: Uint8Array, aaT = AA_T, spa = SPA): Uint8Array =>
  kdf256(key, "AMP handover name", concat(aaT, spa)).slice(0, 8);
export const pmkOf = (key: Uint8Array, aaT = AA_T, spa = SPA): Uint8Array =>
  kdf256(key, "AMP handover PMK", concat(aaT, spa)).slice();
export const deviceKeyOf = (root: Uint8Array, spa = SPA): Uint8Array =>
  kdf256(root, "AMP device key", spa).slice(0, 16);

/** The 92 octets that a station keeps of this K. */
export const entryOf = (key: Uint8Array, generation = 0, aaT = AA_T): Uint8Array =>
  cacheOctets(generation, aaT, nameOf(key, aaT), midstates(pmkOf(key, aaT)));

/** RFC 3394 by node:crypto. */
export function wrapped(key: Uint8Array, deviceKey = deviceKeyOf(PSK)): Uint8Array {
  const cipher = createCipheriv("id-aes128-wrap", deviceKey, Buffer.alloc(8, 0xa6));
  return new Uint8Array(Buffer.concat([cipher.update(key), cipher.final()]));
}

/** The two commands, by the page. */
export const handover = (key = K, aaT = AA_T): Uint8Array => concat(0x04, aaT, key);
export const handoverWrapped = (key = K_16, deviceKey = deviceKeyOf(PSK), aaT = AA_T): Uint8Array =>
  concat(0x05, aaT, wrapped(key, deviceKey));

/** A roaming station that is booted. */
export function roamingScene(options: DeviceSceneOptions = {}): DeviceScene {
  return new DeviceScene(ROAMING.module, { image: ROAMING_IMAGE, ...options }).boot();
}

export const entryIn = ({ nvm }: DeviceScene): Uint8Array =>
  nvm.octets.slice(ENTRY.offset, ENTRY.offset + ENTRY.length);

/** An M3 with that command in this session: what the answer's Data frame holds. */
export function answered(scene: DeviceScene, session: ApSession, command: Uint8Array): Uint8Array {
  const payload = session.receive(scene.answer(session.command(command).frame));
  assert.ok(payload !== null, "the answer is a Data frame of the session");
  return payload;
}

/** A new session whose M3 has that command, which the station answers with the name of this K. */
export function tells(scene: DeviceScene, command: Uint8Array, key = K, aaT = AA_T): void {
  assert.deepEqual(answered(scene, scene.waiting(), command), concat(0x84, nameOf(key, aaT)), "0x84 ‖ name");
}

const NO_DESK: KeyDesk = { commandFor: () => undefined, offer: () => false, missing: () => {} };
export const REQUEST = {
  to: SPA,
  profile: PROFILES[0],
  acwe: 0,
  ulRate: 0,
  access: 0,
  slots: 1,
  slotDuration_4us: 255,
} as const;

/** The AP that the station is sent to: it holds the handover PMK, and no other. */
export class NextAp {
  readonly table: PmkTable;
  readonly ap: AccessPoint;
  #now_s = 0;

  constructor(key = K, { aaT = AA_T, generation = 0, crypto = nodeCrypto } = {}) {
    this.table = new PmkTable(aaT, crypto);
    this.table.admit({ spa: SPA, generation, name: nameOf(key, aaT), pmk: pmkOf(key, aaT) });
    this.ap = new AccessPoint({ crypto, keys: this.table, service: NO_DESK, triggerSpan_s: () => 0.25 });
  }

  /** A handover M1. */
  m1(): Uint8Array {
    this.#now_s += 2;
    return this.ap.trigger(0, { ...REQUEST, handover: true }, this.#now_s);
  }

  /** A handover M1, and what the AP makes of the station's M2. */
  asks(scene: DeviceScene): Received {
    const m2 = scene.answer(this.m1());
    return this.ap.receive(0, m2, this.#now_s);
  }

  /** A whole exchange. */
  meets(scene: DeviceScene): void {
    const received = this.asks(scene);
    assert.equal(received.kind, "reading", "its M2 is under the handover PMK");
    if (received.kind === "reading") scene.takes(received.reading.delivered(this.#now_s)?.m3 ?? new Uint8Array(0));
    scene.expectState("secure");
  }
}
