// A job of `ampcore fuzz --jobs`: it hands over to TypeScript.
import { importTypeScript } from "../../build/typescript.mjs";

await importTypeScript(new URL("jobthread.ts", import.meta.url));
