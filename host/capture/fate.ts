/** What a capture says of a frame beside its octets, as a comment that a person reads and a dissector can search. */

import type { Air, Party } from "../channel/medium.ts";
import type { Outcome } from "../channel/tap.ts";
import type { Whole } from "./whole.ts";

/** What became of a frame, receiver by receiver. */
export type Fates = ReadonlyMap<Party, Outcome>;

/** What is said of each outcome, in this order. */
const SAID: Readonly<Record<Outcome, string>> = {
  received: "received by",
  changed: "reached otherwise than sent",
  lost: "lost for",
};

/**
 * "from station 3; 1096 us on the air; cut at 12 of 43 octets, power failed; lost for AP". `cutOf`: the whole frame, of
 * one that is cut.
 */
export function commentOf({ from, from_s, end_s, octets }: Air, fates: Fates, cutOf: Whole | undefined): string {
  const parts = [`from ${senderOf(from)}`, `${Math.round((end_s - from_s) * 1e6)} us on the air`];
  if (cutOf) {
    const whole = cutOf.isTold ? `${cutOf.octets}` : `at least ${cutOf.octets}`;
    parts.push(`cut at ${octets.length} of ${whole} octets, power failed`);
  }
  for (const [outcome, said] of Object.entries(SAID)) {
    const whom = [...fates].filter(([, one]) => one === outcome).map(([party]) => party);
    if (whom.length > 0) parts.push(`${said} ${partiesOf(whom)}`);
  }
  if (fates.size === 0) parts.push("heard by nobody");
  return parts.join("; ");
}

function senderOf(from: Party | undefined): string {
  if (from === undefined) return "a stranger";
  return from === "ap" ? "AP" : `station ${from}`;
}

/** "AP", "station 3", "stations 0-2, 7". */
function partiesOf(parties: readonly Party[]): string {
  const stations = parties.filter((party) => party !== "ap").sort((a, b) => a - b);
  if (stations.length === 0) return "AP";
  const ranges: [number, number][] = [];
  for (const station of stations) {
    const last = ranges.at(-1);
    if (last && last[1] === station - 1) last[1] = station;
    else ranges.push([station, station]);
  }
  const listed = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
  return `${stations.length === 1 ? "station" : "stations"} ${listed}`;
}
