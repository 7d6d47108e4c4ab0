/** What is wrong with a call, a folder, a file or a port is one sentence, and exit code 2. */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SCHEMES } from "../../../host/mih/schemes/scheme.ts";
import { readRole } from "../../../host/mih/site/read.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { calls } from "../../support/calls.ts";
import { Site } from "./bed.ts";

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);

test("a site is a folder of mode 700 whose secrets are files of mode 600, and each of its files can be read", async () => {
  for (const scheme of SCHEMES) {
    const site = await Site.made(at(`made-${scheme}`), scheme);
    assert.equal(statSync(site.folder).mode & 0o777, 0o700, "the folder");
    const secrets = readdirSync(site.folder).filter((name) => !/\.yaml$|public/.test(name));
    assert.equal(secrets.length, scheme === "21d" ? 15 : 6, `${secrets}`);
    for (const name of secrets) assert.equal(statSync(join(site.folder, name)).mode & 0o777, 0o600, name);
  }
});

test("a site in a folder that is not empty, and a scheme or a port that is none, are refused", async () => {
  mkdirSync(at("full"));
  writeFileSync(at("full/file"), "");
  const outcomes = await calls(
    ["mih", "site", at("full")],
    ["mih", "site", at("full/file")],
    ["mih", "site", at("none/below")],
    ["mih", "site", at("new"), "--scheme", "21b"],
    ["mih", "site", at("new"), "--port", "70000"],
    ["mih", "site", at("new"), "--to", "there"],
    ["mih", "site"],
    ["mih", "sits", at("new")],
    ["mih"],
  );
  const sentences = [
    /full is not empty: a site is made in a folder of its own$/,
    /file is a file, where a folder is expected$/,
    /below cannot be made or written \(ENOENT\), where a folder in an existing one is expected$/,
    /--scheme "21b" is none of xor, 21a, 21d$/,
    /--port "70000" is no whole number from 0 to 65500$/,
    /mih site takes no --to: see ampcore mih --help$/,
    /mih site needs the folder that it is made in$/,
    /no action "sits"; there are site, sp, tp, gm, mn$/,
    /the action is missing: one of site, sp, tp, gm, mn$/,
  ];
  assertSentences(outcomes, sentences);
});

test("003-C10 the original scheme is run by whoever says that it is insecure, and by nobody else", async () => {
  const site = await Site.made(at("original"), "xor");
  const outcomes = await calls(
    ["mih", "site", at("xor"), "--scheme", "xor"],
    ["mih", "sp", site.file("pos-a")],
    ["mih", "tp", site.file("pos-b")],
    ["mih", "mn", site.file("mn")],
  );
  const why = /scheme xor is the original .*: give --insecure-original to run it all the same$/;
  assertSentences(outcomes, [why, why, why, why]);
  const [made, served] = await calls(
    ["mih", "site", at("wanted"), "--scheme", "xor", "--insecure-original", "--port", "0"],
    ["mih", "sp", site.file("pos-a"), "--insecure-original", "--for", "0"],
  );
  assert.deepEqual([made.code, served.code], [0, 0], made.stderr + served.stderr);
});

test("a port that is taken, files that are missing, of another role, wrong or readable by others, are refused", async (t) => {
  const site = await Site.made(at("site"), "21a");
  const taken = createSocket("udp4");
  taken.bind(site.portOf("pos-a"), "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const copy = (name: string, from: string | RegExp, to: string): string => {
    const text = readFileSync(site.file("pos-b"), "utf8").replace(from, to);
    writeFileSync(join(site.folder, `${name}.yaml`), text);
    return site.file(name);
  };
  const secret = join(site.folder, "mn+pos-c.psk");
  chmodSync(secret, 0o644);
  writeFileSync(join(site.folder, "short.psk"), "00\n", { mode: 0o600 });
  const outcomes = await calls(
    ["mih", "sp", site.file("pos-a")],
    ["mih", "sp", site.file("nobody")],
    ["mih", "sp", site.file("mn")],
    ["mih", "gm", site.file("pos-b")],
    ["mih", "tp", copy("yaml", "mih: 1", "mih: [1")],
    ["mih", "tp", copy("version", "mih: 1", "mih: 2")],
    ["mih", "tp", copy("extra", "mih: 1", "mih: 1\nmire: 1")],
    ["mih", "tp", copy("link", "802.11 02:a0:00:00:00:01", "802.11 02:a0")],
    ["mih", "tp", copy("address", /address: 127\S+/, "address: here")],
    ["mih", "tp", copy("way", /eap_psk_file: mn.*/, "tls: {}")],
    ["mih", "tp", copy("psk", "mn+pos-b.psk", "short.psk")],
    ["mih", "tp", copy("group", "scheme: 21a", "scheme: 21d")],
    ["mih", "tp", site.file("pos-c")],
    ["mih", "mn", site.file("mn"), "--to", "the moon"],
    ["mih", "mn", site.file("mn"), "--tries", "0"],
  );
  assertSentences(outcomes, [
    /pos-a\.yaml: listen 127\.0\.0\.1:\d+ is taken by another process: choose another port$/,
    /nobody\.yaml does not exist, where the YAML file of a role is expected$/,
    /mn\.yaml has the role "mn", where pos is expected$/,
    /pos-b\.yaml has the role "pos", where gm is expected$/,
    /yaml\.yaml, line \d+, column \d+: this is no YAML: /,
    /version\.yaml: mih is 2, where 1, the version of this format is expected$/,
    /extra\.yaml: there is no key mire; the keys there are mih, id, /,
    /link\.yaml: authenticators\.0\.link is "802\.11 02:a0", where a link, like .* is expected$/,
    /address\.yaml: partners\.0\.address is "here", where a numeric address with a port from 1 on, like .* is expected$/,
    /way\.yaml: mobile_nodes\.0\.tls\.ca is missing, where the name of a file, from this file's folder on is expected$/,
    /short\.psk does not hold 32 hex digits, as the file of a key has to$/,
    /group\.yaml: scheme 21d needs group_manager and group, which are not there$/,
    /mn\+pos-c\.psk can be read by others \(mode 644\): chmod 600 \S+$/,
    /--to "the moon" is neither a link, like "802\.11 02:a0:00:00:00:01", nor one of its PoSs: pos-a@home\.example, /,
    /--tries "0" is no whole number from 1 to 100$/,
  ]);
});

test("whatever a role's file holds, it is a role or one sentence", () => {
  for (const text of [
    "",
    "null",
    "[]",
    "role: pos",
    "role: {pos: 1}",
    "? [a]\n: b",
    "a: &a [*a]",
    "\u0000",
    "role: pos\nid: 7",
  ]) {
    assert.throws(
      () => readRole(text, "it", "pos"),
      { name: "SiteError", message: /^it[^\n]+$/ },
      JSON.stringify(text),
    );
  }
});

function assertSentences(
  outcomes: readonly { readonly code: number; readonly stderr: string; readonly stdout: string }[],
  sentences: readonly RegExp[],
): void {
  for (const [i, sentence] of sentences.entries()) {
    const { code, stderr, stdout } = outcomes[i];
    assert.match(stderr.trimEnd(), sentence, `call ${i}`);
    assert.deepEqual([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
  }
}
