/*
 * Every way from power-off to a protected reading at the AP: frames, octets, airtime, exact instructions, and what that
 * costs on each microcontroller, radio and capacitor.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredHandshakes } from "./handshake/measure.ts";
import { type HandshakeResult, handshakeFigures } from "./handshake/result.ts";
import { handshakeTables } from "./handshake/tables.ts";

export default {
  measure: measuredHandshakes,
  tables: handshakeTables,
  figures: handshakeFigures,
} satisfies Bench<HandshakeResult>;
