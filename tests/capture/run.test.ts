/** What is captured of a run: all of the air and nothing else, without a change to the run. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Air } from "../../host/channel/medium.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { calls } from "../support/calls.ts";
import { toHex } from "../support/hex.ts";
import { changed, simulated } from "../support/simulated.ts";
import { readCapture } from "./read.ts";
import { capturedRun, RUNS } from "./runs.ts";

/** Answers go up in the midst of rounds that they have nothing to do with. */
const LURED = changed({
  duration_s: 2,
  ap: { trigger_period_s: 0.06 },
  air: { channels: 2, forged_trigger_period_s: 0.11, forged_trigger_slots: 250, forged_trigger_slot_us: 1000 },
});

for (const [name, scenario] of Object.entries({ ...RUNS, "stations that a stranger lures away": LURED })) {
  test(`a capture of ${name} has every frame of the air once, in the order of time, and leaves the result as it is`, () => {
    const { file, result, frames } = capturedRun(scenario);
    const onAir: string[] = [];
    const listening = simulated(scenario, { tap: () => ({ sent: (air) => onAir.push(told(air)) }) });
    assert.deepEqual(result, listening.result);
    const { packets, channels } = readCapture(file);
    assert.equal(packets.length, frames, "frames are counted");
    assert.deepEqual(packets.map(told).sort(), onAir.sort(), "whoever listens to the media hears these frames");
    assert.equal(channels.length, scenario.air.channels, "an interface a channel");
    assert.ok(
      packets.every(({ time_ns }, i) => i === 0 || time_ns >= packets[i - 1].time_ns),
      "in the order of time",
    );
    const up = packets.filter(({ direction }) => direction === "up");
    const cut = up.filter(({ octets, whole_octets }) => octets.length < whole_octets);
    const { sent = 0, cut: cutCount = 0 } = result.air.up;
    assert.equal(up.length, sent + cutCount, "what went up, as the run counts it");
    assert.ok(up.length >= result.exchanges.m2Sent, "every M2 of a station is among it");
    assert.equal(cut.length, cutCount, "what was cut, as the run counts it");
    assert.ok(
      cut.every(({ comment }) => comment.includes("power failed")),
      "what is cut says why",
    );
    const down = packets.filter(({ direction }) => direction === "down");
    const triggers = down.filter(({ octets, comment }) => octets[0] === 0x08 && comment.startsWith("from AP"));
    assert.equal(triggers.length, result.exchanges.triggers, "triggers, as the run counts them");
  });
}

/** A frame, whoever tells of it. */
function told({ channel, direction, octets }: Pick<Air, "channel" | "direction" | "octets">): string {
  return `${channel} ${direction} ${toHex(octets)}`;
}

test("the runs that are captured have all that may differ: strangers, cut frames, losses, changes", () => {
  const comments = Object.values(RUNS).flatMap((scenario) =>
    readCapture(capturedRun(scenario).file).packets.map(({ comment }) => comment),
  );
  for (const what of ["from a stranger", "power failed", "lost for", "otherwise than sent", "heard by nobody"]) {
    assert.ok(
      comments.some((comment) => comment.includes(what)),
      what,
    );
  }
});

test("a capture is written while the run goes on: what is held at its end are the frames of two rounds at most", () => {
  for (const [name, scenario] of Object.entries(RUNS)) {
    const { file, frames, written, round_s } = capturedRun(scenario);
    const times_ns = readCapture(file).packets.map(({ time_ns }) => Number(time_ns));
    const newest_ns = times_ns[times_ns.length - 1];
    const held = times_ns.filter((time_ns) => time_ns >= newest_ns - 2e9 * round_s).length;
    assert.ok(frames - written <= held, `${name}: ${frames - written} held, ${held} in two rounds`);
    assert.ok(written > 0, `${name}: some are written`);
  }
});

const FOLDER = scratchFolder();

test("--pcap: the same run gives the same octets of file, and the same --json as without it", async () => {
  const run = ["run", "hostile", "--duration", "3", "--json"];
  const [a, b] = [join(FOLDER, "a.pcapng"), join(FOLDER, "b.pcapng")];
  const [plain, first, second] = await calls(run, [...run, "--pcap", a], [...run, "--pcap", b]);
  assert.deepEqual(first, plain);
  assert.deepEqual(second, plain);
  assert.deepEqual(readFileSync(a), readFileSync(b));
  const { packets, application, comment } = readCapture(new Uint8Array(readFileSync(a)));
  assert.ok(packets.length > 20, `${packets.length} packets`);
  assert.match(application, /^ampcore \d/);
  assert.match(comment, /hostile, seed 1/);
});

test("--pcap: a file that cannot be made is a mistake of the call, one that fills up a failure of the run", async () => {
  const run = ["run", "--duration", "1", "--quiet", "--pcap"];
  const same = join(FOLDER, "same");
  const [missing, stdout, twice, full] = await calls(
    [...run, join(FOLDER, "no", "where.pcapng")],
    [...run, "-"],
    [...run, same, "--csv", same],
    [...run, "/dev/full"],
  );
  assert.deepEqual(
    [missing, stdout, twice, full].map(({ code, stdout }) => [code, stdout]),
    [
      [2, ""],
      [2, ""],
      [2, ""],
      [1, ""],
    ],
  );
  assert.match(
    missing.stderr,
    /--pcap .*where\.pcapng cannot be written \(ENOENT\), where a file in an existing folder/,
  );
  assert.match(stdout.stderr, /--pcap - is stdout, where a file is expected/);
  assert.match(twice.stderr, /--csv and --pcap both name .*same, where two files are expected/);
  assert.match(full.stderr, /--pcap \/dev\/full is not complete: writing it failed \(ENOSPC\)/);
});
