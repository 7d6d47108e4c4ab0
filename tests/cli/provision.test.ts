/** `ampcore provision`: images written, shown and refused. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseCounter, parseSpa } from "../../host/cli/provision/parse.ts";
import { readPsk } from "../../host/cli/provision/psk.ts";
import { hex, toHex } from "../support/hex.ts";
import { readReference, skipWithout } from "../support/reference.ts";
import { ampcore, scratchFolder } from "./ampcore.ts";

const SPA = "02:c0:ff:ee:00:01";
const PSK = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const cwd = scratchFolder();

/** Writes an image into the scratch folder; returns its octets. */
async function provision(out: string, ...more: string[]): Promise<Uint8Array> {
  const { code, stderr } = await ampcore(["provision", "--spa", SPA, "--psk", PSK, "--out", out, ...more], { cwd });
  assert.equal(code, 0, stderr);
  return readFileSync(join(cwd, out));
}

/** Refused: exit code 2, one sentence on stderr without the key, and nothing written. */
async function refused(args: string[], sentence: RegExp, input = ""): Promise<void> {
  const before = readdirSync(cwd);
  const { code, stdout, stderr } = await ampcore(["provision", ...args], { cwd, input });
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^ampcore provision: [^\n]+\n$/);
  assert.match(stderr, sentence);
  assert.ok(!stderr.includes(PSK.slice(0, 16)), "the key is repeated");
  assert.deepEqual(readdirSync(cwd), before);
}

test("the image is that of the worked example", { skip: skipWithout("design/example.json") }, async () => {
  const { nvmProvisioned } = readReference<{ nvmProvisioned: string }>("design/example.json");
  assert.equal(toHex(await provision("example.bin")), nvmProvisioned);
});

test("the key from a file or from stdin gives the same image, with white space around it or not", async () => {
  const image = await provision("by-option.bin");
  writeFileSync(join(cwd, "psk.hex"), `${PSK.toUpperCase()}\n`);
  const sources = [
    { name: "file.bin", args: ["--psk-file", "psk.hex"] },
    { name: "dash.bin", args: ["--psk", "-"], input: `  ${PSK}\r\n` },
    { name: "file-dash.bin", args: ["--psk-file", "-"], input: PSK },
  ];
  for (const { name, args, input } of sources) {
    const { code, stderr } = await ampcore(["provision", "--spa", SPA, ...args, "--out", name], { cwd, input });
    assert.equal(code, 0, stderr);
    assert.deepEqual(readFileSync(join(cwd, name)), image);
  }
});

test("--counter goes to cell 0", async () => {
  const image = await provision("counter.bin", "--counter", "4294967294");
  assert.equal(toHex(image.subarray(16, 32)), "fffffffe000000010000000000000000");
});

test("--roaming writes the longer record of a station that is told of its next AP, and --show tells of it", async () => {
  const [image, longer] = [await provision("stays.bin"), await provision("roams.bin", "--roaming")];
  assert.equal(longer.length, 360);
  assert.deepEqual(longer.subarray(0, 268), image, "the same before what it is longer by");
  const { code, stdout } = await ampcore(["provision", "--show", "roams.bin"], { cwd });
  assert.equal(code, 0, "a device boots from it");
  assert.match(stdout, /next AP +empty/);
});

test("the image is readable by its owner only, and no scratch file stays", async () => {
  await provision("mode.bin");
  assert.equal(statSync(join(cwd, "mode.bin")).mode & 0o777, 0o600);
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

test("an existing file is never written over without --force, and wholly with it", async () => {
  writeFileSync(join(cwd, "kept.bin"), "precious", { mode: 0o644 });
  symlinkSync("nowhere", join(cwd, "link.bin"));
  const args = ["--spa", SPA, "--psk", PSK, "--out"];
  await refused([...args, "kept.bin"], /--out kept\.bin exists already; --force writes over it/);
  await refused([...args, "link.bin"], /--out link\.bin exists already/);
  assert.equal(readFileSync(join(cwd, "kept.bin"), "utf8"), "precious");
  assert.equal((await provision("kept.bin", "--force")).length, 268);
  assert.equal(statSync(join(cwd, "kept.bin")).mode & 0o777, 0o600);
  mkdirSync(join(cwd, "folder"));
  await refused([...args, "folder", "--force"], /--out folder exists and is no file/);
  await refused([...args, "/dev/null", "--force"], /exists and is no file/);
});

test("002-A12: a backscatter device is refused in the draft's words", async () => {
  await refused(
    ["--class", "backscatter", "--spa", SPA, "--psk", PSK, "--out", "tag.bin"],
    /3\.5\.1 .*"backscatter non-AP AMP STAs may not use the security method described in this specification"/,
  );
  await refused(
    ["--class", "passive", "--spa", SPA, "--psk", PSK, "--out", "tag.bin"],
    /"passive" is no class.*active-tx/,
  );
  assert.equal((await provision("tag.bin", "--class", "active-tx")).length, 268);
});

test("what is wrong is said in one sentence, and nothing is written", async () => {
  const out = ["--out", "never.bin"];
  await refused(["--spa", "03:c0:ff:ee:00:01", "--psk", PSK, ...out], /--spa 03:c0:ff:ee:00:01 is a group address/);
  await refused(["--spa", SPA, "--psk", `${PSK.slice(0, 63)}g`, ...out], /--psk has no hex digit at place 64 of 64/);
  await refused(["--spa", SPA, "--psk-file", "-", ...out], /the key on stdin has 66 characters/, `${PSK}00`);
  await refused(
    ["--spa", SPA, "--psk-file", "missing.hex", ...out],
    /--psk-file missing\.hex cannot be read: no such file/,
  );
  await refused(["--spa", SPA, "--psk", PSK, "--out", "no/such/nvm.bin"], /cannot be written: no such file or folder/);
  await refused(["--psk", PSK, ...out], /--spa is missing/);
  await refused(["--spa", SPA, "--psk", PSK], /--out is missing/);
});

test("addresses are taken with colons, hyphens or bare, and refused when they are none or a group's", () => {
  for (const good of ["02:C0:ff:EE:00:01", "02-c0-ff-ee-00-01", "02c0ffee0001"]) {
    assert.equal(toHex(parseSpa(good)), "02c0ffee0001");
  }
  for (const bad of ["", "02:c0:ff:ee:00", "02:c0:ff:ee:00:01:02", "02:c0:ff:ee:00:0g", "02:c0-ff:ee:00:01"]) {
    assert.throws(() => parseSpa(bad), { name: "UsageError", message: /is not an address: six octets in hex/ });
  }
  for (const group of ["03:c0:ff:ee:00:01", "ff:ff:ff:ff:ff:ff"]) {
    assert.throws(() => parseSpa(group), { name: "UsageError", message: /is a group address/ });
  }
});

test("counters are whole numbers that a cell can hold", () => {
  assert.deepEqual(["0", "7", "4294967294"].map(parseCounter), [0, 7, 2 ** 32 - 2]);
  for (const bad of ["-1", "4294967295", "1.5", "0x10", "1e3", "", " 7", "many", "9".repeat(400)]) {
    assert.throws(() => parseCounter(bad), {
      name: "UsageError",
      message: /is not a whole number from 0 to 4294967294/,
    });
  }
});

test("keys are 64 hex digits, from one place, and are never repeated in a refusal", async () => {
  const cases: [{ psk?: string; pskFile?: string }, RegExp][] = [
    [{ psk: PSK.slice(1) }, /^--psk has 63 characters, where a key has 64 hex digits$/],
    [{ psk: `x${PSK.slice(1)}` }, /^--psk has no hex digit at place 1 of 64$/],
    [{ psk: "" }, /^--psk has 0 characters/],
    [{ psk: PSK, pskFile: "psk.hex" }, /^--psk and --psk-file exclude each other$/],
    [{}, /^--psk-file is missing/],
  ];
  for (const [options, message] of cases) await assert.rejects(readPsk(options), { name: "UsageError", message });
});

test("--show prints the record, as a table and as JSON, without key material", async () => {
  const image = await provision("shown.bin", "--counter", "7");
  const table = await ampcore(["provision", "--show", "shown.bin"], { cwd });
  assert.equal(table.code, 0);
  for (const row of [
    /SPA +02:c0:ff:ee:00:01/,
    /ID +0xc824 +follows from the SPA/,
    /counter cell 0 +7 +valid/,
    /counter cell 1 +0 +not valid/,
    /root slot A +generation 0 +valid, the newest/,
    /root slot B +empty/,
    /PMK cache +empty/,
    /device +boots/,
  ]) {
    assert.match(table.stdout, row);
  }
  const { code, stdout } = await ampcore(["provision", "--show", "shown.bin", "--json"], { cwd });
  assert.equal(code, 0);
  const { spa, counter, boots, slots } = JSON.parse(stdout);
  assert.deepEqual([spa, counter, boots, slots[0].newest], [SPA, 7, true, true]);
  for (const secret of [PSK, toHex(image.subarray(36, 68)), toHex(image.subarray(68, 100))]) {
    assert.ok(!(table.stdout + stdout).includes(secret.slice(0, 8)));
  }
});

test("--show of a record that no device boots from ends with 1 and says why", async () => {
  const image = await provision("broken.bin");
  image[40] ^= 1; // a midstate of slot A
  writeFileSync(join(cwd, "broken.bin"), image);
  const { code, stdout } = await ampcore(["provision", "--show", "broken.bin"], { cwd });
  assert.equal(code, 1);
  assert.match(stdout, /root slot A +generation 0 +not valid \(CRC\)/);
  assert.match(stdout, /device +NVM failed +no root slot is valid/);
});

test("--show refuses what is no record, and options that write", async () => {
  writeFileSync(join(cwd, "short.bin"), hex("414d5031"));
  await refused(["--show", "short.bin"], /--show short\.bin is no image: it has 4 octets, where a record has 268/);
  await refused(["--show", "missing.bin"], /--show missing\.bin cannot be read: no such file/);
  await refused(["--show", "short.bin", "--psk-file", "psk.hex"], /--show only reads an image: leave out --psk-file/);
});
