/*
 * docs/questions: a page a question, its pictures, and an index. Made of the committed result alone.
 */
import { markdownTable } from "../../host/bench/markdown.ts";
import { movedRows, others } from "./assumptions.ts";
import type { Moved, Page } from "./question.ts";
import { isTable, pagesOf, type QuestionsResult } from "./result.ts";

const FOLDER = "docs/questions";
const MADE = "Made by `npm run bench -- questions --save`; do not edit.";
/** Characters a line of text. */
const LINE = 120;

/** Every file by its path from the repository's root. */
export function questionFiles(result: QuestionsResult): Record<string, string> {
  const files: Record<string, string> = { [`${FOLDER}/README.md`]: indexOf(result) };
  for (const [name, page] of pagesOf(result)) {
    files[`${FOLDER}/${name}.md`] = textOf(name, page, result);
    for (const part of page.parts) if (!isTable(part)) files[`${FOLDER}/${pictureOf(name, part)}`] = part.svg;
  }
  return files;
}

function pictureOf(name: string, { picture }: { readonly picture: string }): string {
  return `${name}-${picture}.svg`;
}

function textOf(name: string, { question, answer, also, parts, rests, moved }: Page, result: QuestionsResult): string {
  const shown = parts.map((part) =>
    isTable(part) ? `## ${part.title}\n\n${markdownTable(part)}` : `![${part.alt}](${pictureOf(name, part)})`,
  );
  const { module, profiles } = result.hashes;
  const sectionsOfMoved = moved ? [movedText(moved)] : [];
  const sections = [
    `# ${question}`,
    `**${wrapped(answer)}**`,
    ...(also === undefined ? [] : [wrapped(also)]),
    ...shown,
    `## What it rests on\n\n${rests.map((point) => wrapped(`- ${point}`, "  ")).join("\n")}`,
    ...sectionsOfMoved,
    `${wrapped(`Module ${module.slice(0, 16)}, profiles ${profiles.slice(0, 16)} (SHA-256). ${MADE}`)} [All questions](README.md)`,
  ];
  return `${sections.join("\n\n")}\n`;
}

function movedText(moved: Moved): string {
  const about = `Of ${moved.what}, ${moved.shown(moved.value)}: one number at a time, from the low to the high end of its band.`;
  const rest = others(moved);
  return [
    "## What moves the answer",
    wrapped(about),
    markdownTable({ id: "", title: "", rows: movedRows(moved) }),
    ...(rest === "" ? [] : [wrapped(`Less than these: ${rest}.`)]),
  ].join("\n\n");
}

function indexOf(result: QuestionsResult): string {
  const { dlRate_kbps, ulRate_kbps, padding_us } = result.air;
  const answers = pagesOf(result).map(
    ([name, { question, answer }]) => `## [${question}](${name}.md)\n\n${wrapped(answer)}`,
  );
  const about = wrapped(
    "What the task group has left open, as far as a run of the shipped module can answer it: each page has the " +
      "answer, a picture, the numbers, what they rest on, and which assumption moves them. " +
      `Unless a page says otherwise: ${result.reading_octets} octets of reading, DL ${dlRate_kbps} kb/s, UL ` +
      `${ulRate_kbps} kb/s, ${padding_us} us of padding.`,
  );
  return `${["# Questions that a run can answer", about, ...answers, MADE].join("\n\n")}\n`;
}

/** Spaces that a line may end at: not those between a number and its unit. */
const SPACE = /(?<!\d) | (?!(?:[numkMG]?(?:s|J|F|V|W|Hz)|kb\/s|%)(?![\w/]))/;

/** Words in lines; those behind the first begin with `indent`. */
function wrapped(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(SPACE)) {
    if (line !== "" && line.length + 1 + word.length > LINE) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
