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

async function told(...args: string[]): Promise<{ readonly code: number | null; readonly sessions: readonly Told[] }> {
  const { code, stdout, stderr } = await ampcore(["rsn", "--json", ...args], { cwd });
  assert.equal(stderr, "");
  return { code, ...(JSON.parse(stdout) as { sessions: readonly Told[] }) };
}

const namesOf = ({ rungs }: Told, wanted: string): string[] =>
  rungs.filter(({ phase }) => phase === wanted).map(({ name }) => name);

const EAP = [
  "EAP-Request, Identity",
  "EAP-Response, Identity",
  "EAP-Request, EAP-PSK first",
  "EAP-Response, EAP-PSK second",
  "EAP-Request, EAP-PSK third",
  "EAP-Response, EAP-PSK fourth",
  "EAP-Success",
];

for (const akm of ["1", "2", "5", "6"])
  for (const mode of ["rsn", "seed"])
    test(`AKM ${akm}, mode ${mode}: the port opens twice, data arrives, and a PMKSA saves EAP the second time`, async () => {
      const { code, sessions } = await told("--akm", akm, "--mode", mode, "--again");
      assert.equal(code, 0);
      assert.equal(sessions.length, 2);
      const isEap = akm === "1" || akm === "5";
      for (const [i, one] of sessions.entries()) {
        assert.ok(one.isAuthorized);
        assert.deepEqual(one.delivered, ["reading", "answer", "for all"]);
        assert.deepEqual(namesOf(one, "802.1X EAP authentication"), isEap && i === 0 ? EAP : []);
        assert.deepEqual(namesOf(one, "unicast keys"), ["M1", "M2", "M3", "M4"]);
        const once = ["group 1", "group 2"];
        assert.deepEqual(namesOf(one, "multicast keys"), mode === "seed" ? [...once, ...once] : once);
      }
    });

test("a PSK that does not fit: no M3, every M2 counted at the AP, exit code 1", async () => {
  const { code, sessions } = await told("--wrong-pmk", "--akm", "2");
  const [{ rungs, isAuthorized, apRefused, delivered }] = sessions;
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

test("a key of EAP-PSK that does not fit: EAP fails at MAC_P, and there is no M1", async () => {
  const { code, sessions } = await told("--wrong-pmk");
  assert.equal(code, 1);
  assert.ok(!sessions[0].isAuthorized);
  assert.deepEqual(namesOf(sessions[0], "802.1X EAP authentication"), [...EAP.slice(0, 4), "EAP-Failure"]);
  assert.deepEqual(namesOf(sessions[0], "unicast keys"), []);
});

test("the seed of the nonces decides: equal runs are equal, others are not", async () => {
  const [one, again, other] = [await told(), await told("--seed", "1"), await told("--seed", "2")];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one.sessions, other.sessions);
});

test("the ladder has a line for each frame, and the capture its octets", async () => {
  const { rungs } = (await told()).sessions[0];
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
  [["--akm", "8"], /--akm 8 is none of 1, 2, 5, 6/],
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

test("--root: a device without a root gets one by EAP-PSK and then answers a trigger; the second time PROVE suffices (002-A11)", async () => {
  const { code, stdout } = await ampcore(["rsn", "--root", "--again", "--json"], { cwd });
  assert.equal(code, 0);
  const { sessions, amp } = JSON.parse(stdout) as {
    sessions: Told[];
    amp: { outcome: string; frames: { name: string }[] };
  };
  const said = sessions.map((one) => namesOf(one, "a root for the AMP station"));
  assert.deepEqual(said, [
    ["PROVE", "its answer", "ADOPT", "proof"],
    ["PROVE", "its answer"],
  ]);
  assert.deepEqual(
    amp.frames.map(({ name }) => name),
    ["M1", "M2", "M3"],
  );
  assert.equal(amp.outcome, "confirmed");
  for (const args of [["--akm", "2"], ["--wrong-pmk"]]) {
    const refused = await ampcore(["rsn", "--root", ...args], { cwd });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--root goes with --akm 1 or 5 and without --wrong-pmk/);
  }
});
