/*
 * HDF5 files, read where they lie: the library's build for Node takes octets from the disk as it needs them. It is the
 * HDF5 C library compiled to WebAssembly, and a file can be wrong in more ways than it has words for: whatever goes wrong
 * in its thread (hdf5worker.mjs) is an EnergyError of one sentence here, and a thread that broke is not asked again.
 */
import { once } from "node:events";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { EnergyError } from "../energy/error.ts";
import type { Column, Raw, RecordedFile } from "../energy/traces/shepherd/file.ts";

/** HDF5's name at the start of a file. Assumption: nothing precedes it, though the format would let something. */
const SIGNATURE = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);

/** Octets that are compressed as one: reading any of them takes all of them into memory. */
const CHUNK_MAX_octets = 64 * 2 ** 20;
/** One answer takes milliseconds; a thread that is silent for so long has run away: some broken files make HDF5 loop. */
const PATIENCE_ms = 60_000;
/** The library's own filters (H5Z_FILTER_*): deflate, shuffle, fletcher32, nbit, scaleoffset. */
const FILTERS: readonly number[] = [1, 2, 3, 5, 6];

/** What the library knows of a dataset. */
interface Layout {
  readonly shape: readonly number[] | null;
  /** H5T_class_t: 0 whole numbers, 1 floating point. */
  readonly type: number;
  readonly size: number;
  readonly littleEndian: boolean;
  readonly chunks: readonly number[] | null;
  readonly filters: readonly { readonly id: number; readonly name: string }[];
}

type Answer = { readonly value: unknown } | { readonly error: string; readonly isBroken: boolean };

/** Whether octets are the beginning of an HDF5 file. */
export function isHdf5(octets: Uint8Array): boolean {
  return SIGNATURE.every((octet, i) => octets[i] === octet);
}

/**
 * Runs `read` on the file at that path, waiting for no single answer longer than patience_ms.
 * @throws EnergyError for whatever the file is not.
 */
export async function withHdf5<T>(
  path: string,
  read: (file: RecordedFile) => T,
  patience_ms = PATIENCE_ms,
): Promise<T> {
  if (thread?.isBroken) thread = undefined;
  thread ??= await Thread.start();
  thread.patience_ms = patience_ms;
  const { ask } = thread;
  ask("it cannot be opened", "open", path);
  try {
    return read({
      has: (at) => ask(`${at} cannot be read`, "has", at) as boolean,
      attribute: (at, name) =>
        ask(`${at} has an attribute ${name} that cannot be read`, "attribute", at, name) as number | string | undefined,
      column: (at) => columnOf(at, ask),
    });
  } finally {
    if (!thread.isBroken) ask("it cannot be closed", "close");
  }
}

/** The one that is asked; started when it is first needed. */
let thread: Thread | undefined;

type Ask = (what: string, call: string, ...args: readonly unknown[]) => unknown;

class Thread {
  isBroken = false;
  patience_ms = PATIENCE_ms;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal: Int32Array;

  private constructor(worker: Worker, port: MessagePort, signal: Int32Array) {
    this.#worker = worker;
    this.#port = port;
    this.#signal = signal;
  }

  static async start(): Promise<Thread> {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL("hdf5worker.mjs", import.meta.url), {
      workerData: { port: port2, signal },
      transferList: [port2],
      execArgv: [],
      // The library talks to stderr when it aborts.
      stderr: true,
    });
    await once(port1, "message");
    // Nobody waits for it when the program is done.
    worker.unref();
    port1.unref();
    return new Thread(worker, port1, signal);
  }

  /** An answer, waited for. @throws EnergyError that begins with `what`. */
  readonly ask: Ask = (what, call, ...args) => {
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage({ call, args });
    const until_ms = performance.now() + this.patience_ms;
    // The notice of the answer before may come only now: what counts is the value.
    while (Atomics.load(this.#signal, 0) === 0 && performance.now() < until_ms) {
      Atomics.wait(this.#signal, 0, 0, until_ms - performance.now());
    }
    const answer = receiveMessageOnPort(this.#port)?.message as Answer | undefined;
    if (answer !== undefined && "value" in answer) return answer.value;
    if (answer === undefined || answer.isBroken) this.#end();
    throw new EnergyError(
      `${what}: ${answer === undefined ? "the HDF5 library does not answer" : reasonOf(answer.error)}`,
    );
  };

  #end(): void {
    this.isBroken = true;
    this.#port.close();
    void this.#worker.terminate();
  }
}

/** HDF5 tells a stack of what failed, the innermost last: that one says why. */
function reasonOf(text: string): string {
  const told = [...text.matchAll(/^\s*#\d+: .*\): (.*)$/gm)].at(-1)?.[1] ?? text.split("\n")[0];
  // A file can hold any octet where a name should be.
  const printable = told.replace(/[^ -~]/g, "?").slice(0, 160);
  return printable.replaceAll(". ", ", ").replace(/\.\s*$/, "") || "the HDF5 library gave up";
}

function columnOf(path: string, ask: Ask): Column {
  const layout = ask(`${path} cannot be read`, "layout", path) as Layout | undefined;
  const wrong = (what: string): EnergyError => new EnergyError(`${path} ${what}`);
  if (layout === undefined) throw wrong("is no dataset, where a row of numbers is needed");
  const { shape, type, size, littleEndian, chunks, filters } = layout;
  if (shape?.length !== 1) throw wrong(`has ${shape?.length ?? "no"} dimensions, where one row of numbers is needed`);
  const isNumber = (type === 0 && [1, 2, 4, 8].includes(size)) || (type === 1 && [4, 8].includes(size));
  if (!isNumber || !littleEndian) {
    throw wrong("does not hold little-endian whole or floating-point numbers of up to 64 bits, where those are needed");
  }
  const unknown = filters.find(({ id }) => !FILTERS.includes(id));
  if (unknown !== undefined) {
    const name = unknown.name.replace(/[^ -~]/g, "?") || `filter ${unknown.id}`;
    throw wrong(`is compressed with ${name}, which cannot be read here: h5py can write it anew with gzip or with none`);
  }
  const chunk = Number(chunks?.[0] ?? 1);
  if (!(chunk * size <= CHUNK_MAX_octets)) {
    throw wrong(`is stored in pieces of ${chunk * size} octets, where at most ${CHUNK_MAX_octets} are read at once`);
  }
  const length = Number(shape[0]);
  if (!Number.isSafeInteger(length)) throw wrong(`has ${length} samples, which is more than can be counted`);
  return {
    length,
    chunk,
    read: (from, to) => ask(`${path} cannot be read at sample ${from + 1}`, "read", path, from, to) as Raw,
  };
}
