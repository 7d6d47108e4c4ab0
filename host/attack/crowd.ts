/*
 * Devices that share one short identifier, at one AP: what the ID's 16 bits lead to, and what a frame with such an ID
 * makes the AP compute.
 */
import { AccessPoint, type Received, type TriggerRequest } from "../ap/accesspoint.ts";
import { PmkTable } from "../ap/pmks.ts";
import { slotStart_us } from "../channel/slots.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { KeyService } from "../keys/service.ts";
import { MemoryStore } from "../keys/store.ts";
import { idOf } from "../wire/id.ts";
import { triggerAirtime_s } from "./attacker.ts";
import type { Kit } from "./kit.ts";
import { Victim } from "./victim.ts";

/** Calls of the AP's crypto. */
export interface Work {
  /** Keys derived: HMAC-SHA-256 of one or two blocks each. */
  kdf: number;
  /** MICs computed, CMAC or CCM. */
  mic: number;
}

export interface Member {
  readonly spa: Uint8Array;
  readonly victim: Victim;
}

const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 9);
const STEP_s = 1e-4;

export class Crowd {
  readonly members: readonly Member[];
  readonly ap: AccessPoint;
  readonly keys: KeyService;
  readonly work: Work = { kdf: 0, mic: 0 };
  now_s = 0;
  readonly #kit: Kit;

  /** So many devices, of one ID or each of its own, enrolled at one AP in this order. */
  constructor(kit: Kit, size: number, ids: "shared" | "different" = "shared") {
    this.#kit = kit;
    // The key service is another machine: its work is not the AP's.
    const plain = kit.crypto("crowd");
    const crypto = this.#counting(plain);
    this.keys = new KeyService({ crypto: plain, master: new Uint8Array(32).fill(1), store: new MemoryStore() });
    const table = new PmkTable(AA, crypto);
    this.keys.serve(table, new Uint8Array(8).fill(0x4d));
    const { plan } = kit;
    this.ap = new AccessPoint({
      crypto,
      keys: table,
      service: this.keys,
      triggerSpan_s: (octets, info) => triggerAirtime_s(plan, octets) + slotStart_us(info.slots, info) * 1e-6,
    });
    const psks = kit.streams("crowd's PSKs");
    this.members = (ids === "shared" ? sharing(size) : different(size)).map((spa, i) => {
      const psk = psks.fill(new Uint8Array(32));
      this.keys.enrol(spa, psk);
      const victim = new Victim(kit, { spa, psk, name: `crowd ${i}` });
      victim.wake();
      return { spa, victim };
    });
  }

  trigger(to: TriggerRequest["to"] = "broadcast"): Uint8Array {
    this.now_s += STEP_s;
    const { profile, info } = this.#kit.plan;
    return this.ap.trigger(0, { to, profile, ...info, access: 0 }, this.now_s);
  }

  /** A frame reaches the AP; a reading is delivered at once. */
  reaches(frame: Uint8Array): Received {
    this.now_s += STEP_s;
    const received = this.ap.receive(0, frame, this.now_s);
    if (received.kind === "reading") received.reading.delivered(this.now_s);
    return received;
  }

  /** What the AP computes for a frame. */
  workFor(frame: Uint8Array): Work & { readonly received: Received } {
    const { kdf, mic } = this.work;
    const received = this.reaches(frame);
    return { kdf: this.work.kdf - kdf, mic: this.work.mic - mic, received };
  }

  #counting(crypto: Crypto): Crypto {
    const { work } = this;
    return {
      ...crypto,
      kdf256: (...args) => {
        work.kdf++;
        return crypto.kdf256(...args);
      },
      cmac: (...args) => {
        work.mic++;
        return crypto.cmac(...args);
      },
      ccmOpen: (...args) => {
        work.mic++;
        return crypto.ccmOpen(...args);
      },
    };
  }
}

/** Addresses of one ID: the first to be so many, counting up. */
function sharing(size: number): Uint8Array[] {
  const byId = new Map<number, Uint8Array[]>();
  for (let n = 0; ; n++) {
    const spa = Uint8Array.of(0x02, 0xc0, n >>> 24, n >>> 16, n >>> 8, n);
    const id = idOf(nodeCrypto, spa);
    const those = byId.get(id) ?? [];
    those.push(spa);
    byId.set(id, those);
    if (those.length === size) return those;
  }
}

/** Addresses whose IDs differ. */
function different(size: number): Uint8Array[] {
  const spas = Array.from({ length: size }, (_, n) => Uint8Array.of(0x02, 0xd1, 0, 0, 0, n));
  if (new Set(spas.map((spa) => idOf(nodeCrypto, spa))).size < size)
    throw new Error("two of these addresses share an ID");
  return spas;
}
