// A thread of the pool: it teaches Node to read TypeScript, and hands over.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
await import("./thread.ts");
