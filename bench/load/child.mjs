// A process of the load: it teaches Node to read TypeScript, and hands over.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
await import("./childmain.ts");
