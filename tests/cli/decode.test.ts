/** `ampcore decode`: frames from everywhere, explained, refused with a reason, opened with keys. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { UsageError } from "../../host/cli/verb.ts";
import verb from "../../host/cli/verbs/decode.ts";
import { EXAMPLE } from "../wire/vectors.ts";
import { ampcore, scratchFolder } from "./ampcore.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KEYS_FILE = join(ROOT, "tests/vectors/amp/example.json");
const { m1, ccm, mic, update } = EXAMPLE;
const cwd = scratchFolder();

const decode = (args: readonly string[], input = "") => ampcore(["decode", ...args], { cwd, input });

/** Refused by the process: exit code 2, one sentence on stderr, and nothing on stdout. */
async function refused(args: readonly string[], sentence: RegExp, input = ""): Promise<void> {
  const { code, stdout, stderr } = await decode(args, input);
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^ampcore decode: [^\n]+\n$/);
  assert.match(stderr, sentence);
}

/** The same without a process, which takes a third of a second: a UsageError of one line that repeats no key. */
async function refusedHere(args: readonly string[], message: RegExp): Promise<void> {
  const command = new Command().exitOverride();
  verb.configure(command);
  command.parse(args, { from: "user" });
  await assert.rejects(verb.run(command.opts(), command.args), (error) => {
    assert.ok(error instanceof UsageError, `${error}`);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    assert.ok(!error.message.includes(EXAMPLE.tk.slice(0, 8)), "the key is repeated");
    return true;
  });
}

test("example.json whole: every frame is taken, and opened with the file itself as the keys file", async () => {
  const frames = [m1, ccm.m2, ccm.m3, ccm.dataUlPn2, mic.m2, mic.m3, mic.dataUlPn2, update.m3, update.answer];
  const lines = `# the worked exchange\n\n${frames.join("\n")} # the answer\n`;
  const { code, stdout, stderr } = await decode(["--keys-file", KEYS_FILE, "--json"], lines);
  assert.equal(code, 0, stderr);
  const { frames: told } = JSON.parse(stdout);
  assert.deepEqual(
    told.map((one: { frame: string }) => one.frame),
    frames,
  );
  const { reading, m3Payload, dataPayload } = EXAMPLE;
  const opened = [reading, m3Payload, dataPayload];
  assert.deepEqual(
    told.map((one: { payload: string | null }) => one.payload),
    [null, ...opened, ...opened, update.command, `8101${update.proof}`],
  );
  assert.deepEqual(
    told.map((one: { direction: string }) => one.direction),
    ["down", "up", "down", "up", "up", "down", "up", "down", "up"],
  );
  assert.deepEqual([told[1].mic.nonce, told[1].mic.aad], [ccm.nonceM2, ccm.aadM2]);
  assert.deepEqual([told[4].mic.nonce, told[4].mic.aad], [mic.nonceM2, mic.aadM2]);
});

test("keys come from options too: a PMK, both addresses and M1 open M2, and with M2 what follows it", async () => {
  const addresses = ["--aa", EXAMPLE.aa, "--spa", "02:c0:ff:ee:00:01"];
  const m2 = await decode(["--pmk", EXAMPLE.pmk, ...addresses, "--m1", m1, ccm.m2, update.m3]);
  assert.equal(m2.code, 0, m2.stderr);
  assert.match(m2.stdout, /"23\.5 C, 41 % rH"/);
  assert.match(m2.stdout, /an AP takes it: every check is passed, and the MIC is right under TK/);
  assert.match(m2.stdout, /generation +1 +the new root's/);
  const data = await decode(["--kck", EXAMPLE.kck, ...addresses, mic.dataUlPn2]);
  assert.match(data.stdout, /^Data, up,[\s\S]*the MIC is right under KCK/);
});

test("a wrong key is a bad MIC, exit code 1; an option goes before the keys file", async () => {
  const wrong = EXAMPLE.tk.replace(/^../, "00");
  const { code, stdout } = await decode(["--keys-file", KEYS_FILE, "--tk", wrong, ccm.m2]);
  assert.equal(code, 1);
  assert.match(stdout, /an AP refuses it: bad MIC, by the check of MIC/);
  assert.ok(!stdout.includes("23.5 C"), "plaintext of a refused frame");
});

test("one frame as a table: offset, octets, field, value, meaning; bits under their field", async () => {
  const { code, stdout } = await decode([m1]);
  assert.equal(code, 0);
  for (const line of [
    /^Trigger \(M1\), down, 46 octets$/m,
    /^offset +octets +field +value +meaning$/m,
    /^ +0 +08 +FC +0x08/m,
    /^ +\.\.\.\. 1000 +Type +8 +Trigger \(M1\)$/m,
    /^ +\.\.\.0 01\.\. \.\.\.\. \.\.\.\. +Profile +1 +compact: nonces of 16 octets, MIC of 8$/m,
    /^ +11 +020000000001 +AA +02:00:00:00:00:01 +the AP's address$/m,
    /^ +17 +4041424344454647 +ANonce/m,
    /^ +48494a4b4c4d4e4f$/m,
    /^ +41 +4c4544 +DL data +"LED"/m,
    /^ +44 +bd60 +FCS +0x60bd +right$/m,
    /^a device takes it: every check is passed/m,
  ]) {
    assert.match(stdout, line);
  }
});

test("a refused frame is told with status, number and check, and ends with 1", async () => {
  const spoilt = `${ccm.m3.slice(0, -2)}00`;
  // One refused among good ones is enough.
  const { code, stdout } = await decode([m1, spoilt]);
  assert.equal(code, 1);
  assert.match(stdout, /a device refuses it: bad FCS \(-6\), by the check of FCS: the FCS is 1200, .* give 12f6/);
  assert.match(stdout, /FCS +0x0012 +wrong: 12f6 would be right/);
  const up = await decode(["--up", m1, "--json"]);
  assert.equal(up.code, 1);
  assert.deepEqual(JSON.parse(up.stdout).frames[0].verdicts, [
    {
      by: "AP",
      taken: false,
      status: "bad type",
      number: null,
      check: "type",
      why: "a Trigger never comes from a device",
    },
  ]);
});

test("frames from operands, separated or octet by octet, from a file, from stdin", async () => {
  writeFileSync(join(cwd, "frames.txt"), `# captured\r\n0c24c878\r\n\r\n  ${m1.toUpperCase()}\r\n`);
  const quiet = async (args: readonly string[], input = ""): Promise<string> => {
    const { code, stdout, stderr } = await decode(["--quiet", ...args], input);
    assert.equal(code, 0, stderr);
    return stdout.replace(/: (a device|an AP) takes it: .*/g, "");
  };
  const ack = "Ack, down, 4 octets\n";
  const both = `frame 1: ${ack}frame 2: Trigger (M1), down, 46 octets\n`;
  const spellings: [string[], string, string?][] = [
    [["0c", "24", "C8", "78"], ack],
    [["0x0C:24:c8:78", m1], both],
    [["--file", "frames.txt"], both],
    [["--file", "-"], both, `0c24c878\n${m1}`],
    [[], both, `0c24c878\n${m1}\n`],
  ];
  await Promise.all(
    spellings.map(async ([args, expected, input]) => {
      assert.equal(await quiet(args, input), expected, args.join(" "));
    }),
  );
});

test("Data without keys goes either way, with --up one way", async () => {
  const told = async (...args: string[]) => JSON.parse((await decode(["--json", ...args])).stdout).frames[0];
  const either = await told(ccm.dataUlPn2);
  assert.equal(either.direction, null);
  assert.deepEqual(
    either.verdicts.map(({ by }: { by: string }) => by),
    ["device", "AP"],
  );
  assert.equal((await told("--up", ccm.dataUlPn2)).direction, "up");
});

test("a frame far too long is told in a table that a screen can hold", async () => {
  const long = `${m1.slice(0, 10)}${"00".repeat(5000)}`;
  const { code, stdout } = await decode([long]);
  assert.equal(code, 1);
  assert.ok(stdout.split("\n").length < 60, stdout);
  assert.match(stdout, /too long \(-3\)/);
});

test("what is wrong is said in one sentence, without repeating what may be a key", async () => {
  const path = (name: string): string => join(cwd, name);
  const file = (name: string, content: string): string => {
    writeFileSync(path(name), content);
    return path(name);
  };
  const { tk } = EXAMPLE;
  const cases: [string[], RegExp][] = [
    [[""], /^the frame is not in hex: no hex digits$/],
    [["0c24c87"], /^the frame is not in hex: 7 hex digits, where every octet has two$/],
    [["0c24c878", "0c24g878"], /^frame 2 is not in hex: no hex digit at place 5 of 8$/],
    [
      ["--file", file("bad.txt", "0c24c878\n\nzz\n")],
      /^line 3 of .*bad\.txt is not in hex: no hex digit at place 1 of 2$/,
    ],
    [["--file", file("empty.txt", "")], /^no frame in .*empty\.txt: give one in hex, like 1a24/],
    [["--file", path("missing.txt")], /^--file .*missing\.txt cannot be read: no such file or folder$/],
    [["--file", path("bad.txt"), m1], /^--file and frames on the command line exclude each other$/],
    [["--up", "--down", m1], /^--up and --down exclude each other$/],
    [["--tk", tk.slice(2), m1], /^--tk has 15 octets, where 16 are expected$/],
    [["--tk", `${tk}g`, m1], /^--tk is not in hex: no hex digit at place 33 of 33$/],
    [["--spa", "02:c0:ff", m1], /^--spa has 3 octets, where 6 are expected$/],
    [["--aa", "03:00:00:00:00:01", m1], /^--aa is a group address: neither a device nor an AP has one$/],
    [["--m1", ccm.m2, ccm.m2], /^--m1 is no Trigger \(M1\), bad type: a Response never comes from an AP$/],
    [["--m1", "0c24c878", ccm.m2], /^--m1 is no Trigger \(M1\), its type is Ack$/],
    [["--m2", m1, ccm.m3], /^--m2 is no Response \(M2\), bad type: a Trigger never comes from a device$/],
    [["--keys-file", path("missing.json"), m1], /^--keys-file .*missing\.json cannot be read: no such file/],
    [["--keys-file", file("text.json", tk), m1], /^--keys-file .*text\.json holds no JSON object$/],
    [
      ["--keys-file", file("none.json", "{}"), m1],
      /^--keys-file .*none\.json holds none of pmk, kck, tk, aa, spa, m1, m2$/,
    ],
    [["--keys-file", file("tk.json", '{"tk":1}'), m1], /^tk in --keys-file .*tk\.json is no string of hex digits$/],
    [
      ["--keys-file", file("short.json", `{"tk":"${tk.slice(4)}"}`), m1],
      /^tk in --keys-file .*short\.json has 14 octets, where 16 are expected$/,
    ],
  ];
  for (const [args, message] of cases) await refusedHere(args, message);
  await Promise.all([
    refused([], /no frame on the command line or stdin: give one in hex, like 1a24/),
    refused([], /no frame on the command line or stdin/, "\n# nothing but a remark\n"),
    refused([], /line 2 of stdin is not in hex: 3 hex digits/, "0c24c878\n0c2\n"),
    refused(["--pkm", tk, m1], /unknown option '--pkm' \(did you mean --pmk\?\)/),
  ]);
});

test("--help warns of keys on a command line, and its examples do what they say", async () => {
  const { code, stdout } = await decode(["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /A key on a command line can be read by every user/);
  const lines = [...stdout.matchAll(/^ {2}ampcore decode (.*)$/gm)].map(([, line]) => line);
  assert.equal(lines.length, 6);
  const outcomes = await Promise.all(
    lines.map((line) => {
      const [args, input = ""] = line.split(" <<< ");
      return ampcore(["decode", ...args.split(" ")], { cwd: ROOT, input });
    }),
  );
  assert.deepEqual(
    outcomes.map(({ code }) => code),
    [0, 0, 1, 0, 0, 0],
  );
  assert.match(outcomes[3].stdout, /"23\.5 C, 41 % rH"[\s\S]*"ok"/);
});
