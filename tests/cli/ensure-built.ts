/** One of many processes that want the same module: calls ensureBuilt for the project in argv, prints what it did. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "../../host/build/build.ts";

const root = process.argv[2];
const target = JSON.parse(readFileSync(join(root, "target.json"), "utf8"));
process.stdout.write(JSON.stringify(await ensureBuilt({ root, targets: [target] })));
