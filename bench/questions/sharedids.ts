/*
 * What identifiers that are shared cost the project's own access point (host/ap): devices by the thousand in its table,
 * M2s of some of them, and the keys that it derives for each. Identifiers of fewer bits come from a hash whose result is
 * cut: the table takes its hash from outside.
 */
import { AccessPoint } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { loadStation } from "../../host/device/load.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { streamsOf } from "../../host/sim/streams.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { checkDownlink } from "../../host/wire/check.ts";
import { idOf } from "../../host/wire/id.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { seal } from "../../host/wire/protect.ts";
import { deriveSessionKeys } from "../../host/wire/ptk.ts";
import { emitResponse, type Response } from "../../host/wire/response.ts";
import { emitTrigger, MODIFIER_OCTETS, type Trigger } from "../../host/wire/trigger.ts";
import { ACCESS } from "../../host/wire/triggerinfo.ts";
import { READING_octets } from "./lab.ts";

const [PROFILE] = PROFILES;
export const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 9);
const SEED = 1;
const STEP_s = 1e-6;
const SPAN_s = 1;

export interface Crowded {
  readonly bits: number;
  readonly devices: number;
  /** Devices that share theirs with another. */
  readonly sharing: number;
  /** Of the devices whose M2 was sent: how many, how many were taken, and keys derived for each in the mean. */
  readonly asked: number;
  readonly taken: number;
  readonly meanTries: number;
  readonly mostTries: number;
}

/** `asked` of `devices`, evenly from the first to the last, answer one broadcast trigger. */
export function crowded(bits: number, devices: number, asked: number): Crowded {
  const streams = streamsOf(nodeCrypto, SEED);
  const cut = hashOf(bits);
  const table = new PmkTable(AA, cut);
  table.assign(new Uint8Array(MODIFIER_OCTETS).fill(0x4d), () => {});
  const secrets = streams("PMKs");
  const members = Array.from({ length: devices }, (_, n) => ({
    spa: addressOf(n),
    pmk: secrets.fill(new Uint8Array(32)),
  }));
  const ids = new Map<number, number>();
  for (const { spa, pmk } of members) {
    table.hold({ spa, pmks: [{ generation: 0, pmk: pmk.slice() }] }, () => {});
    const id = idOf(cut, spa);
    ids.set(id, (ids.get(id) ?? 0) + 1);
  }
  table.begin(() => {});
  let derived = 0;
  const noise = streams("access point");
  const crypto: Crypto = {
    ...nodeCrypto,
    randomBytes: (length) => noise.fill(new Uint8Array(length)),
    kdf256: (...args) => {
      derived++;
      return nodeCrypto.kdf256(...args);
    },
  };
  // A key service that has nothing to say: no updates, and no PMK but those that the AP has.
  const service = { commandFor: () => undefined, offer: () => false, missing: () => {} };
  const ap = new AccessPoint({ crypto, keys: table, service, triggerSpan_s: () => SPAN_s });
  const info = { acwe: 0, ulRate: 1, access: ACCESS.randomSlots, slots: 1, slotDuration_4us: 250 };
  const m1 = ap.trigger(0, { to: "broadcast", profile: PROFILE, ...info }, 0);
  const { frame } = checkDownlink(m1);
  if (frame?.type !== "Trigger") throw new Error("the AP's own trigger is none");
  const tries: number[] = [];
  let taken = 0;
  for (let k = 0; k < asked; k++) {
    const { spa, pmk } = members[Math.floor((k * devices) / asked)];
    const before = derived;
    const received = ap.receive(
      0,
      m2Of(spa, pmk, frame, idOf(cut, spa), noise.fill(new Uint8Array(PROFILE.N))),
      k * STEP_s,
    );
    tries.push(derived - before);
    if (received.kind === "reading") taken++;
  }
  const sharing = members.filter(({ spa }) => (ids.get(idOf(cut, spa)) ?? 0) > 1).length;
  return {
    ...{ bits, devices, sharing, asked, taken },
    meanTries: tries.reduce((sum, n) => sum + n, 0) / asked,
    mostTries: Math.max(...tries),
  };
}

function addressOf(n: number): Uint8Array {
  return Uint8Array.of(0x02, 0xc1, n >>> 24, n >>> 16, n >>> 8, n);
}

/** As idOf reads a digest: its first two octets, LE16, of which `bits` are left. */
function hashOf(bits: number): Pick<Crypto, "sha256"> {
  const mask = 2 ** bits - 1;
  return {
    sha256(message) {
      const digest = nodeCrypto.sha256(message);
      digest[0] &= mask & 0xff;
      digest[1] &= mask >> 8;
      return digest;
    },
  };
}

/** A device's answer, made of host/wire. */
export function m2Of(spa: Uint8Array, pmk: Uint8Array, m1: Trigger, id: number, sNonce: Uint8Array): Uint8Array {
  const keys = deriveSessionKeys(nodeCrypto, pmk, { aa: AA, spa, aNonce: m1.aNonce, sNonce });
  const said = { type: "Response", id, encrypted: true, generation: 0, profile: PROFILE, sNonce } as const;
  const reading = new Uint8Array(READING_octets).fill(0x52);
  return emitResponse(
    seal(nodeCrypto, keys, { ...said, payload: reading }, { a2: spa, m1: bindingOf(m1) }) as Response,
  );
}

/** How many of two stations with one identifier answer a trigger that is for one of them: the shipped module twice. */
export function answersToShared(module: Uint8Array): number {
  const [first, second] = twins();
  const trigger = emitTrigger({
    ...{ type: "Trigger", id: idOf(nodeCrypto, first), generation: 0, profile: PROFILE, aa: AA },
    info: { sessionId: 0, acwe: 0, ulRate: 1, access: ACCESS.thisStationOnly, slots: 1, slotDuration_4us: 250 },
    aNonce: new Uint8Array(PROFILE.N).fill(1),
    modifier: new Uint8Array(MODIFIER_OCTETS).fill(0x4d),
    dlData: new Uint8Array(0),
  });
  const noise = streamsOf(nodeCrypto, SEED)("noise of twins");
  return [first, second].filter((spa, i) => {
    const nvm = encodeRecord({ spa, psk: new Uint8Array(32).fill(1 + i), counter: 0 });
    const station = loadStation(module, {
      entropy: (into) => noise.fill(into).length > 0,
      nvmRead: (offset, into) => into.set(nvm.subarray(offset, offset + into.length)) === undefined,
      nvmWrite: (offset, octets) => nvm.set(octets, offset) === undefined,
    });
    station.boot();
    return station.receive(trigger).frame !== undefined;
  }).length;
}

/** The first two addresses, counting up, that share an identifier. */
function twins(): [Uint8Array, Uint8Array] {
  const known = new Map<number, Uint8Array>();
  for (let n = 0; ; n++) {
    const spa = addressOf(n);
    const id = idOf(nodeCrypto, spa);
    const twin = known.get(id);
    if (twin) return [twin, spa];
    known.set(id, spa);
  }
}
