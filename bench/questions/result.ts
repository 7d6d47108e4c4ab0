/* What bench/questions finds, as it is committed: SI units, stated in each name; the page of each question is made of it. */
import type { Figures, Table } from "../../host/bench/bench.ts";
import { assumptionsPage } from "./assumptions.ts";
import { cache } from "./cache.ts";
import { capacitor } from "./capacitor.ts";
import { hardware } from "./hardware.ts";
import { identifiers } from "./identifiers.ts";
import { m3 } from "./m3.ts";
import { mic } from "./mic.ts";
import { nonces } from "./nonces.ts";
import type { AnyQuestion, Page } from "./question.ts";
import { slot } from "./slot.ts";

/** In the order of the index. */
export const QUESTIONS: readonly AnyQuestion[] = [slot, nonces, m3, mic, cache, capacitor, identifiers, hardware];

export interface QuestionsResult {
  /** SHA-256, hexadecimal. */
  readonly hashes: { readonly module: string; readonly profiles: string };
  readonly air: { readonly dlRate_kbps: number; readonly ulRate_kbps: number; readonly padding_us: number };
  readonly reading_octets: number;
  /** By the name of the question. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Every page under its name, the one about assumptions, which is made of the others, last. */
export function pagesOf({ data }: QuestionsResult): readonly (readonly [name: string, page: Page])[] {
  const pages = QUESTIONS.map((question) => [question.name, question.page(data[question.name] as never)] as const);
  return [...pages, ["assumptions", assumptionsPage(pages)]];
}

export function isTable(part: Page["parts"][number]): part is Table {
  return "rows" in part;
}

export function questionsTables(result: QuestionsResult): Table[] {
  return pagesOf(result).flatMap(([, { parts }]) => parts.filter(isTable));
}

/** Less is better, of every one; exact counts only. */
export function questionsFigures({ data }: QuestionsResult): Figures {
  const all = QUESTIONS.map((question) => question.figures?.(data[question.name] as never) ?? {});
  return Object.assign({}, ...all);
}
