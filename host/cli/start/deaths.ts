/*
 * Deaths at chosen instants of the worked exchange, and the lives after them. The noise source says the same in every life,
 * the worst there is: what keeps SNonces apart is then the boot counter alone (AMP-R2).
 */
import { STATES, statusName } from "../../device/abi.ts";
import type { Station } from "../../device/load.ts";
import { Nvm } from "../../device/nvm.ts";
import { decodeRecord } from "../../keys/record.ts";
import type { Example } from "./example.ts";
import { Life } from "./life.ts";

/** The calls of a life in their order. */
const CALLS = ["boot", "reading", "m1", "m3", "send"] as const;
type Call = (typeof CALLS)[number];

/** When power fails: a share of a call's instructions, an octet of NVM in flight, or behind a call. */
interface Instant {
  readonly name: string;
  readonly in: Call;
  readonly share?: number;
  /** The n-th octet that this call writes, and what becomes of it. */
  readonly nvmOctet?: { readonly n: number; readonly torn: number };
}

const INSTANTS: readonly Instant[] = [
  { name: "in amp_boot", in: "boot", share: 0.5 },
  { name: "M1 taken, boot counter half written", in: "m1", nvmOctet: { n: 3, torn: 0xff } },
  { name: "M1 taken, keys half derived", in: "m1", share: 0.5 },
  { name: "M2 sent, M3 on its way", in: "m1" },
  { name: "M3 here, its MIC half checked", in: "m3", share: 0.5 },
  { name: "M3 taken, PMK cache half written", in: "m3", nvmOctet: { n: 46, torn: 0x00 } },
  { name: "secure, Data half made", in: "send", share: 0.5 },
];

export interface Death {
  readonly instant: string;
  /** Instructions of that call that were executed, of how many; null: between two calls, or in an NVM write. */
  readonly instruction: string | null;
  /** What the record then says. */
  readonly nvm: string;
  /** amp_boot of the next life. */
  readonly boots: boolean;
  /** SNonce of the next life's M2, and whether an earlier life had sent it. */
  readonly sNonce: string;
  readonly sNonceIsFresh: boolean;
  /** What the next life answers to the committed M3: taken if its M2 is the committed one, else refused. */
  readonly m3: string;
  readonly ends: (typeof STATES)[number];
  readonly asItMust: boolean;
}

export interface Sweep {
  /** Power failed behind every so many instructions. */
  readonly every: number;
  readonly deaths: number;
  readonly boots: number;
  readonly freshSNonces: number;
}

export class Deaths {
  readonly #metered: WebAssembly.Module;
  readonly #example: Example;
  /** Instructions of each call in a life that nothing ends. */
  readonly #costs: Readonly<Record<Call, number>>;

  constructor(metered: WebAssembly.Module, example: Example) {
    this.#metered = metered;
    this.#example = example;
    const life = new Life(metered, new Nvm(example.nvm), example.entropy);
    const cost = (call: Call): [Call, number] => [call, life.run((station) => this.#make(call, station)).instructions];
    this.#costs = Object.fromEntries(CALLS.map(cost)) as Record<Call, number>;
  }

  /** One death for each of the chosen instants. */
  chosen(): Death[] {
    return INSTANTS.map((instant) => {
      const nvm = new Nvm(this.#example.nvm);
      const life = new Life(this.#metered, nvm, this.#example.entropy);
      const before = CALLS.slice(0, CALLS.indexOf(instant.in));
      const m2s = before.flatMap((call) => this.#make(call, life.station));
      const instructions = Math.floor((instant.share ?? 1) * this.#costs[instant.in]);
      if (instant.nvmOctet) nvm.cutAt(instant.nvmOctet.n, instant.nvmOctet.torn);
      else life.powerFor(instructions);
      const died = life.diesIn(() => m2s.push(...this.#make(instant.in, life.station)));
      const isBetween = !instant.share && !instant.nvmOctet;
      if (died === isBetween)
        throw new Error(`power ${died ? "failed" : "did not fail"} where it was cut: ${instant.name}`);
      const instruction = instant.share
        ? `${instructions.toLocaleString("en")} of ${this.#costs[instant.in].toLocaleString("en")}`
        : null;
      return { instant: instant.name, instruction, ...this.#next(nvm, m2s) };
    });
  }

  /** Deaths all along the life, `every` so many instructions. */
  sweep(every: number): Sweep {
    const total = Object.values(this.#costs).reduce((sum, cost) => sum + cost, 0);
    let [deaths, boots, freshSNonces] = [0, 0, 0];
    for (let instruction = 0; instruction < total; instruction += every) {
      const nvm = new Nvm(this.#example.nvm);
      const life = new Life(this.#metered, nvm, this.#example.entropy);
      life.powerFor(instruction);
      const m2s: Uint8Array[] = [];
      const died = life.diesIn(() => {
        for (const call of CALLS) m2s.push(...this.#make(call, life.station));
      });
      if (!died) throw new Error(`power for ${instruction} of ${total} instructions was enough`);
      const next = this.#next(nvm, m2s);
      deaths++;
      boots += Number(next.boots);
      freshSNonces += Number(next.sNonceIsFresh);
    }
    return { every, deaths, boots, freshSNonces };
  }

  /** One call of a life; the M2 that went out in it, if one did. */
  #make(call: Call, station: Station): Uint8Array[] {
    const { reading, m1, m3 } = this.#example;
    if (call === "boot") station.boot();
    else if (call === "reading") station.setPayload(reading, true);
    else if (call === "m3") station.receive(m3);
    else if (call === "send") station.send();
    else return [station.receive(m1).frame ?? new Uint8Array()];
    return [];
  }

  /** The life after a death: boots, answers the same M1, and hears the committed M3. `m2s`: those that left before. */
  #next(nvm: Nvm, m2s: readonly Uint8Array[]): Omit<Death, "instant" | "instruction"> {
    nvm.powerUp();
    const found = recordText(nvm.octets);
    const { station } = new Life(this.#metered, nvm, this.#example.entropy);
    const boots = station.boot() === 0;
    station.setPayload(this.#example.reading, true);
    const m2 = station.receive(this.#example.m1).frame ?? new Uint8Array();
    const sNonce = sNonceOf(m2);
    const sNonceIsFresh = m2.length > 0 && !m2s.some((left) => sNonceOf(left) === sNonce);
    const { status } = station.receive(this.#example.m3);
    const isCommitted = Buffer.compare(m2, this.#example.m2) === 0;
    const m3 = status === 0 ? "taken" : (statusName(status) ?? String(status));
    const ends = STATES[station.state()];
    const asItMust = boots && sNonceIsFresh && m3 === (isCommitted ? "taken" : "bad MIC");
    return { nvm: found, boots, sNonce, sNonceIsFresh, m3, ends, asItMust };
  }
}

/** N octets behind FC ‖ ID ‖ TDC, compact profile. */
function sNonceOf(m2: Uint8Array): string {
  return Buffer.from(m2.subarray(5, 5 + 16)).toString("hex");
}

function recordText(octets: Uint8Array): string {
  const { counter, cache } = decodeRecord(octets);
  const state = cache.valid ? "cached" : cache.empty ? "not cached" : "cache torn";
  return `counter ${counter}, PMK ${state}`;
}
