/*
 * A station that lives on power dies where the oracle says: at every fuel of a life, NVM and frames are those of an
 * instance of its own that pays instruction by instruction. And what it tells the power adds up.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NVM_OCTETS } from "../../host/device/abi.ts";
import type { StationHost } from "../../host/device/host.ts";
import { RAM_POLICIES } from "../../host/device/instance.ts";
import { loadStation } from "../../host/device/load.ts";
import { FULL, fuelOf, hasDied, meter } from "../../host/device/meter.ts";
import { Nvm, type NvmWrite, PowerFailure } from "../../host/device/nvm.ts";
import type { DeviceOptions } from "../../host/device/powered.ts";
import { Device } from "../../host/device/runner.ts";
import { Silicon } from "../../host/device/silicon.ts";
import { KINDS } from "../powerloss/kinds.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { seededRandom } from "../twin/life.ts";
import { fakeStation, MISBEHAVE } from "./fakestation.ts";
import { Budget, type Downlink, downlinkFor, type Living, live, NOISE, nvmOf, WEIGHTS } from "./poweredlife.ts";

const random = seededRandom(7);

function deviceOn(silicon: Silicon, nvm: Nvm, power: Budget, more: Partial<DeviceOptions> = {}): Device {
  const entropy = (into: Uint8Array): boolean => {
    into.set(NOISE);
    return true;
  };
  const device = new Device(silicon, { nvm, power, entropy, ram: "lost", random: () => 0.5, ...more });
  device.powerUp();
  return device;
}

/**
 * What an instance of its own does on `fuel` over `nvm`, until it dies; it must not be asked for more. Every import takes
 * `perImport` more, and fails where that is not there: a write then with its first octet in flight.
 */
function oracle(metered: WebAssembly.Module, nvm: Nvm, fuel: number, perImport = 0): Living {
  const pay = (): boolean => {
    const isPaid = gauge.value >= perImport;
    gauge.value -= perImport;
    return isPaid;
  };
  const paid = <R>(work: () => R): R => {
    if (!pay()) throw new PowerFailure("for an import");
    return work();
  };
  const host: StationHost = {
    entropy: (into) =>
      paid(() => {
        into.set(NOISE);
        return true;
      }),
    nvmRead: (offset, into) => paid(() => nvm.nvmRead(offset, into)),
    nvmWrite(offset, octets) {
      if (!pay()) nvm.cutAt(1, 128);
      return nvm.nvmWrite(offset, octets);
    },
  };
  const station = loadStation(metered, host, { extraExports: true });
  const gauge = fuelOf(station.exports);
  gauge.value = fuel;
  let isDead = false;
  const call = <R>(work: () => R): R | undefined => {
    if (isDead) return undefined;
    try {
      return work();
    } catch (error) {
      if (!hasDied(station.exports) && !(error instanceof PowerFailure)) throw error;
      isDead = true;
      return undefined;
    }
  };
  return {
    boot: () => call(() => station.boot()),
    setPayload: (reading, encrypt) => call(() => station.setPayload(reading, encrypt)),
    receive: (frame) => call(() => station.receive(frame)),
    send: () => call(() => station.send()),
    received: () => call(() => station.received()),
  };
}

for (const { name: build, octets, module } of DEVICES) {
  const byInstruction = new WebAssembly.Module(meter(octets, "instruction", WEIGHTS) as Uint8Array<ArrayBuffer>);
  const silicon = new Silicon(octets, { weights: WEIGHTS });
  const downlink = downlinkFor(module);

  /** The fuel of the whole life, and that used when each import was called or a phase ended. */
  function costOf({ image }: Downlink, perImport = 0): { readonly whole: number; readonly edges: readonly number[] } {
    const power = new Budget(FULL, perImport);
    const edges: number[] = [];
    power.onTold = () => edges.push(FULL - power.left);
    for (const _ of live(deviceOn(silicon, new Nvm(image), power), downlink));
    return { whole: FULL - power.left, edges };
  }

  for (const perImport of [0, 700]) {
    const title = perImport === 0 ? "at every fuel of a life" : "at every fuel of a life whose imports take of it, too";
    test(`AMP-R7, 002-A10 on ${build}: ${title}, frames and NVM are the oracle's`, () => {
      const { whole, edges } = costOf(downlink, perImport);
      const stride = Math.max(1, Math.floor(whole / repeated(500)));
      const fuels = new Set(edges.flatMap((edge) => [edge - 1, edge, edge + perImport - 1, edge + perImport]));
      for (let fuel = Math.floor(stride * random()); fuel < whole; fuel += stride) fuels.add(fuel);
      for (const fuel of [...fuels].filter((one) => one < whole).concat(whole)) {
        const [nvm, wantedNvm] = [nvmOf(downlink), nvmOf(downlink)];
        const power = new Budget(fuel, perImport);
        const device = deviceOn(silicon, nvm, power);
        const wanted = oracle(byInstruction, wantedNvm, fuel, perImport);
        assert.deepEqual([...live(device, downlink)], [...live(wanted, downlink)], `fuel ${fuel} of ${whole}`);
        assert.deepEqual(nvm.octets, wantedNvm.octets, `fuel ${fuel} of ${whole}`);
        assert.equal(device.isOn, fuel === whole);
        assert.equal(power.left, 0, "all of it was run, and told");
        const isByCpu = device.lastDeath !== undefined && power.deaths.length === 1;
        assert.ok(fuel === whole || isByCpu || perImport > 0, "the CPU's death is told once");
      }
    });
  }

  test(`AMP-R7 on ${build}: whatever RAM holds at power-up, the next life is the same`, () => {
    const { whole } = costOf(downlink);
    for (let round = repeated(20); round > 0; round--) {
      const fuel = Math.floor(whole * random());
      const [wanted, ...others] = RAM_POLICIES.map((ram) => {
        const nvm = nvmOf(downlink);
        const power = new Budget(fuel);
        const device = deviceOn(silicon, nvm, power, { ram, random });
        for (const _ of live(device, downlink));
        power.left = FULL;
        device.powerUp();
        return [...live(device, downlink), nvm.octets.join()];
      });
      for (const other of others) assert.deepEqual(other, wanted, `fuel ${fuel}`);
    }
  });

  test(`AMP-R7, 002-A10 on ${build}: power fails in any import, and at any octet of any NVM write`, () => {
    // Both cells were written, and the cache holds another PMK: every check field has to be cleared first.
    const downlink = downlinkFor(module, KINDS[2].options.image);
    const power = new Budget();
    power.imports = 1e6;
    const counted = nvmOf(downlink);
    counted.log = [];
    for (const _ of live(deviceOn(silicon, counted, power), downlink));
    const imports = 1e6 - power.imports;
    assert.deepEqual(
      counted.log.map(({ octets: { length } }) => length),
      [4, 4, 4, 4, 88, 4],
    );
    let written = 0;
    let torn = 0;
    for (let at = 0; at < imports; at++) {
      const before = new Budget();
      before.imports = at;
      const nvm = nvmOf(downlink);
      const device = deviceOn(silicon, nvm, before);
      const answers = [...live(device, downlink)];
      assert.ok(!device.isOn && answers.includes("power failed"), "it is off");
      assert.deepEqual(before.deaths, [], "the CPU did not die: the power itself said that it failed");
      const { phase, nvmOffset } = device.lastDeath ?? {};
      assert.ok(phase === "nvm" || phase === "snonce", phase);
      if (nvmOffset === undefined) continue;
      const { offset, octets: writing }: NvmWrite = counted.log[torn++];
      for (let complete = 0; complete < writing.length; complete++) {
        const cut = new Budget();
        [cut.imports, cut.octets] = [at, complete];
        const [tornNvm, wanted] = [nvmOf(downlink), nvmOf(downlink)];
        const dying = deviceOn(silicon, tornNvm, cut);
        const told = [...live(dying, downlink)];
        wanted.cutAt(written + complete + 1, 128);
        assert.deepEqual(told, [...live(oracle(byInstruction, wanted, FULL), downlink)]);
        assert.deepEqual(tornNvm.octets, wanted.octets, `octet ${complete} of ${writing.length} at ${offset}`);
        assert.equal(dying.lastDeath?.nvmOffset, offset + complete);
      }
      written += writing.length;
    }
    assert.equal(torn, counted.log.length, "every write was torn");
  });

  test(`${build}: what the comparisons rest on: one unit of fuel more or less shows`, () => {
    const { whole, edges } = costOf(downlink);
    const ends = (fuel: number): string => {
      const nvm = nvmOf(downlink);
      return [...live(deviceOn(silicon, nvm, new Budget(fuel)), downlink), nvm.octets.join()].join();
    };
    assert.notEqual(ends(whole), ends(whole - 1));
    assert.ok(edges.filter((edge) => ends(edge) !== ends(edge - 1)).length >= 8, "at frames and writes");
  });
}

test("a device is off until powerUp and after a death, and then answers nothing and asks nothing of the power", () => {
  const [{ octets }] = DEVICES;
  const nvm = new Nvm();
  const power = new Budget();
  const never = new Device(new Silicon(octets), { nvm, power, entropy: () => true, ram: "lost", random });
  assert.deepEqual(
    [never.boot(), never.receive(new Uint8Array(8)), never.state(), never.isOn],
    [undefined, undefined, 0, false],
  );
  never.powerDown("sleep");
  assert.equal(never.lastDeath, undefined);
  assert.deepEqual(power.told, []);
});

test("a death outside of any call is remembered with its phase; one in a call with the call, its fuel and its phase", () => {
  const [{ octets, module }] = DEVICES;
  const silicon = new Silicon(octets);
  const downlink = downlinkFor(module);
  const power = new Budget();
  const device = deviceOn(silicon, nvmOf(downlink), power);
  device.boot();
  device.powerDown("listen");
  assert.deepEqual([device.lastDeath, device.isOn], [{ phase: "listen", call: undefined, fuel: 0 }, false]);
  device.powerUp();
  assert.equal(device.boot(), 0);
  power.left = 1000;
  assert.equal(device.receive(downlink.frames[0]), undefined);
  assert.deepEqual(device.lastDeath, { phase: "frame", call: "receive", fuel: 1000, nvmOffset: undefined });
  assert.equal(device.send(), undefined);
});

test("an onlooker's state costs nothing, and is each device's own", () => {
  const [{ octets, module }] = DEVICES;
  const silicon = new Silicon(octets);
  const downlink = downlinkFor(module);
  const power = new Budget();
  const [one, other] = [0, 1].map(() => deviceOn(silicon, nvmOf(downlink), power));
  one.boot();
  one.receive(downlink.frames[0]);
  other.boot();
  const told = power.told.length;
  assert.deepEqual([one.state(), other.state()], [2, 1]);
  assert.equal(power.told.length, told);
});

test("a source of noise that fails is the station's business, and no power failure", () => {
  const [{ octets, module }] = DEVICES;
  const downlink = downlinkFor(module);
  const device = deviceOn(new Silicon(octets), nvmOf(downlink), new Budget(), { entropy: () => false });
  device.boot();
  assert.deepEqual(device.receive(downlink.frames[0]), { status: -11 });
  assert.ok(device.isOn, "it has power");
});

test("a module that answers what no station may is a bug and no death", async () => {
  const octets = await fakeStation();
  const nvm = new Nvm(Uint8Array.from({ length: NVM_OCTETS }, () => 0x41));
  const device = deviceOn(new Silicon(octets), nvm, new Budget());
  assert.equal(device.boot(), 0);
  const frame = new Uint8Array(8).fill(MISBEHAVE.noStatus);
  assert.throws(() => device.receive(frame), { message: "amp_receive answered -20, which is no status of the ABI" });
  assert.deepEqual([device.isOn, device.lastDeath], [true, undefined]);
});
