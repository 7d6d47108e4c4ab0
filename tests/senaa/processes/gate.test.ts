/** The enforcement point at a key service that runs: whom it dismisses, and when, on a clock that the test moves. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { HeldClock } from "../../../host/fuzz/heldnetwork.ts";
import { addressText } from "../../../host/keys/address.ts";
import { listenForRequests } from "../../../host/keys/remote/administration.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { MemoryStore } from "../../../host/keys/store.ts";
import type { Grant } from "../../../host/senaa/paa/enforcement.ts";
import { Gate } from "../../../host/senaa/site/gate.node.ts";
import { DEVICE_ID_TYPE } from "../../../host/senaa/wire/deviceid.ts";
import { scratchFolder } from "../../cli/ampcore.ts";

const FOLDER = scratchFolder();
/** Lifetime and grace of the sessions of a PAA before this one. */
const BEFORE_s = 3600 + 60;
const RETRY_ms = 2000;
const AA = [1, 2].map((last) => Uint8Array.of(2, 0xa0, 0, 0, 0, last));
const USERS = new Map(AA.map((aa, i) => [`ap-${i + 1}@plant.example`, aa]));

function grantOf(user: number): Grant {
  const deviceIds = [{ type: DEVICE_ID_TYPE.eui48, value: AA[user] }];
  return { sessionId: `s${user}`, userName: `ap-${user + 1}@plant.example`, deviceIds, lsa: new Uint8Array(32) };
}

let sockets = 0;

/** A key service with both access points in its list, as a PAA before has left them, and the gate of the PAA that comes next. */
class Restarted {
  readonly clock = new HeldClock();
  readonly control = join(FOLDER, `${sockets++}.sock`);
  readonly service = new KeyService({ crypto: nodeCrypto, master: new Uint8Array(32), store: new MemoryStore() });
  readonly told: string[] = [];
  readonly gate: Gate;
  #listening: { close(): void } | undefined;

  constructor() {
    for (const aa of AA) this.service.authorise(aa);
    const tell = (event: string): number => this.told.push(event);
    this.gate = new Gate({
      users: USERS,
      stations: new Map(),
      control: this.control,
      clock: this.clock,
      before_s: BEFORE_s,
      tell,
    });
  }

  async listens(): Promise<void> {
    this.#listening = await listenForRequests(this.control, { service: this.service, settled: async () => {} });
  }

  served(): string[] {
    return this.service.aas.map(addressText).sort();
  }

  /** Time passes, and what was asked then is answered. */
  async passes(delay_ms: number, isDone = (): boolean => false): Promise<void> {
    const until_ms = this.clock.now_ms() + delay_ms;
    while (this.clock.step(until_ms - this.clock.now_ms()));
    for (let turns = 0; turns < 100 && !isDone(); turns++) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  close(): void {
    this.gate.close();
    this.#listening?.close();
  }
}

async function restarted(story: (one: Restarted) => Promise<void>): Promise<void> {
  const one = new Restarted();
  try {
    await story(one);
  } finally {
    one.close();
  }
}

test("004-S7 004-S10: who is in since a PAA before and not in again is dismissed when those sessions are over, and not before", async () => {
  await restarted(async (one) => {
    await one.listens();
    assert.equal(await one.gate.admit(grantOf(0)), true, "one that the service knows already is in again");
    await one.passes(1000 * BEFORE_s - 1, () => one.served().length < 2);
    assert.equal(one.served().length, 2, "a moment before both are served");
    await one.passes(1, () => one.served().length < 2);
    assert.deepEqual(one.served(), [addressText(AA[0])], "who is not in again is dismissed, who is stays");
    one.gate.remove(grantOf(0));
    await one.passes(0, () => one.served().length === 0);
    assert.deepEqual(one.served(), [], "with its last session it is dismissed, too");
  });
});

test("004-S7: where the key service does not run nobody is let in, and a dismissal is asked for again and again", async () => {
  await restarted(async (one) => {
    assert.equal(await one.gate.admit(grantOf(0)), false);
    assert.match(one.told.at(-1) ?? "", /ap-1@plant\.example is not let in: the key service does not run$/);
    const asked = (): number => one.told.filter((event) => event.includes("is to be dismissed")).length;
    await one.passes(1000 * BEFORE_s, () => asked() === 2);
    assert.equal(asked(), 2, "both, once each");
    await one.passes(RETRY_ms, () => asked() === 4);
    assert.equal(asked(), 4, "and once more");
    await one.listens();
    await one.passes(RETRY_ms, () => one.served().length === 0);
    assert.deepEqual(one.served(), []);
  });
});

test("004-S7: a gate that is closed asks for nothing any more", async () => {
  await restarted(async (one) => {
    await one.listens();
    one.gate.close();
    await one.passes(2000 * BEFORE_s, () => one.served().length < 2);
    assert.equal(one.served().length, 2);
  });
});
