// node script.mjs FILE ARGUMENT...: runs a TypeScript file of this project, which finds itself and its arguments in
// process.argv as if Node had run it.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importTypeScript } from "./typescript.mjs";

process.argv.splice(1, 2, resolve(process.argv[2]));
await importTypeScript(pathToFileURL(process.argv[1]));
