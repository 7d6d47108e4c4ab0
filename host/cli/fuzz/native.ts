/* `ampcore fuzz --native`: the station as C under libFuzzer and its sanitizers, on seeds that the fuzzer here has made. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "../../crypto/node.ts";
import { Fuzzer } from "../../fuzz/engine.ts";
import {
  minimiseNative,
  NativeError,
  type NativeKind,
  type NativeResult,
  nativeFuzzer,
  runNative,
} from "../../fuzz/native/native.ts";
import { reproducerOf, reproducerText } from "../../fuzz/reproducer.ts";
import { decodeSequence, encodeSequence, type Sequence } from "../../fuzz/station/step.ts";
import { StationTarget } from "../../fuzz/station/target.ts";
import { streamsOf } from "../../sim/streams.ts";
import { count, figures } from "../../text/units.ts";
import { coloursOf, progress } from "../terminal.ts";
import { type ExitCode, Failure } from "../verb.ts";
import { corpusName, digest, makeFolder, writeCorpus } from "./corpus.ts";
import type { Limits } from "./options.ts";

/** Executions here that make the seeds: an exchange of every kind, and what lies beside it. */
const SEED_RUNS = 2000;

export interface NativeRun {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly limits: Limits;
  readonly seed: number;
  readonly jobs: number;
  /** Without sanitizers, but for a last look at what reached something new. */
  readonly fast: boolean;
  readonly crashes: string;
  /** Where its corpus stays; else it goes. */
  readonly corpus?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What the jobs came to together. */
interface NativeReport extends Omit<NativeResult, "crash"> {
  readonly jobs: number;
  readonly fast: boolean;
  readonly crash?: string;
  /** The reproducer. */
  readonly file?: string;
}

/** 1: a property broke, or a sanitizer complained. */
export async function fuzzNative(run: NativeRun): Promise<ExitCode> {
  const { module, seed, jobs, fast, json, quiet } = run;
  const scratch = mkdtempSync(join(tmpdir(), "ampcore-fuzz-native-"));
  try {
    if (!quiet) progress(fast ? "the module as C" : "the module as C, under clang's sanitizers");
    const sanitized = made(module, "sanitized");
    const folder = run.corpus ?? join(scratch, "corpus");
    const target = new StationTarget(module);
    const plain = (await seeds(target, seed)).map((sequence) => target.plain(sequence));
    writeCorpus(target, folder, plain);
    const binary = fast ? made(module, "fast") : sanitized;
    const parts = await Promise.all(
      Array.from({ length: jobs }, (_, job) => oneJob(run, binary, folder, scratch, job)),
    );
    let crash = parts.find(({ result }) => result.crash)?.result.crash;
    const executions = parts.reduce((sum, { result }) => sum + result.executions, 0);
    const perSecond = parts.reduce((sum, { result }) => sum + result.perSecond, 0);
    let { edges, features } = parts[0].result;
    if (crash === undefined && (fast || jobs > 1)) {
      // All that reached something new, of all jobs, under the sanitizers.
      const options = { binary: sanitized, corpus: folder, artifacts: scratch, runs: 0, seed, onLine: () => undefined };
      ({ crash, edges, features } = await runNative(options));
    }
    const file = crash && (await written(target, crash, sanitized, scratch, run.crashes));
    const report = { executions, perSecond, edges, features, jobs, fast, crash: crash?.message, file };
    if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else if (!quiet) print(report);
    return crash ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Its share of the runs, on a corpus of its own, which then goes into the folder of all. */
async function oneJob(
  { limits, jobs, seed, quiet }: NativeRun,
  binary: string,
  folder: string,
  scratch: string,
  job: number,
): Promise<{ readonly result: NativeResult }> {
  const own = join(scratch, `job-${job}`);
  cpSync(folder, own, { recursive: true });
  const result = await runNative({
    binary,
    corpus: own,
    artifacts: scratch,
    seconds: Number.isFinite(limits.seconds) ? limits.seconds : undefined,
    runs: Number.isFinite(limits.runs) ? Math.ceil(limits.runs / jobs) : undefined,
    // libFuzzer takes 0 for "any", and 32 bits.
    seed: (seed * jobs + job + 1) % 2 ** 32 || 1,
    onLine: (line) => {
      if (!quiet && /pulse|DONE/.test(line)) progress(jobs > 1 ? `job ${job}: ${line.trim()}` : line.trim());
    },
  });
  for (const name of readdirSync(own)) cpSync(join(own, name), join(folder, corpusName(readFileSync(join(own, name)))));
  return { result };
}

function made(module: Uint8Array, kind: NativeKind): string {
  try {
    return nativeFuzzer(module, kind);
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

/**
 * A crash, made smaller, as a reproducer that --replay reads. A property that broke breaks there, too; what a sanitizer
 * alone has seen the module itself may well not show.
 */
async function written(
  target: StationTarget,
  { message, input }: NonNullable<NativeResult["crash"]>,
  binary: string,
  scratch: string,
  crashes: string,
): Promise<string> {
  const smallest = decodeSequence(await minimiseNative(binary, input, scratch));
  const [, rule = "native", what = message] = /^ampcore: ([^:]+): (.*)/.exec(message) ?? [];
  makeFolder("--crashes", crashes);
  const file = join(crashes, `native-${digest(encodeSequence(smallest))}.json`);
  writeFileSync(file, reproducerText(reproducerOf(target, smallest, { rule, message: what })));
  return file;
}

function print({ executions, perSecond, edges, features, jobs, crash, file }: NativeReport): void {
  const { green, red } = coloursOf(process.stdout);
  const rate = `${count(executions, "execution")}, ${figures(perSecond)} a second, ${count(jobs, "job")}`;
  const verdict = crash ? red(`${crash}; ampcore fuzz --replay ${file}`) : green("nothing was found");
  process.stdout.write(`${rate}\n${edges} of clang's edges, ${features} features\n${verdict}\n`);
}
