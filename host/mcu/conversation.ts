/*
 * One power cycle of a station in talk with the project's access point: boot, M1, M2, M3, what M3 sets off, Data both
 * ways. Everything random comes from the seed, so that two stations with one NVM image and one source of noise have to
 * send the same octets, whatever they run on.
 */
import { AccessPoint } from "../ap/accesspoint.ts";
import { PmkTable } from "../ap/pmks.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { nodeCrypto } from "../crypto/node.ts";
import type { Answer } from "../device/load.ts";
import { encodeRecord } from "../keys/record.ts";
import { KeyService } from "../keys/service.ts";
import { MemoryStore } from "../keys/store.ts";
import { streamsOf } from "../sim/streams.ts";
import { type Profile, payloadMaxOctets, readingMaxOctets } from "../wire/profile.ts";
import { dlDataMaxOctets } from "../wire/trigger.ts";

/** A station as a conversation uses it: on Node, or on an emulated microcontroller. */
export interface Talker {
  boot(): number | Promise<number>;
  setPayload(reading: Uint8Array, encrypt: boolean): number | Promise<number>;
  receive(frame: Uint8Array): Answer | Promise<Answer>;
  send(): Answer | Promise<Answer>;
  received(): Uint8Array | Promise<Uint8Array>;
  triggerData(): Uint8Array | Promise<Uint8Array>;
}

/** How the PMK comes about: derived, out of the cache, or the root itself. */
export const KEYINGS = ["cold", "cached", "direct"] as const;
export type Keying = (typeof KEYINGS)[number];

/** What one power cycle is about. */
export interface Topic {
  readonly profile: Profile;
  readonly encrypt: boolean;
  readonly keying: Keying;
  readonly reading_octets: number;
  readonly trigger_octets: number;
  readonly confirm_octets: number;
  /** A root update is on its way: M3 carries UPDATE. */
  readonly update: boolean;
  /** DL Data and UL Data behind the M3. */
  readonly data: boolean;
}

/** A call of the station, and what it answered. */
export interface Turn {
  readonly call: "boot" | "setPayload" | "receive" | "send" | "received" | "triggerData";
  readonly frame?: Uint8Array;
  readonly answer: Uint8Array | number;
}

const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 0x2a);
const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 7);
const SPAN_s = 0.02;
const STEP_s = 1e-3;

/** The other end of one station, over all its power cycles. */
export class OtherEnd {
  readonly image: Uint8Array;
  readonly #ap: AccessPoint;
  readonly #keys: KeyService;
  #now_s = 0;

  constructor(seed: number, isDirect: boolean) {
    const streams = streamsOf(nodeCrypto, seed);
    const stream = streams("access point");
    const crypto: Crypto = { ...nodeCrypto, randomBytes: (length) => stream.fill(new Uint8Array(length)) };
    const secrets = streams("roots");
    const psk = secrets.fill(new Uint8Array(32));
    this.image = encodeRecord({ spa: SPA, psk, counter: 0 });
    this.#keys = new KeyService({ crypto, master: secrets.fill(new Uint8Array(32)), store: new MemoryStore() });
    const table = new PmkTable(AA, crypto);
    this.#keys.serve(table, isDirect ? "direct" : undefined);
    this.#keys.enrol(SPA, psk);
    this.#ap = new AccessPoint({ crypto, keys: table, service: this.#keys, triggerSpan_s: () => SPAN_s });
  }

  /** The newest generation that the station has proven. */
  get generation(): number {
    return this.#keys.progressOf(SPA).generation;
  }

  /**
   * The station has just been powered up. `turns` fills as they are taken: whoever hands a list in has them even if the
   * station dies. @throws Error when an honest exchange does not come to its end.
   */
  async converse(station: Talker, topic: Topic, turns: Turn[] = []): Promise<Turn[]> {
    const { profile, encrypt } = topic;
    const told = async (frame: Uint8Array): Promise<Uint8Array | undefined> => {
      const { status, frame: answer } = await station.receive(frame);
      turns.push({ call: "receive", frame, answer: answer ?? status });
      return answer;
    };
    if (topic.update) this.#keys.startUpdate(SPA);
    turns.push({ call: "boot", answer: await station.boot() });
    turns.push({ call: "setPayload", answer: await station.setPayload(octets(topic.reading_octets, 0x52), encrypt) });
    const m1 = this.#ap.trigger(0, this.#request(topic), this.#tick());
    const m2 = await told(m1);
    const m3 = m2 && this.#confirms(m2, octets(topic.confirm_octets, 0x44));
    if (!m3) throw new Error("an honest M2 got no M3");
    const answer = await told(m3);
    if (answer) this.#ap.receive(0, answer, this.#tick());
    turns.push({ call: "triggerData", answer: await station.triggerData() });
    turns.push({ call: "received", answer: await station.received() });
    if (!topic.data) return turns;
    const down = this.#ap.data(
      SPA,
      octets(Math.min(topic.confirm_octets, payloadMaxOctets(profile)), 0x55),
      this.#tick(),
    );
    if (down.octets) await told(down.octets);
    const up = await station.send();
    turns.push({ call: "send", answer: up.frame ?? up.status });
    if (up.frame && this.#ap.receive(0, up.frame, this.#tick()).kind !== "data")
      throw new Error("honest Data was refused");
    return turns;
  }

  #request({ profile, trigger_octets }: Topic) {
    const slots = { acwe: 0, ulRate: 1, access: 0, slots: 1, slotDuration_4us: 250 };
    return { to: "broadcast" as const, profile, ...slots, data: octets(trigger_octets, 0x54) };
  }

  #confirms(m2: Uint8Array, data: Uint8Array): Uint8Array | undefined {
    const received = this.#ap.receive(0, m2, this.#tick());
    return received.kind === "reading" ? received.reading.delivered(this.#now_s, data)?.m3 : undefined;
  }

  #tick(): number {
    this.#now_s += STEP_s;
    return this.#now_s;
  }
}

/** The topic with every length cut to what its profile and keying have room for. */
export function fitting(topic: Topic): Topic {
  const { profile, keying } = topic;
  return {
    ...topic,
    reading_octets: Math.min(topic.reading_octets, readingMaxOctets(profile)),
    trigger_octets: Math.min(topic.trigger_octets, dlDataMaxOctets(profile, keying !== "direct")),
    confirm_octets: Math.min(topic.confirm_octets, payloadMaxOctets(profile)),
  };
}

export function topicText({
  profile,
  encrypt,
  keying,
  reading_octets,
  trigger_octets,
  confirm_octets,
  update,
  data,
}: Topic): string {
  const also = [update ? "UPDATE" : `${confirm_octets} in M3`, ...(data ? ["Data"] : [])].join(", ");
  return `${profile.name} ${encrypt ? "CCM" : "MIC"} ${keying}, ${trigger_octets} in M1, ${reading_octets} in M2, ${also}`;
}

function octets(length: number, of: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => of ^ i);
}
