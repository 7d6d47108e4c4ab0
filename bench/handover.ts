/*
 * A station that moves from one AP to the next: what each way of preparing it costs before and after, and what it gives. All of
 * it simulated, the AMP and 802.21 parts as they are: the same figures on every machine.
 */
import type { Bench, Figures } from "../host/bench/bench.ts";
import { moveMaterials } from "../host/mih/amp/moving/materials.ts";
import { DEFAULT_MEASURE, type MovesResult, measuredMoves } from "../host/mih/amp/moving/measure.ts";
import { WAY_NAME } from "../host/mih/amp/moving/moved.ts";
import { moveTables } from "../host/mih/amp/moving/tables.ts";

export default {
  measure: async (onStep) => measuredMoves(await moveMaterials(), DEFAULT_MEASURE, onStep),
  tables: moveTables,
  figures: handoverFigures,
} satisfies Bench<MovesResult>;

/** Of the first condition: less is better, of every one. */
function handoverFigures({ conditions: [{ ways }] }: MovesResult): Figures {
  return Object.fromEntries(
    ways.flatMap(({ way, delay_s, ended, before, after }) => [
      [`${WAY_NAME[way]}: moves that came to nothing`, 1 - ended.share],
      [`${WAY_NAME[way]}: delay, median, s`, delay_s.median ?? Number.NaN],
      [`${WAY_NAME[way]}: before, J`, before.e_J.mean],
      [`${WAY_NAME[way]}: after, active, J`, after.active_J.mean],
    ]),
  );
}
