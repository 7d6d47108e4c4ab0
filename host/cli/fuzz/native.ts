/* `ampcore fuzz --native`: the station as C under libFuzzer and its sanitizers, on seeds that the fuzzer here has made. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "../../crypto/node.ts";
import { Fuzzer } from "../../fuzz/engine.ts";
import { NativeError, type NativeResult, nativeFuzzer, runNative } from "../../fuzz/native/native.ts";
import { decodeSequence, encodeSequence, type Sequence } from "../../fuzz/station/step.ts";
import { StationTarget } from "../../fuzz/station/target.ts";
import { streamsOf } from "../../sim/streams.ts";
import { count, figures } from "../run/units.ts";
import { coloursOf, progress } from "../terminal.ts";
import { type ExitCode, Failure } from "../verb.ts";
import { digest, makeFolder, writeCorpus } from "./corpus.ts";
import type { Limits } from "./options.ts";

/** Executions here that make the seeds: an exchange of every kind, and what lies beside it. */
const SEED_RUNS = 2000;

export interface NativeRun {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly limits: Limits;
  readonly seed: number;
  readonly crashes: string;
  /** Where its corpus stays; else it goes. */
  readonly corpus?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** 1: a property broke, or a sanitizer complained. */
export async function fuzzNative({ module, limits, seed, crashes, corpus, json, quiet }: NativeRun): Promise<ExitCode> {
  const scratch = mkdtempSync(join(tmpdir(), "ampcore-fuzz-native-"));
  try {
    if (!quiet) progress("the module as C, under clang's sanitizers");
    const binary = made(module);
    const folder = corpus ?? join(scratch, "corpus");
    const target = new StationTarget(module);
    writeCorpus(
      target,
      folder,
      (await seeds(target, seed)).map((sequence) => target.plain(sequence)),
    );
    const result = await runNative({
      binary,
      corpus: folder,
      artifacts: scratch,
      seconds: Number.isFinite(limits.seconds) ? limits.seconds : undefined,
      runs: Number.isFinite(limits.runs) ? limits.runs : undefined,
      seed,
      onLine: (line) => {
        if (!quiet && /pulse|DONE/.test(line)) progress(line.trim());
      },
    });
    const file = result.crash && written(result.crash.input, crashes);
    if (json) process.stdout.write(`${JSON.stringify({ ...result, crash: result.crash?.message, file }, null, 2)}\n`);
    else if (!quiet) print(result, file);
    return result.crash ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function made(module: Uint8Array): string {
  try {
    return nativeFuzzer(module);
  } catch (error) {
    if (error instanceof NativeError) throw new Failure(error.message);
    throw error;
  }
}

async function seeds(target: StationTarget, seed: number): Promise<Sequence[]> {
  const fuzzer = new Fuzzer(target, streamsOf(nodeCrypto, seed)("fuzz station"));
  while (fuzzer.executions < SEED_RUNS) await fuzzer.step();
  return fuzzer.corpus;
}

/** A crash as a reproducer that --replay reads: the module itself may well see nothing in it, where a sanitizer did. */
function written(input: Uint8Array, crashes: string): string {
  makeFolder("--crashes", crashes);
  const file = join(crashes, `native-${digest(input)}.json`);
  const hex = Buffer.from(encodeSequence(decodeSequence(input))).toString("hex");
  const reproducer = {
    target: "station",
    rule: "native",
    message: "see the sanitizer's report",
    input: hex,
    steps: [],
  };
  writeFileSync(file, `${JSON.stringify(reproducer, null, 2)}\n`);
  return file;
}

function print({ executions, perSecond, edges, features, crash }: NativeResult, file: string | undefined): void {
  const { green, red } = coloursOf(process.stdout);
  const rate = `${count(executions, "execution")}, ${figures(perSecond)} a second`;
  const verdict = crash ? red(`${crash.message}; ampcore fuzz --replay ${file}`) : green("nothing was found");
  process.stdout.write(`${rate}\n${edges} of clang's edges, ${features} features\n${verdict}\n`);
}
