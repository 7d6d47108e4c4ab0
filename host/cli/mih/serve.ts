/* `ampcore mih sp`, `tp` and `gm`: a role that runs until it is told to end. */
import { SCHEME_NAME, type Scheme } from "../../mih/schemes/scheme.ts";
import { fileOf, type Running, startGroupManager, startPos, type Tell } from "../../mih/site/start.node.ts";
import { LOG_LEVELS, type Log, logAt } from "../daemon/log.ts";
import { numberFrom, oneOf } from "../daemon/numbers.ts";
import { Stop } from "../daemon/stop.ts";
import type { ExitCode } from "../verb.ts";
import { sentenced, started } from "./mistakes.ts";
import { checkOriginal, type MihOptions } from "./options.ts";

/** As the one that serves, and as the one that an MN goes to: a target becomes one that serves. */
export async function servePos(file: string, options: MihOptions): Promise<ExitCode> {
  const config = await sentenced(() => fileOf(file, "pos"));
  const scheme = config.scheme as Scheme;
  checkOriginal(scheme, options);
  const start = (tell: Tell): Promise<Running> => started(file, config.listen, () => startPos(file, config, tell));
  return serve(options, `a point of service, ${SCHEME_NAME[scheme]}`, start);
}

export async function serveGroupManager(file: string, options: MihOptions): Promise<ExitCode> {
  const config = await sentenced(() => fileOf(file, "gm"));
  const start = (tell: Tell): Promise<Running> =>
    started(file, config.listen, () => startGroupManager(file, config, tell));
  return serve(options, "a group manager", start);
}

async function serve(options: MihOptions, what: string, start: (tell: Tell) => Promise<Running>): Promise<ExitCode> {
  const log: Log = logAt(oneOf("--log-level", options.logLevel ?? "info", LOG_LEVELS));
  const for_s = options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]);
  const running = await start((event) => log("info", event));
  const stop = new Stop(for_s);
  log("info", `${running.id}, ${what}, listening on ${running.address}`);
  try {
    log("info", `stopping: ${await stop.asked}`);
  } finally {
    stop.letGo();
    running.close();
  }
  return 0;
}
