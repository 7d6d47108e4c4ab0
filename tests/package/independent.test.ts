/** Nothing that is handed in or out is shared: not by two stations, two runs, or a Buffer, whose slice() is a view. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createAccessPoint,
  explainFrames,
  loadStation,
  meterStation,
  Nvm,
  runScenario,
  toHex,
} from "../../host/api/index.ts";

const SPA = "02:c0:ff:ee:00:01";

test("two memories out of one Buffer are two", () => {
  const image = Buffer.from(createAccessPoint().enrol(SPA).octets);
  const [one, other] = [new Nvm(image), new Nvm(image)];
  one.nvmWrite(16, Uint8Array.of(1, 2, 3));
  assert.deepEqual(Buffer.from(other.octets), image);
  image.fill(0);
  assert.equal(other.octets[0], 0x41);
});

test("what was given to the access point as a Buffer is wiped or used again, and nothing of it changes", async () => {
  const [aa, spa] = [Buffer.from([2, 0xa0, 0, 0, 0, 5]), Buffer.from([2, 0xc0, 0xff, 0xee, 0, 1])];
  const [master, psk] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)];
  const ap = createAccessPoint({ aa, master });
  const nvm = ap.enrol(spa, psk);
  for (const octets of [aa, spa, master, psk]) octets.fill(0xee);
  assert.equal(toHex(ap.trigger().slice(11, 17)), "02a000000005");
  assert.equal(toHex(ap.known(SPA).spa), "02c0ffee0001");

  // The roots behind it: an update's command is of the root that the station has.
  ap.keys.startUpdate(ap.known(SPA).spa);
  const station = await loadStation({ nvm, reading: Uint8Array.of(1, 2) });
  const air = Buffer.from(station.receive(ap.trigger()).frame as Uint8Array);
  const sent = new Uint8Array(air);
  const received = ap.receive(air);
  air.fill(0);
  const m3 = ap.confirm(received) as Uint8Array;
  assert.deepEqual(ap.confirm(ap.receive(sent)), m3, "the same M2 again, though its Buffer has other octets now");
  const { status, frame } = station.receive(m3);
  assert.equal(status, 0);
  assert.equal(ap.receive(frame as Uint8Array).kind, "proof");
});

test("frames that come through one buffer, one after the other, are each explained as they were", async () => {
  const ap = createAccessPoint();
  const station = await loadStation({ nvm: ap.enrol(SPA), reading: Uint8Array.of(1) });
  const m1 = ap.trigger();
  const m2 = station.receive(m1).frame as Uint8Array;
  function* heard() {
    const buffer = new ArrayBuffer(64);
    for (const frame of [m1, m2]) {
      const octets = new Uint8Array(buffer, 0, frame.length);
      octets.set(frame);
      yield octets;
      new Uint8Array(buffer).fill(0);
    }
  }
  const [first, second] = explainFrames(heard(), ap.known(SPA));
  assert.deepEqual([first.octets, second.octets], [m1, m2]);
  assert.equal(second.opening?.outcome, "verified");
});

test("what is not said is the build release, of a station and of a metered one", async () => {
  const nvm = new Nvm();
  // Their constants are other ones: what a module's memory holds before anything has run.
  const memories = await Promise.all(
    ([undefined, "release", "small"] as const).map(async (module) => {
      const plain = await loadStation({ nvm, module });
      const { station } = await meterStation({ nvm, module });
      return [plain, station].map(({ memory }) => toHex(memory)).join(" ");
    }),
  );
  assert.equal(memories[0], memories[1]);
  assert.notEqual(memories[0], memories[2]);
});

test("a key service of its own keeps copies, too", async () => {
  const { KeyService } = await import("../../host/keys/service.ts");
  const { MemoryStore } = await import("../../host/keys/store.ts");
  const { nodeCrypto } = await import("../../host/crypto/node.ts");
  const store = new MemoryStore();
  const [psk, spa] = [Buffer.alloc(32, 9), Buffer.from([2, 0xc0, 0xff, 0xee, 0, 1])];
  const keys = new KeyService({ crypto: nodeCrypto, master: Buffer.alloc(32, 7), store });
  keys.enrol(spa, psk);
  keys.startUpdate(spa);
  assert.equal(toHex(psk), "09".repeat(32), "the caller's is not wiped");
  psk.fill(0);
  spa.fill(0);
  const [device] = store.load().devices;
  assert.deepEqual([toHex(device.root), toHex(device.spa)], ["09".repeat(32), "02c0ffee0001"]);
});

test("runs side by side are those that would have been alone, whatever became of results and of their scenarios", async () => {
  const wish = { duration_s: 1, stations: { count: 3 } };
  const alone = await runScenario(wish);
  const text = JSON.stringify(alone);
  wreck(alone);
  const [one, other, hostile] = await Promise.all([
    runScenario(wish),
    runScenario(wish),
    runScenario({ ...wish, seed: 2, air: { loss_down: 0.3, flip_up: 0.1 } }),
  ]);
  assert.deepEqual([JSON.stringify(one), JSON.stringify(other)], [text, text]);
  assert.notEqual(JSON.stringify(hostile), text);
  assert.deepEqual(wish, { duration_s: 1, stations: { count: 3 } });
});

/** Every number in it becomes -1. */
function wreck(part: object): void {
  for (const [key, value] of Object.entries(part)) {
    if (typeof value === "object" && value !== null) wreck(value);
    else Object.assign(part, { [key]: -1 });
  }
}
