/*
 * Questions that the task group has left open, answered by runs: one page each in docs/questions, made of this result.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredQuestions } from "./questions/measure.ts";
import { questionFiles } from "./questions/pages.ts";
import { type QuestionsResult, questionsFigures, questionsTables } from "./questions/result.ts";

export default {
  measure: measuredQuestions,
  tables: questionsTables,
  figures: questionsFigures,
  pages: questionFiles,
} satisfies Bench<QuestionsResult>;
