/* `ampcore sta`, from options to a living station and back. */
import { randomFillSync } from "node:crypto";
import { nodeCrypto } from "../../crypto/node.ts";
import { exchangeOf } from "../../daemon/consumer.ts";
import { NvmFile } from "../../daemon/nvmfile.ts";
import { remoteStation } from "../../daemon/remotestation.ts";
import { UdpStation } from "../../daemon/udpstation.ts";
import { addressText } from "../../keys/address.ts";
import { decodeRecord, ROAMING_RECORD_OCTETS } from "../../keys/record.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import type { Station } from "../../sim/station.ts";
import type { Life } from "../../sim/tally.ts";
import { readBe16, toHex } from "../../wire/octets.ts";
import { built } from "../built.ts";
import { reasonOf } from "../provision/files.ts";
import { gather } from "../run/materials.ts";
import { asUsage, checkTraceOptions, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { type ExitCode, Failure, UsageError } from "../verb.ts";
import { LOG_LEVELS, logAt } from "./log.ts";
import { numberFrom, oneOf, sourceFrom, wholeFrom } from "./numbers.ts";
import { Stop } from "./stop.ts";

/** As the command line has them; `ampcore sta --help` says what they are. */
export interface StaOptions extends Omit<ScenarioOptions, "duration" | "stations"> {
  readonly config?: string;
  readonly connect?: string;
  readonly nvm?: string;
  readonly channel?: string;
  readonly index?: string;
  readonly fast?: boolean;
  readonly lives?: boolean;
  readonly board?: string;
  readonly device?: string;
  readonly spa?: string;
  readonly baud?: string;
  readonly compute?: string;
  readonly for?: string;
  readonly logLevel?: string;
}

export const STA_DEFAULTS = {
  connect: "127.0.0.1:4711",
  channel: "0",
  baud: "115200",
  compute: "2000",
  logLevel: "info",
} as const;

/** What is said of a board behind --device, and of nothing else. */
export const OF_BOARD = ["spa", "baud", "compute"] as const;

/** Lives until a signal, the end of its time or a failure. @throws UsageError, Failure */
export async function runSta(wish: string, options: StaOptions): Promise<ExitCode> {
  for (const option of OF_BOARD) {
    if (options[option] !== undefined) throw new UsageError(`--${option} is for a board: add --device <place>`);
  }
  const log = logAt(oneOf("--log-level", options.logLevel ?? STA_DEFAULTS.logLevel, LOG_LEVELS));
  const ap = sourceFrom("--connect", options.connect ?? STA_DEFAULTS.connect, 1);
  const channel = wholeFrom("--channel", options.channel ?? STA_DEFAULTS.channel, [0, 63]);
  const for_s = options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]);
  const { file, spa } = nvmOf(options.nvm);
  const index = indexOf(options, spa);
  const scenario = scenarioOf(wish, options, spa);
  checkTraceOptions(options, scenario);
  await built();
  const { materials } = await gather(scenario);
  if (materials.isRoaming && file.nvm.octets.length !== ROAMING_RECORD_OCTETS) {
    throw new UsageError(`--nvm ${options.nvm} is of a station that does not roam: write one by provision --roaming`);
  }
  const stop = new Stop(for_s);
  /** Whoever reads a line may act on it: what it is about is durable before. */
  const tell = (event: object): void => {
    file.flush();
    process.stdout.write(`${JSON.stringify(event)}\n`);
  };
  const { station, compute_s, waitMax_s } = asUsage(() =>
    remoteStation({
      scenario,
      materials,
      spa,
      index,
      nvm: file.nvm,
      entropy: (into) => randomFillSync(into).length > 0,
      onLife: options.lives === true ? (life) => tell(lifeOf(life)) : undefined,
    }),
  );
  const udp = await UdpStation.open({
    ap,
    channel,
    station,
    compute_s,
    waitMax_s,
    random: Math.random,
    fast: options.fast === true,
    beforeSend: () => file.flush(),
    onConfirmed: (m1, reading) => {
      tell({
        event: "confirmed",
        t_s: station.t_s,
        exchange: exchangeOf(nodeCrypto, m1, spa),
        payload: toHex(reading),
      });
    },
    onAp: (isThere) => log("info", isThere ? `the AP at ${ap.address}:${ap.port} is there` : "the AP says nothing"),
    onFailure: (error) => stop.fail(asFailure(error, options.nvm)),
  });
  log("info", `station ${addressText(spa)}, NVM in ${options.nvm}`);
  try {
    log("info", `stopping: ${await stop.asked}`);
  } finally {
    await udp.stop();
  }
  station.end();
  tell(endOf(station, udp.cell.late));
  return 0;
}

/** The device's image and whose it is. @throws UsageError for one that no device boots from */
export function nvmOf(path: string | undefined): { readonly file: NvmFile; readonly spa: Uint8Array } {
  if (path === undefined) throw new UsageError("--nvm is missing: the device's image, as ampcore provision writes it");
  const file = nvmFileOf(path);
  const { spa, failure } = decodeRecord(file.nvm.octets);
  if (failure !== undefined) throw new UsageError(`--nvm ${path} is no image that a device boots from: ${failure}`);
  return { file, spa };
}

function nvmFileOf(path: string): NvmFile {
  try {
    return new NvmFile(path);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--nvm ${path} is no image: ${error.message}`);
    throw new UsageError(`--nvm ${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** What its readings carry as the station's number. @throws UsageError */
export function indexOf({ index }: StaOptions, spa: Uint8Array): number {
  return index === undefined ? readBe16(spa, 4) : wholeFrom("--index", index, [0, 0xffff]);
}

/** One station, with chance of its own: two of one scenario would else live on the same power. */
function scenarioOf(wish: string, options: StaOptions, spa: Uint8Array): Scenario {
  const ownSeed = String(((spa[2] << 24) | (spa[3] << 16) | (spa[4] << 8) | spa[5]) >>> 0);
  return scenarioFor(wish, { ...options, seed: options.seed ?? ownSeed, stations: "1" });
}

function lifeOf({ life, up_s, down_s, vDown_V, death, m1Heard, m2Sent, confirmed, spent_J }: Life): object {
  return {
    event: "life",
    life,
    up_s,
    down_s,
    vDown_V,
    death: death?.phase ?? null,
    m1Heard,
    m2Sent,
    confirmed,
    spent_J,
  };
}

function endOf({ t_s, tally }: Station, late: number): object {
  const { lives, deaths, m1Heard, m1Silent, m2Sent, m2Late, framesCut, confirmed, dataSent, refusals } = tally;
  const counted = { lives, deaths, m1Heard, m1Late: late, m1Silent, m2Sent, m2Late, framesCut, confirmed, dataSent };
  return { event: "end", t_s, ...counted, commandsAnswered: tally.commandsAnswered, refusals };
}

/** What ended it before anybody asked it to: most likely its NVM cannot be written. */
export function asFailure(error: unknown, nvm: string | undefined): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new Failure(`--nvm ${nvm} cannot be written: ${reasonOf(error)}`);
}
