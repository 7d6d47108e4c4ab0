/* The result for the eye, beside what others were measured with elsewhere. */
import type { Table } from "../../host/bench/bench.ts";
import { JOBS } from "./jobs.ts";
import type { PeerRow, PeersResult } from "./result.ts";

interface Cited {
  readonly name: string;
  readonly isConstantTime: boolean;
  /** Of a module of its own that does both jobs, -Oz. */
  readonly octets: number;
  /** Instructions of "the cited peers' M2" and of "CCM opened, 16 octets" at -O2. */
  readonly m2: number;
  readonly opened: number;
}

/** clang 14 -Oz for the module; arm-none-eabi-gcc 12.2 -O2 for the same core, counted on the same emulator: not measured here. */
const CITED: readonly Cited[] = [
  { name: "BearSSL 0.6, aes_ct", isConstantTime: true, octets: 11_061, m2: 100_060, opened: 38_388 },
  {
    name: "fixslice (aadomn/aes 368cb10), BearSSL's SHA-256",
    isConstantTime: true,
    octets: 9_019,
    m2: 70_364,
    opened: 19_684,
  },
  {
    name: "quickest constant-time C found (throw-away)",
    isConstantTime: true,
    octets: 14_366,
    m2: 64_130,
    opened: 19_684,
  },
  { name: "hostap 76d4a9171, T-tables", isConstantTime: false, octets: 7_651, m2: 50_754, opened: 4_750 },
  { name: "Mbed TLS 3.6.6, T-tables", isConstantTime: false, octets: 12_262, m2: 50_228, opened: 5_882 },
  { name: "tinycrypt cf24c90, S-box", isConstantTime: false, octets: 5_782, m2: 165_858, opened: 36_554 },
];

export function peersTables(result: PeersResult): Table[] {
  return [jobsTable(result), citedTable(result)];
}

function jobsTable({ rows, compiler }: PeersResult): Table {
  const [ours, ...peers] = rows;
  const cells = (what: string, of: (row: PeerRow) => number) => ({
    job: what,
    [ours.name]: of(ours),
    ...Object.fromEntries(
      peers.flatMap((peer) => [
        [peer.name, of(peer)],
        ["ours over it", ratio(of(ours), of(peer))],
      ]),
    ),
  });
  return {
    id: "jobs",
    title: "The same jobs on a Cortex-M4: instructions",
    headline: true,
    rows: [
      ...JOBS.map((job) => cells(job, ({ instructions }) => instructions[job])),
      cells("AES key schedule alone: the difference", keySchedule),
      cells("octets of flash", ({ flash_octets }) => flash_octets),
    ],
    note: `Measured here, constant in time, ${compiler}, exact counts on QEMU's mps2-an386; every job leaves the same octets.
M2's cryptography: a hash of one block, a KDF from kept midstates, a KDF from a key, CCM of 16 octets with 22 of AAD and its key
schedule: seven compressions, as a cold M2 has them. Our key schedule rides in the second lane of the first block that is enciphered.`,
  };
}

/** What a block costs more when its key is new. */
function keySchedule({ instructions }: PeerRow): number {
  return instructions["AES, key schedule and a block"] - instructions["AES, a block"];
}

function citedTable({ rows, module_octets }: PeersResult): Table {
  const measured = rows.map(({ name, instructions }, i) => ({
    name: `${name} (measured here)`,
    isConstantTime: true,
    octets: i === 0 ? module_octets : null,
    ...measuredOf(instructions),
  }));
  const [ours] = measured;
  return {
    id: "cited",
    title: "Ours beside peers that were measured elsewhere",
    rows: [...measured, ...CITED.map((one) => ({ ...one, name: `${one.name} (cited)` }))].map((one) => ({
      implementation: one.name,
      "constant time": one.isConstantTime,
      "octets of WebAssembly": one.octets,
      M2: one.m2,
      "ours over it": ratio(ours.m2, one.m2),
      "CCM opened": one.opened,
      "ours over that": ratio(ours.opened, one.opened),
    })),
    note: `M2 as the cited ones were measured: a hash of one block, RSN's PTK of 384 bits, CCM of 16 and of 64 octets. Those that read
tables at secret addresses are quicker in software and leak where there is a cache. Octets of WebAssembly: of a module that does
these jobs and nothing else, the cited by clang -Oz. Goal: 1.0 times the best that is constant in time.`,
  };
}

function measuredOf(instructions: Readonly<Record<string, number>>): { m2: number; opened: number } {
  return { m2: instructions["the cited peers' M2"], opened: instructions["CCM opened, 16 octets"] };
}

function ratio(ours: number, other: number): string {
  return (ours / other).toFixed(2);
}
