/*
 * How much work an M2 is at most: what the radio side of a station has to know before it chooses a slot (PROTOCOL.md 4.2).
 * Found by letting the module answer such an M1 once in the worst state there is: the first M1 of a power cycle, counter
 * cells that were both written, a cache entry of this very AP and Modifier whose check field is torn, and addresses that
 * differ in their last octet only.
 */
import { encodeRecord } from "../keys/record.ts";
import { BROADCAST_ID } from "../wire/mac.ts";
import type { Profile } from "../wire/profile.ts";
import { emitTrigger, MODIFIER_OCTETS } from "../wire/trigger.ts";
import { ACCESS } from "../wire/triggerinfo.ts";
import { ROAMING_NVM_OCTETS } from "./abi.ts";
import { FULL } from "./meter.ts";
import { Nvm } from "./nvm.ts";
import type { Power } from "./powered.ts";
import { Device } from "./runner.ts";
import type { Silicon } from "./silicon.ts";

/** All that the work of an M2 depends on beside the state of the station. */
export interface M2Kind {
  readonly profile: Profile;
  /** M1 carries a Modifier: not direct mode. */
  readonly hasModifier: boolean;
  readonly dlData_octets: number;
  readonly reading_octets: number;
  readonly encrypt: boolean;
}

export interface Work {
  /** Of the CPU, in 1/16 cycle. */
  readonly fuel: number;
  readonly entropy_octets: number;
  readonly nvmRead_octets: number;
  readonly nvmWritten_octets: number;
}

const known = new WeakMap<Silicon, Map<string, Work>>();

/** The most that the silicon's module takes from an M1 of that kind to its M2. Measured once, then remembered. */
export function m2Work(silicon: Silicon, kind: M2Kind): Work {
  const works = known.get(silicon) ?? new Map<string, Work>();
  known.set(silicon, works);
  const { profile, hasModifier, dlData_octets, reading_octets, encrypt } = kind;
  const key = [profile.number, hasModifier, dlData_octets, reading_octets, encrypt].join();
  const work = works.get(key) ?? measured(silicon, kind);
  works.set(key, work);
  return work;
}

const SPA = Uint8Array.of(0x02, 0, 0, 0, 0, 1);
const AA = Uint8Array.of(0x02, 0, 0, 0, 0, 2);
/** No secret: this station talks to nobody. */
const PSK = new Uint8Array(32);
const COUNTER = 7;
// PROTOCOL.md section 7: cell 1, and the cache from its AA on (its generation, 0, stands before that)
const CELL_1 = 24;
const CACHE_AA = 178;
// docs/PROTOCOL.md section 9: the same of the handover entry
const HANDOVER_AA = 270;

/** An M1 of that kind, from an AP whose address differs from worstRecord's in its last octet only. */
export function m1Of({ profile, hasModifier, dlData_octets }: M2Kind): Uint8Array {
  return emitTrigger({
    type: "Trigger",
    id: BROADCAST_ID,
    generation: 0,
    profile,
    info: { sessionId: 0, acwe: 0, ulRate: 0, access: ACCESS.randomSlots, slots: 1, slotDuration_4us: 0 },
    aa: AA,
    aNonce: new Uint8Array(profile.N),
    modifier: hasModifier ? new Uint8Array(MODIFIER_OCTETS) : undefined,
    dlData: new Uint8Array(dlData_octets),
  });
}

function measured(silicon: Silicon, kind: M2Kind): Work {
  const { reading_octets, encrypt } = kind;
  const power = new Tally();
  const device = new Device(silicon, {
    nvm: new Nvm(worstRoamingRecord()),
    power,
    entropy: (into) => {
      for (let i = 0; i < into.length; i++) into[i] = 7 * i;
      return true;
    },
    ram: "lost",
    random: () => 0,
  });
  device.powerUp();
  device.boot();
  device.setPayload(new Uint8Array(reading_octets), encrypt);
  power.reset();
  const answer = device.receive(m1Of(kind));
  if (!answer?.frame) throw new Error(`The station answered a well-formed M1 with ${answer?.status}, and no M2.`);
  return power.work;
}

/** The NVM of a station that answers an M1 with the most work there is. */
export function worstRecord(): Uint8Array {
  const record = encodeRecord({ spa: SPA, psk: PSK, counter: COUNTER });
  new DataView(record.buffer).setUint32(CELL_1, COUNTER - 1);
  new DataView(record.buffer).setUint32(CELL_1 + 4, ~(COUNTER - 1));
  record.set(AA, CACHE_AA);
  return record;
}

/** With a handover entry as bad as the cache's: what no other station than a roaming one ever looks at. */
function worstRoamingRecord(): Uint8Array {
  const record = new Uint8Array(ROAMING_NVM_OCTETS);
  record.set(worstRecord());
  record.set(AA, HANDOVER_AA);
  return record;
}

/** Power without end that adds up what is drawn. */
class Tally implements Power {
  work: Work = { fuel: 0, entropy_octets: 0, nvmRead_octets: 0, nvmWritten_octets: 0 };

  reset(): void {
    this.work = { fuel: 0, entropy_octets: 0, nvmRead_octets: 0, nvmWritten_octets: 0 };
  }

  fuel(): number {
    return FULL;
  }

  ran(fuel: number): void {
    this.work = { ...this.work, fuel: this.work.fuel + fuel };
  }

  died(): void {}

  entropy(octets: number): boolean {
    this.work = { ...this.work, entropy_octets: this.work.entropy_octets + octets };
    return true;
  }

  nvmRead(octets: number): boolean {
    this.work = { ...this.work, nvmRead_octets: this.work.nvmRead_octets + octets };
    return true;
  }

  nvmWrite(octets: number): number {
    this.work = { ...this.work, nvmWritten_octets: this.work.nvmWritten_octets + octets };
    return octets;
  }
}
