/** What SeNAA takes, for the eye. */

import type { Table } from "../../host/bench/bench.ts";
import { type MethodRow, type SenaaResult, STAGES } from "./measure.ts";
import type { Cost, Costs } from "./world.ts";

export function senaaTables({ tls, methods, runs }: SenaaResult): Table[] {
  const base = tls[0].costs["phase 1"].time_ms;
  const whole: Table = {
    id: "tls",
    title: "A session, by TLS and the network's certificate: round trips, octets of both ends, and time",
    headline: true,
    rows: tls.map(({ version, certificate, costs }) => ({
      TLS: version.replace("TLSv", ""),
      certificate,
      ...Object.fromEntries(STAGES.map((stage) => [stage, cell(costs[stage], base)])),
    })),
    note:
      `Round trips / octets in UDP / time on loopback as a multiple of the first row's phase 1, the median of ${runs} sessions. EAP-PSK in ` +
      "the PAA's process, users without certificates; octets without 28 of UDP and IPv4 a datagram. Once more: a resumed " +
      "session (figure 2b), its ticket with it. A flight of more than 1100 octets goes in parts, a round trip each.",
  };
  return methods ? [whole, methodTable(methods)] : [whole];
}

function methodTable(methods: readonly MethodRow[]): Table {
  return {
    id: "methods",
    title: "The same EAP method behind the same real hostapd: SeNAA with TLS 1.3, and EAPOL with RADIUS alone",
    headline: true,
    rows: methods.map(({ method, senaa, eapol }) => {
      const [one, two] = [senaa["phase 1"], senaa["phase 2"]];
      return {
        method,
        "SeNAA, datagrams": one.datagrams + two.datagrams,
        octets: one.octets + two.octets,
        "EAPOL, frames": eapol.frames,
        "octets ": eapol.octets,
        "time, SeNAA / EAPOL": ((one.time_ms + two.time_ms) / eapol.time_ms).toFixed(1),
        "of it phase 1": `${Math.round((100 * one.time_ms) / (one.time_ms + two.time_ms))} %`,
      };
    }),
    note:
      "Between client and network alone: RADIUS carries the same EAP behind both. SeNAA with 28 octets of UDP and IPv4 a datagram more; EAPOL with its " +
      "header and Ethernet's, from the Identity Request to Success, no 4-way handshake behind it. What the EAP itself costs, " +
      "hostapd's part with it, is in both times.",
  };
}

function cell({ roundTrips, octets, time_ms }: Cost, base_ms: number): string {
  return `${roundTrips} / ${Math.round(octets)} / ${(time_ms / base_ms).toFixed(1)}`;
}

/** Of figures that must not get worse: exact counts alone. */
export function exactCounts({ tls }: SenaaResult): Record<string, number> {
  const of = (costs: Costs, name: string): [string, number][] =>
    STAGES.map((stage) => [`${name}, ${stage}: round trips`, costs[stage].roundTrips]);
  return Object.fromEntries(tls.flatMap(({ version, certificate, costs }) => of(costs, `${version}, ${certificate}`)));
}
