/** A station in QEMU behind `ampcore sta --board`, a metered one beside it, and `ampcore ap`: three processes over 127.0.0.1. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBuilt } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { decodeRecord, encodeRecord } from "../../host/keys/record.ts";
import { createKekFile, kekFromFile } from "../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { calls } from "../support/calls.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";
import { Ampcore, type Line, linesOf, listening, until } from "./running.ts";

const TOOLS = ["wasm2c", "arm-none-eabi-gcc", "qemu-system-arm"];
const skip = TOOLS.map((tool) => skipWithoutProgram(tool)).find((one) => one) ?? false;

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);
const spaOf = (n: number): Uint8Array => Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, n);
const METERED = 1;
const EMULATED = 2;
/** The AP's default: from one M1 to the next on the air. */
const PERIOD_us = 100_000;

before(async () => {
  await ensureBuilt();
  const store = await openLmdbStore(at("store"), { kek: createKekFile(at("kek.hex")), create: true });
  for (const n of [METERED, EMULATED]) {
    const spa = spaOf(n);
    const root = nodeCrypto.sha256(spa);
    writeFileSync(at(`device${n}.bin`), encodeRecord({ spa, psk: root, counter: 0 }));
    await store.commitAll([{ kind: "device", record: { spa, generation: 0, root, update: undefined } }]);
  }
  await store.close();
});

/** A line of the AP's, or of a station. */
interface Told extends Line {
  readonly spa?: string;
  readonly t_us?: number;
  readonly why?: string;
}

/** Processes of the emulator that a bridge has told of. */
function emulators(sta: Ampcore): number[] {
  return [...sta.stderr.matchAll(/stm32vldiscovery is up, process (\d+)/g)].map(([, pid]) => Number(pid));
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const imageOf = (n: number) => decodeRecord(readFileSync(at(`device${n}.bin`)));
const newestOf = (n: number): number | undefined => imageOf(n).slots.find(({ newest }) => newest)?.generation;

test("AMP-R7: a station in QEMU is killed at any instant, goes on from its NVM, and takes root updates, beside a metered one", {
  skip,
}, async () => {
  const file = at("readings.ndjson");
  const keys = ["--store", at("store"), "--kek", at("kek.hex")];
  const ap = new Ampcore("ap", ...keys, "--listen", "127.0.0.1:0", "--out", file, "--fast", "--update-every", "0.3");
  const connect = ["--connect", `127.0.0.1:${await listening(ap)}`, "--lives"];
  const start = (n: number, ...how: string[]): Ampcore =>
    new Ampcore("sta", "--nvm", at(`device${n}.bin`), ...connect, ...how);
  const metered = start(METERED, "--fast");
  const emulated = start(EMULATED, "--board", "stm32vldiscovery");
  const more = (sta: Ampcore, count: number): Promise<void> => {
    const wanted = sta.confirmed.length + count;
    return until("readings are confirmed", () => sta.confirmed.length >= wanted, ap, sta);
  };
  await Promise.all([more(metered, 20), more(emulated, 20)]);

  for (let kills = 1; kills <= 3; kills++) {
    // While rounds follow each other without a pause, so that it dies in the middle of something.
    process.kill(emulators(emulated)[kills - 1], "SIGKILL");
    await until("the emulator is up again", () => emulators(emulated).length > kills, emulated);
    await more(emulated, 10);
    assert.equal(imageOf(EMULATED).counter, kills + 1, "each life draws a boot counter of its own");
  }
  assert.equal(await emulated.end("SIGKILL"), null);
  const left = imageOf(EMULATED);
  assert.deepEqual([left.failure, left.counter], [undefined, 4], "what a killed bridge leaves boots");
  const [orphan] = emulators(emulated).slice(-1);
  await until("the emulator of a killed bridge has gone, too", () => !isThere(orphan));

  const again = start(EMULATED, "--board", "stm32vldiscovery");
  await Promise.all([more(again, 20), more(metered, 1)]);
  await until("a root update has reached the board", () => (newestOf(EMULATED) ?? 0) >= 2, ap, again);
  const codes = [await again.end("SIGINT"), await metered.end("SIGTERM"), await ap.end("SIGTERM")];
  assert.deepEqual(codes, [0, 0, 0], again.stderr);
  assert.ok(!isThere(emulators(again)[0]), "a bridge that ends switches its device off");
  assert.deepEqual(leftBy(emulated, again), [], "no roots lie about, of the killed bridge neither");

  const stored: Told[] = linesOf(readFileSync(file, "utf8"));
  const payloads = new Map(stored.map(({ exchange, payload }) => [exchange, payload]));
  assert.equal(payloads.size, stored.length, "no exchange has two readings");
  for (const { exchange, payload } of [metered, emulated, again].flatMap((sta) => sta.confirmed)) {
    assert.equal(payloads.get(exchange), payload, `what was confirmed as ${exchange} is what was stored`);
  }
  const deaths = (emulated.lines as Told[]).filter(({ event }) => event === "life").map(({ why }) => why);
  assert.deepEqual(deaths, Array(3).fill("the emulator ended with SIGKILL"));
  assert.ok(sharedRounds(stored) >= 10, `${sharedRounds(stored)} rounds in which both were heard`);
  await agree();
});

/** Rounds in which readings of both stations were stored: M2s less than half a period apart. */
function sharedRounds(stored: readonly Told[]): number {
  const times = (n: number): number[] =>
    stored.filter(({ spa }) => spa === `02:c0:ff:ee:00:0${n}`).map(({ t_us }) => t_us ?? 0);
  const ofMetered = times(METERED);
  return times(EMULATED).filter((t_us) => ofMetered.some((other_us) => Math.abs(t_us - other_us) < PERIOD_us / 2))
    .length;
}

/** The board's newest root is one that the key store has of it (PROTOCOL.md section 6). */
async function agree(): Promise<void> {
  const store = await openLmdbStore(at("store"), { kek: kekFromFile(at("kek.hex")) });
  const device = store.load().devices.find(({ spa }) => spa[5] === EMULATED);
  await store.close();
  const newest = newestOf(EMULATED);
  const known = [device?.generation, device?.update?.generation];
  assert.ok(known.includes(newest), `the board has generation ${newest}, the store ${known}`);
}

/** What these bridges have left behind. */
function leftBy(...bridges: readonly Ampcore[]): string[] {
  return readdirSync(tmpdir()).filter((name) =>
    bridges.some(({ child }) => name.startsWith(`ampcore-board-${child.pid}-`)),
  );
}

test("without QEMU a bridge ends with one sentence that says what installs it, and exit code 1", { skip }, async () => {
  const path = at("without");
  mkdirSync(path);
  for (const tool of ["wasm2c", "gcc", "arm-none-eabi-gcc", "arm-none-eabi-nm", "arm-none-eabi-size"]) {
    symlinkSync(execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(), join(path, tool));
  }
  const nvm = ["--nvm", at(`device${EMULATED}.bin`)];
  const { PATH } = process.env;
  process.env.PATH = path;
  const outcomes = calls(["sta", ...nvm, "--board", "stm32vldiscovery"]);
  process.env.PATH = PATH;
  const [{ code, stdout, stderr }] = await outcomes;
  assert.match(
    stderr,
    /^ampcore sta: there is no qemu-system-arm on this machine; npm run setup:system installs it\n$/,
  );
  assert.deepEqual([code, stdout], [1, ""]);
});
