// A job of `ampcore fuzz --jobs`: it teaches Node to read TypeScript, and hands over.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
await import("./jobthread.ts");
