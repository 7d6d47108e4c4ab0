/**
 * A recording of hours at 100,000 samples a second, written by h5py, read by us: energy, memory and time.
 *
 *     npx tsx tests/energy/traces/longrun.ts [hours] [folder]
 *
 * 24 hours are 8.64e9 samples, and some 6 GB of file. Exit code 1: energy is lost, or memory grew with the length.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRecording } from "../../../host/data/recording.ts";
import { powerOf } from "../../../host/energy/traces/power.ts";
import { energy_J } from "../../../host/energy/traces/trace.ts";

const WRITER = fileURLToPath(new URL("write_shepherd.py", import.meta.url));
const STEP_ns = 10_000;
const SAMPLES_h = (3600 * 1e9) / STEP_ns;
/** What reading may add to a process that holds the library: what is kept is a few MB, and a piece of the file 6 MB. */
const GROWTH_MAX_MB = 250;

const [hours = "24", where = tmpdir()] = process.argv.slice(2);
const samples = Math.round(Number(hours) * SAMPLES_h);
if (!(samples >= 2)) throw new Error(`${hours} is no number of hours`);
const folder = mkdtempSync(join(where, "ampcore-long-"));
try {
  const file = join(folder, "long.h5");
  const writing_ms = performance.now();
  const written = spawnSync("/usr/bin/python3", [WRITER, "long", file, String(samples), String(STEP_ns)], {
    encoding: "utf8",
  });
  if (written.status !== 0) throw new Error(written.stderr);
  const wanted: { energy_J: number } = JSON.parse(written.stdout);
  tell("written", performance.now() - writing_ms, `${mega(statSync(file).size)} MB`);
  const before_MB = mega(process.memoryUsage().rss);
  const reading_ms = performance.now();
  const { recording } = await readRecording(file, { gaps: "error" });
  const took_ms = performance.now() - reading_ms;
  // maxRSS is in KiB.
  const peak_MB = Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
  tell("read", took_ms, `${(samples / took_ms / 1000).toFixed(1)} million samples/s`);
  const got_J = energy_J(powerOf(recording));
  const error = Math.abs(got_J / wanted.energy_J - 1);
  process.stdout.write(`${recording.times_s.length} entries, energy off by ${error.toExponential(1)}\n`);
  process.stdout.write(`memory ${before_MB} MB before, ${peak_MB} MB at its peak\n`);
  if (!(error < 1e-9 && peak_MB - before_MB < GROWTH_MAX_MB)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function mega(octets: number): number {
  return Math.round(octets / 1e6);
}

function tell(what: string, took_ms: number, how: string): void {
  process.stdout.write(`${samples} samples ${what} in ${(took_ms / 1000).toFixed(1)} s, ${how}\n`);
}
