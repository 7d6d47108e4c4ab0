#!/usr/bin/env node
// The one file that Node runs as it is: it hands over to TypeScript.
import { importTypeScript } from "../build/typescript.mjs";

const { main } = await importTypeScript(new URL("main.ts", import.meta.url));
process.exitCode = await main(process.argv.slice(2));
