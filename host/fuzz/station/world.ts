/*
 * Who is on the other side of the fuzzed device: a real AP with its key service, and a forger that knows every key and
 * seals whatever it is told to, so that what lies behind a right MIC is reached too. The world begins anew with each
 * sequence, and is the same each time: a sequence means the same whenever it is played.
 */
import { AccessPoint } from "../../ap/accesspoint.ts";
import { PmkTable } from "../../ap/pmks.ts";
import type { Crypto } from "../../crypto/crypto.ts";
import { createPortableCrypto } from "../../crypto/portable.ts";
import { encodeRecord } from "../../keys/record.ts";
import { authenticatorOf, modifierPrimeOf, nextGeneration, pmkOf, rootAfter } from "../../keys/roots.ts";
import { KeyService } from "../../keys/service.ts";
import { MemoryStore } from "../../keys/store.ts";
import { streamsOf } from "../../sim/streams.ts";
import { bindingOf } from "../../wire/binding.ts";
import { checkDownlink, checkUplink, type Listener } from "../../wire/check.ts";
import { emitCommand } from "../../wire/command.ts";
import { idOf } from "../../wire/id.ts";
import { emitNumbered } from "../../wire/numbered.ts";
import { PROFILES, payloadMaxOctets } from "../../wire/profile.ts";
import { seal } from "../../wire/protect.ts";
import { deriveSessionKeys, type SessionKeys } from "../../wire/ptk.ts";
import type { Response } from "../../wire/response.ts";
import { dlDataMaxOctets, emitTrigger, type Trigger } from "../../wire/trigger.ts";
import { ACCESS } from "../../wire/triggerinfo.ts";
import { FORGE_BITS, FORGE_MAKES, type Step, TRIGGER_BITS } from "./step.ts";

const SEED = 0;
const CHANNEL = 0;
const CRYPTO = createPortableCrypto();
const STREAMS = streamsOf(CRYPTO, SEED);
const octetsOf = (name: string, length: number): Uint8Array => STREAMS(`fuzz ${name}`).fill(new Uint8Array(length));

const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0x00, 0x01);
export const AA = Uint8Array.of(0x02, 0, 0, 0, 0, 0x01);
export const PSK = octetsOf("PSK", 32);
export const MASTER = octetsOf("master", 32);
export const MODIFIER = octetsOf("Modifier", 8);

/** The fuzzed device, as frames name it. */
export const DEVICE: Listener = { id: idOf(CRYPTO, SPA), spa: SPA };
/** Its NVM record as it leaves manufacture. */
export const IMAGE: Uint8Array = encodeRecord({ spa: SPA, psk: PSK, counter: 0 });

const INFO = { acwe: 2, ulRate: 1, slots: 4, slotDuration_4us: 500 } as const;

/** An exchange that the device has answered, as whoever knows its keys sees it. */
interface Exchange {
  readonly m1: Trigger;
  readonly m2: Response;
  keys: SessionKeys | undefined;
}

export class World {
  readonly #crypto: Crypto;
  readonly #ap: AccessPoint;
  readonly #service: KeyService;
  /** By generation, the newest last. */
  readonly #roots: Uint8Array[] = [PSK];
  #exchange: Exchange | undefined;
  /** The device's last frame. */
  #uplink: Uint8Array | undefined;
  #now_s = 0;

  constructor() {
    const random = STREAMS("fuzz AP");
    this.#crypto = createPortableCrypto((octets) => random.fill(octets));
    const keys = new PmkTable(AA, this.#crypto);
    this.#service = new KeyService({ crypto: this.#crypto, master: MASTER, store: new MemoryStore() });
    this.#service.enrol(SPA, PSK);
    this.#service.serve(keys, MODIFIER);
    this.#ap = new AccessPoint({ crypto: this.#crypto, keys, service: this.#service, triggerSpan_s: () => 1 });
  }

  /** The device has sent this in answer to that frame, or by itself. */
  heard(uplink: Uint8Array, downlink: Uint8Array | undefined): void {
    this.#uplink = uplink;
    const m1 = downlink && checkDownlink(downlink).frame;
    const m2 = checkUplink(uplink).frame;
    if (m1?.type === "Trigger" && m2?.type === "Response") this.#exchange = { m1, m2, keys: undefined };
  }

  /** The frame that a step sends; undefined: there is none to send, now. */
  frameFor(step: Step): Uint8Array | undefined {
    this.#now_s += 0.001;
    switch (step.kind) {
      case "trigger":
        return this.#trigger(step);
      case "repeat":
        return this.#ap.repeat(CHANNEL, this.#now_s);
      case "answer":
        return this.#answer(step);
      case "data":
        return this.#ap.data(SPA, step.octets, this.#now_s).octets;
      case "forge":
        return this.#forge(step);
      case "update":
        this.#service.startUpdate(SPA);
        return undefined;
      case "restart":
        this.#ap.restart();
        return undefined;
      default:
        return undefined;
    }
  }

  #trigger({ a, octets }: Step): Uint8Array {
    const profile = PROFILES[(a & TRIGGER_BITS.profile) % PROFILES.length];
    const isBroadcast = (a & TRIGGER_BITS.broadcast) !== 0;
    const isAlone = (a & TRIGGER_BITS.alone) !== 0 && !isBroadcast;
    const isDirect = (a & TRIGGER_BITS.direct) !== 0;
    const info = { ...INFO, access: isAlone ? ACCESS.thisStationOnly : ACCESS.randomSlots };
    const data = octets.slice(0, dlDataMaxOctets(profile, !isDirect));
    if (!isDirect) {
      const to = isBroadcast ? "broadcast" : SPA;
      return this.#ap.trigger(CHANNEL, { to, profile, data, ...info }, this.#now_s);
    }
    // The AP of this world has a Modifier: a direct one is somebody else's, who knows the root.
    const { id } = DEVICE;
    const aNonce = this.#crypto.randomBytes(profile.N);
    const fields = { id, generation: 0, profile, info: { sessionId: 0, ...info }, aa: AA, aNonce, modifier: undefined };
    return emitTrigger({ type: "Trigger", ...fields, dlData: data });
  }

  /** M3, if the device's last frame was an M2 that the AP takes; what else it was, the AP takes too. */
  #answer({ octets }: Step): Uint8Array | undefined {
    if (this.#uplink === undefined) return undefined;
    const received = this.#ap.receive(CHANNEL, this.#uplink, this.#now_s);
    if (received.kind === "again") return received.m3;
    if (received.kind !== "reading") return undefined;
    const { reading } = received;
    return reading.delivered(this.#now_s, octets.slice(0, payloadMaxOctets(reading.profile)))?.m3;
  }

  #forge({ a, b, octets }: Step): Uint8Array | undefined {
    const exchange = this.#exchange;
    if (exchange === undefined) return undefined;
    const { m1, m2 } = exchange;
    exchange.keys ??= this.#keysOf(exchange);
    const { profile, generation } = m2;
    const isConfirm = (a & FORGE_BITS.confirm) !== 0;
    const command = isConfirm && (a & FORGE_BITS.command) !== 0;
    const encrypted = command || (a & FORGE_BITS.encrypted) !== 0;
    const payload = command ? this.#command(a, octets, generation) : octets;
    const fitting = payload.slice(0, payloadMaxOctets(profile));
    const common = { id: m2.id, encrypted, generation, profile, pn: b, payload: fitting } as const;
    const unsealed = isConfirm
      ? ({ type: "Confirm", command, ...common } as const)
      : ({ type: "Data", ...common } as const);
    const sealed = seal(this.#crypto, exchange.keys, unsealed, { a2: m1.aa, m1: bindingOf(m1) });
    if (sealed.type === "Response") return undefined;
    const frame = { ...sealed, mic: (a & FORGE_BITS.badMic) === 0 ? sealed.mic : sealed.mic.map((octet) => octet ^ 1) };
    return emitNumbered(frame);
  }

  /** The payload of a command; the roots go along with what the device will do. */
  #command(a: number, octets: Uint8Array, bits: number): Uint8Array {
    const makes = FORGE_MAKES[(a & FORGE_BITS.makes) >> 4];
    if (makes === "octets") return octets;
    if (makes === "PROVE") return emitCommand({ command: "PROVE" });
    const from = this.#generationOf(bits);
    const generation = makes === "UPDATE again" ? from : nextGeneration(from);
    const modifierPrime = modifierPrimeOf(this.#crypto, MASTER, generation, SPA);
    const inputs = { modifierPrime, generation, spa: SPA };
    const root = this.#roots[from];
    if (generation === this.#roots.length) this.#roots.push(rootAfter(this.#crypto, root, inputs));
    return emitCommand({
      command: "UPDATE",
      generation,
      modifierPrime,
      T: authenticatorOf(this.#crypto, root, inputs),
    });
  }

  #keysOf({ m1, m2 }: Exchange): SessionKeys {
    const { aa, aNonce, modifier } = m1;
    const root = this.#roots[this.#generationOf(m2.generation)];
    const pmk = pmkOf(this.#crypto, root, modifier, { aa, spa: SPA });
    return deriveSessionKeys(this.#crypto, pmk, { aa, spa: SPA, aNonce, sNonce: m2.sNonce });
  }

  /** The newest root with these bits; the AP's own UPDATE is the one that the forger would have made. */
  #generationOf(bits: number): number {
    for (let g = this.#roots.length - 1; g >= 0; g--) if ((g & 3) === bits) return g;
    const from = this.#roots.length - 1;
    const generation = nextGeneration(from);
    const modifierPrime = modifierPrimeOf(this.#crypto, MASTER, generation, SPA);
    this.#roots.push(rootAfter(this.#crypto, this.#roots[from], { modifierPrime, generation, spa: SPA }));
    return (generation & 3) === bits ? generation : 0;
  }
}

/** The noise that the device's source gives in its n-th power cycle: the same in every run. */
export const NOISE: readonly Uint8Array[] = Array.from({ length: 8 }, (_, cycle) => octetsOf(`noise ${cycle}`, 32));
/** What RAM holds after a power-up of the policy "random". */
export const GARBAGE: Uint8Array = octetsOf("garbage", 4096);
