/*
 * The same suites over what build/station.small.wasm is made of, through the optimiser too. That takes seconds a module,
 * so all suites are one module here.
 */
import { configure, suites } from "../../as-pect.config.js";

const { include, ...config } = configure(true);

export default { ...config, entries: ["tests/unit/small.ts"], include: [...include, ...suites] };
