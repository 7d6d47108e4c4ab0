/** `ampcore handover`, as a user meets it. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { calls } from "../support/calls.ts";

const MISTAKES: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [["--scheme", "21b"], /--scheme 21b is none of xor, 21a, 21d/],
  [["--scheme", "xor"], /original key distribution.*--insecure-original/],
  [["--target", "wimax"], /--target wimax is none of 802\.11, umts/],
  [["--loss", "0.9"], /--loss 0\.9 is no probability from 0 to 0\.6/],
  [["--seed", "x"], /--seed x is no whole number/],
  [["--compare", "--pcap", "x.pcap"], /--pcap goes with one handover/],
];

test("a handover, drawn and as JSON; the original scheme only with --insecure-original; mistakes are one sentence", async () => {
  const [drawn, json, original, ...wrong] = await calls(
    ["handover"],
    ["handover", "--json", "--scheme", "21a", "--target", "umts", "--loss", "0.2"],
    ["handover", "--scheme", "xor", "--insecure-original"],
    ...MISTAKES.map(([args]) => ["handover", ...args]),
  );
  assert.equal(drawn.code, 0, drawn.stderr);
  assert.match(drawn.stdout, /SPoS +-> GM +MIS_Group_Key request +protected/, "remedy 2 unless asked otherwise");
  assert.doesNotMatch(drawn.stdout, /MIS_Prereg_Xfer response +in clear/, "no key in clear");
  const told = JSON.parse(json.stdout);
  assert.equal(json.code, 0, json.stderr);
  assert.deepEqual(
    [told.isShared, told.isCompleted, told.prepared.isTainted],
    [true, true, true],
    "under loss, to UMTS",
  );
  assert.equal(original.code, 0, original.stderr);
  assert.match(
    original.stdout,
    /MIS_Prereg_Xfer response +in clear/,
    "the original's key crosses the network in clear",
  );
  for (const [i, [args, says]] of MISTAKES.entries()) {
    assert.equal(wrong[i].code, 2, `${args.join(" ")}: ${wrong[i].stdout}`);
    assert.match(wrong[i].stderr, says, args.join(" "));
  }
});

test("--pcap writes what went over the network, as UDP of port 4551", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-handover-"));
  const file = join(folder, "handover.pcap");
  const [done] = await calls(["handover", "--json", "--pcap", file]);
  assert.equal(done.code, 0, done.stderr);
  const pcap = readFileSync(file);
  const { rungs } = JSON.parse(done.stdout);
  const octets = rungs.reduce((sum: number, rung: { octets: string }) => sum + rung.octets.length / 2, 0);
  // 24 octets of file header; a record's header, Ethernet, IPv4 and UDP each.
  assert.equal(pcap.length, 24 + rungs.length * (16 + 14 + 20 + 8) + octets, "every datagram once");
  rmSync(folder, { recursive: true });
});
