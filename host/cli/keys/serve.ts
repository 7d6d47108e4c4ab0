/* `ampcore keys serve`: the key service as a process of its own, from options to a running one and back. */
import { Socket } from "node:net";
import { nodeCrypto } from "../../crypto/node.ts";
import { addressKey, addressText } from "../../keys/address.ts";
import { KeyProcess } from "../../keys/remote/process.ts";
import { socketOf, type TlsMaterial } from "../../keys/remote/where.ts";
import type { DurableStore } from "../../keys/store/durable.ts";
import { count } from "../../text/units.ts";
import { LOG_LEVELS, type Log, logAt } from "../daemon/log.ts";
import { notListening, numberFrom, oneOf, sourceFrom, wholeFrom } from "../daemon/numbers.ts";
import { Stop } from "../daemon/stop.ts";
import { type ExitCode, Failure, UsageError } from "../verb.ts";
import { parseAddress } from "./addresses.ts";
import { withStore } from "./open.ts";
import { controlPath, type KeysOptions, SOCKETS } from "./options.ts";
import { tlsMaterial } from "./tls.ts";

/** Runs until a signal, the end of its time, a failure, or, born by an AP, until that is gone. @throws UsageError, Failure */
export async function serve(options: KeysOptions): Promise<ExitCode> {
  const log = logAt(oneOf("--log-level", options.logLevel ?? "info", LOG_LEVELS));
  const for_s = options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]);
  const ways = waysOf(options);
  const stop = new Stop(for_s);
  const onFailure = (error: Error): void => stop.fail(new Failure(error.message));
  const serving = withStore(options, { onFailure }, async (store) => {
    const process = new KeyProcess({
      crypto: nodeCrypto,
      store,
      postgres: options.postgres,
      onEvent: (event) => log("info", event),
      onWarning: (event) => log("warn", event),
      onFailure,
      onAuthorised: async (aa) => {
        if (ways.sockets !== undefined) await openSocket(process, ways.sockets, aa, ways.mode, log);
      },
    });
    try {
      await open(process, store, options, ways, stop, log);
      log("info", `stopping: ${await stop.asked}`);
    } finally {
      await process.close();
    }
  });
  await serving.finally(stop.letGo);
  return 0;
}

/** How APs come in. */
interface Ways {
  /** A folder for a socket for each AP. */
  readonly sockets: string | undefined;
  readonly mode: number;
  readonly tls: { readonly host: string; readonly port: number; readonly material: TlsMaterial } | undefined;
  /** A connection that this process was born with, and whose it is. */
  readonly born: { readonly fd: number; readonly aa: Uint8Array } | undefined;
  readonly updateEvery_s: number | undefined;
  readonly renewEvery_s: number | undefined;
}

function waysOf(options: KeysOptions): Ways {
  const { listen, sockets, aa, bornWith } = options;
  const every = (option: string, text: string | undefined): number | undefined =>
    text === undefined ? undefined : numberFrom(option, text, [0.01, 1e6]);
  const isBorn = bornWith !== undefined;
  if (aa !== undefined && !isBorn) throw new UsageError("keys serve takes no --aa: ampcore keys authorise names an AP");
  return {
    sockets: sockets ?? (listen === undefined && !isBorn ? SOCKETS : undefined),
    mode: modeFrom(options.socketMode ?? "600"),
    tls: listen === undefined ? undefined : { ...hostAndPort(listen), material: tlsMaterial(options) },
    born: isBorn ? { fd: wholeFrom("--born-with", bornWith, [3, 255]), aa: parseAddress("--aa", aa ?? "") } : undefined,
    updateEvery_s: every("--update-every", options.updateEvery),
    renewEvery_s: every("--renew-every", options.renewEvery),
  };
}

async function open(
  process: KeyProcess,
  store: DurableStore,
  options: KeysOptions,
  ways: Ways,
  stop: Stop,
  log: Log,
): Promise<void> {
  const { born, tls, sockets, mode } = ways;
  const { service, server } = process;
  if (born && !service.isAuthorised(born.aa)) {
    try {
      service.authorise(born.aa);
    } catch (error) {
      throw error instanceof RangeError ? new UsageError(`--${error.message}`) : error;
    }
    await store.settled();
  }
  await process.begin();
  await listening(() => process.administeredAt(controlPath(options)));
  if (sockets !== undefined) for (const aa of service.aas) await openSocket(process, sockets, aa, mode, log);
  if (tls) {
    const port = await server.tls(tls.host, tls.port, tls.material).catch((error) => {
      throw notListening("--listen", { address: tls.host, port: tls.port }, error);
    });
    log("info", `TLS on ${tls.host}:${port}`);
  }
  if (born) {
    const socket = new Socket({ fd: born.fd });
    socket.once("close", () => stop.end("the AP is gone"));
    server.welcome(socket, born.aa);
  }
  repeatedly(ways.updateEvery_s, stop, () => process.updateAll());
  repeatedly(ways.renewEvery_s, stop, () => process.renewAll());
  log(
    "info",
    `serving ${count(service.spas.length, "device")} and ${count(service.aas.length, "AP")} out of ${store.where}`,
  );
}

function repeatedly(every_s: number | undefined, stop: Stop, act: () => void): void {
  if (every_s === undefined) return;
  const timer = setInterval(act, every_s * 1000);
  stop.asked.then(
    () => clearInterval(timer),
    () => clearInterval(timer),
  );
}

const opened = new Set<number>();

async function openSocket(process: KeyProcess, folder: string, aa: Uint8Array, mode: number, log: Log): Promise<void> {
  if (opened.has(addressKey(aa))) return;
  opened.add(addressKey(aa));
  await listening(() => process.server.socket(folder, aa, mode));
  log("info", `AP ${addressText(aa)} comes in at ${socketOf(folder, aa)}`);
}

/** What a socket may be refused for, as a sentence. */
async function listening<T>(listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    const { code, path, address } = error as NodeJS.ErrnoException & { address?: string };
    if (code === undefined) throw error;
    throw new UsageError(
      `no socket can be made at ${path ?? address}: ${code}; name a folder that this user may write`,
    );
  }
}

function hostAndPort(text: string): { host: string; port: number } {
  const { address, port } = sourceFrom("--listen", text);
  return { host: address, port };
}

function modeFrom(text: string): number {
  if (/^[67][0-7][0-7]$/.test(text)) return Number.parseInt(text, 8);
  throw new UsageError(`--socket-mode ${JSON.stringify(text)} is no mode that its owner may use, like 600 or 660`);
}
