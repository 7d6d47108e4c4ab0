// A thread of a sweep's pool: it hands over to TypeScript.
import { importTypeScript } from "../../build/typescript.mjs";

const { lived } = await importTypeScript(new URL("thread.ts", import.meta.url));
export default lived;
