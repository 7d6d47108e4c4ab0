// A thread that reads HDF5 files for hdf5.ts. It runs without what teaches Node to read TypeScript, which would take
// seconds to look through the library; and where the library aborts or runs away, the thread ends and nothing else does.
import { workerData } from "node:worker_threads";
import * as library from "h5wasm/node";

const { port, signal } = workerData;
const { activate_throwing_error_handler } = await library.ready;
// Without it a part that cannot be read is told on stderr, and whatever stood in memory before is the answer.
activate_throwing_error_handler();

let file;

const entity = (path) => (path === "/" ? file : file.get(path));

/** HDF5 has an error for a path that leads through nothing. */
function has(path) {
  let folder = file;
  const names = path.split("/").filter((name) => name !== "");
  return names.every((name, i) => {
    if (!folder.keys().includes(name)) return false;
    const next = folder.get(name);
    const isGroup = next instanceof library.Group;
    if (isGroup) folder = next;
    return isGroup || i === names.length - 1;
  });
}

/** An attribute as a number or a text; undefined for anything else. */
function plain(value) {
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  return isList && value.length === 1 ? plain(value[0]) : undefined;
}

const CALLS = {
  open: (path) => {
    file = new library.File(path, "r");
  },
  close: () => {
    file.close();
    file = undefined;
  },
  has,
  attribute: (path, name) => {
    const attributes = entity(path)?.attrs ?? {};
    return Object.hasOwn(attributes, name) ? plain(attributes[name].value) : undefined;
  },
  /** undefined: there is no dataset. */
  layout: (path) => {
    const dataset = entity(path);
    if (!(dataset instanceof library.Dataset)) return undefined;
    const { shape, type, size, littleEndian, chunks } = dataset.metadata;
    const filters = dataset.filters.map(({ id, name }) => ({ id, name }));
    return { shape, type, size, littleEndian, chunks, filters };
  },
  read: (path, from, to) => entity(path).slice([[from, to]]),
};

port.on("message", ({ call, args }) => {
  let answer;
  try {
    answer = { value: CALLS[call](...args) };
  } catch (error) {
    const isBroken = error instanceof WebAssembly.RuntimeError || error?.name === "ExitStatus";
    answer = { error: error instanceof Error ? error.message : String(error), isBroken };
  }
  port.postMessage(answer, ArrayBuffer.isView(answer.value) ? [answer.value.buffer] : []);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
port.postMessage("ready");
