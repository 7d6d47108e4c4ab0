/*
 * The test bed: a station module that carries an instrument, its NVM, and the twin AP at the other end, whose verdict on
 * every frame makes sure that what is measured is the real thing.
 */
import { type Counter, type Counts, counter } from "../../host/device/count.ts";
import { type Answer, loadStation, type Station } from "../../host/device/load.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { type ApSession, type TriggerRequest, TwinAp } from "../../tests/twin/ap.ts";
import { midstates } from "../../tests/twin/hmac.ts";
import { provision } from "../../tests/twin/record.ts";
import { COMPACT, entropyOf, labelled, MODIFIER, PROVISIONED, PSK, SPA } from "../../tests/vectors/world.ts";

/** An AP's address far from SPA: Min and Max are decided by the fourth octet. */
const AA = Uint8Array.from([0x02, 0xc0, 0xff, 0, 0, 1]);

/** What one call took. */
export interface Cost {
  readonly instructions: number;
  /** Octets of nvmWrite. */
  readonly nvmWritten: number;
}

/** A compiled module that counts, to be used by any number of beds. */
export interface CountingModule {
  readonly module: WebAssembly.Module;
  readonly gauge: Counter;
}

export function countingModule(octets: Uint8Array): CountingModule {
  const gauge = counter(octets);
  return { module: new WebAssembly.Module(gauge.wasm as Uint8Array<ArrayBuffer>), gauge };
}

export class Bed {
  readonly station: Station;
  readonly nvm = new Nvm(PROVISIONED);
  ap = new TwinAp(AA, MODIFIER);
  readonly #gauge: Counter | undefined;
  #aNonces = 0;

  /** `instrumented`: a counting module, or any other one with more exports, which then cannot be asked for costs. */
  constructor(instrumented: CountingModule | Uint8Array) {
    const isCounting = !(instrumented instanceof Uint8Array);
    this.#gauge = isCounting ? instrumented.gauge : undefined;
    const noise = entropyOf(0);
    const host = {
      entropy: (into: Uint8Array) => {
        into.set(noise);
        return true;
      },
      nvmRead: (offset: number, into: Uint8Array) => this.nvm.nvmRead(offset, into),
      nvmWrite: (offset: number, octets: Uint8Array) => this.nvm.nvmWrite(offset, octets),
    };
    this.station = loadStation(isCounting ? instrumented.module : instrumented, host, { extraExports: true });
  }

  /** A device and an AP that have not met. `modifier` null: direct mode. */
  manufacture({ modifier = MODIFIER as Uint8Array | null, psk = PSK } = {}): this {
    this.nvm.octets.set(provision(SPA, midstates(psk)));
    this.ap = new TwinAp(AA, modifier);
    this.ap.enrol(SPA, 0, psk);
    return this;
  }

  /** State 1. amp_boot assumes nothing of RAM, so that a power-up of the same instance is a power-up. */
  powerUp(): this {
    expect(this.station.boot(), 0, "amp_boot");
    return this;
  }

  reading(length: number, encrypt: boolean): this {
    expect(this.station.setPayload(new Uint8Array(length).fill(0x21), encrypt), 0, "amp_set_payload");
    return this;
  }

  /** A trigger that was not sent before. */
  m1(request: Partial<TriggerRequest> = {}): Uint8Array {
    const { N } = request.profile ?? COMPACT;
    return this.ap.trigger({
      profile: COMPACT,
      spa: SPA,
      aNonce: labelled(`bench, ANonce ${this.#aNonces++}`, N),
      ...request,
    });
  }

  /** State 2: the AP's side of the session that this M2 opened; throws when the AP does not take it. */
  taken({ status, frame }: Answer): ApSession {
    const session = frame && this.ap.respond(frame);
    if (!session) throw new Error(`the AP took no M2; M1 was answered with ${status}`);
    return session;
  }

  waiting(request: Partial<TriggerRequest> = {}): ApSession {
    return this.taken(this.station.receive(this.m1(request)));
  }

  /** State 3. */
  secure(request: Partial<TriggerRequest> = {}): ApSession {
    const session = this.waiting(request);
    expect(this.station.receive(session.confirm().frame).status, 0, "M3");
    return session;
  }

  /** What `call` took, and what it answered. */
  cost<Result>(call: (station: Station) => Result): Cost & { readonly result: Result } {
    const { result, total, nvmWritten } = this.#measured(call, (gauge) => gauge.total(this.station.exports));
    return { instructions: total, nvmWritten, result };
  }

  /** Where `call` spent its instructions. */
  counts(call: (station: Station) => unknown): Counts {
    return this.#measured(call, (gauge) => gauge.read(this.station.exports)).total;
  }

  #measured<Result, Total>(call: (station: Station) => Result, read: (gauge: Counter) => Total) {
    if (!this.#gauge) throw new Error("this module does not count");
    const before = this.nvm.written;
    this.#gauge.reset(this.station.exports);
    const result = call(this.station);
    return { result, total: read(this.#gauge), nvmWritten: this.nvm.written - before };
  }
}

/** Throws an Error that says which call answered what. */
export function expect(answered: number, expected: number, call: string): void {
  if (answered !== expected) throw new Error(`${call} answered ${answered}, not ${expected}`);
}
