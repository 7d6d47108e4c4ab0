/**
 * The table of cases is whole: whatever the fuzzer, the vectors and the random walks of the other suites come to, an
 * answer in a state or an edge of the module's control flow, a case comes to, too.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadStation } from "../../host/device/load.ts";
import { functionNames } from "../../host/device/rewrite/names.ts";
import { parse } from "../../host/device/rewrite/parse.ts";
import { MAP, withCoverage } from "../../host/fuzz/station/coverage.ts";
import { type Heard, Player } from "../../host/fuzz/station/player.ts";
import { StationTarget } from "../../host/fuzz/station/target.ts";
import { Walk } from "../conformance/walk.ts";
import { fuzzed } from "../fuzz/fuzzing.ts";
import { DEVICES } from "../support/device.ts";
import { withGlobals } from "../support/deviceglobals.ts";
import { repeated } from "../support/devicerounds.ts";
import { committed, FILE_NAMES } from "../vectors/generate.ts";
import type { Script } from "../vectors/script.ts";
import { Bed } from "./bed.ts";
import { answerOfCall, CASES } from "./cases/table.ts";
import type { Made } from "./hand.ts";
import { roundOf, VARIANTS } from "./rounds.ts";

const RUNS = repeated(450);
const WALKS = repeated(60);
/** Of instructions: they are counted over a whole case here. */
const NO_BOUND = 0x7fffffff;
/** Seeds beyond those of the other walks. */
const FIRST_SEED = 3_000_000;

interface Reached {
  readonly answers: Set<string>;
  readonly edges: Set<number>;
}

/** What the cases of the table come to on this module. */
function byCases(octets: Uint8Array): Reached {
  const { wasm, edges: all } = withCoverage(withGlobals(octets), NO_BOUND);
  const module = new WebAssembly.Module(wasm);
  const reached: Reached = { answers: new Set(), edges: new Set() };
  for (const one of CASES) {
    for (const variant of VARIANTS.filter(one.only ?? (() => true))) {
      const round = roundOf(variant, 0);
      const { exports, memory } = loadStation(module, round.host, { extraExports: true });
      const after = (made: Made): unknown => reached.answers.add(answerOfCall(made));
      one.play(new Bed({ exports, variant, round, listener: { after } }));
      for (let edge = 0; edge < all.length; edge++) if (memory[MAP + edge] > 0) reached.edges.add(edge);
    }
  }
  return reached;
}

/** What the fuzzer comes to. */
async function byFuzzer(octets: Uint8Array): Promise<Reached> {
  const module = withGlobals(octets);
  const reached: Reached = { answers: new Set(), edges: new Set() };
  const target = new StationTarget(module, undefined, (call: Heard) => reached.answers.add(answerOfCall(call)));
  const { corpus } = await fuzzed(target, RUNS, { seed: 5 });
  const player = new Player(module);
  for (const input of corpus) {
    player.play(input);
    for (const [edge, hits] of player.hits.entries()) if (hits > 0) reached.edges.add(edge);
  }
  return reached;
}

for (const { name: build, octets } of DEVICES) {
  test(`${build}: ${RUNS} sequences of the fuzzer come to no answer in a state and to no edge that no case comes to`, async (t) => {
    const [cases, fuzzer] = [byCases(octets), await byFuzzer(octets)];
    t.diagnostic(
      `${fuzzer.answers.size} and ${cases.answers.size} answers, ${fuzzer.edges.size} and ${cases.edges.size} edges`,
    );
    assert.ok(fuzzer.answers.size > 60, `the fuzzer comes to ${fuzzer.answers.size} answers`);
    assert.deepEqual(
      [...fuzzer.answers].filter((answer) => !cases.answers.has(answer)),
      [],
    );
    const names = functionNames(parse(octets));
    const { edges } = withCoverage(withGlobals(octets), NO_BOUND);
    const unreached = edges.filter((index, edge) => index < names.length && !cases.edges.has(edge));
    // crc16 of the small build has a way around its loop, for no octets: no caller takes it.
    assert.ok(unreached.length <= 1, `${unreached.length} edges that no case comes along`);
    const missed = [...fuzzer.edges].filter((edge) => !cases.edges.has(edge));
    assert.deepEqual(
      missed.map((edge) => `edge ${edge} of ${names[edges[edge]]}`),
      [],
    );
  });
}

/** The exports behind the calls of a script. */
const EXPORTS = {
  boot: "amp_boot",
  setPayload: "amp_set_payload",
  setPayloadLength: "amp_set_payload",
  receive: "amp_receive",
  send: "amp_send",
} as const;

/** What a script comes to, state by state. */
function* answersOf({ steps }: Script): Generator<string> {
  let state = 0;
  for (const { call, status, reply, state: behind } of steps) {
    if (call in EXPORTS) {
      const name = EXPORTS[call as keyof typeof EXPORTS];
      yield answerOfCall({ name, state, result: status ?? (reply ?? "").length });
    }
    state = behind;
  }
}

test(`the vectors and ${WALKS} random walks come to no answer in a state that no case has`, () => {
  const known = new Set(CASES.map(({ call, state, answer }) => `${call} in state ${state} answers ${answer}`));
  const vectors = FILE_NAMES.flatMap((name) =>
    (JSON.parse(committed(name)).cases as { readonly script?: Script }[]).flatMap(({ script }) => script ?? []),
  );
  const walks = Array.from({ length: WALKS }, (_, i) => new Walk(FIRST_SEED + i).script(40));
  const answers = new Set([...vectors, ...walks].flatMap((script) => [...answersOf(script)]));
  assert.ok(answers.size > 40, `${answers.size} answers`);
  assert.deepEqual(
    [...answers].filter((answer) => !known.has(answer)),
    [],
  );
});
