/** The bench of the AP's daemon: what it reckons, on planted figures; and the soak's short form, with real processes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sharingWith, spaOf } from "../../bench/load/devices.ts";
import { flatness, type Sample } from "../../bench/load/flat.ts";
import { type CpuProfile, sharesOf } from "../../bench/load/profile.ts";
import { bound, type FloodRow, slowdown } from "../../bench/load/result.ts";
import { soaked } from "../../bench/load/soak.ts";
import { ensureBuilt } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { idOf } from "../../host/wire/id.ts";

test("devices that share IDs with a crowd's stations share them indeed, so many each, and are no two the same", () => {
  const found = sharingWith(16, 2);
  const own = Array.from({ length: 16 }, (_, n) => idOf(nodeCrypto, spaOf(n)));
  assert.equal(new Set(found.map(String)).size, 32);
  for (const id of own) assert.equal(found.filter((spa) => idOf(nodeCrypto, spa) === id).length, 2, `ID ${id}`);
  assert.deepEqual(sharingWith(16, 0), []);
});

/** Root 1 has a file's function 2, whose native callee is 3; 4 is idle, 5 collects. A sample each millisecond. */
function planted(samples: readonly number[]): CpuProfile {
  const node = (id: number, functionName: string, url: string, ...children: readonly number[]) => ({
    id,
    callFrame: { functionName, url },
    children,
  });
  return {
    nodes: [
      node(1, "(root)", "", 2, 4, 5, 6),
      node(2, "receive", "file:///x/host/daemon/ap.ts", 3),
      node(3, "set", ""),
      node(4, "(idle)", ""),
      node(5, "(garbage collector)", ""),
      node(6, "main", "file:///x/host/cli/main.ts"),
    ],
    startTime: 1000,
    samples,
    timeDeltas: samples.map(() => 1000),
  };
}

test("a profile's shares are of the time between two instants, native code is its caller's, and they add up to 1", () => {
  const profile = planted([6, 2, 3, 3, 4, 5, 6, 6]);
  const shares = sharesOf(profile, 3000, 8000);
  assert.equal(shares["rounds, peers, rates"], 0.6);
  assert.equal(shares["waits for stations or the disk"], 0.2);
  assert.equal(shares["garbage collection"], 0.2);
  assert.equal(shares["the rest"], 0);
  const all = Object.values(sharesOf(profile, 0, 1e9)).reduce((sum, share) => sum + share, 0);
  assert.ok(Math.abs(all - 1) < 1e-9, `${all}`);
  assert.throws(() => sharesOf(profile, 1e6, 2e6), /no sample in that time/);
});

const ROW: FloodRow = {
  ...{ flood: "planted", limits: "on", offered: 10_000, admitted: 10_000, without: 9000, with: 3000 },
  ...{ cpuWithout_us: 50, cpuWith_us: 150, each_us: 50, waited: 0, overflowed: 0 },
};

test("a flood that takes half of a core halves what is left, one that takes all of it has no bound, and waits add to it", () => {
  assert.equal(slowdown(ROW), 3);
  assert.equal(bound(ROW), 2);
  assert.equal(bound({ ...ROW, waited: 10 }), 12);
  assert.equal(bound({ ...ROW, each_us: 100 }), Number.POSITIVE_INFINITY);
});

const MIB = 2 ** 20;

/** An hour of samples, each second. */
function hour(octets: (t_s: number) => number): Sample[] {
  return Array.from({ length: 3600 }, (_, t_s) => ({ t_s, octets: octets(t_s) }));
}

test("memory that swings is flat, a beginning that grows does not count, and what leaks a tenth an hour is found", () => {
  const swing = (t_s: number): number => 100 * MIB + 20 * MIB * Math.sin(t_s * 1.7) + MIB * Math.sin(t_s / 97);
  const swinging = flatness(hour(swing));
  assert.ok(swinging.isFlat && swinging.isSurelyFlat, "it swings");
  assert.ok(flatness(hour((t_s) => swing(t_s) - Math.max(0, 600 - t_s) * 1e5)).isFlat, "it grows for ten minutes");
  assert.ok(flatness(hour((t_s) => swing(t_s) - t_s * 1e4)).isFlat, "it shrinks");
  const leak = flatness(hour((t_s) => swing(t_s) + (10 * MIB * t_s) / 3600));
  assert.ok(!leak.isFlat && leak.low < 10 * MIB && leak.high > 10 * MIB, `${leak.low} .. ${leak.high}`);
  assert.ok(leak.last_octets > leak.second_octets, "the last quarter is above the second");
  assert.throws(() => flatness(hour(swing).slice(0, 30)), /too few for 12 blocks/);
});

test("the soak's short form: a crowd that moves beside each flood is served, and its memory sampled", async () => {
  await ensureBuilt();
  const crowd = { stations: 8, channels: 2, reading_octets: 16, warm_s: 0.1 };
  const lines: string[] = [];
  const timing = { lasts_s: 4, step_s: 0.15, samplesAFlood: 1 };
  const { confirmed, flooded, moved, resident, heap } = await soaked({
    crowd,
    ...timing,
    onLine: (l) => lines.push(l),
  });
  assert.ok(confirmed > 0, `${confirmed} readings`);
  assert.ok(flooded > 0, `${flooded} datagrams of floods`);
  assert.ok(moved === resident.length && moved >= 2, `${moved} moves`);
  for (const { octets } of resident) assert.ok(octets > 20 * MIB && octets < 2000 * MIB, `${octets} octets resident`);
  for (const { octets } of heap) assert.ok(octets > MIB && octets < 1000 * MIB, `${octets} octets of heap`);
  assert.match(lines[0], /^\d+ s: [\d.]+ MiB resident; \d+ readings$/);
});
