/*
 * host/build/compile.ts, but the names of functions stay. Same argument, same output.
 */
import binaryen from "assemblyscript/binaryen";

const { setDebugInfo } = binaryen;
// What the build calls to leave them out.
binaryen.setDebugInfo = () => setDebugInfo(true);
await import("../../host/build/compile.ts");
