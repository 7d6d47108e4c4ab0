/* `ampcore ap`, from options to a running daemon and back. */
import { AccessPoint } from "../../ap/accesspoint.ts";
import { triggerSpan_s } from "../../channel/slots.ts";
import type { Consumer } from "../../daemon/consumer.ts";
import { FileConsumer } from "../../daemon/fileconsumer.ts";
import type { ApKeys } from "../../daemon/keys.ts";
import { MetricsServer, type Watched } from "../../daemon/metrics.ts";
import { StreamConsumer } from "../../daemon/streamconsumer.ts";
import { steady_s, UdpAp } from "../../daemon/udpap.ts";
import { StoreError } from "../../keys/store/errors.ts";
import { reasonOf } from "../provision/files.ts";
import { type ExitCode, Failure, UsageError } from "../verb.ts";
import { AP_DEFAULTS, type ApOptions, type ApSettings, settingsOf } from "./apsettings.ts";
import { daemonCrypto } from "./crypto.ts";
import { keysOfAp } from "./keys.ts";
import { LOG_LEVELS, type Log, logAt } from "./log.ts";
import { type MqttSettings, mqttConsumer, mqttSettings } from "./mqtt.ts";
import { notListening, oneOf } from "./numbers.ts";
import { Stop } from "./stop.ts";

/** As the default scenario of the simulator has it. */
const CAPTURE_dB = 10;
/** A peer says hello each second: so many may be lost. */
const EXPIRE_s = 10;
/** A daemon whose rounds stand still for so long is not well. */
const STALLED_s = 5;

/** Runs until a signal, the end of its time or a failure. @throws UsageError, Failure */
export async function runAp(options: ApOptions): Promise<ExitCode> {
  const log = logAt(oneOf("--log-level", options.logLevel ?? AP_DEFAULTS.logLevel, LOG_LEVELS));
  const settings = settingsOf(options);
  const mqtt = mqttSettings(options, options.out, settings.aa, process.env);
  const stop = new Stop(settings.for_s);
  try {
    await withKeys(options, settings, mqtt, stop, log);
  } finally {
    stop.letGo();
  }
  return 0;
}

async function withKeys(
  options: ApOptions,
  settings: ApSettings,
  mqtt: MqttSettings | undefined,
  stop: Stop,
  log: Log,
): Promise<void> {
  const keys = await keysOfAp(options, settings.aa, log, (message) => stop.fail(new Failure(message)));
  try {
    const consumer = await consumerFor(options.out, mqtt, stop, log);
    try {
      await serve(settings, options.fast === true, keys, consumer, stop, log);
    } finally {
      // What the key service has not decided is data, which the consumer still takes.
      await keys.close();
      await consumer.close();
    }
  } finally {
    await keys.close();
  }
}

async function serve(
  settings: ApSettings,
  fast: boolean,
  keys: ApKeys,
  consumer: Consumer,
  stop: Stop,
  log: Log,
): Promise<void> {
  const { at, air, period_s, repeats, channels, patience_s, peersMax, sourceRate, idRate } = settings;
  const { pmks, desk: service } = keys;
  const crypto = await daemonCrypto();
  const ap = new AccessPoint({ crypto, keys: pmks, service, triggerSpan_s: triggerSpan_s(air) });
  const udp = await UdpAp.open({
    at,
    period_s,
    repeats,
    fast,
    crypto,
    ap,
    air,
    channels,
    capture_dB: CAPTURE_dB,
    consumer,
    peers: { most: peersMax, expire_s: EXPIRE_s },
    perSource: { perSecond: sourceRate, burst: 2 * sourceRate },
    perId: { perSecond: idRate, burst: 2 * idRate },
    patience_s,
    onEvent: (event) => log("debug", event),
  }).catch((error) => {
    throw notListening("--listen", at, error);
  });
  keys.between = (begin) => udp.daemon.rounds.whenIdle(begin);
  let metrics: MetricsServer | undefined;
  try {
    if (settings.metrics) {
      const where = settings.metrics;
      metrics = await MetricsServer.open(where, () => watch(udp, ap, keys, consumer)).catch((error) => {
        throw notListening("--metrics", where, error);
      });
      log("info", `metrics on http://${hostText(metrics.at.address)}:${metrics.at.port}/metrics`);
    }
    log("info", `listening on ${udp.at.address}:${udp.at.port}, devices: ${pmks.size}`);
    log("info", `stopping: ${await stop.asked}`);
  } finally {
    await metrics?.close();
    await udp.stop();
    const { triggers, received, deliveries, m3Sent } = udp.daemon.counts;
    log("info", `${triggers} triggers, ${received.reading} readings, ${deliveries.stored} stored, ${m3Sent} M3`);
  }
}

function watch(udp: UdpAp, ap: AccessPoint, { pmks, isServed, epochs }: ApKeys, consumer: Consumer): Watched {
  const { daemon, unsent, lastRound_s } = udp;
  const sinceRound_s = steady_s() - lastRound_s;
  const stalled = sinceRound_s > STALLED_s + udp.period_s ? `no round for ${sinceRound_s.toFixed(0)} s` : undefined;
  return {
    counts: daemon.counts,
    refused: ap.refused,
    peers: daemon.peers.size,
    devices: pmks.size,
    isServed,
    epochs,
    pending: consumer.pending,
    flushes: consumer instanceof FileConsumer ? consumer.flushes : 0,
    unsent,
    sinceRound_s,
    failure: consumer.failure ?? consumer.interruption ?? stalled,
  };
}

/** As a URL has it. */
function hostText(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

async function consumerFor(
  out: string | undefined,
  mqtt: MqttSettings | undefined,
  stop: Stop,
  log: Log,
): Promise<Consumer> {
  if (mqtt !== undefined) return mqttConsumer(mqtt, (event) => log("warn", event));
  if (out === undefined || out === "-") {
    // A table that a reader has seen enough of may end in silence, but not who takes readings.
    process.stdout.removeAllListeners("error");
    process.stdout.on("error", ({ message }) => {
      stop.fail(new Failure(`stdout takes no reading any more: ${message}; name a reader that stays, or --out`));
    });
    return new StreamConsumer(process.stdout);
  }
  try {
    const consumer = await FileConsumer.open(out);
    if (consumer.torn_octets > 0) {
      log(
        "warn",
        `--out ${out} ended in ${consumer.torn_octets} octets of a line that was never acknowledged: cut off`,
      );
    }
    return consumer;
  } catch (error) {
    if (error instanceof StoreError && error.fault === "in use") throw new Failure(`--out ${error.message}`);
    const why = error instanceof RangeError || error instanceof StoreError ? error.message : reasonOf(error);
    throw new UsageError(`--out ${out} cannot be written: ${why}`);
  }
}
