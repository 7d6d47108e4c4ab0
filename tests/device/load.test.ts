import assert from "node:assert/strict";
import { test } from "node:test";
import { NVM_OCTETS, STATUS } from "../../host/device/abi.ts";
import { counter } from "../../host/device/count.ts";
import type { StationHost } from "../../host/device/host.ts";
import { loadStation } from "../../host/device/load.ts";
import { fuelOf, hasDied, meter } from "../../host/device/meter.ts";
import { Nvm, PowerFailure } from "../../host/device/nvm.ts";
import { recorder } from "../../host/device/trace.ts";
import { fakeStation, MISBEHAVE } from "./fakestation.ts";

const octets = await fakeStation();
const module = new WebAssembly.Module(octets);

function hostOf(nvm: Nvm, change: Partial<StationHost> = {}): StationHost {
  return {
    entropy: (into) => into.fill(0x5a) === into,
    nvmRead: (offset, into) => nvm.nvmRead(offset, into),
    nvmWrite: (offset, written) => nvm.nvmWrite(offset, written),
    ...change,
  };
}

function provisioned(): Nvm {
  const image = new Uint8Array(NVM_OCTETS);
  image[0] = 0x41;
  return new Nvm(image);
}

const frame = (first: number, length = 8): Uint8Array => Uint8Array.from({ length }, (_, k) => (k === 0 ? first : k));

test("a station boots, takes a frame, answers one, and its imports reach the host", () => {
  const nvm = provisioned();
  const station = loadStation(octets, hostOf(nvm));
  assert.equal(station.state(), 0);
  assert.deepEqual(station.receive(frame(9)), { status: STATUS["not booted"] });
  assert.equal(station.boot(), 0);
  assert.equal(station.state(), 1);
  assert.deepEqual(station.receive(frame(9)), { status: 0, frame: Uint8Array.of(7, 6, 5, 4, 3, 2, 1, 9) });
  assert.equal(station.state(), 2);
  assert.deepEqual(nvm.octets.subarray(16, 25), Uint8Array.of(...Array(8).fill(0x5a), 0));
  assert.deepEqual(station.receive(frame(MISBEHAVE.takeOnly)), { status: 0 });
  assert.deepEqual(station.send(), { status: STATUS["no session"] });
});

test("answers are copies: the next call does not change them", () => {
  const station = loadStation(module, hostOf(provisioned()));
  station.boot();
  const { frame: first } = station.receive(frame(9));
  station.receive(frame(10, 9));
  assert.deepEqual(first, Uint8Array.of(7, 6, 5, 4, 3, 2, 1, 9));
});

test("the payload goes in and out of its buffer", () => {
  const station = loadStation(module, hostOf(provisioned()));
  assert.equal(station.setPayload(Uint8Array.of(1), false), STATUS["not booted"]);
  station.boot();
  assert.equal(station.setPayload(Uint8Array.of(1, 2, 3), true), 0);
  assert.deepEqual(station.received(), Uint8Array.of(1, 2, 3));
  assert.deepEqual(station.triggerData(), new Uint8Array());
});

test("what is longer than its buffer is announced as it is and written no further", () => {
  const station = loadStation(module, hostOf(provisioned()));
  station.boot();
  const before = station.memory.slice();
  assert.deepEqual(station.receive(new Uint8Array(500).fill(0x77)), { status: STATUS["too long"] });
  assert.equal(station.setPayload(new Uint8Array(500).fill(0x77), false), STATUS["bad argument"]);
  const changed = station.memory.reduce((sum, octet, k) => sum + (octet === before[k] ? 0 : 1), 0);
  assert.equal(changed, 72 + 64);
});

test("a host that fails is -1 to the module; a host that throws is heard by the caller", () => {
  const nvm = provisioned();
  const status = (change: Partial<StationHost>): number => {
    const station = loadStation(module, hostOf(nvm, change));
    return station.boot() || station.receive(frame(9)).status;
  };
  assert.equal(status({ nvmRead: () => false }), STATUS["NVM failed"]);
  assert.equal(status({ entropy: () => false }), STATUS["entropy failed"]);
  assert.equal(status({ nvmWrite: () => false }), STATUS["NVM failed"]);
  nvm.cutAt(3, "old");
  assert.throws(() => status({}), PowerFailure);
});

test("a module that breaks the ABI while it runs is told so", () => {
  const broken = (first: number): (() => unknown) => {
    const station = loadStation(module, hostOf(provisioned()));
    station.boot();
    return () => [station.receive(frame(first)), station.state()];
  };
  assert.throws(broken(MISBEHAVE.noStatus), /amp_receive answered -20, which is no status/);
  assert.throws(broken(MISBEHAVE.tooLong), /amp_receive answered 73 octets, its buffer has 72/);
  assert.throws(broken(MISBEHAVE.noState), /amp_state answered 4, which is no state/);
  assert.throws(broken(MISBEHAVE.pointBeyondHeap), /entropy was pointed at octets \d+ \.\. \d+, __heap_base is \d+/);
});

test("a module that is no station is refused in one sentence that names what is wrong", async () => {
  const load = (wasm: Uint8Array) => () => loadStation(wasm, hostOf(provisioned()));
  const entropyless = await fakeStation((index) =>
    index.replace("if (entropy(NOISE, 32) != 0) return -11;", "").replace(/return entropy.*;/, "return 0;"),
  );
  assert.throws(load(entropyless), { message: "This is no AMP station: it does not import env.entropy." });
  const renamed = await fakeStation((index) => index.replace("amp_state", "amp_mode"));
  assert.throws(load(renamed), {
    message:
      "This is no AMP station: it does not export function amp_state; it exports beyond the ABI function amp_mode.",
  });
  const wide = await fakeStation((index) =>
    index.replace("amp_set_payload(length: i32, encrypt: i32)", "amp_set_payload(length: i32, encrypt: i32, x: i32)"),
  );
  assert.throws(load(wide), { message: "This is no AMP station: amp_set_payload takes 3 parameters, not 2." });
});

test("a rewritten station needs leave for what it exports and imports beyond the ABI", () => {
  const metered = new WebAssembly.Module(meter(octets));
  assert.throws(() => loadStation(metered, hostOf(provisioned())), /it exports beyond the ABI global fuel\./);
  const recording = recorder(octets);
  assert.throws(() => loadStation(recording.wasm, hostOf(provisioned())), /it imports beyond the ABI trace\.event\./);
  const recorded = loadStation(recording.wasm, hostOf(provisioned()), { extraImports: recording.imports });
  recorded.boot();
  const told = recording.take().map(({ site }) => `${site.what} in ${site.functionName}`);
  assert.ok(told.includes("call in amp_boot"));
});

test("a metered station dies at the fuel it has, and a new one from the same module lives on over the same NVM", () => {
  const metered = new WebAssembly.Module(meter(octets));
  const nvm = provisioned();
  const writes: number[] = [];
  for (let fuel = 0; ; fuel++) {
    const station = loadStation(metered, hostOf(nvm), { extraExports: true });
    station.boot();
    fuelOf(station.exports).value = fuel;
    nvm.log = [];
    try {
      assert.equal(station.receive(frame(9)).status, 0);
      break;
    } catch (error) {
      if (!hasDied(station.exports)) throw error;
      writes.push(nvm.log.length);
    }
  }
  const counting = counter(octets);
  const counted = loadStation(counting.wasm, hostOf(nvm), { extraExports: true });
  counted.boot();
  counting.reset(counted.exports);
  counted.receive(frame(9));
  assert.equal(writes.length, counting.read(counted.exports).total);
  assert.deepEqual([...new Set(writes)], [0, 1]);
});
