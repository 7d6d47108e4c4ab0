/**
 * Writes what is made of the README (regions.ts), docs/lives.svg and docs/ways.svg.
 *   npx tsx tests/readme/generate.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { livesSvg } from "./lives.ts";
import { withRegions } from "./regions.ts";
import { waysSvg } from "./ways.ts";

const page = join(ROOT, "README.md");
writeFileSync(page, await withRegions(readFileSync(page, "utf8")));
writeFileSync(join(ROOT, "docs/lives.svg"), await livesSvg());
writeFileSync(join(ROOT, "docs/ways.svg"), waysSvg());
