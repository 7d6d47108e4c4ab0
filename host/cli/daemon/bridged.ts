/* `ampcore sta --board` and `ampcore sta --device`: a station that is not simulated, from options to its end. */
import { randomFillSync } from "node:crypto";
import { existsSync } from "node:fs";
import { receivedByAp_dBm } from "../../channel/collide.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import type { BridgedDevice, ReadingKind } from "../../daemon/bridge/device.ts";
import { EmulatedDevice } from "../../daemon/bridge/emulateddevice.ts";
import { type Place, placeAt } from "../../daemon/bridge/line.ts";
import { LineDevice } from "../../daemon/bridge/linedevice.ts";
import { type BridgedLife, BridgedStation, type BridgedStationOptions } from "../../daemon/bridge/station.ts";
import { exchangeOf } from "../../daemon/consumer.ts";
import { addressText } from "../../keys/address.ts";
import { BOARDS } from "../../mcu/boards.ts";
import { firmware } from "../../mcu/firmware.ts";
import { McuError } from "../../mcu/translate.ts";
import { idOf } from "../../wire/id.ts";
import { toHex } from "../../wire/octets.ts";
import { built } from "../built.ts";
import { reasonOf } from "../provision/files.ts";
import { parseSpa } from "../provision/parse.ts";
import { gather } from "../run/materials.ts";
import { scenarioFor } from "../run/scenarios.ts";
import { type ExitCode, Failure, UsageError } from "../verb.ts";
import { LOG_LEVELS, logAt } from "./log.ts";
import { numberFrom, oneOf, sourceFrom, wholeFrom } from "./numbers.ts";
import { asFailure, indexOf, nvmOf, OF_BOARD, STA_DEFAULTS, type StaOptions } from "./sta.ts";
import { Stop } from "./stop.ts";

/** Of a station on harvested power: a bridge has no say in what powers its device. */
const OF_POWER = ["trace", "gap", "cell", "load", "rectifier", "step", "seed"] as const;
const BAUD_MAX = 4_000_000;
const COMPUTE_MAX_us = 1_000_000;

const entropy = (into: Uint8Array): boolean => randomFillSync(into).length > 0;

/** Until a signal, the end of its time or a failure. @throws UsageError, Failure */
export async function runBridged(wish: string, options: StaOptions): Promise<ExitCode> {
  checkOptions(options);
  const log = logAt(oneOf("--log-level", options.logLevel ?? STA_DEFAULTS.logLevel, LOG_LEVELS));
  const ap = sourceFrom("--connect", options.connect ?? STA_DEFAULTS.connect, 1);
  const channel = wholeFrom("--channel", options.channel ?? STA_DEFAULTS.channel, [0, 63]);
  const for_s = options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]);
  const scenario = scenarioFor(wish, { set: options.set, stations: "1" });
  const { reading_octets, encrypt, data_frames, distance_m, wait_max_s } = scenario.stations;
  const reading = { octets: reading_octets, encrypt };
  const { device, spa } =
    options.board === undefined ? lineDevice(options) : await emulatedDevice(scenario, options, reading);
  const stop = new Stop(for_s);
  /** Whoever reads a line may act on it: what it is about is durable before. */
  const tell = (event: object): void => {
    device.flush();
    process.stdout.write(`${JSON.stringify(event)}\n`);
  };
  const id = idOf(nodeCrypto, spa);
  const bridged = await opened({
    ap,
    channel,
    device,
    id,
    index: indexOf(options, spa),
    reading,
    dataFrames: data_frames,
    power_dBm: receivedByAp_dBm(distance_m[0]),
    waitMax_s: wait_max_s || Number.POSITIVE_INFINITY,
    random: Math.random,
    onConfirmed: (m1, taken) => {
      const exchange = exchangeOf(nodeCrypto, m1, spa);
      tell({ event: "confirmed", t_s: bridged.t_s, exchange, payload: toHex(taken) });
    },
    onStrange: (frame) =>
      log("warn", `${device.name} gave a frame that is not of ${addressText(spa)}: ${toHex(frame)}`),
    onLife: (life: BridgedLife) => {
      if (options.lives) tell({ event: "life", ...life });
    },
    onDevice: (isUp, why) => {
      const { name, pid } = device;
      if (isUp) log("info", `${name} is up${pid === undefined ? "" : `, process ${pid}`}`);
      else log("warn", `${name}: ${why}`);
    },
    onAp: (isThere) => log("info", isThere ? `the AP at ${ap.address}:${ap.port} is there` : "the AP says nothing"),
    onFailure: (error) => stop.fail(asFailure(error, options.nvm)),
  });
  log("info", `station ${addressText(spa)} on ${device.name}`);
  try {
    try {
      log("info", `stopping: ${await stop.asked}`);
    } finally {
      await bridged.stop();
    }
    const { tally, garbage_octets, t_s } = bridged;
    tell({ event: "end", t_s, ...tally, garbage_octets });
  } catch (error) {
    throw asFailure(error, options.nvm);
  }
  return 0;
}

/** @throws UsageError for options that say nothing to this bridge. */
function checkOptions(options: StaOptions): void {
  const { board, device } = options;
  if (board !== undefined && device !== undefined)
    throw new UsageError("--board and --device are two devices, where a bridge has one: leave one of them out");
  const [bridge, wrong] = device === undefined ? ["--board", OF_BOARD] : ["--device", ["nvm"] as const];
  for (const option of [...OF_POWER, ...wrong]) {
    if (options[option] === undefined) continue;
    const why = option === "nvm" ? "a board has an NVM of its own" : "it says nothing to such a station";
    throw new UsageError(`--${option} does not go with ${bridge}: ${why}; leave it out`);
  }
}

async function emulatedDevice(
  scenario: Parameters<typeof gather>[0],
  { board: name = "", nvm }: StaOptions,
  reading: ReadingKind,
): Promise<{ device: BridgedDevice; spa: Uint8Array }> {
  const names = BOARDS.map((board) => board.name);
  const board = BOARDS[names.indexOf(oneOf("--board", name, names))];
  const { file, spa } = nvmOf(nvm);
  await built();
  const { materials } = await gather({ ...scenario, harvest: { ...scenario.harvest, source: "constant" } });
  const made = orFailure(() => firmware({ board, module: materials.module.octets }));
  return { device: new EmulatedDevice({ firmware: made, file, entropy, reading }), spa };
}

function lineDevice({ device: text = "", spa, baud, compute }: StaOptions): { device: BridgedDevice; spa: Uint8Array } {
  if (spa === undefined) throw new UsageError("--spa is missing: the address of the board behind --device");
  const speed = wholeFrom("--baud", baud ?? STA_DEFAULTS.baud, [50, BAUD_MAX]);
  const compute_s = wholeFrom("--compute", compute ?? STA_DEFAULTS.compute, [0, COMPUTE_MAX_us]) * 1e-6;
  return { device: new LineDevice({ place: placeOf(text, speed), entropy, compute_s }), spa: parseSpa(spa) };
}

function placeOf(text: string, baud: number): Place {
  const kinds = "a serial line, a Unix socket, or address:port";
  if (!existsSync(text)) {
    if (/^[^/]+:\d+$/.test(text)) return { kind: "tcp", at: sourceFrom("--device", text, 1) };
    throw new UsageError(`--device ${text} does not exist, where ${kinds} is expected`);
  }
  try {
    const place = placeAt(text, baud);
    if (place) return place;
  } catch (error) {
    throw new UsageError(`--device ${text} cannot be opened: ${reasonOf(error)}`);
  }
  throw new UsageError(`--device ${text} is a file of another kind, where ${kinds} is expected`);
}

async function opened(options: BridgedStationOptions): Promise<BridgedStation> {
  try {
    return await BridgedStation.open(options);
  } catch (error) {
    if (!(error instanceof McuError)) throw error;
    const { device } = options;
    if (device instanceof LineDevice) throw new UsageError(`--device ${device.name} ${error.message}`);
    throw new Failure(error.message);
  }
}

function orFailure<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof McuError ? new Failure(error.message) : error;
  }
}
