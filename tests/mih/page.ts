/** Writes the comparison's tables of docs/HANDOVER.md anew: npx tsx tests/mih/page.ts */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { comparisonTables } from "../../host/cli/handover/page.ts";
import { compare } from "../../host/mih/compare.ts";

const PAGE = join(ROOT, "docs/HANDOVER.md");
const SEED = 7;
/** From the head of the first table to the end of the second. */
const TABLES = /\| attack \| seed \|[\s\S]*?\n\n\| source \|[\s\S]*?(?=\n\n)/;

const page = readFileSync(PAGE, "utf8");
if (!TABLES.test(page)) throw new Error("docs/HANDOVER.md has no tables to replace");
writeFileSync(PAGE, page.replace(TABLES, comparisonTables(await compare(SEED))));
