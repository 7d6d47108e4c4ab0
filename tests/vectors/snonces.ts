/** snonce.json: what SNonces are made of, and which 32 octets of entropy the health test lets through. */
import { concat, hex, unhex } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { COUNTER_MAX, cellOctets, provision } from "../twin/record.ts";
import { isHealthy } from "../twin/snonce.ts";
import { status } from "../twin/status.ts";
import { explainSNonce } from "./explain.ts";
import { COMPACT, entropyOf, expectStatus, labelled, PSK, Scene, SPA, type VectorFile, WIDE } from "./world.ts";

/** 32 octets with no repetition at all but what `marks` puts in: [from, count, octet, stride]. */
function source(...marks: [from: number, count: number, octet: number, stride: number][]): Uint8Array {
  const octets = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
  for (const [from, count, octet, stride] of marks) {
    for (let i = 0; i < count; i++) octets[from + i * stride] = octet;
  }
  return octets;
}

/** Octets and whether they pass, by PROTOCOL 4a R2: a run of 6, or 12 occurrences of the first octet, fails. */
const HEALTH: readonly [name: string, octets: Uint8Array, isGood: boolean][] = [
  ["all different", source(), true],
  ["a run of 5 at the start", source([0, 5, 0x11, 1]), true],
  ["a run of 6 at the start", source([0, 6, 0x11, 1]), false],
  ["a run of 5 at the end", source([27, 5, 0x11, 1]), true],
  ["a run of 6 at the end", source([26, 6, 0x11, 1]), false],
  ["a run of 6 in the middle", source([13, 6, 0x11, 1]), false],
  ["two runs of 5 of different octets side by side", source([8, 5, 0x11, 1], [13, 5, 0x22, 1]), true],
  ["the first octet 11 times", source([0, 11, 0x11, 2]), true],
  ["the first octet 12 times", source([0, 12, 0x11, 2]), false],
  ["another octet 15 times", source([1, 15, 0x11, 2]), true],
  ["the first octet 11 times, in runs of 5", source([0, 5, 0x11, 1], [10, 5, 0x11, 1], [31, 1, 0x11, 1]), true],
  ["the first octet 12 times, in runs of 5", source([0, 5, 0x11, 1], [10, 5, 0x11, 1], [30, 2, 0x11, 1]), false],
  ["all zero", new Uint8Array(32), false],
  ["all FF", new Uint8Array(32).fill(0xff), false],
];

/** The record with these two counter cells. */
function withCells(cell0: Uint8Array, cell1: Uint8Array): Uint8Array {
  const nvm = provision(SPA, midstates(PSK));
  nvm.set(concat(cell0, cell1), 16);
  return nvm;
}

const EMPTY = new Uint8Array(8);
/** Cells before, and the value that the first SNonce of the power cycle is made with. */
const COUNTERS: readonly [name: string, cell0: Uint8Array, cell1: Uint8Array, raised: number][] = [
  ["as provisioned", cellOctets(0), EMPTY, 1],
  ["cell 1 is the greater", cellOctets(6), cellOctets(7), 8],
  ["cell 0 is the greater", cellOctets(8), cellOctets(7), 9],
  ["both equal: cell 0 counts, cell 1 is written", cellOctets(7), cellOctets(7), 8],
  ["none valid: 0, and the next goes to cell 0", EMPTY, EMPTY, 1],
  ["cell 0 with a wrong complement", concat(cellOctets(9).slice(0, 7), 0), cellOctets(4), 5],
  ["cell 0 torn after its value: FFFFFFFF with complement 0 is not valid", unhex("ffffffff00000000"), cellOctets(4), 5],
  ["one below the last value", cellOctets(COUNTER_MAX - 1), cellOctets(COUNTER_MAX - 2), COUNTER_MAX],
  ["the last value stays, nothing is written", cellOctets(COUNTER_MAX - 1), cellOctets(COUNTER_MAX), COUNTER_MAX],
];

function healthCase([name, octets, isGood]: (typeof HEALTH)[number]) {
  if (isHealthy(octets) !== isGood) throw new Error(`the twin's health test disagrees: ${name}`);
  const scene = new Scene({ entropy: [octets, entropyOf(0)] }).boot();
  const m1 = scene.m1();
  const first = scene.receive(m1);
  if (!isGood) {
    expectStatus(first, status("entropy failed"));
    scene.taken(scene.receive(m1, { note: "entropy is drawn anew at the next M1" }));
  }
  return { name: `health test, ${name}`, entropy: hex(octets), isGood, script: scene.script() };
}

function counterCase([name, cell0, cell1, raised]: (typeof COUNTERS)[number]) {
  const scene = new Scene({ nvm: withCells(cell0, cell1), entropy: [entropyOf(0)] }).boot();
  const taken = scene.waiting();
  const sNonce = explainSNonce(COMPACT, entropyOf(0), SPA, raised, 0);
  if (hex(taken.sNonce) !== sNonce.sNonce) throw new Error(`the twin counted otherwise: ${name}`);
  return { name: `boot counter, ${name}`, sNonce, script: scene.script() };
}

/** n counts the SNonces of a power cycle, whatever profile they are for; the next cycle starts from 0 again. */
function countingCase() {
  const scene = new Scene().boot();
  const drawn = [COMPACT, COMPACT, WIDE].map((profile, n) => {
    const taken = scene.waiting({ profile, aNonce: labelled(`AMP vectors, counting ${n}`, profile.N) });
    return { expected: explainSNonce(profile, entropyOf(0), SPA, 1, n), sNonce: hex(taken.sNonce) };
  });
  const next = scene.powerCycle().waiting();
  drawn.push({ expected: explainSNonce(COMPACT, entropyOf(1), SPA, 2, 0), sNonce: hex(next.sNonce) });
  if (drawn.some(({ expected, sNonce }) => expected.sNonce !== sNonce)) throw new Error("the twin drew otherwise");
  return { name: "n and the power cycles", sNonces: drawn.map(({ expected }) => expected), script: scene.script() };
}

/** Inputs that no short script reaches: the formula alone. */
function formulaCases() {
  const inputs: [bootCounter: number, n: number][] = [
    [1, 255],
    [1, 256],
    [1, 65535],
    [COUNTER_MAX, 65535],
  ];
  return inputs.map(([bootCounter, n]) => explainSNonce(WIDE, entropyOf(0), SPA, bootCounter, n));
}

export function sNonceFile(): VectorFile & { readonly formula: unknown } {
  return {
    about: "SNonces, the boot counter and the entropy health test (PROTOCOL 4a, R2). formula: inputs without a script.",
    formula: formulaCases(),
    cases: [countingCase(), ...COUNTERS.map(counterCase), ...HEALTH.map(healthCase)],
  };
}
