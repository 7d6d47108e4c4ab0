/*
 * What it takes to enter a network by SeNAA: round trips, octets and time of a full, a resumed and an ended session, and what the
 * TLS around an EAP method costs beside EAPOL and RADIUS alone. Counts are exact, octets within a few of a signature.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredSenaa, type SenaaResult } from "./senaa/measure.ts";
import { exactCounts, senaaTables } from "./senaa/tables.ts";

export default {
  measure: measuredSenaa,
  tables: senaaTables,
  figures: exactCounts,
} satisfies Bench<SenaaResult>;
