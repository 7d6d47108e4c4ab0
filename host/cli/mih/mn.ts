/* `ampcore mih mn`: one handover of a mobile node, from attachment to completion, and what came of it. */

import type { PrepareWish } from "../../mih/roles/mobile.ts";
import { saidText } from "../../mih/sa/said.ts";
import { SCHEME_NAME, type Scheme } from "../../mih/schemes/scheme.ts";
import { type Arrival, journey, type StepName } from "../../mih/site/journey.ts";
import { LINK_EXAMPLE, linkText, readLinkText } from "../../mih/site/linktext.ts";
import { fileOf, type RunningMobile, startMobile } from "../../mih/site/start.node.ts";
import type { Traffic } from "../../mih/site/telling.ts";
import { LOG_LEVELS, logAt } from "../daemon/log.ts";
import { oneOf, wholeFrom } from "../daemon/numbers.ts";
import { type Cell, printTable } from "../terminal.ts";
import { type ExitCode, UsageError } from "../verb.ts";
import { sentenced, started } from "./mistakes.ts";
import { checkOriginal, type MihOptions } from "./options.ts";

const TRIES_DEFAULT = "4";
const TRIES_MAX = 100;

/** One step of a try, with what it took. */
interface Step extends Traffic {
  readonly step: StepName;
  /** undefined: it was done. */
  readonly failure: string | undefined;
  readonly delay_ms: number;
}

export async function mobile(file: string, options: MihOptions): Promise<ExitCode> {
  const log = logAt(oneOf("--log-level", options.logLevel ?? "warn", LOG_LEVELS));
  const tries = wholeFrom("--tries", options.tries ?? TRIES_DEFAULT, [1, TRIES_MAX]);
  const config = await sentenced(() => fileOf(file, "mn"));
  const scheme = config.scheme as Scheme;
  checkOriginal(scheme, options);
  const wish = wishFrom(options.to, new Set(config.points_of_service.map(({ id }) => id)));
  const running = await started(file, config.listen, () => startMobile(file, config, (event) => log("info", event)));
  try {
    const steps: Step[] = [];
    const onStep = stepper(running, steps);
    const { mn, poss, place, remember } = running;
    const { attach } = config;
    const arrived = await journey({
      ...{ mn, poss, attach, place, wish, tries, remember, onStep },
      discover: options.discover,
    });
    if (typeof arrived === "string") log("error", `${running.id} did not come to its target: ${arrived}`);
    tell(running, scheme, arrived, steps, options.json ?? false);
    return typeof arrived === "string" ? 1 : 0;
  } finally {
    running.close();
  }
}

/** A PoS by its MISF ID, or a link. */
function wishFrom(to: string | undefined, poss: ReadonlySet<string>): PrepareWish {
  if (to === undefined) return {};
  if (poss.has(to)) return { tposId: to };
  const link = readLinkText(to);
  if (link) return { targetLink: link, candidateLinks: [link] };
  throw new UsageError(
    `--to ${JSON.stringify(to)} is neither a link, like "${LINK_EXAMPLE}", nor one of its PoSs: ${[...poss].join(", ")}`,
  );
}

function stepper({ link }: RunningMobile, steps: Step[]): (step: StepName, failure: string | undefined) => void {
  let from_ms = performance.now();
  let before = link.traffic;
  return (step, failure) => {
    const [now_ms, now] = [performance.now(), link.traffic];
    steps.push({
      step,
      failure,
      delay_ms: now_ms - from_ms,
      sent: now.sent - before.sent,
      received: now.received - before.received,
      octets: now.octets - before.octets,
    });
    [from_ms, before] = [now_ms, now];
  };
}

function tell(
  { id, links }: RunningMobile,
  scheme: Scheme,
  arrived: Arrival | string,
  steps: readonly Step[],
  isJson: boolean,
): void {
  const rows: Record<string, Cell>[] = steps.map(({ step, failure, delay_ms, sent, received, octets }) => ({
    step,
    outcome: failure ?? "done",
    delay_ms: Math.round(delay_ms * 10) / 10,
    sent,
    received,
    octets,
  }));
  if (isJson) {
    const outcome = typeof arrived === "string" ? { mn: id, failure: arrived } : outcomeOf(id, links, scheme, arrived);
    const found = typeof arrived === "string" ? undefined : arrived.found?.map(foundRow);
    process.stdout.write(`${JSON.stringify({ ...outcome, found, steps: rows }, null, 2)}\n`);
    return;
  }
  const tables: Record<string, Cell>[][] = [rows];
  if (typeof arrived !== "string") {
    const outcome = Object.entries(outcomeOf(id, links, scheme, arrived));
    const shown = outcome.map(([what, value]) => ({ what, value: typeof value === "number" ? String(value) : value }));
    tables.push(arrived.found?.map(foundRow) ?? [], shown);
  }
  for (const [i, table] of tables.filter((one) => one.length > 0).entries()) {
    if (i > 0) process.stdout.write("\n");
    printTable(table, false);
  }
}

function outcomeOf(
  mn: string,
  links: RunningMobile["links"],
  scheme: Scheme,
  { target, prepared, tries }: Arrival,
): Record<string, Cell> {
  const association = prepared?.association;
  return {
    mn,
    target: target.id,
    link: prepared ? linkText(prepared.link) : null,
    key: prepared ? SCHEME_NAME[scheme] : "none distributed: authenticated anew at the target",
    said: association ? saidText(association.said) : null,
    tainted: prepared ? prepared.isTainted : false,
    lifetime_s: prepared?.lifetime_s ?? null,
    pmk: (prepared && links.nameOf(mn, prepared.link)) ?? null,
    tries,
  };
}

function foundRow({ link, pos, domain, methods }: NonNullable<Arrival["found"]>[number]): Record<string, Cell> {
  return { link: linkText(link), pos, domain, methods: methods.join(", ") };
}
