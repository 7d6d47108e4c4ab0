// A process of the load: it hands over to TypeScript.
import { importTypeScript } from "../../host/build/typescript.mjs";

await importTypeScript(new URL("childmain.ts", import.meta.url));
