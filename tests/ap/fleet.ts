/**
 * Two APs, their key service and one device through a root update, with a crash of anything at any step. Every durable
 * step (a commit of the service, an assign, hold or begin of an AP) is numbered; at a planned one the process dies before the
 * step is durable, or after that and before anyone hears of it.
 */
import assert from "node:assert/strict";
import { AccessPoint } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { PowerFailure } from "../../host/device/nvm.ts";
import type { ApPort, KeyDesk } from "../../host/keys/link.ts";
import { KeyService } from "../../host/keys/service.ts";
import { type Change, type DeviceRecord, type KeyStore, MemoryStore } from "../../host/keys/store.ts";
import { hex } from "../twin/bytes.ts";
import { AA_HIGH, AA_LOW } from "../vectors/world.ts";
import { BedDevice, MASTER, nextRootOf, PLAIN_REQUEST, pskOf, SPAN_s, spaOf } from "./bed.ts";

/** The process is gone; whatever it had in RAM, too. */
export class Crash extends Error {}

interface Plan {
  readonly step: number;
  readonly durable: boolean;
}

/** Counts durable steps, and dies at the planned one. */
export class Steps {
  taken = 0;
  plan: Plan | undefined;

  /** `make` makes it durable, `done` tells the process that waits. */
  do(make: () => void, done: () => void): void {
    const isLast = this.plan?.step === this.taken++;
    if (!isLast || this.plan?.durable) make();
    if (isLast) throw new Crash("the process died");
    done();
  }
}

class SteppedStore implements KeyStore {
  readonly #steps: Steps;
  readonly inner: MemoryStore;

  constructor(steps: Steps, inner: MemoryStore) {
    this.#steps = steps;
    this.inner = inner;
  }

  load(): ReturnType<KeyStore["load"]> {
    return this.inner.load();
  }

  commit(change: Change, done: () => void): void {
    this.#steps.do(() => this.inner.commit(change, () => {}), done);
  }
}

function steppedPort(steps: Steps, table: PmkTable): ApPort {
  const nothing = (): void => {};
  return {
    aa: table.aa,
    assign: (modifier, done) => steps.do(() => table.assign(modifier, nothing), done),
    hold: (grant, done) => steps.do(() => table.hold(grant, nothing), done),
    begin: (done) => steps.do(() => table.begin(nothing), done),
  };
}

export class Fleet {
  readonly spa = spaOf(0);
  readonly steps = new Steps();
  readonly device = new BedDevice(this.spa);
  readonly store: SteppedStore;
  readonly tables: readonly PmkTable[] = [AA_LOW, AA_HIGH].map((aa) => new PmkTable(aa, nodeCrypto));
  service: KeyService;
  readonly aps: readonly AccessPoint[];
  now_s = 0;
  /** What the M3s of sessions carried. */
  readonly carried: string[] = [];

  constructor(devices: Iterable<DeviceRecord> = []) {
    this.store = new SteppedStore(this.steps, new MemoryStore(devices));
    this.service = this.start();
    // An AP outlives its key service: it asks whichever runs.
    const service: KeyDesk = {
      commandFor: (...asked) => this.service.commandFor(...asked),
      offer: (...offered) => this.service.offer(...offered),
      missing: (...missed) => this.service.missing(...missed),
    };
    this.aps = this.tables.map((keys) => {
      return new AccessPoint({ crypto: nodeCrypto, keys, service, triggerSpan_s: () => SPAN_s });
    });
    if (this.store.load().devices.length === 0) this.service.enrol(this.spa, pskOf(this.spa));
  }

  /** The service (re)starts: what was committed is all that is left of it. It may die at a step of this, too. */
  start(plan?: Plan): KeyService {
    this.steps.plan = plan;
    this.service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: this.store });
    for (const table of this.tables) this.service.serve(steppedPort(this.steps, table));
    this.steps.plan = undefined;
    return this.service;
  }

  /** One session with an AP: M1, M2, M3 and the answer to its command. Fails if the AP does not take the M2. */
  session(ap: number, lost: "M3" | "answer" | "nothing" = "nothing"): void {
    this.now_s += 2;
    const at = this.aps[ap];
    const m1 = at.trigger(0, PLAIN_REQUEST, this.now_s);
    const received = at.receive(0, this.device.answer(m1), this.now_s);
    assert.ok(received.kind === "reading", `AP ${ap} and the device share a generation: ${JSON.stringify(received)}`);
    const confirmation = received.reading.delivered(this.now_s);
    assert.ok(confirmation, "delivered in time");
    this.carried.push(confirmation.carries);
    if (lost === "M3") return;
    const { status, frame } = this.device.station.receive(confirmation.m3);
    assert.equal(status, 0, "the device takes its M3");
    if (lost === "answer" || frame === undefined) return;
    assert.equal(at.receive(0, frame, this.now_s).kind, "proof");
  }

  /** Sessions until the device's update is proven and no AP holds a root's PMK that was dropped. */
  finish(generation: number): void {
    for (let i = 0; i < 6; i++) this.session(i % 2);
    assert.deepEqual(this.service.progressOf(this.spa), { generation, updatingTo: undefined, isReady: false });
    for (const table of this.tables) assert.equal(table.device(this.spa)?.pmkOf((generation + 3) & 3), undefined);
    const [{ root, update }] = this.store.load().devices;
    assert.equal(update, undefined);
    let wanted = pskOf(this.spa);
    for (let g = 1; g <= generation; g++) wanted = nextRootOf(wanted, g, this.spa);
    assert.equal(hex(root), hex(wanted), "the root that the update makes, by node:crypto alone");
  }

  /** Does this; true if power or a process failed in it. */
  dies(life: () => void): boolean {
    try {
      life();
      return false;
    } catch (error) {
      if (error instanceof Crash || error instanceof PowerFailure) return true;
      throw error;
    }
  }
}
