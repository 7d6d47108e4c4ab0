/** `ampcore keys`: a store made, filled, listed, exported, rotated and audited, and what is refused; never a secret unasked. */
import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Command } from "commander";
import { UsageError } from "../../host/cli/verb.ts";
import verb from "../../host/cli/verbs/keys.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";

const KEYS = "0123456789abcdef".repeat(4);
const OTHER = "fedcba9876543210".repeat(4);

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder, and `ampcore keys` in it. */
function bench(): { cwd: string; keys: (...args: string[]) => Promise<Said> } {
  const cwd = scratchFolder();
  return { cwd, keys: (...args) => ampcore(["keys", ...args], { cwd }) };
}

/** Done; what it printed as JSON. */
function json<T>({ code, stdout, stderr }: Said): T {
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** Exit code 2, and one sentence that has none of the keys. */
function isRefused({ code, stdout, stderr }: Said, sentence: RegExp): void {
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^ampcore keys: [^\n]+\n$/);
  assert.match(stderr, sentence);
  for (const secret of [KEYS, OTHER]) assert.ok(!stderr.includes(secret.slice(0, 16)), "a key is repeated");
}

test("a fleet goes in by CSV, out with secrets to a file of mode 600, and in again elsewhere, the same", async () => {
  const { cwd, keys } = bench();
  const header = "spa,psk,origin,generation";
  writeFileSync(
    join(cwd, "fleet.csv"),
    `${header}\n02:c0:ff:ee:00:01,${KEYS},psk,\n02-c0-ff-ee-00-02,${OTHER},802.21 subtree,7\n`,
  );
  assert.deepEqual(json(await keys("import", "fleet.csv", "--kek", "kek", "--json")), [
    { file: "fleet.csv", devices: 2 },
  ]);
  assert.equal(statSync(join(cwd, "kek")).mode & 0o777, 0o600);
  assert.equal(statSync(join(cwd, "ampcore-keys/data.mdb")).mode & 0o777, 0o600);
  const listed = json<Record<string, unknown>[]>(await keys("list", "--kek", "kek", "--json"));
  assert.deepEqual(
    listed.map(({ spa, generation, origin, updatingTo }) => [spa, generation, origin, updatingTo]),
    [
      ["02:c0:ff:ee:00:01", 0, "psk", null],
      ["02:c0:ff:ee:00:02", 7, "802.21 subtree", null],
    ],
  );
  const out = await keys("export", "--with-secrets", "--out", "all.json", "--kek", "kek");
  assert.deepEqual([out.code, out.stdout], [0, ""], out.stderr);
  assert.equal(statSync(join(cwd, "all.json")).mode & 0o777, 0o600);
  const exported = JSON.parse(readFileSync(join(cwd, "all.json"), "utf8"));
  assert.deepEqual(
    exported.map(({ root }: { root: string }) => root),
    [KEYS, OTHER],
  );
  assert.equal((await keys("import", "all.json", "--kek", "kek", "--store", "other")).code, 0);
  const [first, second] = await Promise.all(
    ["ampcore-keys", "other"].map((store) => keys("export", "--kek", "kek", "--store", store)),
  );
  const withoutTimes = ({ stdout }: Said): string => stdout.replace(/20[0-9T:.-]+Z/g, "");
  assert.equal(withoutTimes(first), withoutTimes(second));
  assert.ok(!first.stdout.includes(KEYS) && first.stdout.startsWith("spa,generation"), "no secret, with a header");
});

test("a PSK is drawn and shown to nobody, but goes to a file or to the terminal when that is asked for", async () => {
  const { cwd, keys } = bench();
  const added = await keys("add", "--spa", "02:c0:ff:ee:00:01", "--kek", "kek", "--out", "psk");
  assert.equal(added.code, 0, added.stderr);
  const psk = readFileSync(join(cwd, "psk"), "utf8").trim();
  assert.match(psk, /^[0-9a-f]{64}$/);
  assert.equal(statSync(join(cwd, "psk")).mode & 0o777, 0o600);
  assert.ok(!added.stdout.includes(psk) && !added.stderr.includes(psk), "not printed");
  const [shown] = json<{ psk: string }[]>(
    await keys("add", "--spa", "02:c0:ff:ee:00:02", "--kek", "kek", "--show-secret", "--json"),
  );
  assert.match(shown.psk, /^[0-9a-f]{64}$/);
  assert.notEqual(shown.psk, psk);
});

test("after rotate the old KEK opens nothing; audit tells of all that was done, and verifies", async () => {
  const { keys } = bench();
  assert.equal((await keys("add", "--spa", "02:c0:ff:ee:00:01", "--kek", "kek")).code, 0);
  const rotated = await keys("rotate", "--kek", "kek", "--new-kek", "kek2");
  assert.equal(rotated.code, 0, rotated.stderr);
  const [old, log, verdict] = await Promise.all([
    keys("list", "--kek", "kek"),
    keys("audit", "--kek", "kek2", "--json"),
    keys("audit", "--verify", "--kek", "kek2"),
  ]);
  isRefused(old, /is sealed with the KEK [0-9a-f]{16}, and the one given is [0-9a-f]{16}/);
  assert.deepEqual(
    json<{ event: string }[]>(log).map(({ event }) => event),
    ["store created", "device enrolled", "KEK rotated"],
  );
  assert.match(verdict.stdout, /^3 entries, whole; the last is [0-9a-f]{64}\n$/);
});

/** The verb in this process, up to where it refuses. */
async function refuses(args: readonly string[], sentence: RegExp): Promise<void> {
  const command = new Command().exitOverride();
  verb.configure(command);
  command.parse(args, { from: "user" });
  await assert.rejects(verb.run(command.opts(), command.args), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, sentence);
    assert.match(error.message, /^[^\n]+$/);
    for (const secret of [KEYS, OTHER]) assert.ok(!error.message.includes(secret.slice(0, 16)), "a key is repeated");
    return true;
  });
}

test("a mistake is one sentence and exit code 2, an import is all or nothing, and nothing is made for a wrong call", async () => {
  const { cwd, keys } = bench();
  const path = (name: string): string => join(cwd, name);
  writeFileSync(path("short.csv"), `spa,psk\n02:c0:ff:ee:00:01,${KEYS}\n02:c0:ff:ee:00:02,${OTHER.slice(1)}\n`);
  writeFileSync(path("twice.csv"), `spa,psk\n02:c0:ff:ee:00:01,${KEYS}\n02:c0:ff:ee:00:01,${OTHER}\n`);
  writeFileSync(path("cells.csv"), `spa,psk\n02:c0:ff:ee:00:01,${KEYS},more\n`);
  writeFileSync(path("column.csv"), `spa,pks\n02:c0:ff:ee:00:01,${KEYS}\n`);
  writeFileSync(path("empty.json"), "[]");
  writeFileSync(path("scatter.json"), JSON.stringify([{ spa: "02:c0:ff:ee:00:01", psk: KEYS, class: "backscatter" }]));
  chmodSync(path("short.csv"), 0o644);
  const before = readdirSync(cwd);
  const kek = ["--kek", path("k"), "--store", path("store")];
  const imported = (file: string): string[] => ["import", path(file), ...kek];
  const wrong: [sentence: RegExp, ...args: string[]][] = [
    [/^the action is missing: one of add, list,/],
    [/^no action "lsit"; there are add, list,/, "lsit"],
    [/^keys list takes no --out/, "list", "--out", "x"],
    [/^keys list takes no "x"/, "list", "x"],
    [/^keys import needs a file/, "import"],
    [/^--store and --postgres exclude each other/, "list", "--store", "a", "--postgres", "b"],
    [/^--kek is missing: the file of the key-encryption key/, "list"],
    [/^the KEK file .*k cannot be read/, "list", ...kek],
    [/short\.csv can be read by others \(mode 644\): chmod 600/, "list", "--kek", path("short.csv")],
    [/short\.csv, line 3: psk is not 64 hex digits: it has 63 characters/, ...imported("short.csv")],
    [/twice\.csv, line 3: 02:c0:ff:ee:00:01 is in a row before, too/, ...imported("twice.csv")],
    [/cells\.csv, line 2 is no row of CSV with as many cells as the header/, ...imported("cells.csv")],
    [/column\.csv, line 2: no column "pks"; there are spa, root,/, ...imported("column.csv")],
    [/empty\.json has no device/, ...imported("empty.json")],
    [/scatter\.json, device 1: --class backscatter is refused, as 3\.5\.1 has it/, ...imported("scatter.json")],
    [/nowhere\.csv cannot be read: no such file or folder/, ...imported("nowhere.csv")],
    [/^--with-secrets needs --out/, "export", "--with-secrets", ...kek],
    [/^--new-kek is missing/, "rotate", ...kek],
    [/^--spa is missing/, "add", ...kek],
    [/^--origin "wifi" is none: there are psk, eap-psk/, "add", "--spa", "02:c0:ff:ee:00:01", "--origin", "wifi"],
  ];
  for (const [sentence, ...args] of wrong) await refuses(args, sentence);
  isRefused(await keys("list", "--kek", "short.csv"), /can be read by others/);
  assert.deepEqual(readdirSync(cwd), before, "nothing was made");
});
