/** The key service gives roots that EAP made: to whom, when, and never twice (docs/RSN.md section 9). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { emitAdopt, readRootAnswer } from "../../host/keys/adoptcommand.ts";
import type { Adoption, EapAssociation } from "../../host/keys/adoption.ts";
import type { ApPort, Grant } from "../../host/keys/link.ts";
import { KeyService } from "../../host/keys/service.ts";
import { type Change, type KeyStore, MemoryStore } from "../../host/keys/store.ts";
import type { Answer } from "../../host/wire/command.ts";
import { concat } from "../support/hex.ts";
import { labelled } from "../vectors/world.ts";

const MASTER = labelled("adoption, master key", 32);
const PSK = labelled("adoption, PSK", 32);
const SPA = Uint8Array.of(2, 0, 0, 0, 0, 1);
const AA = Uint8Array.of(2, 0, 0, 0, 1, 0);
const IDENTITY = new TextEncoder().encode("sensor 1");
const PMK = labelled("adoption, PMK", 32);
const OTHER = labelled("adoption, another PMK", 32);

const derived = (root: Uint8Array, label: string, generation: number): Uint8Array =>
  nodeCrypto.kdf256(root, label, concat(Uint8Array.of(generation), SPA)).slice(0, 8);
const proofOf = (root: Uint8Array, generation: number): Answer => ({
  generation,
  proof: derived(root, "AMP root proof", generation),
});
const adoptOf = (root: Uint8Array, generation: number): Uint8Array =>
  emitAdopt({ generation, T: derived(root, "AMP root auth", generation) });
const over = (pmk: Uint8Array, more: Partial<EapAssociation> = {}): EapAssociation => ({
  ...{ spa: SPA, identity: IDENTITY, pmk, isNew: true },
  ...more,
});

/** An AP whose commits a test does. */
class SlowAp implements ApPort {
  readonly aa = AA;
  readonly grants: Grant[] = [];
  readonly waiting: (() => void)[] = [];

  assign(_: Uint8Array | undefined, done: () => void): void {
    done();
  }

  hold(grant: Grant, done: () => void): void {
    this.grants.push(grant);
    this.waiting.push(done);
  }

  begin(done: () => void): void {
    done();
  }

  commits(): void {
    for (const done of this.waiting.splice(0)) done();
  }
}

/** A store whose commits a test makes durable, in their order. */
class SlowStore implements KeyStore {
  readonly waiting: (() => void)[] = [];
  readonly memory = new MemoryStore();

  load(): ReturnType<KeyStore["load"]> {
    return this.memory.load();
  }

  commit(change: Change, done: () => void): void {
    this.waiting.push(() => this.memory.commit(change, done));
  }

  commits(): void {
    for (const commit of this.waiting.splice(0)) commit();
  }
}

function serviceOver(store: KeyStore): KeyService {
  return new KeyService({ crypto: nodeCrypto, master: MASTER, store, identityOf: () => IDENTITY });
}

function associatedWith(service: KeyService, association: EapAssociation): Adoption {
  const adoption = service.associated(association);
  assert.ok(adoption, "it is known");
  return adoption;
}

test("whoever EAP has proven to be somebody else gets no root, whatever the address", () => {
  const service = serviceOver(new MemoryStore());
  service.enrol(SPA, PSK);
  service.wantRootByEap(SPA);
  assert.equal(service.associated(over(PMK, { identity: new TextEncoder().encode("sensor 2") })), undefined);
  assert.equal(service.events["wrong identity"], 1);
  const nobody = new KeyService({ crypto: nodeCrypto, master: MASTER, store: new MemoryStore() });
  nobody.enrol(SPA, PSK);
  assert.equal(nobody.associated(over(PMK)), undefined, "without identities there are no roots of EAP");
});

test("ADOPT only when the record is durable and every AP has committed its PMK; PROVE again asks for it", () => {
  for (const isBirth of [true, false]) {
    const store = new SlowStore();
    const service = serviceOver(store);
    const ap = new SlowAp();
    service.serve(ap);
    store.commits();
    if (isBirth) service.expect(SPA);
    else {
      service.enrol(SPA, PSK);
      service.wantRootByEap(SPA);
    }
    store.commits();
    ap.commits();
    const given = ap.grants.length;
    const answer = isBirth ? "none" : proofOf(PSK, 0);
    const generation = isBirth ? 0 : 1;
    const said = (): ReturnType<KeyService["adopt"]> => service.adopt(associatedWith(service, over(PMK)), answer);
    assert.equal(said(), undefined, "not durable");
    assert.equal(ap.grants.length, given, "and no AP has heard of it");
    service.missing(AA, SPA, generation);
    assert.ok(ap.grants.slice(given).every(({ pmks }) => pmks.every((one) => one.generation !== generation)));
    store.commits();
    assert.equal(ap.grants.at(-1)?.pmks.at(-1)?.generation, generation);
    assert.equal(said(), undefined, "the AP has not committed");
    ap.commits();
    assert.deepEqual(said(), adoptOf(PMK, generation));
  }
});

test("only the right proof ends it: of this root, under its generation, and a wrong one leaves all as it was", () => {
  const service = serviceOver(new MemoryStore());
  service.enrol(SPA, PSK);
  service.wantRootByEap(SPA);
  for (const wrong of [proofOf(OTHER, 1), { ...proofOf(PMK, 1), generation: 2 }, "none"] as const) {
    const adoption = associatedWith(service, over(PMK));
    assert.deepEqual(service.adopt(adoption, proofOf(PSK, 0)), adoptOf(PMK, 1));
    assert.equal(service.adopt(adoption, wrong), undefined);
    assert.deepEqual(service.progressOf(SPA), { generation: 0, updatingTo: 1, isReady: true });
  }
  assert.equal(service.events["wrong proof"], 3);
  service.adopt(associatedWith(service, over(PMK, { isNew: false })), proofOf(PMK, 1));
  assert.deepEqual(service.progressOf(SPA), { generation: 1, updatingTo: undefined, isReady: false });
});

test("what an association before says comes too late", () => {
  const service = serviceOver(new MemoryStore());
  service.enrol(SPA, PSK);
  service.wantRootByEap(SPA);
  const before = associatedWith(service, over(OTHER));
  const now = associatedWith(service, over(PMK));
  assert.deepEqual(service.adopt(now, proofOf(PSK, 0)), adoptOf(PMK, 1));
  assert.equal(service.adopt(before, "none"), undefined);
  assert.equal(service.adopt(now, proofOf(PMK, 1)), undefined);
  assert.equal(service.progressOf(SPA).generation, 1);
});

test("a device with a root that nobody knows, or none, gets the generation behind it, whatever was under way and wherever it wraps", () => {
  for (const generation of [0, 1, 2, 3, 255]) {
    for (const isUpdating of [false, true]) {
      const store = new MemoryStore();
      const service = serviceOver(store);
      service.enrol(SPA, PSK);
      if (isUpdating) service.startUpdate(SPA);
      const adoption = associatedWith(service, over(PMK));
      const next = (generation + 1) % 256;
      assert.deepEqual(service.adopt(adoption, proofOf(OTHER, generation)), adoptOf(PMK, next));
      assert.equal(service.adopt(adoption, proofOf(PMK, next)), undefined);
      assert.deepEqual(service.progressOf(SPA), { generation: next, updatingTo: undefined, isReady: false });
      assert.deepEqual(store.load().devices[0].root, PMK);
    }
  }
  const service = serviceOver(new MemoryStore());
  service.enrol(SPA, PSK);
  assert.deepEqual(service.adopt(associatedWith(service, over(PMK)), "none"), adoptOf(PMK, 1));
  assert.deepEqual(
    service.adopt(associatedWith(service, over(PMK, { isNew: false })), "none"),
    adoptOf(PMK, 1),
    "again",
  );
  assert.deepEqual(
    service.adopt(associatedWith(service, over(OTHER)), "none"),
    adoptOf(OTHER, 1),
    "another, for it has none",
  );
});

test("a PMK that was offered before is no new root: EAP first", () => {
  const service = serviceOver(new MemoryStore());
  service.enrol(SPA, PSK);
  const again = (): Adoption => associatedWith(service, over(PMK, { isNew: false }));
  assert.equal(service.adopt(again(), proofOf(PSK, 0)), undefined, "nobody wants one");
  service.wantRootByEap(SPA);
  assert.equal(service.adopt(again(), proofOf(PSK, 0)), "EAP first");
  assert.equal(service.adopt(again(), "none"), "EAP first");
  assert.equal(service.adopt(again(), proofOf(OTHER, 7)), "EAP first");
});

test("a root that EAP made outlives the key service's process, before and after its proof, a first one too", () => {
  for (const isBirth of [true, false]) {
    const store = new MemoryStore();
    const first = serviceOver(store);
    if (isBirth) first.expect(SPA);
    else {
      first.enrol(SPA, PSK);
      first.wantRootByEap(SPA);
    }
    const generation = isBirth ? 0 : 1;
    assert.ok(first.adopt(associatedWith(first, over(PMK)), isBirth ? "none" : proofOf(PSK, 0)));
    const second = serviceOver(store);
    assert.deepEqual(second.progressOf(SPA), { generation: 0, updatingTo: generation, isReady: true });
    second.adopt(associatedWith(second, over(PMK, { isNew: false })), proofOf(PMK, generation));
    assert.deepEqual(serviceOver(store).progressOf(SPA), { generation, updatingTo: undefined, isReady: false });
  }
});

test("nobody is given a root who is neither enrolled nor expected; no AP takes an expected device's address (002-A12)", () => {
  const service = serviceOver(new MemoryStore());
  assert.equal(service.associated(over(PMK)), undefined);
  assert.equal(service.events["unknown AP or device"], 1);
  assert.throws(() => service.expect(SPA, "backscatter"), RangeError);
  assert.throws(() => service.wantRootByEap(SPA), RangeError);
  assert.throws(() => service.associated(over(PMK.slice(1))), RangeError);
  service.expect(SPA);
  assert.throws(() => service.serve({ ...new SlowAp(), aa: SPA } as unknown as ApPort), RangeError);
  assert.equal(readRootAnswer(Uint8Array.of(0x80, 0)), undefined);
  assert.equal(readRootAnswer(Uint8Array.of(0x80)), "none");
});
