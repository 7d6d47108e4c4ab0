/*
 * One instance for many devices does what an instance for each would: the same answers, NVM, memory, globals and fuel,
 * wherever each of them is killed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { binaryFacts } from "../../host/device/facts.ts";
import { RAM_POLICIES, type Tenant } from "../../host/device/instance.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { FULL, fuelOf, hasDied, MARK, meter, stateOf } from "../../host/device/meter.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { Silicon } from "../../host/device/silicon.ts";
import { DEVICES } from "../support/device.ts";
import { uninitialised } from "../support/devicelayout.ts";
import { repeated } from "../support/devicerounds.ts";
import { seededRandom } from "../twin/life.ts";
import { assemble } from "./assemble.ts";
import { type Downlink, downlinkFor, type Living, live, NOISE, WEIGHTS } from "./poweredlife.ts";
import { EVERYTHING, run } from "./programs.ts";

const random = seededRandom(31);

/** A station on fuel that was given once, with what it leaves behind. */
interface Subject extends Living {
  readonly nvm: Nvm;
  fuel: number;
  /** Memory below __heap_base and the mutable globals. */
  state(): (number | bigint)[];
}

function importsOver(nvm: Nvm): Tenant {
  return {
    entropy: (into) => {
      into.set(NOISE);
      return true;
    },
    nvmRead: nvm.nvmRead.bind(nvm),
    nvmWrite: nvm.nvmWrite.bind(nvm),
    mark: () => undefined,
  };
}

/** `on` runs a call on an instance that has the station's fuel, and keeps what is left of it. */
function subject(
  nvm: Nvm,
  fuel: number,
  on: <R>(self: Subject, work: (station: Station) => R) => R | undefined,
): Subject {
  let isDead = false;
  const call = <R>(work: (station: Station) => R): R | undefined => {
    const result = isDead ? undefined : on(self, work);
    isDead ||= self.fuel < 0;
    return result;
  };
  const self: Subject = {
    nvm,
    fuel,
    boot: () => call((station) => station.boot()),
    setPayload: (reading, encrypt) => call((station) => station.setPayload(reading, encrypt)),
    receive: (frame) => call((station) => station.receive(frame)),
    send: () => call((station) => station.send()),
    received: () => call((station) => station.received()),
    state: () => on(self, (station) => stateIn(station)) ?? [],
  };
  return self;
}

function stateIn({ exports, memory }: Station): (number | bigint)[] {
  return [...memory.subarray(0, exports.__heap_base.value), ...stateOf(exports).map(({ value }) => value)];
}

function fuelled<R>(self: Subject, station: Station, work: (station: Station) => R): R | undefined {
  const gauge = fuelOf(station.exports);
  gauge.value = self.fuel;
  try {
    return work(station);
  } catch (error) {
    if (!hasDied(station.exports)) throw error;
    return undefined;
  } finally {
    self.fuel = gauge.value;
  }
}

function onSilicon(silicon: Silicon, { image }: Downlink, fuel: number): Subject {
  const nvm = new Nvm(image);
  const tenant = importsOver(nvm);
  return subject(nvm, fuel, (self, work) => silicon.run(tenant, (station) => fuelled(self, station, work)));
}

function onItsOwn(metered: WebAssembly.Module, { image }: Downlink, fuel: number): Subject {
  const nvm = new Nvm(image);
  const { entropy, nvmRead, nvmWrite } = importsOver(nvm);
  const station = loadStation(metered, { entropy, nvmRead, nvmWrite }, { extraExports: true });
  return subject(nvm, fuel, (self, work) => fuelled(self, station, work));
}

for (const { name: build, octets, module } of DEVICES) {
  const metered = new WebAssembly.Module(
    meter(octets, "effect", WEIGHTS, { withState: true }) as Uint8Array<ArrayBuffer>,
  );
  const downlink = downlinkFor(module);

  test(`${build}: devices that take turns on one instance are as if each had its own, killed anywhere`, () => {
    const silicon = new Silicon(octets, { weights: WEIGHTS });
    const whole = onItsOwn(metered, downlink, FULL);
    for (const _ of live(whole, downlink));
    const cost = FULL - whole.fuel;
    let deaths = 0;
    for (let round = repeated(60); round > 0; round--) {
      const fuels = [FULL, ...Array.from({ length: 3 }, () => Math.floor(cost * random()))];
      const lives = fuels.map((fuel) => {
        const [shared, own] = [onSilicon(silicon, downlink, fuel), onItsOwn(metered, downlink, fuel)];
        return { shared, own, steps: [live(shared, downlink), live(own, downlink)] };
      });
      for (let playing = lives; playing.length > 0; ) {
        // Turns in a random order, and not every one gets its turn.
        const over = playing.filter(({ shared, own, steps }) => {
          if (random() < 0.3) return false;
          const [told, wanted] = steps.map((step) => step.next());
          assert.deepEqual(told, wanted);
          assert.equal(shared.fuel, own.fuel);
          return told.done;
        });
        playing = playing.filter((one) => !over.includes(one));
      }
      for (const { shared, own } of lives) {
        assert.deepEqual(shared.nvm.octets, own.nvm.octets);
        assert.deepEqual(shared.state(), own.state());
        deaths += Number(own.fuel < 0);
      }
    }
    assert.ok(deaths > 20, `${deaths} deaths`);
  });

  test(`${build}: what that compares is in use: a life changes RAM and globals`, () => {
    const living = onItsOwn(metered, downlink, FULL);
    const fresh = living.state();
    for (const _ of live(living, downlink));
    const changed = living.state().flatMap((value, at) => (value === fresh[at] ? [] : [at]));
    const heapBase = binaryFacts(octets).heapBase ?? 0;
    assert.ok(changed.filter((at) => at < heapBase).length > 100, "RAM");
    assert.ok(changed.filter((at) => at >= heapBase).length > 5, "globals");
  });

  test(`${build}: power-up leaves data segments and globals as instantiation does, and RAM as the policy says`, () => {
    const silicon = new Silicon(octets, { weights: WEIGHTS });
    const fresh = onItsOwn(metered, downlink, FULL).state();
    const free = uninitialised(octets);
    for (const policy of RAM_POLICIES) {
      const tenant = importsOver(new Nvm(downlink.image));
      const state = (): (number | bigint)[] => silicon.run(tenant, (station) => stateIn(station));
      assert.deepEqual(state(), fresh, "a new tenant has a fresh instance");
      silicon.run(tenant, (station) => {
        station.memory.fill(0xa5, 0, station.exports.__heap_base.value);
        for (const global of stateOf(station.exports)) global.value = 5;
      });
      silicon.powerUp(tenant, policy, random);
      const after = state();
      const expected = fresh.slice();
      if (policy === "kept") for (const address of free) expected[address] = 0xa5;
      if (policy === "random") {
        const drawn = free.map((address) => after[address] as number);
        assert.ok(new Set(drawn).size > 200 && drawn.every((octet) => octet >= 0 && octet <= 255), "any octet");
        for (const address of free) expected[address] = after[address];
      }
      assert.deepEqual(after, expected, policy);
    }
  });
}

test("a call from within an import on the same instance is refused", () => {
  const [{ octets }] = DEVICES;
  const silicon = new Silicon(octets);
  const nvm = new Nvm();
  const inner = importsOver(nvm);
  const outer: Tenant = { ...inner, nvmRead: () => silicon.run(inner, () => true) };
  const boot = (): number => silicon.run(outer, (station) => station.boot());
  assert.throws(boot, { message: "A station was used from within an import of one on the same instance." });
  assert.equal(
    silicon.run(inner, (station) => station.state()),
    0,
    "and it goes on behind that",
  );
});

/** 1: leaf; 2: calls 1 in a loop, its first instruction is the loop; 3: run. */
const MARKED = assemble({
  memory: 1,
  globals: [{ type: "i64", init: -3 }],
  functions: [
    { type: "->", code: "i32.const 0 i32.const 1 i32.store8" },
    { type: "i32 ->", code: "loop call 0 local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end" },
    { type: "i32 -> i32", export: "run", code: "local.get 0 call 1 i64.const 9 global.set 0 i32.const 0" },
  ],
});

test("a mark is told at each entry, with the fuel left before the function paid anything, and costs nothing", () => {
  for (const cut of ["region", "effect", "instruction"] as const) {
    const marks: number[][] = [];
    const mark = (position: number, fuel: number): void => void marks.push([position, FULL - fuel]);
    const imports = { [MARK.module]: { [MARK.name]: mark } };
    const marked = new WebAssembly.Module(meter(MARKED, cut, undefined, { marks: [1, 0] }) as Uint8Array<ArrayBuffer>);
    const { exports } = run(marked, 3, undefined, imports);
    // run: local.get, call = 2; function 1: call and five more a round; function 0: 3
    assert.deepEqual(
      marks,
      [
        [0, 2],
        [1, 3],
        [1, 12],
        [1, 21],
      ],
      cut,
    );
    const unmarked = new WebAssembly.Module(meter(MARKED, cut) as Uint8Array<ArrayBuffer>);
    assert.equal(fuelOf(exports).value, fuelOf(run(unmarked, 3).exports).value);
  }
});

test("an import, or what is no function, cannot be marked", () => {
  assert.throws(() => meter(EVERYTHING, "effect", undefined, { marks: [0] }), {
    name: "ModuleError",
    message: /^function 0 cannot be marked: it is imported/,
  });
  assert.throws(() => meter(EVERYTHING, "effect", undefined, { marks: [9] }), { name: "ModuleError" });
});

test("the state of a module is its own mutable globals, of every type, and nothing of the meter's", () => {
  const module = new WebAssembly.Module(
    meter(MARKED, "effect", undefined, { withState: true }) as Uint8Array<ArrayBuffer>,
  );
  const { exports } = new WebAssembly.Instance(module);
  const state = stateOf(exports);
  assert.deepEqual(
    state.map(({ value }) => value),
    [-3n],
  );
  (exports.run as (x: number) => number)(1);
  assert.equal(state[0].value, 9n);
  state[0].value = 2n ** 62n;
  assert.equal(stateOf(exports)[0].value, 2n ** 62n);
});
