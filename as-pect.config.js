import { register } from "tsx/esm/api";

register();
const { oracle } = await import("./tests/primitives/imports/oracle.ts");
const { peer } = await import("./tests/primitives/imports/peer.ts");

/** `ampcore test --only` names the suites it wants, one a line; alone, as-pect runs all of them. */
const entries = process.env.AMPCORE_UNIT_SUITES?.split("\n") ?? ["tests/unit/**/*.spec.ts"];

export default {
  entries,
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
    suite = await instantiate(binary, createImports({ env, oracle: oracle(view), peer: peer(view) }));
    return suite;
  },
};
