/** The real thing: `ampcore ap` and `ampcore sta` as processes, killed and started again, over 127.0.0.1. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBuilt } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { decodeRecord, encodeRecord } from "../../host/keys/record.ts";
import { createKekFile, kekFromFile } from "../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { Ampcore, linesOf, listening, until } from "./running.ts";

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);
const KEYS = ["--store", at("store"), "--kek", at("kek.hex")];

async function startAp(...options: readonly string[]): Promise<{ ap: Ampcore; port: string }> {
  const ap = new Ampcore("ap", ...KEYS, ...options);
  return { ap, port: await listening(ap) };
}

function startSta(n: number, port: string, ...options: readonly string[]): Ampcore {
  return new Ampcore("sta", "--nvm", at(`device${n}.bin`), "--connect", `127.0.0.1:${port}`, ...options);
}

before(async () => {
  await ensureBuilt();
  const kek = createKekFile(at("kek.hex"));
  const store = await openLmdbStore(at("store"), { kek, create: true });
  for (const n of [1, 2]) {
    const spa = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, n);
    const root = nodeCrypto.sha256(spa);
    writeFileSync(at(`device${n}.bin`), encodeRecord({ spa, psk: root, counter: 0 }));
    await store.commitAll([{ kind: "device", record: { spa, generation: 0, root, update: undefined } }]);
  }
  await store.close();
});

test("stations and their AP are killed and started again, and every confirmed reading is in the file, once", async () => {
  const file = at("readings.ndjson");
  const options = ["--out", file, "--fast", "--update-every", "0.3"];
  const { ap, port } = await startAp("--listen", "127.0.0.1:0", ...options);
  const first = startSta(1, port, "--fast");
  const second = startSta(2, port, "--fast");
  const more = (sta: Ampcore, count: number): Promise<void> => {
    const wanted = sta.confirmed.length + count;
    return until("readings are confirmed", () => sta.confirmed.length >= wanted, ap, sta);
  };
  await Promise.all([more(first, 20), more(second, 20)]);

  assert.equal(await first.end("SIGKILL"), null);
  const image = decodeRecord(readFileSync(at("device1.bin")));
  assert.deepEqual([image.failure, image.counter >= 1], [undefined, true]);
  const again = startSta(1, port, "--fast");
  await more(again, 20);
  assert.ok(
    decodeRecord(readFileSync(at("device1.bin"))).counter > image.counter,
    "another life, another boot counter",
  );

  assert.equal(await ap.end("SIGKILL"), null);
  appendFileSync(file, '{"kind":"reading","payload":"torn by a cra');
  const { ap: successor } = await startAp("--listen", `127.0.0.1:${port}`, ...options);
  assert.match(successor.stderr, /warn .* ended in 42 octets of a line that was never acknowledged/);
  await Promise.all([more(again, 20), more(second, 20)]);

  const codes = [await again.end("SIGINT"), await second.end("SIGTERM"), await successor.end("SIGTERM")];
  assert.deepEqual(codes, [0, 0, 0], successor.stderr);
  const text = readFileSync(file, "utf8");
  assert.ok(text.endsWith("\n"), "the last line is whole");
  const stored = linesOf(text);
  const payloads = new Map(stored.map(({ exchange, payload }) => [exchange, payload]));
  assert.equal(payloads.size, stored.length, "no exchange has two readings");
  const confirmed = [first, again, second].flatMap((sta) => sta.confirmed);
  assert.ok(confirmed.length >= 100, `${confirmed.length} confirmed`);
  for (const { exchange, payload } of confirmed) {
    assert.equal(payloads.get(exchange), payload, `what was confirmed as ${exchange} is what was stored`);
  }
  const [last] = again.lines.slice(-1);
  assert.equal(last.event, "end");
  await agree();
});

/** Every device's newest root is one that the key store has of it (PROTOCOL.md section 6), and no longer the first. */
async function agree(): Promise<void> {
  const store = await openLmdbStore(at("store"), { kek: kekFromFile(at("kek.hex")) });
  const { devices } = store.load();
  await store.close();
  for (const { spa, generation, update } of devices) {
    const { slots, failure } = decodeRecord(readFileSync(at(`device${spa[5]}.bin`)));
    assert.equal(failure, undefined);
    const newest = slots.find((slot) => slot.newest)?.generation;
    assert.ok(newest === generation || newest === update?.generation, `${newest}, and the store has ${generation}`);
    assert.ok(generation > 0, "an update went through");
  }
}

test("in real time: readings on stdout, metrics and health over HTTP", async () => {
  const options = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--period", "0.05"];
  const { ap, port } = await startAp(...options);
  const sta = startSta(2, port, "--set", "harvest.source=constant", "harvest.constant.power_W=20e-3");
  await until("readings are confirmed", () => sta.confirmed.length >= 5, ap, sta);
  const url = /metrics on (http:\S+)\/metrics/.exec(ap.stderr)?.[1];
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^ampcore_ap_${name} (\\S+)$`, "m").exec(metrics)?.[1]);
  assert.deepEqual([value("peers"), value("devices"), value("healthy")], [1, 2, 1]);
  assert.ok(value('received_total\\{kind="reading"\\}') >= 5, metrics);
  for (const line of metrics.trimEnd().split("\n")) {
    assert.match(line, /^(# (HELP|TYPE) ampcore_ap_\w+ .+|ampcore_ap_\w+(\{\w+="[^"]+"\})? (\d[\d.e+-]*|\+Inf))$/);
  }
  const health = await fetch(`${url}/health`);
  assert.equal(health.status, 200);
  assert.equal(((await health.json()) as { status: string }).status, "ok");
  assert.equal((await fetch(`${url}/`)).status, 404);
  assert.deepEqual([await sta.end("SIGTERM"), await ap.end("SIGINT")], [0, 0], ap.stderr);
  const stored = new Set(ap.lines.map(({ exchange }) => exchange));
  assert.ok(
    sta.confirmed.every(({ exchange }) => stored.has(exchange)),
    "whatever was confirmed is on stdout",
  );
});

test("a second process over a station's NVM is refused, and a killed one leaves nothing in the way", async () => {
  const first = startSta(1, "9");
  await until("the first station is there", () => first.stderr.includes("NVM in"), first);
  const second = startSta(1, "9", "--for", "1");
  await once(second.child, "close");
  assert.equal(second.child.exitCode, 1, second.stderr);
  assert.match(
    second.stderr,
    /^ampcore sta: --nvm \S+device1\.bin is open already, in process \d+: only one may write/,
  );
  assert.match(second.stderr, new RegExp(`process ${first.child.pid}:`));
  await first.end("SIGKILL");
  const third = startSta(1, "9", "--for", "0.1");
  await once(third.child, "close");
  assert.equal(third.child.exitCode, 0, third.stderr);
});
