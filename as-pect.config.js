import { readdirSync } from "node:fs";
import { register } from "tsx/esm/api";

register();
const { oracle } = await import("./tests/primitives/imports/oracle.ts");
const { peer } = await import("./tests/primitives/imports/peer.ts");

const listSuites = () =>
  readdirSync("tests/unit", { recursive: true })
    .filter((file) => file.endsWith(".spec.ts"))
    .map((file) => `tests/unit/${file.replaceAll("\\", "/")}`)
    .sort();

/** `ampcore test --only` names the suites it wants, one a line; alone, as-pect runs all of them. */
export const suites = process.env.AMPCORE_UNIT_SUITES?.split("\n") ?? listSuites();

/** `small`: which of the two builds the run is of; a suite makes sure that it is. */
export const configure = (small) => ({
  entries: suites,
  include: ["tests/unit/**/*.include.ts"],
  disclude: [/node_modules/],
  outputBinary: false,

  /** A suite imports an oracle and a peer over its memory; its imports of `env` are answered by its own exports. */
  async instantiate(memory, createImports, instantiate, binary) {
    let suite;
    const view = (pointer, length) => new Uint8Array(suite.exports.memory.buffer, pointer, length);
    const env = {
      memory,
      entropy: (...operands) => suite.exports.entropy(...operands),
      nvmRead: (...operands) => suite.exports.nvmRead(...operands),
      nvmWrite: (...operands) => suite.exports.nvmWrite(...operands),
    };
    suite = await instantiate(binary, createImports({ env, oracle: oracle(view, small), peer: peer(view) }));
    return suite;
  },
});

export default configure(false);
