// A thread of a fleet: hands over to TypeScript.
import { parentPort, workerData } from "node:worker_threads";
import { importTypeScript } from "../build/typescript.mjs";

const { serve } = await importTypeScript(new URL("worker.ts", import.meta.url));
serve(parentPort, workerData);
