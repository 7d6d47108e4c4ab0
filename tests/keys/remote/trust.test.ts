/** Who has what in memory, while `ampcore keys serve` and `ampcore ap` run: roots are the service's alone. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBuilt } from "../../../host/build/build.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { ask } from "../../../host/keys/remote/administration.ts";
import { modifierPrimeOf, pmkOf, rootAfter } from "../../../host/keys/roots.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { createKekFile, kekFromFile } from "../../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { Ampcore, listening, until } from "../../daemon/running.ts";
import { hex } from "../../support/hex.ts";
import { AA, PLENTY, SPA } from "./linked.ts";
import { callOf, childrenOf, inMemoryOf, skipWithoutMemory } from "./memory.ts";

const probe = spawn("sleep", ["60"]);
const skip = skipWithoutMemory(probe.pid ?? 0);
probe.kill("SIGKILL");

before(async () => {
  await ensureBuilt();
});

/** A store with one device and one AP, an image of the device, and every secret of theirs. */
async function madeIn(folder: string) {
  const at = (name: string): string => join(folder, name);
  const kek = createKekFile(at("kek.hex"));
  const store = await openLmdbStore(at("store"), { kek, create: true });
  const root = nodeCrypto.randomBytes(32);
  writeFileSync(at("device.bin"), encodeRecord({ spa: SPA, psk: root, counter: 0 }));
  const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
  service.enrol(SPA, root);
  service.authorise(AA);
  await store.settled();
  const { modifier } = store.load().aps[0];
  const modifierPrime = modifierPrimeOf(nodeCrypto, store.master, 1, SPA);
  const nextRoot = rootAfter(nodeCrypto, root, { modifierPrime, generation: 1, spa: SPA });
  const pmks = [root, nextRoot].map((each) => pmkOf(nodeCrypto, each, modifier, { aa: AA, spa: SPA }));
  const secrets = { root, master: store.master.slice(), kek: hex(readFileSync(at("kek.hex"), "utf8").trim()) };
  await store.close();
  return { at, secrets, nextRoot, pmks };
}

const NEVER = { root: false, "next root": false, master: false, KEK: false };

/** Which of them a process has. */
function has(pid: number, { secrets, nextRoot, pmks }: Awaited<ReturnType<typeof madeIn>>) {
  const { root, master, kek } = secrets;
  const [a, b, c, d, e, f] = inMemoryOf(pid, [root, nextRoot, master, kek, ...pmks]);
  return { roots: { root: a, "next root": b, master: c, KEK: d }, pmk: e, nextPmk: f };
}

async function generationIn(folder: string, kek: string): Promise<number> {
  const store = await openLmdbStore(folder, { kek: kekFromFile(kek), readOnly: true });
  const [{ generation }] = store.load().devices;
  await store.close();
  return generation;
}

const pidOf = ({ child }: Ampcore): number => child.pid ?? 0;

test("002-A11: an AP's process never has a root, the master key or the KEK in its memory, and the key service's has", {
  skip,
}, async () => {
  const made = await madeIn(scratchFolder());
  const { at } = made;
  const keys = ["--store", at("store"), "--kek", at("kek.hex")];
  const service = new Ampcore("keys", "serve", ...keys, "--sockets", at("sockets"));
  await until("the service serves", () => /serving 1 device and 1 AP/.test(service.stderr), service);
  const ap = new Ampcore(
    "ap",
    "--keys",
    at("sockets/02a000000000.sock"),
    "--listen",
    "127.0.0.1:0",
    "--period",
    "0.05",
  );
  const port = await listening(ap);
  const sta = new Ampcore("sta", "--nvm", at("device.bin"), "--connect", `127.0.0.1:${port}`, ...PLENTY);
  await until("readings are confirmed", () => sta.confirmed.length >= 5, ap, sta);

  const first = has(pidOf(service), made);
  assert.deepEqual(first.roots, { root: true, "next root": false, master: true, KEK: true }, "the search does find");
  const atAp = has(pidOf(ap), made);
  assert.deepEqual(atAp.roots, NEVER, "before an update");
  assert.deepEqual([atAp.pmk, atAp.nextPmk], [true, false], "the PMK is there, so a root would be found");

  assert.deepEqual(await ask(at("store/control.sock"), { action: "update" }), { devices: 1, state: "update begun" });
  for (const end_ms = Date.now() + 60_000; (await generationIn(at("store"), at("kek.hex"))) === 0; ) {
    assert.ok(Date.now() < end_ms, `the update is not proven\n${service.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const later = has(pidOf(service), made);
  assert.equal(later.roots["next root"], true, "the service has the root that the update led to");
  const apLater = has(pidOf(ap), made);
  assert.deepEqual(apLater.roots, NEVER, "after an update");
  assert.equal(apLater.nextPmk, true, "the AP has the PMK of the new root");
  for (const each of [sta, ap, service]) assert.equal(await each.end("SIGTERM"), 0, each.stderr);
});

test("002-A11: `ampcore ap --store` has no root either: the key service is a process of its own, that ends with the AP", {
  skip,
}, async () => {
  const made = await madeIn(scratchFolder());
  const { at } = made;
  const ap = new Ampcore("ap", "--store", at("store"), "--kek", at("kek.hex"), "--listen", "127.0.0.1:0");
  await listening(ap);
  const services = childrenOf(pidOf(ap)).filter((pid) => /keys serve/.test(callOf(pid)));
  assert.equal(services.length, 1, "one child is the service");
  const [service] = services;
  assert.deepEqual(has(service, made).roots, { root: true, "next root": false, master: true, KEK: true });
  const atAp = has(pidOf(ap), made);
  assert.deepEqual([atAp.roots, atAp.pmk], [NEVER, true]);
  await ap.end("SIGKILL");
  await until("the service has ended, too", () => !isRunning(service));
});

/** Not even as a process that nobody has waited for. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
