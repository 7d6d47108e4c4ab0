/*
 * A connection to Redis by its URL. What is wrong with either is told in one sentence, before anything waits for it.
 */
import { Redis } from "ioredis";

/** The queue cannot be used; the message is one clear sentence, and has no password in it. */
export class QueueError extends Error {
  override readonly name = "QueueError";
}

export type Connection = Redis;

const CONNECT_ms = 5000;
/** Once it has answered, a server that is away is waited for, this long between tries at most. */
const AGAIN_MAX_ms = 2000;

/** @throws QueueError */
export async function connectQueue(url: string): Promise<Connection> {
  checkUrl(url);
  const place = placeOf(url);
  const probe = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_ms,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let last: unknown;
  probe.on("error", (error) => {
    last = error;
  });
  try {
    await probe.connect();
    // The library itself goes on with the first database where there is no such.
    await probe.select(Number(new URL(url).pathname.slice(1)));
    await probe.ping();
    const [, version = "0"] = /redis_version:(\d+)/.exec(await probe.info("server")) ?? [];
    if (Number(version) < LEAST_VERSION) {
      throw new QueueError(`the queue ${place} is Redis ${version}, where ${LEAST_VERSION} or newer is expected`);
    }
  } catch (error) {
    if (error instanceof QueueError) throw error;
    throw new QueueError(sentenceOf(place, (last ?? error) as Error, error as Error));
  } finally {
    probe.disconnect();
  }
  // Who blocks on a queue waits for as long as it takes.
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, AGAIN_MAX_ms),
  });
  redis.on("error", () => {});
  return redis;
}

/** With streams and with what BullMQ's scripts call. */
const LEAST_VERSION = 6;

function checkUrl(url: string): void {
  const expected = "where one like redis://127.0.0.1:6379 or rediss://user:password@host:6379/0 is expected";
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new QueueError(`the queue ${JSON.stringify(hidden(url))} is no URL, ${expected}`);
  }
  if (!["redis:", "rediss:"].includes(parsed.protocol)) {
    throw new QueueError(`the queue ${hidden(url)} is of ${parsed.protocol.slice(0, -1)}, ${expected}`);
  }
  if (parsed.hostname === "") throw new QueueError(`the queue ${hidden(url)} names no host, ${expected}`);
  if (!/^\/?\d*$/.test(parsed.pathname)) {
    throw new QueueError(
      `the queue ${placeOf(url)} names the database ${parsed.pathname.slice(1)}, where a number is expected`,
    );
  }
}

/** Where it is: host, port, and the database if it is not the first. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 6379}${pathname.length > 1 && pathname !== "/0" ? pathname : ""}`;
}

/** What a server says no to in the midst of its work, as a QueueError; anything else as it is. */
export function refusalOf(url: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ReplyError") return error;
  const [said] = error.message.split("\n");
  const why = said.startsWith("OOM")
    ? "has no memory left (its maxmemory), where room for every job and its result"
    : `refuses what a sweep needs (${said.slice(0, SAID_MAX)}), where a server that can be written`;
  return new QueueError(`the queue ${placeOf(url)} ${why} is expected; --resume goes on with what is there`);
}

const SAID_MAX = 100;

/** Without the password. */
function hidden(url: string): string {
  return url.replace(/:\/\/.*@/, "://...@");
}

function sentenceOf(place: string, { message, code }: NodeJS.ErrnoException, { message: other }: Error): string {
  const text = `${message} ${other}`;
  if (/WRONGPASS|invalid password/i.test(text)) {
    return `the queue ${place} refuses this user and password, where those of the server are expected (redis://user:password@host)`;
  }
  if (/NOAUTH|Authentication required/i.test(text)) {
    return `the queue ${place} asks for a password, where the URL has none (redis://:password@host)`;
  }
  if (/NOPERM/.test(text)) return `the queue ${place} lets this user do too little: ${message}`;
  if (/DB index/i.test(text)) return `the queue ${place} has no such database, where the number of one is expected`;
  const why =
    code === "ECONNREFUSED"
      ? "nobody listens there"
      : code === "ENOTFOUND" || code === "EAI_AGAIN"
        ? "there is no such host"
        : (code ?? message);
  return `the queue ${place} cannot be reached (${why}), where a Redis server is expected`;
}
