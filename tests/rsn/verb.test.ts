/** `ampcore rsn`: the session that it draws, the capture of it, and what it refuses. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";

interface Told {
  readonly rungs: readonly { readonly phase: string; readonly name: string; readonly octets: string }[];
  readonly apRefused: Readonly<Record<string, number>>;
  readonly isAuthorized: boolean;
  readonly delivered: readonly string[];
}

const cwd = scratchFolder();
const PCAP_HEADER_octets = 24;
const RECORD_HEADER_octets = 16;

async function told(...args: string[]): Promise<Told & { readonly code: number | null }> {
  const { code, stdout, stderr } = await ampcore(["rsn", "--json", ...args], { cwd });
  assert.equal(stderr, "");
  return { code, ...(JSON.parse(stdout) as Told) };
}

for (const akm of ["2", "6"])
  for (const mode of ["rsn", "seed"])
    test(`AKM ${akm}, mode ${mode}: the port opens, and data arrives both ways and under the second group key`, async () => {
      const { code, rungs, isAuthorized, delivered } = await told("--akm", akm, "--mode", mode);
      assert.equal(code, 0);
      assert.ok(isAuthorized);
      assert.deepEqual(delivered, ["reading", "answer", "for all"]);
      const groups = rungs.filter(({ phase }) => phase === "multicast keys").map(({ name }) => name);
      const once = ["group 1", "group 2"];
      assert.deepEqual(groups, mode === "seed" ? [...once, ...once] : once);
      assert.deepEqual(
        rungs.filter(({ phase }) => phase === "unicast keys").map(({ name }) => name),
        ["M1", "M2", "M3", "M4"],
      );
    });

test("keys that do not fit: no M3, every M2 counted at the AP, exit code 1", async () => {
  const { code, rungs, isAuthorized, apRefused, delivered } = await told("--wrong-pmk");
  assert.equal(code, 1);
  assert.ok(!isAuthorized);
  const count = (wanted: string): number => rungs.filter(({ name }) => name === wanted).length;
  assert.equal(count("M3"), 0);
  assert.ok(count("M2") > 0);
  assert.equal(
    Object.values(apRefused).reduce((sum, one) => sum + one, 0),
    count("M2"),
  );
  assert.deepEqual(delivered, []);
});

test("the seed of the nonces decides: equal runs are equal, others are not", async () => {
  const [one, again, other] = [await told(), await told("--seed", "1"), await told("--seed", "2")];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one.rungs, other.rungs);
});

test("the ladder has a line for each frame, and the capture its octets", async () => {
  const { rungs } = await told();
  const { code, stdout } = await ampcore(["rsn", "--pcap", "rsn.pcap"], { cwd });
  assert.equal(code, 0);
  assert.equal(stdout.split("\n").filter((line) => line.startsWith("|")).length, rungs.length);
  assert.match(stdout, /the port is open/);
  const pcap = readFileSync(join(cwd, "rsn.pcap"));
  let offset = PCAP_HEADER_octets;
  for (const { octets } of rungs) {
    const start = offset + RECORD_HEADER_octets;
    offset = start + octets.length / 2;
    assert.equal(pcap.toString("hex", start, offset), octets);
  }
  assert.equal(offset, pcap.length);
});

for (const [args, sentence] of [
  [["--akm", "5"], /--akm 5 is none of 2, 6/],
  [["--mode", "both"], /--mode both is none of rsn, seed/],
  [["--seed", "-1"], /--seed -1 is no whole number/],
  [["--pcap", "no/such/folder/x.pcap"], /--pcap no\/such\/folder\/x\.pcap cannot be written/],
] as const)
  test(`${args.join(" ")} is refused with a sentence`, async () => {
    const { code, stderr } = await ampcore(["rsn", ...args], { cwd });
    assert.equal(code, 2, stderr);
    assert.match(stderr, sentence);
    assert.ok(!existsSync(join(cwd, "no")));
  });
