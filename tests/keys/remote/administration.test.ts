/** What the owner of a key service asks of it, while it runs and over its store: done once, or refused in one sentence. */
import assert from "node:assert/strict";
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { ask, type Request } from "../../../host/keys/remote/administration.ts";
import { KeyProcess } from "../../../host/keys/remote/process.ts";
import { createKekFile, type Kek } from "../../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { calls } from "../../support/calls.ts";
import { hex, toHex } from "../../support/hex.ts";
import { until } from "./linked.ts";

const ROOT = "5a".repeat(32);
const [SPA, SPA_2, AA, AA_2] = ["02c0ffee0001", "02c0ffee0002", "02a000000000", "02a000000001"];
const colons = (digits: string): string => digits.match(/../g)?.join(":") ?? "";

const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

interface Place {
  readonly at: (name: string) => string;
  readonly kek: Kek;
  readonly control: string;
  /** Of `ampcore keys`. */
  readonly options: readonly string[];
}

async function place(): Promise<Place> {
  const folder = scratchFolder();
  const at = (name: string): string => join(folder, name);
  const kek = createKekFile(at("kek.hex"));
  await (await openLmdbStore(at("store"), { kek, create: true })).close();
  const options = ["--store", at("store"), "--kek", at("kek.hex")];
  return { at, kek, control: join(at("store"), "control.sock"), options };
}

/** The service of that place, in this process. */
async function running({ at, kek, control }: Place, onAuthorised?: (aa: Uint8Array) => Promise<void>) {
  const store = await openLmdbStore(at("store"), { kek });
  const events: string[] = [];
  const failures: Error[] = [];
  const process = new KeyProcess({
    ...{ crypto: nodeCrypto, store, onAuthorised },
    onEvent: (event) => events.push(event),
    onWarning: (event) => events.push(event),
    onFailure: (error) => failures.push(error),
  });
  await process.begin();
  await process.administeredAt(control);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await process.close();
    await store.close();
  };
  closing.push(close);
  return { process, events, failures, close };
}

const DONE: readonly (readonly [request: Request, done: object])[] = [
  [
    { action: "add", spa: SPA, root: ROOT, origin: "psk" },
    { spa: colons(SPA), generation: 0, origin: "psk" },
  ],
  [
    { action: "authorise", aa: AA },
    { aa: colons(AA), state: "authorised" },
  ],
  [
    { action: "renew", aa: AA },
    { aps: 1, state: "new epoch" },
  ],
  [{ action: "renew" }, { aps: 1, state: "new epoch" }],
  [
    { action: "update", spa: SPA },
    { devices: 1, state: "update begun" },
  ],
  [{ action: "update" }, { devices: 1, state: "update begun" }],
  [
    { action: "dismiss", aa: AA },
    { aa: colons(AA), state: "dismissed" },
  ],
  [{ action: "update" }, { devices: 1, state: "update begun" }],
  [{ action: "renew" }, { aps: 0, state: "new epoch" }],
];

const REFUSED: readonly (readonly [request: object, told: RegExp])[] = [
  [{ action: "add", spa: SPA, root: ROOT, origin: "psk" }, /^spa: 02:c0:ff:ee:00:01 is enrolled already$/],
  [{ action: "add", spa: AA_2, root: ROOT, origin: "psk" }, /^spa: 02:a0:00:00:00:01 is an AP's address/],
  [{ action: "authorise", aa: AA_2 }, /^aa: 02:a0:00:00:00:01 is authorised already$/],
  [{ action: "authorise", aa: SPA }, /^aa: 02:c0:ff:ee:00:01 is a device's address/],
  [{ action: "authorise", aa: "03a000000000" }, /^aa: a group address/],
  [{ action: "authorise", aa: AA, role: "me" }, /^role: there is none without a store in PostgreSQL$/],
  [{ action: "dismiss", aa: AA }, /^aa: 02:a0:00:00:00:00 is no AP that is served$/],
  [{ action: "renew", aa: AA }, /^aa: 02:a0:00:00:00:00 is no AP that has a Modifier$/],
  [{ action: "update", spa: SPA_2 }, /^spa: 02:c0:ff:ee:00:02 is not enrolled$/],
  [{ action: "update", spa: "2" }, /^the request is none that this key service knows$/],
  [{ action: "update", spa: SPA, more: 1 }, /^the request is none/],
  [{ action: "add", spa: SPA_2, root: "5a", origin: "psk" }, /^the request is none/],
  [{ action: "add", spa: SPA_2, root: ROOT, origin: "rumour" }, /^the request is none/],
  [{ action: "export" }, /^the request is none/],
  [{}, /^the request is none/],
];

test("a service that runs adds, authorises, renews, updates and dismisses, and refuses the rest in one sentence", async () => {
  const here = await place();
  const { process, events, failures, close } = await running(here);
  for (const [request, done] of DONE) assert.deepEqual(await ask(here.control, request), done);
  assert.deepEqual(events, [`AP ${colons(AA)} is authorised`, `AP ${colons(AA)} is dismissed`]);
  assert.deepEqual(process.service.progressOf(hex(SPA)), { generation: 0, updatingTo: 1, isReady: true });
  await ask(here.control, { action: "authorise", aa: AA_2 });
  for (const [request, told] of REFUSED) {
    await assert.rejects(ask(here.control, request as Request), { name: "RangeError", message: told });
  }
  assert.deepEqual(failures, []);
  await close();
  assert.equal(existsSync(here.control), false, "nobody listens there any more");
  const store = await openLmdbStore(here.at("store"), { kek: here.kek });
  const { devices, aps } = store.load();
  assert.deepEqual(
    [
      devices.map(({ spa, root, update }) => [toHex(spa), toHex(root), update?.generation]),
      aps.map(({ aa }) => toHex(aa)),
    ],
    [[[SPA, ROOT, 1]], [AA_2]],
    "all of it is durable",
  );
  await store.close();
});

test("only its owner may open the control socket, whatever others may do by default", async () => {
  const before = process.umask(0);
  try {
    const here = await place();
    const { close } = await running(here);
    assert.equal(statSync(here.control).mode & 0o777, 0o600);
    await assert.rejects(running(here), "the store has one writer");
    await close();
  } finally {
    process.umask(before);
  }
});

/** What the service answers to those octets; "": nothing. */
function answerTo(control: string, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(control);
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    for (const part of parts) socket.write(part);
    socket.end();
  });
}

test("garbage at the control socket is refused in one sentence that repeats nothing of it, and the service goes on", async () => {
  const here = await place();
  const { process, failures } = await running(here);
  const none = "the request is none that this key service knows";
  const add = JSON.stringify({ action: "add", spa: SPA, root: ROOT, origin: "psk" });
  for (const [said, told] of [
    ["GET / HTTP/1.1\n", none],
    [`${add.slice(0, -1)}\n`, none],
    [`${add}${add}\n`, none],
    [`[${add}]\n`, none],
    ["null\n", none],
    // Whoever leaves in the middle of a line hears nothing.
    [add, ""],
    ["", ""],
    [Buffer.alloc(100_000, 0x61), "what was said is no line"],
    [Uint8Array.of(0xff, 0xfe, 0x0a), none],
  ] as const) {
    const answer = await answerTo(here.control, said);
    // Who sends more than a line may is not waited for to read the answer.
    if (said.length < 5000) assert.equal(answer, told && `${JSON.stringify({ refused: told })}\n`);
    assert.ok(!answer.includes("5a5a"), "no root is repeated");
  }
  const silent = connect(here.control);
  await new Promise((resolve) => silent.once("connect", resolve));
  assert.deepEqual(process.service.spas, [], "nothing was added");
  const half = Math.floor(add.length / 2);
  const answer = await answerTo(here.control, add.slice(0, half), add.slice(half), "\n");
  assert.match(answer, /"done"/, "a request in parts, beside one who says nothing");
  silent.destroy();
  assert.deepEqual(failures, []);
});

test("two requests at once are done one after the other: of two that exclude each other one is refused", async () => {
  const here = await place();
  const order: string[] = [];
  const { process } = await running(here, async (aa) => {
    order.push(`begins ${toHex(aa)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`ends ${toHex(aa)}`);
  });
  const outcomes = await Promise.allSettled([
    ask(here.control, { action: "authorise", aa: AA }),
    ask(here.control, { action: "authorise", aa: AA }),
    ask(here.control, { action: "authorise", aa: AA_2 }),
    ask(here.control, { action: "add", spa: SPA, root: ROOT, origin: "psk" }),
    ask(here.control, { action: "add", spa: SPA, root: ROOT, origin: "psk" }),
  ]);
  const [first, second, third, ...added] = outcomes.map(({ status }) => status);
  assert.deepEqual([[first, second].sort(), third], [["fulfilled", "rejected"], "fulfilled"]);
  assert.deepEqual(added.sort(), ["fulfilled", "rejected"]);
  assert.deepEqual(
    order.map((event) => event.split(" ")[0]),
    ["begins", "ends", "begins", "ends"],
  );
  assert.equal(process.service.aas.length, 2);
  await ask(here.control, { action: "dismiss", aa: AA });
  await until("it is dismissed", () => process.service.aas.length === 1);
});

/** The same as a command line, and what it says. */
function called(options: readonly string[], out: string) {
  const command = (...args: readonly string[]): string[] => ["keys", ...args, ...options];
  return calls(
    command("add", "--spa", colons(SPA), "--out", out, "--json"),
    command("authorise", "--aa", colons(AA), "--json"),
    command("aps", "--json"),
    command("update", "--json"),
    command("renew", "--json"),
    command("dismiss", "--aa", colons(AA), "--json"),
    command("add", "--spa", colons(SPA)),
    command("dismiss", "--aa", colons(AA)),
    command("update", "--spa", colons(SPA_2)),
    command("authorise", "--aa", colons(AA_2), "--role", "me"),
    command("list", "--json"),
  );
}

function checkCalled(outcomes: Awaited<ReturnType<typeof calls>>, out: string): void {
  const codes = outcomes.map(({ code }) => code);
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 0], outcomes.map(({ stderr }) => stderr).join(""));
  const rows = outcomes.map(({ stdout }) => (stdout === "" ? undefined : JSON.parse(stdout)));
  assert.deepEqual(rows[1], [{ aa: colons(AA), state: "authorised" }]);
  assert.equal(rows[2][0].aa, colons(AA));
  assert.deepEqual(rows[3], [{ devices: 1, state: "update begun" }]);
  assert.deepEqual(rows[4], [{ aps: 1, state: "new epoch" }]);
  assert.deepEqual(rows[5], [{ aa: colons(AA), state: "dismissed" }]);
  assert.deepEqual([rows[10].length, rows[10][0].spa], [1, colons(SPA)]);
  assert.match(readFileSync(out, "utf8"), /^[0-9a-f]{64}\n$/, "the PSK is where it was to go");
  for (const [i, told] of [
    [6, /02:c0:ff:ee:00:01 is enrolled already/],
    [7, /--aa 02:a0:00:00:00:00 is no AP that is served/],
    [8, /--spa 02:c0:ff:ee:00:02 is not enrolled/],
    [9, /--role: there is none without a store in PostgreSQL/],
  ] as const) {
    assert.match(outcomes[i].stderr, told);
    assert.match(outcomes[i].stderr, /^ampcore keys: [^\n]+\n$/);
  }
}

test("the command line does the same while the service runs, while it does not, and over what a killed one left", async () => {
  const [live, idle, left] = await Promise.all([place(), place(), place()]);
  await running(live);
  // A socket that nobody listens at, as a process leaves it that is killed.
  mkdirSync(left.at("elsewhere"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(left.at("elsewhere/a.sock"), resolve));
  linkSync(left.at("elsewhere/a.sock"), left.control);
  await new Promise((resolve) => server.close(resolve));
  const places = [live, idle, left];
  const all = await Promise.all(places.map(({ options, at }) => called(options, at("psk.hex"))));
  for (const [n, outcomes] of all.entries()) checkCalled(outcomes, places[n].at("psk.hex"));
  const { close } = await running(left);
  await close();
});

test("a control socket whose place is taken by a file, or too long for a socket, is one sentence, and the file stays", async () => {
  const here = await place();
  writeFileSync(here.control, "mine");
  await assert.rejects(running(here), {
    name: "RangeError",
    message: /control\.sock is there already, and is no socket/,
  });
  assert.equal(readFileSync(here.control, "utf8"), "mine");
  const long = await place();
  const control = join(long.at("store"), "x".repeat(100), "control.sock");
  await assert.rejects(running({ ...long, control }), {
    name: "RangeError",
    message: /is longer than the 107 octets that a socket's path may have/,
  });
});
