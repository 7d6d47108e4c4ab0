/* The options of `ampcore ap`, checked. */
import { DL_RATES_kbps } from "../../channel/airtime.ts";
import { type ApAir, apAirOf, roundTimes } from "../../daemon/air.ts";
import type { Source } from "../../daemon/peers.ts";
import { FRAME_MAX_OCTETS } from "../../wire/mac.ts";
import { PROFILES } from "../../wire/profile.ts";
import { UL_RATES_kbps } from "../../wire/triggerinfo.ts";
import { parseAddress } from "../keys/addresses.ts";
import { UsageError } from "../verb.ts";
import type { MqttOptions } from "./mqtt.ts";
import { numberFrom, oneOf, sourceFrom, wholeFrom } from "./numbers.ts";

/** As the command line has them; `ampcore ap --help` says what they are. */
export interface ApOptions extends MqttOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly store?: string;
  readonly keys?: string;
  readonly pmks?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly kek?: string;
  readonly aa?: string;
  readonly profile?: string;
  readonly period?: string;
  readonly repeats?: string;
  readonly slots?: string;
  readonly acwe?: string;
  readonly channels?: string;
  readonly dlRate?: string;
  readonly ulRate?: string;
  readonly answer?: string;
  readonly out?: string;
  readonly metrics?: string;
  readonly patience?: string;
  readonly peers?: string;
  readonly sourceRate?: string;
  readonly idRate?: string;
  readonly updateEvery?: string;
  readonly fast?: boolean;
  readonly for?: string;
  readonly logLevel?: string;
}

export const AP_DEFAULTS = {
  listen: "127.0.0.1:4711",
  store: "ampcore-keys",
  aa: "02:a0:00:00:00:00",
  profile: "compact",
  period: "0.1",
  repeats: "0",
  slots: "8",
  acwe: "0",
  channels: "1",
  dlRate: "1000",
  ulRate: "1000",
  answer: "2000",
  patience: "0.1",
  peers: "256",
  sourceRate: "5000",
  idRate: "500",
  logLevel: "info",
} as const;

/** Stations of one address share it, and with --fast their rounds follow each other a thousand times a second. */
const FAST_SOURCE_RATE = "100000";

/** What is behind a protected downlink frame, as the simulator's default scenario has it (TGbp 39.3.2.2). */
const PADDING_us = 36;
export interface ApSettings {
  readonly at: Source;
  readonly metrics: Source | undefined;
  readonly aa: Uint8Array;
  readonly air: ApAir;
  readonly period_s: number;
  readonly repeats: number;
  readonly channels: number;
  readonly patience_s: number;
  readonly peersMax: number;
  readonly sourceRate: number;
  readonly idRate: number;
  readonly for_s: number | undefined;
}

/** @throws UsageError */
export function settingsOf(given: ApOptions): ApSettings {
  const defaults = given.fast ? { ...AP_DEFAULTS, sourceRate: FAST_SOURCE_RATE } : AP_DEFAULTS;
  const options = { ...defaults, ...given };
  const profileName = oneOf(
    "--profile",
    options.profile,
    PROFILES.map(({ name }) => name),
  );
  const profile = PROFILES.find(({ name }) => name === profileName) ?? PROFILES[0];
  const rate = (option: string, text: string, rates: readonly number[]): number =>
    Number(oneOf(option, text, rates.map(String)));
  const air = airOf({
    profile,
    acwe: wholeFrom("--acwe", options.acwe, [0, 15]),
    slots: wholeFrom("--slots", options.slots, [1, 255]),
    dlRate_kbps: rate("--dl-rate", options.dlRate, DL_RATES_kbps),
    ulRate_kbps: rate("--ul-rate", options.ulRate, UL_RATES_kbps),
    padding_us: PADDING_us,
    answerCompute_us: wholeFrom("--answer", options.answer, [0, 100_000]),
  });
  const period_s = numberFrom("--period", options.period, [0.001, 3600]);
  const repeats = wholeFrom("--repeats", options.repeats, [0, 100]);
  checkPeriod(air, period_s, repeats);
  return {
    at: sourceFrom("--listen", options.listen),
    metrics: options.metrics === undefined ? undefined : sourceFrom("--metrics", options.metrics),
    aa: parseAddress("--aa", options.aa),
    air,
    period_s,
    repeats,
    channels: wholeFrom("--channels", options.channels, [1, 64]),
    patience_s: numberFrom("--patience", options.patience, [0.001, 60]),
    peersMax: wholeFrom("--peers", options.peers, [1, 10_000]),
    sourceRate: wholeFrom("--source-rate", options.sourceRate, [1, 1_000_000]),
    idRate: wholeFrom("--id-rate", options.idRate, [1, 1_000_000]),
    for_s: options.for === undefined ? undefined : numberFrom("--for", options.for, [0, 1e6]),
  };
}

function airOf(wishes: Parameters<typeof apAirOf>[0]): ApAir {
  try {
    return apAirOf(wishes);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--answer ${wishes.answerCompute_us}: ${error.message}`);
    throw error;
  }
}

/** A session is open that long behind its last slot (PROTOCOL.md section 4a, R3). */
const SESSION_LASTS_s = 1;

function checkPeriod(air: ApAir, period_s: number, repeats: number): void {
  const round_s = roundTimes(air, FRAME_MAX_OCTETS, 0).end_us * 1e-6;
  const step_s = period_s / (1 + repeats);
  if (step_s < round_s) {
    const least_s = Math.ceil(round_s * (1 + repeats) * 1e3) / 1e3;
    throw new UsageError(
      `--period ${period_s} is too short for ${1 + repeats} M1 with ${air.info.slots} slots each: at least ${least_s}`,
    );
  }
  if (repeats > 0 && step_s > round_s + SESSION_LASTS_s) {
    throw new UsageError(
      `--repeats ${repeats} come too late: a session is over ${SESSION_LASTS_s} s after its last slot`,
    );
  }
}
