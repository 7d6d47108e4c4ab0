#!/usr/bin/env node
// The one file that Node runs as it is: it teaches Node to read TypeScript, and hands over.
import { register } from "tsx/esm/api";

// Without the tsconfig.json that may lie in the caller's folder: it is another project's.
register({ tsconfig: false });
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
