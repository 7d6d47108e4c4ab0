/*
 * One exchange of a station module with an AP that is made of host/wire alone, function by function under the gauge: for
 * what host/handshake does not tell apart (which function costs what), and for profiles that no AccessPoint has.
 */
import { AMP_SIFS, dlAirtime_us } from "../../host/channel/airtime.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { StationHost } from "../../host/device/host.ts";
import { loadStation } from "../../host/device/load.ts";
import type { Weights } from "../../host/device/weights.ts";
import type { Step } from "../../host/handshake/step.ts";
import type { Way } from "../../host/handshake/way.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { pmkOf } from "../../host/keys/roots.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { idOf } from "../../host/wire/id.ts";
import { BROADCAST_ID, MacView } from "../../host/wire/mac.ts";
import { type Confirm, emitNumbered, PN_FIRST } from "../../host/wire/numbered.ts";
import type { Profile } from "../../host/wire/profile.ts";
import { open, seal } from "../../host/wire/protect.ts";
import { deriveSessionKeys } from "../../host/wire/ptk.ts";
import { readResponse } from "../../host/wire/response.ts";
import { readTdc } from "../../host/wire/tdc.ts";
import { emitTrigger, MODIFIER_OCTETS, type Trigger } from "../../host/wire/trigger.ts";
import { ACCESS } from "../../host/wire/triggerinfo.ts";
import { type Gauge, gauge, type Spent } from "./gauge.ts";
import { AIR } from "./lab.ts";

const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 0x2a);
const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 7);

/** One call of the module. */
export interface Call {
  readonly functions: Readonly<Record<string, Spent>>;
  /** What it asked of its host, in order. */
  readonly draws: readonly Step[];
}

export interface Exchange {
  readonly m1_octets: number;
  readonly m2_octets: number;
  readonly m3_octets: number;
  readonly boot: Call;
  /** setPayload and the M1. */
  readonly m2: Call;
  readonly m3: Call;
}

export interface ExchangeOptions {
  readonly module: Uint8Array;
  readonly names: readonly string[];
  readonly weights: Weights;
  /** As the module reads it; need not be one of the host's. */
  readonly profile: Profile;
  readonly reading_octets: number;
}

/** What three lives of a station say, one after the other. */
export interface Lives<Of = Exchange> {
  /** Its first exchange: the PMK is derived, and the cache is empty. */
  readonly first: Of;
  /** With the same AP: the PMK is cached. */
  readonly cached: Of;
  /** With another Modifier: the PMK is derived, the cache is written over. All that differs from `cached` is the cache's. */
  readonly again: Of;
}

/** AES-CCM, with M3. `refuses`: NVM offsets whose writes fail, as behind an adapter that keeps something out. */
export function exchanges(options: ExchangeOptions, refuses: (offset: number) => boolean = () => false): Lives {
  const { module, names, weights, profile, reading_octets } = options;
  const meter = gauge(module, names, weights);
  const psk = octets(32, 0x50);
  const nvm = encodeRecord({ spa: SPA, psk, counter: 0 });
  const life = (n: number, modifier: number): Exchange =>
    new Life(meter, nvm, n, refuses).exchange({ profile, psk, reading_octets, modifier });
  return { first: life(1, 0x4d), cached: life(2, 0x4d), again: life(3, 0x4e) };
}

/** The same as ways, for every table of weights; `changed` makes of each exchange what it would be on other parts. */
export function exchangeWays(
  tables: readonly Weights[],
  of: Omit<ExchangeOptions, "weights">,
  changed: (exchange: Exchange) => Exchange = (exchange) => exchange,
): Lives<Way> {
  const made = new Map(
    tables.map((weights) => {
      const { first, cached, again } = exchanges({ ...of, weights });
      return [weights, { first: changed(first), cached: changed(cached), again: changed(again) }];
    }),
  );
  const way = (which: keyof Lives): Way => {
    const known = (weights: Weights): Exchange => {
      const lives = made.get(weights);
      if (!lives) throw new Error("an exchange was not counted with these weights");
      return lives[which];
    };
    const { m1_octets, m2_octets, m3_octets } = known(tables[0]);
    return {
      ...{ name: `${of.profile.name}, ${which}`, family: "AMP", frames: 3 },
      ...{ dl_octets: m1_octets + m3_octets, ul_octets: m2_octets },
      // What wasm and M4 execute is host/handshake's to count.
      ...{ wasm: null, m4: null, slot_s: null },
      steps: (weights) => stepsOf(known(weights)),
      answer: (weights) => computed(known(weights).m2, "frame"),
    };
  };
  return { first: way("first"), cached: way("cached"), again: way("again") };
}

/** The way without its M3. */
export function withoutM3(way: Way): Way {
  const steps = (weights: Weights): readonly Step[] => {
    const all = way.steps(weights);
    return all.slice(
      0,
      all.findLastIndex(({ kind }) => kind === "rx"),
    );
  };
  return { ...way, name: `${way.name}, no M3`, steps };
}

const LISTEN_s = (AMP_SIFS.value + dlAirtime_us(0, AIR.dlRate_kbps, 0)) * 1e-6;

/** The radio's part put between the calls, as host/handshake does. */
function stepsOf({ m1_octets, m2_octets, m3_octets, boot, m2, m3 }: Exchange): Step[] {
  return [
    ...([{ kind: "start" }, ...computed(boot, "boot"), { kind: "rx", octets: m1_octets }] as const),
    ...([...computed(m2, "frame"), { kind: "tx", octets: m2_octets }, { kind: "listen", t_s: LISTEN_s }] as const),
    ...([{ kind: "rx", octets: m3_octets }, ...computed(m3, "m3")] as const),
  ];
}

/** What a call computes, then what it asked for: the order within a call moves no joule. */
function computed(call: Call, phase: "boot" | "frame" | "m3"): Step[] {
  return [{ kind: "cpu", phase, fuel: fuelOf(call) }, ...call.draws];
}

interface Said {
  readonly profile: Profile;
  readonly psk: Uint8Array;
  readonly reading_octets: number;
  /** Its first octet. */
  readonly modifier: number;
}

class Life {
  readonly #gauge: Gauge;
  readonly #station: ReturnType<typeof loadStation>;
  readonly #n: number;
  #draws: Step[] = [];

  constructor(meter: Gauge, nvm: Uint8Array, n: number, refuses: (offset: number) => boolean) {
    this.#gauge = meter;
    this.#n = n;
    const host: StationHost = {
      entropy: (into) => {
        this.#draws.push({ kind: "entropy", phase: "snonce", octets: into.length });
        for (let i = 0; i < into.length; i++) into[i] = 37 * i + n;
        return true;
      },
      nvmRead: (offset, into) => {
        this.#draws.push({ kind: "nvmRead", octets: into.length });
        into.set(nvm.subarray(offset, offset + into.length));
        return true;
      },
      nvmWrite: (offset, from) => {
        if (refuses(offset)) return false;
        this.#draws.push({ kind: "nvmWrite", octets: from.length });
        nvm.set(from, offset);
        return true;
      },
    };
    this.#station = loadStation(meter.wasm, host, { extraExports: true });
  }

  exchange({ profile, psk, reading_octets, modifier: first }: Said): Exchange {
    const station = this.#station;
    const modifier = octets(MODIFIER_OCTETS, first);
    const m1: Trigger = {
      type: "Trigger",
      id: BROADCAST_ID,
      generation: 0,
      profile,
      info: { sessionId: this.#n, acwe: 0, ulRate: 1, access: ACCESS.randomSlots, slots: 1, slotDuration_4us: 250 },
      aa: AA,
      aNonce: octets(profile.N, this.#n),
      modifier,
      dlData: new Uint8Array(0),
    };
    const trigger = emitTrigger(m1);
    this.#take();
    expect(station.boot() === 0, "a boot");
    const boot = this.#take();
    const reading = octets(reading_octets, 0x52);
    expect(station.setPayload(reading, true) === 0, "a reading");
    const { frame: m2 } = station.receive(trigger);
    expect(m2 !== undefined, "an M1");
    const answered = this.#take();

    const view = new MacView(m2);
    const response = readResponse(view, readTdc(view.tdc), profile);
    const binding = { m1: bindingOf(m1) };
    const pmk = pmkOf(nodeCrypto, psk, modifier, { aa: AA, spa: SPA });
    const keys = deriveSessionKeys(nodeCrypto, pmk, { aa: AA, spa: SPA, aNonce: m1.aNonce, sNonce: response.sNonce });
    const payload = open(nodeCrypto, keys, response, { ...binding, a2: SPA });
    expect(payload !== null && nodeCrypto.equal(payload, reading), "the MIC of an M2");
    const confirm = {
      ...({ type: "Confirm", id: idOf(nodeCrypto, SPA), encrypted: true, generation: 0, profile } as const),
      ...{ pn: PN_FIRST, payload: new Uint8Array(0), command: false },
    };
    const m3 = emitNumbered(seal(nodeCrypto, keys, confirm, { ...binding, a2: AA }) as Confirm);
    expect(station.receive(m3).status === 0, "an M3");
    return {
      ...{ m1_octets: trigger.length, m2_octets: m2.length, m3_octets: m3.length },
      ...{ boot, m2: answered, m3: this.#take() },
    };
  }

  #take(): Call {
    const draws = this.#draws;
    this.#draws = [];
    return { functions: this.#gauge.take(this.#station.exports), draws };
  }
}

/** Of a call, or of those of its functions that `of` picks. */
export function fuelOf({ functions }: Call, of: (name: string) => boolean = () => true): number {
  return Object.entries(functions).reduce((sum, [name, { fuel }]) => sum + (of(name) ? fuel : 0), 0);
}

function octets(length: number, of: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => of ^ i);
}

function expect(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`${what} of an honest exchange was refused`);
}
