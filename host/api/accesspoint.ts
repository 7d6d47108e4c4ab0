import { AccessPoint, type Received, type TriggerRequest } from "../ap/accesspoint.ts";
import { PmkTable } from "../ap/pmks.ts";
import { Reading } from "../ap/reading.ts";
import { triggerSpan_s } from "../channel/slots.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { Nvm } from "../device/nvm.ts";
import { addressFrom, addressText } from "../keys/address.ts";
import { encodeRecord } from "../keys/record.ts";
import { KEY_OCTETS } from "../keys/roots.ts";
import { KeyService } from "../keys/service.ts";
import { type KeyStore, MemoryStore } from "../keys/store.ts";
import { kindOf } from "../text/kind.ts";
import type { Known } from "../wire/explain/exchange.ts";
import { checkOctets, copied, isOctets } from "../wire/octets.ts";
import { PROFILES, type Profile } from "../wire/profile.ts";
import { ADDRESS_OCTETS } from "../wire/trigger.ts";
import { ACCESS } from "../wire/triggerinfo.ts";
import { checkFunction, checkMethods, checkParts, type KeysOf, octetsOf, oneOf } from "./check.ts";

/** What may be said of an access point; every field has a default. */
export interface AccessPointWishes {
  /** Its own address, as text or six octets; default 02:a0:00:00:00:00. */
  readonly aa?: string | Uint8Array;
  /** The service master key, 32 octets; drawn if left out. */
  readonly master?: Uint8Array;
  /** Where the roots are kept; default: in memory, and gone with the process. */
  readonly store?: KeyStore;
  /** node:crypto unless told otherwise. */
  readonly crypto?: Crypto;
  /** Of all its triggers: compact (default), wide or strong. */
  readonly profile?: Profile["name"];
  /** Seconds that never go back; default: the process' own clock. */
  readonly now_s?: () => number;
}

/**
 * What may be asked of a trigger; every field has a default: to everyone, under the access point's profile, one slot of
 * 1,020 us, UL at 1,000 kb/s, no data.
 */
export interface TriggerWishes extends Partial<Omit<TriggerRequest, "to" | "profile">> {
  /** "broadcast", or a device's address as text or six octets. */
  readonly to?: string | Uint8Array;
  readonly profile?: Profile["name"] | Profile;
}

/** An access point and its key service in one process, with one channel and no radio: octets out, octets in. */
export interface LocalAccessPoint {
  /** For everything that is not below: several channels, DL Data, UPDATE, another key service. */
  readonly ap: AccessPoint;
  readonly keys: KeyService;
  /**
   * A new device, known from now on; its NVM as a provisioner would write it.
   * @param spa its address, like "02:c0:ff:ee:00:01".
   * @param psk its root, 32 octets; drawn if left out.
   * @param kind `roaming`: with the longer record that the build "roaming" needs, 360 octets in place of 268.
   * @throws RangeError for what is no address, a group address, a device that is enrolled already, or a root of another
   * length; TypeError for a root that is no octets.
   */
  enrol(spa: string | Uint8Array, psk?: Uint8Array, kind?: { readonly roaming?: boolean }): Nvm;
  /** What this access point knows of a device, its PMK above all, for `explainFrames`. @throws RangeError for one that is not enrolled. */
  known(spa: string | Uint8Array): Known & { readonly spa: Uint8Array };
  /**
   * The next M1, to all devices unless told otherwise.
   * @throws RangeError for a device that is not enrolled, and for what does not fit an M1; TypeError for what is no such wish.
   */
  trigger(wishes?: TriggerWishes): Uint8Array;
  /** Any octets from the air: a reading, whose `delivered` gives the M3, or what else became of them. Never throws for what they are; TypeError: they are no octets. */
  receive(octets: Uint8Array): Received;
  /** The M3 of a reading that is stored durably now; undefined: its session has closed. */
  confirm(received: Received, dlData?: Uint8Array): Uint8Array | undefined;
}

/** Of a trigger that says nothing else: one slot of 1,020 us, and UL at 1,000 kb/s. */
const ONE_SLOT = { acwe: 0, ulRate: 1, access: ACCESS.randomSlots, slots: 1, slotDuration_4us: 255 } as const;

/** 1,000 kb/s downlink without padding: how long a trigger and its slots last. */
const DL = { dlRate_kbps: 1000, padding_us: 0 } as const;

/**
 * An access point that takes readings of the stations that it enrols, with the key service beside it.
 * @throws RangeError for what is no address, no profile or no key; TypeError for wishes of another kind.
 */
export function createAccessPoint(wishes: AccessPointWishes = {}): LocalAccessPoint {
  checkParts<AccessPointWishes>("wishes", wishes, WISHES);
  const { crypto = nodeCrypto, store = new MemoryStore(), now_s = () => performance.now() / 1000 } = wishes;
  checkMethods("crypto", crypto, ["randomBytes"]);
  checkMethods("store", store, ["load", "commit"]);
  checkFunction("now_s", now_s);
  const profile = profileOf(wishes.profile ?? "compact");
  const keys = new KeyService({ crypto, master: wishes.master ?? crypto.randomBytes(KEY_OCTETS), store });
  const pmks = new PmkTable(addressOf("aa", wishes.aa ?? "02:a0:00:00:00:00"), crypto);
  keys.serve(pmks);
  const ap = new AccessPoint({ crypto, keys: pmks, service: keys, triggerSpan_s: triggerSpan_s(DL) });
  return {
    ap,
    keys,
    enrol(wish, psk = crypto.randomBytes(KEY_OCTETS), kind = {}) {
      checkParts<{ roaming?: boolean }>("kind", kind, { roaming: true });
      const spa = addressOf("spa", wish);
      keys.enrol(spa, psk);
      return new Nvm(encodeRecord({ spa, psk, counter: 0, roaming: kind.roaming }));
    },
    known(wish) {
      const spa = addressOf("spa", wish);
      const device = pmks.device(spa);
      if (device === undefined) throw new RangeError(`spa: ${addressText(spa)} is not enrolled`);
      return { spa, pmk: device.pmkOf(device.newest & 3)?.pmk.slice() };
    },
    trigger(asked = {}) {
      checkParts<TriggerWishes>("wishes", asked, TRIGGER_WISHES);
      const { to = "broadcast", data, ...rest } = asked;
      const request: TriggerRequest = {
        ...ONE_SLOT,
        // What is undefined is left out.
        ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
        to: to === "broadcast" ? to : addressOf("to", to),
        profile: asked.profile === undefined ? profile : profileOf(asked.profile),
        data: data && octetsOf("data", data),
      };
      return ap.trigger(0, request, now_s());
    },
    receive: (octets) => ap.receive(0, octetsOf("octets", octets), now_s()),
    confirm(received, dlData) {
      checkReceived(received);
      if (received.kind === "again") return received.m3;
      return received.kind === "reading" ? received.reading.delivered(now_s(), dlData)?.m3 : undefined;
    },
  };
}

const WISHES: KeysOf<AccessPointWishes> = {
  aa: true,
  master: true,
  store: true,
  crypto: true,
  profile: true,
  now_s: true,
};

const TRIGGER_WISHES: KeysOf<TriggerWishes> = {
  ...{ to: true, profile: true, data: true, handover: true },
  ...{ acwe: true, ulRate: true, access: true, slots: true, slotDuration_4us: true },
};

function profileOf(wish: Profile["name"] | Profile): Profile {
  const names = PROFILES.map(({ name }) => name);
  const name = oneOf("profile", typeof wish === "object" ? wish?.name : wish, names);
  return PROFILES[names.indexOf(name)];
}

function addressOf(name: string, address: string | Uint8Array): Uint8Array {
  if (isOctets(address)) {
    checkOctets(name, address, ADDRESS_OCTETS);
    return copied(address);
  }
  const octets = typeof address === "string" ? addressFrom(address) : undefined;
  if (octets === undefined) {
    const said = typeof address === "string" ? JSON.stringify(address) : kindOf(address);
    throw new RangeError(`${name}: ${said} is no address, where one like 02:c0:ff:ee:00:01 is expected`);
  }
  return octets;
}

/** Forgotten, or not what `receive` gave. */
function checkReceived(received: Received): void {
  const kind: unknown = received?.kind;
  if (typeof kind === "string" && (received.kind !== "reading" || received.reading instanceof Reading)) return;
  throw new TypeError(`received: ${kindOf(received)}, where what receive() answered is expected`);
}
