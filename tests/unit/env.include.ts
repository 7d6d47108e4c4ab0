/* Compiled into every suite, so that its imports of module `env` can be answered by its own exports. */
export { entropy, nvmRead, nvmWrite } from "./world";
