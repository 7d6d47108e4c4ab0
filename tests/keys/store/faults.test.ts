/** A store that is damaged, read-only, full, newer, open twice or none: one clear sentence, and nothing is lost. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { StoreError } from "../../../host/keys/store/errors.ts";
import { createKekFile, Kek, kekFromEnvironment, kekFromFile } from "../../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { verifyLog } from "../../../host/keys/store/verify.ts";
import type { DeviceRecord } from "../../../host/keys/store.ts";
import { SCRIPT } from "../../cli/ampcore.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { KEK, OTHER_KEK } from "./kek.ts";
import { pskOf, spaOf } from "./loadplan.ts";
import { scratchFolder } from "./stores.ts";

const DEVICES = 40;
const FLIPS = 300;
const ROTATIONS = 5;
const OPENER = fileURLToPath(new URL("opener.ts", import.meta.url));

const device = (n: number): DeviceRecord => {
  const spa = spaOf(n);
  return { spa, generation: 0, root: pskOf(spa), update: undefined, origin: "psk" };
};

/** A store of some devices, closed; its folder. */
async function madeStore(folder = join(scratchFolder(), "store"), devices = DEVICES): Promise<string> {
  const store = await openLmdbStore(folder, { kek: KEK, create: true });
  await store.commitAll(Array.from({ length: devices }, (_, n) => ({ kind: "device", record: device(n) })));
  await store.close();
  return folder;
}

async function addressesIn(folder: string): Promise<string[]> {
  const store = await openLmdbStore(folder, { kek: KEK });
  const { devices } = store.load();
  await store.close();
  return devices.map(({ spa }) => Buffer.from(spa).toString("hex")).sort();
}

const ALL = Array.from({ length: DEVICES }, (_, n) => Buffer.from(spaOf(n)).toString("hex")).sort();

/** Refused with that fault, in one sentence that fits. */
async function refused(open: () => Promise<unknown>, fault: StoreError["fault"], sentence: RegExp): Promise<void> {
  await assert.rejects(open, (error: unknown) => {
    assert.ok(error instanceof StoreError, `a StoreError, not ${(error as Error).stack}`);
    assert.equal(error.fault, fault, error.message);
    assert.match(error.message, sentence);
    assert.ok(!error.message.includes("\n"), "one line");
    return true;
  });
}

test("a folder that is missing, empty, a file, or of something else is told as that, and nothing is made there", async () => {
  const folder = scratchFolder();
  const file = join(folder, "file");
  writeFileSync(file, "no store");
  mkdirSync(join(folder, "other"));
  writeFileSync(join(folder, "other", "data.mdb"), "no LMDB file either");
  await refused(
    () => openLmdbStore(join(folder, "nowhere"), { kek: KEK }),
    "missing",
    /there is no key store in .*nowhere/,
  );
  await refused(() => openLmdbStore(folder, { kek: KEK }), "missing", /there is no key store/);
  await refused(() => openLmdbStore(file, { kek: KEK }), "not a store", /a folder is expected/);
  await refused(
    () => openLmdbStore(join(folder, "other"), { kek: KEK }),
    "not a store",
    /its data\.mdb is no LMDB file/,
  );
  assert.deepEqual(readdirSync(folder).sort(), ["file", "other"]);
  assert.deepEqual(readdirSync(join(folder, "other")), ["data.mdb"]);
});

test("another KEK than the store's opens nothing, and is named by its id", async () => {
  const folder = await madeStore();
  const sentence = new RegExp(`is sealed with the KEK ${KEK.name}, and the one given is ${OTHER_KEK.name}`);
  await refused(() => openLmdbStore(folder, { kek: OTHER_KEK }), "wrong KEK", sentence);
  assert.deepEqual(await addressesIn(folder), ALL);
});

test("a KEK comes from a file of mode 600 with 64 hex digits or from the environment; what is wrong is told without a digit", async () => {
  const folder = scratchFolder();
  const file = join(folder, "kek");
  const made = createKekFile(file);
  assert.deepEqual(kekFromFile(file).id, made.id);
  assert.deepEqual(kekFromEnvironment({ AMPCORE_KEK_FILE: file })?.id, made.id);
  assert.deepEqual(kekFromEnvironment({ AMPCORE_KEK: readFileSync(file, "utf8") })?.id, made.id);
  assert.equal(kekFromEnvironment({}), undefined);
  assert.throws(() => createKekFile(file), { message: /no KEK can be written/ });
  assert.throws(() => kekFromEnvironment({ AMPCORE_KEK: "ab", AMPCORE_KEK_FILE: file }), {
    message: /exclude each other/,
  });
  assert.throws(() => kekFromEnvironment({ AMPCORE_KEK: "abcdef" }), {
    message: /AMPCORE_KEK holds no KEK: .* 6 characters/,
  });
  assert.throws(() => new Kek(new Uint8Array(31)), { message: /31 octets, where 32 are expected/ });
  chmodSync(file, 0o640);
  assert.throws(() => kekFromFile(file), { message: /can be read by others \(mode 640\): chmod 600/ });
});

test("a store of a newer version is left as it is", async () => {
  const folder = await madeStore();
  execFileSync(process.execPath, [SCRIPT, OPENER, folder, "newer"]);
  const before = readFileSync(join(folder, "data.mdb"));
  await refused(
    () => openLmdbStore(folder, { kek: KEK }),
    "newer",
    /its version is 2, and this one reads 1 at most; nothing was changed/,
  );
  assert.deepEqual(readFileSync(join(folder, "data.mdb")), before);
});

test("a store that is open twice names the process that has it; when that dies of SIGKILL, the next one opens it", async () => {
  const folder = await madeStore();
  const child = spawn(process.execPath, [SCRIPT, OPENER, folder, "hold"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const sentence = new RegExp(`is open already, in process ${child.pid}: only one may write it`);
  await refused(() => openLmdbStore(folder, { kek: KEK }), "in use", sentence);
  const reader = await openLmdbStore(folder, { kek: KEK, readOnly: true });
  assert.equal(reader.load().devices.length, DEVICES, "beside the writer it can be read");
  await reader.close();
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(
    readdirSync(folder).filter((name) => name.startsWith("lock.") && name !== "lock.mdb").length,
    1,
    "its file",
  );
  assert.deepEqual(await addressesIn(folder), ALL);
  assert.deepEqual(readdirSync(folder).sort(), ["data.mdb", "lock.mdb"], "no lock is left");
});

test("within one process, too, a store is open once; a lock of another boot, of a reused process number or of another folder is none", async () => {
  const folder = await madeStore();
  const store = await openLmdbStore(folder, { kek: KEK });
  await refused(() => openLmdbStore(folder, { kek: KEK }), "in use", new RegExp(`in process ${process.pid}`));
  const [own] = readdirSync(folder).filter((name) => name.startsWith("lock.") && name !== "lock.mdb");
  await store.close();
  const [, pid, start, boot, namespace, inode] = own.split(".");
  writeFileSync(join(folder, ["lock", pid, Number(start) - 1, boot, namespace, inode].join(".")), "");
  writeFileSync(join(folder, ["lock", pid, start, boot, namespace, Number(inode) + 1].join(".")), "");
  writeFileSync(join(folder, ["lock", pid, start, boot.replace(/./g, "0"), namespace, inode].join(".")), "");
  assert.deepEqual(await addressesIn(folder), ALL);
  writeFileSync(join(folder, ["lock", pid, start, boot, Number(namespace) + 1, inode].join(".")), "");
  await refused(() => openLmdbStore(folder, { kek: KEK }), "in use", /may be open in another container/);
});

test("a data.mdb that is cut short is told as damaged, wherever the cut is, and opens again when it is restored", async () => {
  const folder = await madeStore();
  const file = join(folder, "data.mdb");
  const whole = readFileSync(file);
  for (const octets of [0, 100, 4096, 8191, 8192, 12288, whole.length - 4096, whole.length - 1]) {
    truncateSync(file, octets);
    await assert.rejects(openLmdbStore(folder, { kek: KEK }), { name: "StoreError" }, `${octets} octets`);
    writeFileSync(file, whole);
  }
  assert.deepEqual(await addressesIn(folder), ALL);
});

test(`${FLIPS} times an octet of data.mdb is another: either one sentence, or all devices as they were committed`, async () => {
  const folder = await madeStore();
  const pristine = readFileSync(join(folder, "data.mdb"));
  const copy = join(scratchFolder(), "copy");
  mkdirSync(copy);
  let told = 0;
  for (let flip = 0; flip < FLIPS; flip++) {
    const octets = new Uint8Array(pristine);
    const at = (flip * 2654435761) % octets.length;
    octets[at] ^= 1 + ((flip * 97) % 255);
    writeFileSync(join(copy, "data.mdb"), octets);
    try {
      const { length } = await addressesIn(copy);
      // The newer meta page may be the one that is damaged: the transaction before is whole, too.
      assert.ok(length === DEVICES || (length === 0 && at < 8192), `octet ${at}: ${length} devices`);
    } catch (error) {
      assert.ok(error instanceof StoreError, `octet ${at}: ${(error as Error).stack}`);
      assert.match(error.message, /^[^\n]+$/);
      told++;
    }
  }
  assert.ok(told > FLIPS / 10, `${told} damages are told`);
});

/** The program has to be there; whether this machine lets it trace is the machine's affair. */
const canTrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

test("a commit is done after its pages, their fdatasync and the meta page, as the kernel sees it", {
  skip: skipWithoutPrograms("strace") || (canTrace ? false : "strace may not trace here"),
}, async () => {
  const folder = await madeStore();
  const log = join(scratchFolder(), "strace");
  const node = [process.execPath, SCRIPT, OPENER, folder, "commit"];
  execFileSync("strace", ["-f", "-y", "-e", "trace=write,writev,pwrite64,pwritev,fdatasync", "-o", log, ...node], {
    stdio: "ignore",
  });
  const calls = readFileSync(log, "utf8").split("\n");
  const from = calls.findIndex((call) => call.includes('"commit\\n"'));
  const to = calls.findIndex((call) => call.includes('"done\\n"'));
  assert.ok(from >= 0 && to > from, "both are traced");
  const onData = calls.slice(from, to).filter((call) => call.includes("/data.mdb>"));
  const names = onData.map((call) => /(\w+)\(/.exec(call)?.[1]);
  const sync = names.indexOf("fdatasync");
  assert.ok(sync > 0, `pages, then fdatasync: ${names}`);
  assert.deepEqual(names.slice(sync), ["fdatasync", "pwrite64"], "then the meta page, through a descriptor of O_DSYNC");
});

const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;
const unmountable = canMount ? false : "no user namespace can be made here, so no small and no read-only file system";

test("a full disk: the commit that does not fit is told once, no done is called, and all before it is there", {
  skip: unmountable,
}, () => {
  const folder = scratchFolder();
  const script = `mount -t tmpfs -o size=512k tmpfs ${folder} && ${process.execPath} ${SCRIPT} ${OPENER} ${folder}/store fill`;
  const { devices, failures, message, after } = JSON.parse(
    execFileSync("unshare", ["-rm", "sh", "-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  assert.ok(devices > 20, `${devices} devices before it was full`);
  assert.equal(failures, 1);
  assert.match(message, /no space is left, so the last change was not made; all before it is kept/);
  assert.equal(after, devices, "every device whose done was called, and no other");
});

test("a read-only file system: it can be read, and what would write is told", { skip: unmountable }, async () => {
  const folder = await madeStore();
  const script = `mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder} && ${process.execPath} ${SCRIPT} ${OPENER} ${folder} read-only`;
  const { devices, message } = JSON.parse(execFileSync("unshare", ["-rm", "sh", "-c", script], { encoding: "utf8" }));
  assert.equal(devices, DEVICES);
  assert.match(message, /cannot be written: the file system is read-only, or this user may not write there/);
  assert.deepEqual(await addressesIn(folder), ALL);
});

test("a new KEK opens all of it and the old one nothing; the master key and the log go on", async () => {
  const folder = await madeStore();
  const store = await openLmdbStore(folder, { kek: KEK });
  const master = store.master.slice();
  await store.rotate(OTHER_KEK);
  await store.commitAll([{ kind: "device", record: device(DEVICES) }]);
  await store.close();
  await refused(() => openLmdbStore(folder, { kek: KEK }), "wrong KEK", /is sealed with the KEK/);
  const rotated = await openLmdbStore(folder, { kek: OTHER_KEK });
  assert.equal(rotated.load().devices.length, DEVICES + 1);
  assert.deepEqual(rotated.master, master);
  assert.deepEqual((await verifyLog(rotated)).faults, []);
  await rotated.close();
  for (const { root } of rotated.load().devices)
    assert.ok(!readFileSync(join(folder, "data.mdb")).includes(Buffer.from(root)), "no root in clear");
});

test(`SIGKILL while the KEK is rotated, ${ROTATIONS} times: the store opens with one of both KEKs, whole`, async () => {
  const folder = await madeStore();
  for (let kill = 0; kill < ROTATIONS; kill++) {
    const child = spawn(process.execPath, [SCRIPT, OPENER, folder, "rotate"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 100 * Math.random()));
    child.kill("SIGKILL");
    await once(child, "exit");
    const kek = await openLmdbStore(folder, { kek: KEK, readOnly: true }).then(
      async (store) => {
        await store.close();
        return KEK;
      },
      () => OTHER_KEK,
    );
    const store = await openLmdbStore(folder, { kek });
    assert.equal(store.load().devices.length, DEVICES);
    assert.deepEqual((await verifyLog(store)).faults, []);
    await store.close();
  }
});

test("a store that was copied beside its running service and is restored holds what was committed then", async () => {
  const folder = await madeStore();
  const copy = join(scratchFolder(), "copy");
  cpSync(folder, copy, { recursive: true });
  const store = await openLmdbStore(folder, { kek: KEK });
  await store.commitAll([{ kind: "device", record: device(DEVICES) }]);
  await store.close();
  assert.deepEqual(await addressesIn(copy), ALL);
  assert.ok(existsSync(join(copy, "data.mdb")), "the copy");
});
