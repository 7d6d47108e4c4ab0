/* `ampcore senaa paa` and `relay`: what runs until it is told to end. */
import { paaFile, type Running, relayFile, startPaa, startRelay } from "../../senaa/site/start.node.ts";
import { LOG_LEVELS, type Log, logAt } from "../daemon/log.ts";
import { numberFrom, oneOf } from "../daemon/numbers.ts";
import { Stop } from "../daemon/stop.ts";
import { sentenced, started } from "../mih/mistakes.ts";
import type { ExitCode } from "../verb.ts";
import type { SenaaOptions } from "./options.ts";

export async function servePaa(file: string, options: SenaaOptions): Promise<ExitCode> {
  const config = await sentenced(() => paaFile(file));
  return serve(options, `${config.identity}, a PAA,`, (log) =>
    started(file, config.listen, () => startPaa(file, config, (event) => log("info", event))),
  );
}

export async function serveRelay(file: string, options: SenaaOptions): Promise<ExitCode> {
  const config = await sentenced(() => relayFile(file));
  return serve(options, `a relay to ${config.paa}`, () => started(file, config.listen, () => startRelay(file, config)));
}

async function serve(options: SenaaOptions, what: string, start: (log: Log) => Promise<Running>): Promise<ExitCode> {
  const log = logAt(oneOf("--log-level", options.logLevel ?? "info", LOG_LEVELS));
  const for_s = options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]);
  const running = await start(log);
  const stop = new Stop(for_s);
  log("info", `${what} listening on ${running.address}`);
  try {
    log("info", `stopping: ${await stop.asked}`);
  } finally {
    stop.letGo();
    await running.leave?.();
    running.close();
  }
  return 0;
}
