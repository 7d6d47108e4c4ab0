/** A sweep on a real Redis, by real workers that are killed in the midst of their jobs: the results are those of one machine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Queue } from "bullmq";
import { jobListFor } from "../../host/cli/sweep/grids.ts";
import { Outcomes } from "../../host/sweep/log.ts";
import { Board, PREFIX, queueName } from "../../host/sweep/queue/board.ts";
import { connectQueue } from "../../host/sweep/queue/connect.ts";
import { coordinate } from "../../host/sweep/queue/coordinator.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { freeTcpPort } from "../peers/programs.ts";
import { calls } from "../support/calls.ts";
import { boarded, killed, slowGrid } from "./kills.ts";
import { Process, skipWithoutRedis, startRedis, until } from "./redis.ts";

const skip = skipWithoutRedis;
const FOLDER = scratchFolder();

const SLOW = slowGrid(FOLDER);
const JOBS = 8;

test("workers and the one who asks are killed in the midst of jobs: the file is that of one machine, octet for octet", {
  skip,
}, async () => {
  const server = await startRedis();
  const alone = ampcore(["sweep", SLOW, "--out", join(FOLDER, "alone"), "--workers", "1", "--quiet"]);
  const args = ["sweep", SLOW, "--out", join(FOLDER, "many"), "--queue", server.url];
  const lines = await killed(server, args, FOLDER, 2);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).job).sort((a, b) => a - b),
    Array.from({ length: JOBS }, (_, job) => job),
    "each job once, those that were struck too",
  );
  const again = await ampcore([...args, "--json"]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /results\.log\.ndjson has \d+ of 8 jobs of this sweep: --resume goes on with it/);
  const resumed = await ampcore([...args, "--resume", "--json"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal((await alone).code, 0);
  const [one, many] = ["alone", "many"].map((name) => readFileSync(join(FOLDER, name, "results.parquet")));
  assert.ok(one.equals(many), "the results are the same octets");
  assert.equal(JSON.parse(resumed.stdout).rows.length, JOBS);
  assert.deepEqual(await server.redis.keys("*"), [], "nothing is left on the queue");
});

test("a sweep of another version, module or list is refused by a worker in one sentence, and left to others", {
  skip,
}, async () => {
  const { url, redis } = await startRedis();
  const board = new Board(redis);
  const asks = new Process(["sweep", SLOW, "--queue", url], FOLDER);
  const hash = await boarded(board);
  const { files, ...plan } = (await board.plan(hash)) ?? assert.fail("no plan");
  await asks.kill();
  const refused: readonly [object, RegExp][] = [
    [
      { ...plan, files, version: "0.0.1" },
      /is of ampcore 0\.0\.1, and this worker is [\d.]+: one of the same version is expected\n$/,
    ],
    [
      { ...plan, files: { release: "5".repeat(64) } },
      /is made with another module release \(SHA-256 555555555555, and here [0-9a-f]{12}\): the same one is expected\n$/,
    ],
    [
      { ...plan, files, grid: { ...plan.grid, seed: 2 } },
      /comes out as another list of jobs here \([0-9a-f]{12}\), where a worker of the same program is expected\n$/,
    ],
  ];
  for (const [other, sentence] of refused) {
    await redis.set(`ampcore:sweep:${hash}:plan`, JSON.stringify(other));
    const [{ code, stderr }] = await calls(["worker", "--queue", url, "--once"]);
    assert.equal(code, 2);
    assert.match(stderr, sentence);
    assert.match(stderr, /^ampcore worker: the sweep slow \([0-9a-f]{12}\) /);
    assert.equal(await board.length(hash), 0, "none of its jobs was taken");
  }
});

test("a sweep that nobody asks for any more does not keep workers from the next, and a second who asks is refused", {
  skip,
}, async () => {
  const { url, redis } = await startRedis();
  const board = new Board(redis);
  const dead = new Process(["sweep", SLOW, "--queue", url], FOLDER);
  const hash = await boarded(board);
  await until(async () => ((await board.tickets(hash)).waiting === JOBS ? true : undefined), "all jobs wait");
  const [twice, other] = await Promise.all([
    ampcore(["sweep", SLOW, "--queue", url, "--resume"]),
    ampcore(["sweep", SLOW, "--queue", url]),
  ]);
  assert.deepEqual([twice.code, other.code], [2, 2]);
  assert.match(twice.stderr, /is being asked for by another ampcore sweep at this moment: one of them is expected\n$/);
  assert.match(other.stderr, /is on the queue already \([0-9a-f]{12}, 0 of 8 jobs done\): --resume goes on with it\n$/);
  await dead.kill();
  const worker = new Process(["worker", "--queue", url, "--workers", "1", "--once"], FOLDER);
  await until(async () => ((await board.tickets(hash)).active > 0 ? true : undefined), "it is at work on it");
  // As where it dies before it has put its jobs there, or hears of a fault.
  await redis.del(`ampcore:${queueName(hash)}:wait`);
  const quick = ["sweep", SLOW, "--set", "duration_s=0.1", "--queue", url, "--quiet"];
  assert.equal((await ampcore(quick)).code, 0);
  assert.equal(await worker.ended, 0);
  assert.match(
    worker.stderr,
    /1 sweep left undone without a job on the queue: ampcore sweep with --resume .*\n\d+ jobs done\n$/,
  );
  assert.deepEqual(await board.sweeps(), [hash], "it is still there for --resume");
});

test("two different results of one job are a fault that whoever asked hears of", { skip }, async () => {
  const { url, redis } = await startRedis();
  const board = new Board(redis);
  const asks = new Process(["sweep", SLOW, "--queue", url], FOLDER);
  const hash = await boarded(board);
  await board.push(hash, new Map([[3, '{"job":3,"refused":"one"}']]));
  await board.push(hash, new Map([[3, '{"job":3,"refused":"one"}']]));
  assert.equal(await board.firstFault(hash), null, "the same twice is no fault");
  await board.push(hash, new Map([[3, '{"job":3,"refused":"another"}']]));
  assert.equal(await asks.ended, 2);
  assert.match(asks.stderr, /a worker could not do its job: job 3 came to two different results/);
  assert.equal(await board.length(hash), 1);
});

test("jobs that the queue has lost are put there again", { skip, timeout: 60_000 }, async () => {
  const { url, redis } = await startRedis();
  const list = await jobListFor(SLOW, {}, true);
  const own = await connectQueue(url);
  const [outcomes, lines, board] = [new Outcomes(list), [] as string[], new Board(redis)];
  const onLine = (line: string): void => void lines.push(line);
  const asked = coordinate(own, { list, outcomes, resume: false, onBegin: () => {}, onLine, again_ms: 300 });
  const isThere = async () => ((await board.tickets(list.hash)).waiting === JOBS ? true : undefined);
  await until(isThere, "all jobs wait");
  const queue = new Queue(queueName(list.hash), { connection: redis, prefix: PREFIX });
  await queue.drain();
  await until(isThere, "all jobs wait again");
  const refused = Array.from({ length: JOBS }, (_, job) => [job, `{"job":${job},"refused":"one"}`] as const);
  await board.push(list.hash, new Map(refused));
  await asked;
  assert.deepEqual(
    lines,
    refused.map(([, line]) => line),
  );
  own.disconnect();
  await queue.close();
});

test("a server that forgets the sweep is told of, and what was done by then is in the log for --resume", {
  skip,
}, async () => {
  const { url, redis } = await startRedis();
  const board = new Board(redis);
  const out = join(FOLDER, "forgotten.parquet");
  const asks = new Process(["sweep", SLOW, "--queue", url, "--out", out], FOLDER);
  const hash = await boarded(board);
  await board.push(hash, new Map([[3, '{"job":3,"refused":"one"}']]));
  const log = out.replace("parquet", "log.ndjson");
  await until(() => (readFileSync(log, "utf8").includes('"job":3') ? true : undefined), "it is in the log");
  await redis.flushall();
  assert.equal(await asks.ended, 2);
  assert.match(asks.stderr, /the queue has lost this sweep with 1 of 8 jobs done: --resume puts it there again/);
});

test("a wrong URL, password or database, and nobody who listens: one sentence, exit code 2, no password in it", {
  skip,
}, async () => {
  const { url, redis } = await startRedis("--requirepass", "geheim");
  const at = (user: string, path = ""): string => url.replace("//", `//${user}`) + path;
  const dead = `redis://127.0.0.1:${await freeTcpPort()}`;
  const wrong: readonly [string, RegExp][] = [
    ["here", /the queue "here" is no URL, where one like redis:\/\/127\.0\.0\.1:6379 or/],
    ["http://:geheim@127.0.0.1", /the queue http:\/\/\.\.\.@127\.0\.0\.1 is of http, where one like/],
    ["redis://:geheim@x:wrong@127.0.0.1:a", /the queue "redis:\/\/\.\.\.@127\.0\.0\.1:a" is no URL/],
    ["redis://:gehe/im@127.0.0.1", /the queue "redis:\/\/\.\.\.@127\.0\.0\.1" is no URL/],
    [dead, /the queue 127\.0\.0\.1:\d+ cannot be reached \(nobody listens there\), where a Redis server is expected/],
    ["redis://no-such-host.invalid", /cannot be reached \(there is no such host\)/],
    [url, /asks for a password, where the URL has none/],
    [at(":wrong@"), /refuses this user and password, where those of the server are expected/],
    [at(":geheim@", "/99"), /the queue 127\.0\.0\.1:\d+\/99 has no such database/],
    [at(":geheim@", "/first"), /names the database first, where a number is expected/],
  ];
  const outcomes = await calls(
    ...wrong.flatMap(([queue]) => [
      ["sweep", SLOW, "--queue", queue],
      ["worker", "--queue", queue],
    ]),
  );
  for (const [i, { code, stderr, stdout }] of outcomes.entries()) {
    const [queue, sentence] = wrong[i >> 1];
    assert.equal(code, 2, queue);
    assert.match(stderr, sentence);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    assert.equal(stdout, "");
    assert.ok(!/geheim|gehe\/im|wrong/.test(stderr), stderr);
  }
  assert.deepEqual(await redis.keys("*"), []);
});

test("a server that is full, or that cannot be written, is told of in one sentence", { skip }, async () => {
  const { url, redis } = await startRedis("--maxmemory", "500kb");
  const sweep = ["sweep", SLOW, "--queue", url];
  const [full] = await calls(sweep);
  assert.match(
    full.stderr,
    /^ampcore sweep: the queue 127\.0\.0\.1:\d+ has no memory left \(its maxmemory\), where room .*\n$/,
  );
  await redis.config("SET", "maxmemory", "0");
  await redis.replicaof("127.0.0.1", await freeTcpPort());
  const [replica] = await calls(sweep);
  assert.match(
    replica.stderr,
    /refuses what a sweep needs \(READONLY .*\), where a server that can be written is expected; .*\n$/,
  );
  assert.deepEqual([full.code, replica.code], [2, 2]);
});

test("a worker that is to stop ends, at work or waiting, when its Redis is away", {
  skip,
  timeout: 60_000,
}, async () => {
  for (const isAtWork of [false, true]) {
    const server = await startRedis();
    const asking = isAtWork ? ["sweep", SLOW, "--out", join(FOLDER, "away"), "--queue", server.url] : undefined;
    const head = asking && new Process(asking, FOLDER);
    if (head) await boarded(new Board(server.redis));
    const worker = new Process(["worker", "--queue", server.url, "--workers", "1"], FOLDER);
    const said = isAtWork ? "working on" : "waiting for a sweep";
    await until(() => (worker.stderr.includes(said) ? true : undefined), `a worker ${said}`);
    await server.stop();
    worker.stop();
    assert.equal(await worker.ended, 0, worker.stderr);
    assert.match(worker.stderr, /jobs done\n$/);
    await head?.kill();
  }
});
