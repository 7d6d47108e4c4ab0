/* `ampcore senaa pac`: enters a network, stays in, and comes back whenever it is out. */
import { createHash } from "node:crypto";
import type { Entered } from "../../senaa/pac/pac.ts";
import { pacFile, startPac } from "../../senaa/site/start.node.ts";
import { toHex } from "../../wire/octets.ts";
import { LOG_LEVELS, logAt } from "../daemon/log.ts";
import { numberFrom, oneOf } from "../daemon/numbers.ts";
import { Stop } from "../daemon/stop.ts";
import { sentenced, started } from "../mih/mistakes.ts";
import type { ExitCode } from "../verb.ts";
import type { SenaaOptions } from "./options.ts";

/** Before it asks again, the first time and at most, s. */
const BACKOFF_s = { first: 1, most: 30 } as const;
const NAME_OCTETS = 8;
/** A PAA that is not there is not waited for any longer when the process is to end. */
const LEAVING_ms = 5000;

export async function client(file: string, options: SenaaOptions): Promise<ExitCode> {
  const log = logAt(oneOf("--log-level", options.logLevel ?? "info", LOG_LEVELS));
  const for_s = options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]);
  const config = await sentenced(() => pacFile(file));
  const say = (row: Readonly<Record<string, string | number>>): void => {
    const text = options.json ? JSON.stringify(row) : Object.values(row).join(" ");
    process.stdout.write(`${text}\n`);
  };
  let lost: () => void = () => {};
  const running = await started(file, config.listen, () =>
    startPac(file, config, {
      tell: (event) => log(event.startsWith("WARNING") ? "warn" : "info", `${config.name} ${event}`),
      isFallback: options.insecureFallback,
      onLost: (reason) => {
        say({ event: "out", reason });
        lost();
      },
    }),
  );
  const { ways } = running;
  const stop = new Stop(for_s);
  const stopped = stop.asked.then(() => "stopped" as const);
  try {
    for (let wait_s: number = BACKOFF_s.first; ; ) {
      const out = new Promise<"out">((resolve) => {
        lost = () => resolve("out");
      });
      const entered = await Promise.race([ways.enter(), stopped]);
      if (entered === "stopped") return 0;
      if (typeof entered !== "string") {
        wait_s = BACKOFF_s.first;
        say(rowOf(entered));
        if (options.once) return await left();
        if ((await Promise.race([out, stopped])) === "stopped") return await left();
      } else {
        say({ event: "refused", reason: entered });
        if (options.once) return 1;
      }
      if ((await Promise.race([later(1000 * wait_s), stopped])) === "stopped") return 0;
      wait_s = Math.min(2 * wait_s, BACKOFF_s.most);
    }
  } finally {
    stop.letGo();
    running.close();
  }

  /** A session that ended just now, or an exchange under way, is left to its time. */
  async function left(): Promise<ExitCode> {
    try {
      const told = await Promise.race([ways.leave(), later(LEAVING_ms)]);
      const reason = told === "later" ? "the PAA does not answer" : told;
      say(reason === true ? { event: "left" } : { event: "left", reason });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      say({ event: "left", reason: error.message });
    }
    return 0;
  }
}

/** The key of the session by a name that tells nothing. */
function rowOf({ sessionId, network, tlsVersion, lifetime_s, lsa }: Entered): Record<string, string | number> {
  const key = toHex(createHash("sha256").update("ampcore LSA name").update(lsa).digest().subarray(0, NAME_OCTETS));
  return { event: "in", network: network ?? "", tls: tlsVersion ?? "none", lifetime_s, key, session: sessionId };
}

function later(delay_ms: number): Promise<"later"> {
  return new Promise((resolve) => setTimeout(() => resolve("later"), delay_ms).unref());
}
