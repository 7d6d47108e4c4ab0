/* The result for the eye. */
import type { Table } from "../../host/bench/bench.ts";
import type { ThroughputResult, ThroughputRow } from "./result.ts";

/** Of the WASM core over node:crypto, by the calls of the interface. */
const GOAL = 2;

export function throughputTables(result: ThroughputResult): Table[] {
  const { machine, devices, rounds, repetitions, reading_octets, backend_octets } = result;
  const modes = [true, false].map((encrypted) => result.rows.filter((row) => row.encrypted === encrypted));
  return [
    {
      id: "exchanges",
      title: "M2 verified and M3 made, on one core",
      headline: true,
      rows: modes.flatMap((rows) => rows.map((row) => tableRow(row, rows[0]))),
      note: `${reading_octets} octets of reading, compact profile. Crypto alone: the calls of host/crypto's interface (PTK, M2, M3). In the
AP: the whole of it, ${devices} devices answering each of ${rounds} triggers, frames of the shipped module, M3s the same octets on every
backend. A forged M2 has one candidate, whose PMK the key service is asked for once more; of an ID that several devices share each is
one more try. CPU time of all threads, the least of ${repetitions} repetitions, backends and modes in turn; Node ${machine.node},
${machine.cpu}. Goal for the WASM core (build/backend.wasm, ${backend_octets.toLocaleString("en")} octets): ${GOAL} times node:crypto.`,
    },
  ];
}

function tableRow(row: ThroughputRow, first: ThroughputRow): Table["rows"][number] {
  const { backend, encrypted, crypto_us, ap_us, forged_us, constantTime } = row;
  return {
    backend,
    mode: encrypted ? "CCM" : "MIC only",
    "crypto, us": Number(crypto_us.toPrecision(3)),
    "a second": perSecond(crypto_us),
    "times node:crypto": ratio(first.crypto_us, crypto_us),
    "in the AP, us": Number(ap_us.toPrecision(3)),
    "in the AP, a second": perSecond(ap_us),
    "times node:crypto's": ratio(first.ap_us, ap_us),
    "forged M2s refused, a second": perSecond(forged_us),
    "constant time": constantTime ?? "no",
  };
}

function perSecond(each_us: number): number {
  return Number((1e6 / each_us).toPrecision(3));
}

/** Two digits: a rerun moves the third. */
function ratio(first_us: number, each_us: number): string {
  return (first_us / each_us).toPrecision(2);
}
