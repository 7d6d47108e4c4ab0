/** The key service: the order of a root update (PROTOCOL section 6), whom it serves with what, and what it refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PmkTable } from "../../host/ap/pmks.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { BACKSCATTER_SENTENCE, type DeviceClass } from "../../host/keys/class.ts";
import type { ApPort, Grant } from "../../host/keys/link.ts";
import { KeyService } from "../../host/keys/service.ts";
import { type Change, type KeyStore, MemoryStore } from "../../host/keys/store.ts";
import { hex, toHex } from "../support/hex.ts";
import { ascii, concat } from "../twin/bytes.ts";

const SPA = hex("02c0ffee0001");
const SPA_2 = hex("02c0ffee0002");
const AA = hex("020000000001");
const AA_2 = hex("020000000002");
const PSK = new Uint8Array(32).fill(0x5a);
const MASTER = new Uint8Array(32).fill(0x4d);
const MODIFIER = hex("a0a1a2a3a4a5a6a7");

const kdf = (key: Uint8Array, label: string, ...context: (Uint8Array | number)[]): Uint8Array =>
  // KDF-SHA-256-256 spelled out: HMAC(K, LE16(1) ‖ label ‖ context ‖ LE16(256))
  nodeCrypto.hmac(key, concat(1, 0, ascii(label), ...context, 0, 1));

const MODIFIER_PRIME = kdf(MASTER, "AMP update modifier", 1, SPA).slice(0, 16);
const ROOT_1 = kdf(PSK, "AMP root update", MODIFIER_PRIME, 1, SPA);
const UPDATE = concat(1, 1, MODIFIER_PRIME, kdf(PSK, "AMP root auth", MODIFIER_PRIME, 1, SPA).slice(0, 8));
const PROOF = kdf(ROOT_1, "AMP root proof", 1, SPA).slice(0, 8);

/** What has been asked to be made durable, and is not yet: the test says when it is. */
class Pending {
  readonly #waiting: { name: string; finish: () => void }[] = [];

  add(name: string, finish: () => void): void {
    this.#waiting.push({ name, finish });
  }

  get names(): string[] {
    return this.#waiting.map(({ name }) => name);
  }

  /** That one is durable now. */
  finish(name: string): void {
    const at = this.#waiting.findIndex((waiting) => waiting.name === name);
    assert.ok(at >= 0, `${name} was asked for: ${this.names}`);
    const [{ finish }] = this.#waiting.splice(at, 1);
    finish();
  }
}

class SlowStore extends MemoryStore {
  readonly #pending: Pending;

  constructor(pending: Pending) {
    super();
    this.#pending = pending;
  }

  override commit(change: Change, done: () => void): void {
    const name = change.kind === "device" ? `commit ${change.record.generation}` : "commit AP";
    super.commit(change, () => this.#pending.add(name, done));
  }
}

/** An AP that acknowledges when the test says so. */
class SlowAp implements ApPort {
  readonly aa: Uint8Array;
  readonly held: Grant[] = [];
  readonly #pending: Pending;
  readonly #name: string;

  constructor(aa: Uint8Array, name: string, pending: Pending) {
    this.aa = aa;
    this.#name = name;
    this.#pending = pending;
  }

  assign(_modifier: Uint8Array | undefined, done: () => void): void {
    this.#pending.add(`${this.#name} assigned`, done);
  }

  hold(grant: Grant, done: () => void): void {
    this.held.push(grant);
    this.#pending.add(`${this.#name} holds ${grant.pmks.map(({ generation }) => generation)}`, done);
  }

  begin(done: () => void): void {
    this.#pending.add(`${this.#name} begins`, done);
  }
}

const serviceOver = (store: KeyStore = new MemoryStore()): KeyService =>
  new KeyService({ crypto: nodeCrypto, master: MASTER, store });

/** A service whose every step waits, with two APs that hold generation 0 of one device. */
function slowly() {
  const pending = new Pending();
  const service = serviceOver(new SlowStore(pending));
  const [a, b] = [new SlowAp(AA, "a", pending), new SlowAp(AA_2, "b", pending)];
  for (const ap of [a, b]) service.serve(ap);
  for (const name of ["commit AP", "commit AP", "a assigned", "b assigned", "a begins", "b begins"])
    pending.finish(name);
  service.enrol(SPA, PSK);
  assert.deepEqual(pending.names, ["commit 0"], "no AP hears of a device that is not durable");
  pending.finish("commit 0");
  for (const name of ["a holds 0", "b holds 0"]) pending.finish(name);
  return { pending, service, a, b };
}

test("002-A11: UPDATE exists only after the commit and after every AP's acknowledgement, in whatever order these come", () => {
  for (const order of [
    ["a holds 0,1", "b holds 0,1"],
    ["b holds 0,1", "a holds 0,1"],
  ]) {
    const { pending, service } = slowly();
    assert.equal(service.startUpdate(SPA), 1);
    assert.deepEqual(pending.names, ["commit 0"], "step 1: nobody has a PMK of 1 before it is durable");
    assert.equal(service.commandFor(SPA, 0), undefined);
    assert.equal(service.commandFor(SPA, 1), undefined);
    pending.finish("commit 0");
    assert.deepEqual(pending.names, ["a holds 0,1", "b holds 0,1"], "step 2");
    for (const name of order) {
      assert.equal(service.commandFor(SPA, 0), undefined, `not before ${name}`);
      assert.equal(service.progressOf(SPA).isReady, false);
      pending.finish(name);
    }
    assert.deepEqual(service.commandFor(SPA, 0), UPDATE, "step 3, as node:crypto makes it");
    assert.deepEqual(service.commandFor(SPA, 1), hex("02"), "PROVE");
    assert.equal(service.commandFor(SPA, 2), undefined);
    assert.equal(service.commandFor(SPA_2, 0), undefined);
  }
});

test("002-A11: the root before is dropped only when the proof is durable, at the APs only after that", () => {
  const { pending, service } = slowly();
  service.startUpdate(SPA);
  for (const name of ["commit 0", "a holds 0,1", "b holds 0,1"]) pending.finish(name);
  assert.equal(service.offer(SPA, { generation: 1, proof: PROOF }), true);
  assert.deepEqual(pending.names, ["commit 1"]);
  assert.deepEqual(service.progressOf(SPA), { generation: 0, updatingTo: 1, isReady: true });
  assert.equal(service.offer(SPA, { generation: 1, proof: PROOF }), true, "once more: the same commit");
  pending.finish("commit 1");
  assert.deepEqual(service.progressOf(SPA), { generation: 1, updatingTo: undefined, isReady: false });
  assert.deepEqual(pending.names, ["commit 1", "a holds 1", "b holds 1"]);
  assert.equal(service.startUpdate(SPA), 2);
  pending.finish("commit 1");
  assert.deepEqual(service.progressOf(SPA).updatingTo, 2, "the late commit of a proof ends no other update");
});

test("002-A11: no second update begins before the first is proven: asking again goes on with the first", () => {
  const { pending, service } = slowly();
  for (let i = 0; i < 3; i++) assert.equal(service.startUpdate(SPA), 1);
  assert.deepEqual(pending.names, ["commit 0"]);
  pending.finish("commit 0");
  for (const name of ["a holds 0,1", "b holds 0,1"]) pending.finish(name);
  assert.deepEqual(service.commandFor(SPA, 0), UPDATE);
  assert.equal(service.startUpdate(SPA), 1);
  assert.deepEqual(service.commandFor(SPA, 0), UPDATE, "and what was done need not be done again");
});

test("002-A11: before its commit an update is nowhere: no PMK of it is given, and no proof of it is right", () => {
  const { pending, service, a } = slowly();
  service.startUpdate(SPA);
  assert.equal(service.offer(SPA, { generation: 1, proof: PROOF }), false);
  service.missing(AA, SPA, 1);
  assert.equal(service.events["no root of that generation"], 1);
  service.missing(AA, SPA, 0);
  assert.deepEqual(pending.names, ["commit 0", "a holds 0"]);
  pending.finish("commit 0");
  for (const name of ["a holds 0", "b holds 0,1"]) pending.finish(name);
  assert.equal(service.commandFor(SPA, 0), undefined, "a has acknowledged generation 0 only");
  pending.finish("a holds 0,1");
  assert.deepEqual(service.commandFor(SPA, 0), UPDATE);
  assert.deepEqual(
    a.held.map(({ pmks }) => pmks.length),
    [1, 1, 2],
  );
});

test("a device that is not durable yet is given to nobody, and cannot be updated", () => {
  const { pending, service } = slowly();
  service.enrol(SPA_2, PSK);
  service.missing(AA, SPA_2, 0);
  assert.throws(() => service.startUpdate(SPA_2), { message: "spa: 02:c0:ff:ee:00:02 is not enrolled" });
  assert.deepEqual(pending.names, ["commit 0"]);
});

test("an AP between two epochs is given nothing, and its word for the one before begins nothing", () => {
  const { pending, service } = slowly();
  for (let i = 0; i < 2; i++) service.renew(AA);
  for (let i = 0; i < 2; i++) pending.finish("commit AP");
  assert.deepEqual(pending.names, ["a assigned", "a assigned"]);
  service.enrol(SPA_2, PSK);
  pending.finish("commit 0");
  pending.finish("b holds 0");
  assert.deepEqual(pending.names, ["a assigned", "a assigned"]);
  pending.finish("a assigned");
  assert.deepEqual(pending.names, ["a assigned"], "that was the first of two");
  pending.finish("a assigned");
  assert.deepEqual(pending.names, ["a holds 0", "a holds 0", "a begins"]);
});

test("a proof counts for its own generation only, also one that was right before", () => {
  const { pending, service } = slowly();
  service.startUpdate(SPA);
  for (const name of ["commit 0", "a holds 0,1", "b holds 0,1"]) pending.finish(name);
  service.offer(SPA, { generation: 1, proof: PROOF });
  pending.finish("commit 1");
  assert.equal(service.offer(SPA, { generation: 1, proof: PROOF }), true);
  for (const generation of [0, 2, 129]) assert.equal(service.offer(SPA, { generation, proof: PROOF }), false);
  assert.equal(service.events["wrong proof"], 0, "no proof is waited for");
});

test("a late word counts for its own epoch and update only: an AP's old acknowledgement hands nothing out", () => {
  const { pending, service } = slowly();
  service.missing(AA, SPA, 0);
  service.startUpdate(SPA);
  pending.finish("commit 0");
  for (const name of ["a holds 0", "b holds 0,1"]) pending.finish(name);
  assert.equal(service.commandFor(SPA, 0), undefined, "a has acknowledged generation 0 only");
  service.renew(AA);
  pending.finish("commit AP");
  pending.finish("a holds 0,1");
  assert.equal(service.commandFor(SPA, 0), undefined, "of the Modifier before");
  pending.finish("a assigned");
  pending.finish("a holds 0,1");
  assert.equal(service.commandFor(SPA, 0), undefined, "a has it, and still uses the epoch before");
  pending.finish("a begins");
  assert.deepEqual(service.commandFor(SPA, 0), UPDATE);
});

test("an AP that is served while an update is on its way has to hold its PMK, too, before UPDATE leaves again", () => {
  const { pending, service } = slowly();
  service.startUpdate(SPA);
  for (const name of ["commit 0", "a holds 0,1", "b holds 0,1"]) pending.finish(name);
  assert.ok(service.commandFor(SPA, 0), "ready");
  const c = new SlowAp(hex("020000000003"), "c", pending);
  service.serve(c);
  for (const name of ["commit AP", "c assigned"]) {
    pending.finish(name);
    assert.equal(service.commandFor(SPA, 0), undefined);
  }
  pending.finish("c holds 0,1");
  assert.equal(service.commandFor(SPA, 0), undefined);
  pending.finish("c begins");
  assert.deepEqual(service.commandFor(SPA, 0), UPDATE);
});

test("every AP has a PMK of its own for each device: KDF-256(root, 'AMP PMK', Modifier, AA, SPA); the root only in direct mode", () => {
  const service = serviceOver();
  const [a, b] = [new PmkTable(AA, nodeCrypto), new PmkTable(AA_2, nodeCrypto)];
  service.enrol(SPA, PSK);
  service.serve(a, MODIFIER);
  service.serve(b);
  service.enrol(SPA_2, new Uint8Array(32).fill(1));
  const pmkOf = (table: PmkTable, spa: Uint8Array, bits = 0): string =>
    toHex(table.device(spa)?.pmkOf(bits)?.pmk ?? PSK);
  assert.deepEqual(a.modifier, MODIFIER);
  assert.equal(pmkOf(a, SPA), toHex(kdf(PSK, "AMP PMK", MODIFIER, AA, SPA)));
  assert.ok(b.modifier && toHex(b.modifier) !== toHex(MODIFIER), "drawn");
  assert.equal(pmkOf(b, SPA), toHex(kdf(PSK, "AMP PMK", b.modifier, AA_2, SPA)));
  assert.equal(pmkOf(b, SPA_2), toHex(kdf(new Uint8Array(32).fill(1), "AMP PMK", b.modifier, AA_2, SPA_2)));
  service.startUpdate(SPA);
  assert.equal(pmkOf(a, SPA, 1), toHex(kdf(ROOT_1, "AMP PMK", MODIFIER, AA, SPA)));

  const direct = serviceOver();
  const table = new PmkTable(AA, nodeCrypto);
  direct.serve(table, "direct");
  direct.enrol(SPA, PSK);
  assert.equal(table.modifier, undefined);
  assert.equal(pmkOf(table, SPA), toHex(PSK));
});

test("a new epoch gives an AP another Modifier and other PMKs, and nothing of the one before is left there", () => {
  const service = serviceOver();
  const [a, b] = [new PmkTable(AA, nodeCrypto), new PmkTable(AA_2, nodeCrypto)];
  for (const table of [a, b]) service.serve(table);
  service.enrol(SPA, PSK);
  const old = a.device(SPA)?.pmkOf(0)?.pmk;
  const others = b.device(SPA)?.pmkOf(0)?.pmk.slice();
  const before = a.modifier;
  service.renew(AA);
  assert.notDeepEqual(a.modifier, before);
  assert.deepEqual(old, new Uint8Array(32), "AMP-R5: wiped");
  assert.ok(a.modifier, "there is one");
  assert.deepEqual(a.device(SPA)?.pmkOf(0)?.pmk, kdf(PSK, "AMP PMK", a.modifier, AA, SPA));
  assert.deepEqual(b.device(SPA)?.pmkOf(0)?.pmk, others, "the other AP's epoch lasts");
  assert.equal(a.candidates(a.device(SPA)?.id ?? 0).length, 1, "an M2 is tried against it once");
});

test("an AP that is dismissed gets no PMK of a new root, and no update waits for it", () => {
  const { pending, service, a } = slowly();
  service.startUpdate(SPA);
  for (const name of ["commit 0", "b holds 0,1"]) pending.finish(name);
  service.dismiss(AA);
  assert.equal(service.commandFor(SPA, 0), undefined);
  pending.finish("commit AP");
  assert.deepEqual(service.commandFor(SPA, 0), UPDATE);
  const held = a.held.length;
  service.offer(SPA, { generation: 1, proof: PROOF });
  pending.finish("commit 1");
  assert.equal(a.held.length, held);
  service.missing(AA, SPA, 1);
  assert.equal(service.events["unknown AP or device"], 1);
});

test("AMP-R5: a dropped root is wiped", () => {
  const store = new MemoryStore();
  const wiped: Uint8Array[] = [];
  const commit = store.commit.bind(store);
  store.commit = (change, done) => {
    if (change.kind === "device") wiped.push(change.record.root); // the very array
    commit(change, done);
  };
  const service = serviceOver(store);
  service.serve(new PmkTable(AA, nodeCrypto));
  service.enrol(SPA, PSK);
  service.startUpdate(SPA);
  service.offer(SPA, { generation: 1, proof: PROOF });
  assert.deepEqual(wiped[0], new Uint8Array(32), "root 0");
  assert.deepEqual(store.load().devices[0].root, ROOT_1);
  assert.deepEqual(PSK, new Uint8Array(32).fill(0x5a), "the caller's PSK is the caller's");
});

test("002-A12: a backscatter device is refused, in the words of 3.5.1", () => {
  const service = serviceOver();
  assert.throws(() => service.enrol(SPA, PSK, "backscatter"), {
    name: "RangeError",
    message:
      'class: backscatter is refused, as 3.5.1 has it: "backscatter non-AP AMP STAs may not use the security method described in this specification"',
  });
  assert.ok(BACKSCATTER_SENTENCE.startsWith("backscatter non-AP AMP STAs may not"), "the sentence");
  assert.throws(() => service.progressOf(SPA), { message: "spa: 02:c0:ff:ee:00:01 is not enrolled" });
  service.enrol(SPA, PSK, "active-tx" satisfies DeviceClass);
});

test("what the caller does wrong is a RangeError of one sentence, and changes nothing", () => {
  const service = serviceOver();
  service.serve(new PmkTable(AA, nodeCrypto), MODIFIER);
  service.enrol(SPA, PSK);
  const port = (aa: Uint8Array): PmkTable => new PmkTable(aa, nodeCrypto);
  const group = hex("03c0ffee0001");
  const wrong: [message: string, call: () => void][] = [
    ["spa: a group address (bit 0 of its first octet is set)", () => service.enrol(group, PSK)],
    ["spa: 5 octets, where 6 are expected", () => service.enrol(SPA.slice(1), PSK)],
    ["psk: 31 octets, where 32 are expected", () => service.enrol(SPA_2, PSK.slice(1))],
    ["spa: 02:c0:ff:ee:00:01 is enrolled already", () => service.enrol(SPA, PSK)],
    [
      "spa: 02:00:00:00:00:01 is an AP's address, and A2 has to tell the directions apart",
      () => service.enrol(AA, PSK),
    ],
    ["aa: a group address (bit 0 of its first octet is set)", () => service.serve(port(group))],
    [
      "aa: 02:c0:ff:ee:00:01 is a device's address, and A2 has to tell the directions apart",
      () => service.serve(port(SPA)),
    ],
    ["modifier: 7 octets, where 8 are expected", () => service.serve(port(AA_2), MODIFIER.slice(1))],
    [
      "aa: 02:00:00:00:00:02 would not be the only AP, and direct mode is for a single one",
      () => service.serve(port(AA_2), "direct"),
    ],
    ["modifier: the AP 02:00:00:00:00:01 has another one already", () => service.serve(port(AA), "direct")],
    ["modifier: the AP 02:00:00:00:00:01 has another one already", () => service.serve(port(AA), PSK.slice(0, 8))],
    ["spa: 02:c0:ff:ee:00:02 is not enrolled", () => service.startUpdate(SPA_2)],
    ["aa: 02:00:00:00:00:02 is no AP that is served", () => service.dismiss(AA_2)],
    ["aa: 02:00:00:00:00:02 is no AP that has a Modifier", () => service.renew(AA_2)],
    [
      "master: 31 octets, where 32 are expected",
      () => void new KeyService({ crypto: nodeCrypto, master: MASTER.slice(1), store: new MemoryStore() }),
    ],
  ];
  for (const [message, call] of wrong) assert.throws(call, { name: "RangeError", message });
  assert.deepEqual(service.progressOf(SPA), { generation: 0, updatingTo: undefined, isReady: false });
  service.serve(port(AA), MODIFIER);

  const direct = serviceOver();
  direct.serve(port(AA), "direct");
  assert.throws(() => direct.serve(port(AA_2)), { message: /would not be the only AP/ });
  assert.throws(() => direct.renew(AA), { message: "aa: 02:00:00:00:00:01 is no AP that has a Modifier" });
});

test("an AP that is being dismissed is served no more: no new epoch of it is stored behind that, and it may be authorised anew", () => {
  const { pending, service } = slowly();
  service.dismiss(AA);
  assert.throws(() => service.renew(AA), RangeError);
  assert.throws(() => service.dismiss(AA), RangeError);
  assert.deepEqual([service.isAuthorised(AA), service.aas.length], [false, 1]);
  service.authorise(AA);
  for (const name of ["commit AP", "commit AP"]) pending.finish(name);
  assert.deepEqual([service.isAuthorised(AA), service.aas.length], [true, 2]);
  service.startUpdate(SPA);
  for (const name of ["commit 0", "b holds 0,1"]) pending.finish(name);
  assert.equal(service.progressOf(SPA).isReady, false, "every update waits for it again");
});
