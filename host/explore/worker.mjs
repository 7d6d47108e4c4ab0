// A thread of the pool: it hands over to TypeScript.
import { importTypeScript } from "../build/typescript.mjs";

await importTypeScript(new URL("thread.ts", import.meta.url));
