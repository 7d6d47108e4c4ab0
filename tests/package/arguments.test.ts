/** What plain JavaScript hands in, with no compiler before it: a mistake is told in a sentence, and never taken for octets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import * as api from "../../host/api/index.ts";

const { createAccessPoint, explainFrames, loadStation, meterStation, readVectors, runScenario } = api;
const SPA = "02:c0:ff:ee:00:01";

/** Anything, where the types would not have it. */
// biome-ignore lint/suspicious/noExplicitAny: that is what is tested.
const any = (value: unknown): any => value;

async function refuses(call: () => unknown, kind: string, wanted: RegExp): Promise<void> {
  await assert.rejects(
    async () => call(),
    (error: Error) => {
      assert.deepEqual([error.name, wanted.test(error.message)], [kind, true], `${error.name}: ${error.message}`);
      assert.ok(!/\n|cannot read|is not a function|not iterable|destructure/i.test(error.message), error.message);
      return true;
    },
  );
}

test("a text is never taken for octets, nor a number for an address", async () => {
  const ap = createAccessPoint();
  const nvm = ap.enrol(SPA);
  const station = await loadStation({ nvm });
  station.boot();
  const text = /: a string, where octets \(a Uint8Array, as new TextEncoder\(\)\.encode\(text\) gives\) are expected$/;
  for (const call of [
    () => station.setPayload(any("21.5 C"), true),
    () => station.receive(any("0c00")),
    () => loadStation({ nvm, reading: any("21.5 C") }),
    () => ap.receive(any("0c00")),
    () => ap.trigger({ data: any("abc") }),
    () => ap.enrol("02:c0:ff:ee:00:02", any("x".repeat(32))),
    () => createAccessPoint({ master: any("x".repeat(32)) }),
    () => new api.Nvm(any("x".repeat(268))),
    () => explainFrames([any("0c00")]),
    () => explainFrames([], { pmk: any("x".repeat(32)) }),
    () => runScenario({}, { module: any("small") }),
  ]) {
    await refuses(call, "TypeError", text);
  }
  for (const octets of [undefined, null, [1, 2], 7, new Uint16Array(2)]) {
    await refuses(() => station.setPayload(any(octets), true), "TypeError", /^reading: .+, where octets/);
    await refuses(() => station.receive(any(octets)), "TypeError", /^frame: .+, where octets/);
    await refuses(() => ap.receive(any(octets)), "TypeError", /^octets: .+, where octets/);
  }
  for (const spa of [undefined, null, 7, 7n, Symbol("x"), [2, 0, 0, 0, 0, 9], {}]) {
    await refuses(() => ap.enrol(any(spa)), "RangeError", /^spa: .+ is no address, where one like/);
    await refuses(() => ap.known(any(spa)), "RangeError", /^spa: .+ is no address, where one like/);
  }
  await refuses(() => ap.enrol(new Uint8Array(5)), "RangeError", /^spa: 5 octets, where 6 are expected/);
});

test("parts, wishes and options of another kind, or with a key that nobody reads, are told by name", async () => {
  const ap = createAccessPoint();
  const nvm = ap.enrol(SPA);
  const { measure } = await meterStation({ nvm });
  const mistakes: [() => unknown, string, RegExp][] = [
    [() => loadStation(any(undefined)), "TypeError", /^parts: undefined, where an object with some of nvm, entropy/],
    [() => loadStation(any({})), "TypeError", /^nvm: undefined, where an object with nvmRead and nvmWrite/],
    [() => loadStation({ nvm: any(new Uint8Array(268)) }), "TypeError", /^nvm: a Uint8Array, where/],
    [() => loadStation({ nvm, entropy: any(5) }), "TypeError", /^entropy: a number, where a function/],
    [() => loadStation(any({ nvm, payload: 1 })), "TypeError", /^parts: there is no payload, only nvm,/],
    [() => loadStation({ nvm, module: any("rsn") }), "RangeError", /^module: rsn is none of release, small, roaming$/],
    [() => loadStation({ nvm, module: any(null) }), "RangeError", /^module: null is none of/],
    [() => api.stationModule(any("jobs")), "RangeError", /^build: jobs is none of release, small, roaming$/],
    [() => meterStation(any(undefined)), "TypeError", /^parts: undefined/],
    [() => meterStation(any({ nvm, reading: new Uint8Array(1) })), "TypeError", /^parts: there is no reading/],
    [() => meterStation({ nvm, module: any("rsn") }), "RangeError", /^module: rsn is none of/],
    [() => meterStation({ nvm, mcu: "constructor" }), "RangeError", /^mcu: constructor is none of/],
    [() => measure(async () => 1), "TypeError", /^measure: the work answered a promise/],
    [() => measure(() => measure(() => 1)), "Error", /^measure: a measurement is under way/],
    [() => createAccessPoint(any(null)), "TypeError", /^wishes: null, where an object/],
    [() => createAccessPoint(any({ profil: "wide" })), "TypeError", /^wishes: there is no profil, only aa, master/],
    [() => createAccessPoint({ aa: any(5) }), "RangeError", /^aa: a number is no address/],
    [
      () => createAccessPoint({ store: any({}) }),
      "TypeError",
      /^store: an Object, where an object with load and commit/,
    ],
    [() => createAccessPoint({ crypto: any({}) }), "TypeError", /^crypto: /],
    [() => createAccessPoint({ now_s: any(5) }), "TypeError", /^now_s: a number, where a function/],
    [() => ap.trigger(any(null)), "TypeError", /^wishes: null/],
    [() => ap.trigger(any({ slot: 4 })), "TypeError", /^wishes: there is no slot, only to, profile/],
    [() => ap.trigger({ profile: any("narrow") }), "RangeError", /^profile: narrow is none of compact/],
    [() => ap.trigger({ profile: any({}) }), "RangeError", /^profile: undefined is none of compact/],
    [() => ap.trigger({ to: "02:c0:ff:ee:00:09" }), "RangeError", /^to: 02:c0:ff:ee:00:09 is no device that this AP/],
    [() => ap.trigger({ to: "everyone" }), "RangeError", /^to: "everyone" is no address/],
    [() => ap.confirm(any(undefined)), "TypeError", /^received: undefined, where what receive\(\) answered/],
    [() => ap.confirm(any({})), "TypeError", /^received: /],
    [() => ap.confirm(any({ kind: "reading" })), "TypeError", /^received: /],
    [() => explainFrames(any(undefined)), "TypeError", /^frames: undefined, where a list of frames/],
    [() => explainFrames(any(Uint8Array.of(1, 2))), "TypeError", /^frames: a Uint8Array, where a list of frames/],
    [() => explainFrames([], any(null)), "TypeError", /^known: null/],
    [() => explainFrames([], { pmk: new Uint8Array(5) }), "RangeError", /^known.pmk: 5 octets, where 32/],
    [() => explainFrames([any(null)]), "TypeError", /^frames\[0\]: null, where octets/],
    [() => readVectors(any(Symbol("x"))), "RangeError", /^file: a symbol is none of example/],
    [() => new api.Nvm().cutAt(Number.NaN, "old"), "RangeError", /there is no octet NaN to cut at/],
    [() => new api.Nvm().cutAt(1.5, "old"), "RangeError", /there is no octet 1.5 to cut at/],
    [() => new api.Nvm().cutAt(1, any("older")), "RangeError", /^torn: older is not a whole number from 0 to 255/],
    [() => runScenario(any(() => 1)), "ScenarioError", /the scenario is a function, where/],
    [() => runScenario({ seed: any(1n) }), "ScenarioError", /seed is a bigint, where/],
    [() => runScenario({}, any(null)), "TypeError", /^options: null/],
    [() => runScenario({}, any({ attaker: 1 })), "TypeError", /^options: there is no attaker, only module, attacker/],
    [
      () => runScenario({}, { attacker: any({ sends: () => [] }) }),
      "TypeError",
      /^attacker: an Object, where a function/,
    ],
    [() => runScenario({}, { onLife: any(5) }), "TypeError", /^onLife: a number/],
    [() => runScenario({}, { signal: any({}) }), "TypeError", /^signal: .*throwIfAborted/],
  ];
  for (const [call, kind, wanted] of mistakes) await refuses(call, kind, wanted);
  assert.equal(measure(() => 7).result, 7, "what went wrong is over");
});

test("a station's host answers true or false at once: a promise would be taken for durable", async () => {
  const ap = createAccessPoint();
  const nvm = ap.enrol(SPA);
  for (const answer of [undefined, Promise.resolve(true), 1]) {
    const station = await loadStation({ nvm, entropy: any((into: Uint8Array) => into.fill(7) && answer) });
    station.boot();
    station.setPayload(Uint8Array.of(1), true);
    await refuses(() => station.receive(ap.trigger()), "TypeError", /^entropy answered .+, where true or false/);
    const slow = { nvmRead: nvm.nvmRead.bind(nvm), nvmWrite: any(() => answer) };
    const other = await loadStation({ nvm: slow });
    other.boot();
    other.setPayload(Uint8Array.of(1), true);
    await refuses(() => other.receive(ap.trigger()), "TypeError", /^nvmWrite answered .+, where true or false/);
  }
});

test("a roaming station's module over another station's record says what the record lacks", async () => {
  const module = await api.stationModule("roaming");
  await refuses(
    () => runScenario({ duration_s: 1 }, { module }),
    "RangeError",
    /^NVM octets 268 .. 359 are outside the record, which has 268, and a roaming station's 360$/,
  );
});

test("a trigger takes addresses and profiles as they are written elsewhere, and what is undefined is left out", async () => {
  const ap = createAccessPoint();
  const station = await loadStation({ nvm: ap.enrol(SPA), reading: Uint8Array.of(1) });
  const other = await loadStation({ nvm: ap.enrol("02:c0:ff:ee:00:02"), reading: Uint8Array.of(2) });
  const m1 = ap.trigger({ to: SPA, profile: "wide", slots: undefined, data: undefined });
  assert.equal(other.receive(m1).frame, undefined);
  const received = ap.receive(station.receive(m1).frame as Uint8Array);
  assert.ok(received.kind === "reading");
  assert.equal(received.reading.profile.name, "wide");
});

test("octets of another realm are octets", async () => {
  const octets: unknown = runInNewContext("new Uint8Array([1, 2, 3])");
  assert.ok(!(octets instanceof Uint8Array));
  const ap = createAccessPoint();
  const station = await loadStation({ nvm: ap.enrol(SPA), reading: any(octets) });
  const received = ap.receive(station.receive(ap.trigger()).frame ?? new Uint8Array(0));
  assert.ok(received.kind === "reading");
  assert.deepEqual(received.reading.payload, Uint8Array.of(1, 2, 3));
});

test("an M2 has room for as much of a reading as the docstring says", async () => {
  const ap = createAccessPoint();
  const nvm = ap.enrol(SPA);
  for (const [profile, octets] of [
    ["compact", 40],
    ["wide", 24],
    ["strong", 16],
  ] as const) {
    const answers = [octets, octets + 1, 54].map(async (length) => {
      const station = await loadStation({ nvm, reading: new Uint8Array(length) });
      const { status, frame } = station.receive(ap.trigger({ profile }));
      return frame ? "frame" : api.statusName(status);
    });
    assert.deepEqual(await Promise.all(answers), ["frame", "payload too long", "payload too long"], profile);
  }
});

test("what is left undefined is as if it had not been said", () => {
  const ap = createAccessPoint();
  ap.enrol(SPA);
  const said = Object.fromEntries(["to", "profile", "slots", "acwe", "data"].map((name) => [name, undefined]));
  assert.equal(ap.trigger(said).length, ap.trigger().length);
});
