/* `--mqtt` of `ampcore ap`: where the broker is, who the AP is there, and the consumer that comes of it. */
import { statSync } from "node:fs";
import type { Consumer } from "../../daemon/consumer.ts";
import type { Broker, BrokerError } from "../../daemon/mqttlink.ts";
import { toHex } from "../../wire/octets.ts";
import { readUserFile, unreadable } from "../run/userfile.ts";
import { Failure, UsageError } from "../verb.ts";

/** As the command line has them; `ampcore ap --help` says what they are. */
export interface MqttOptions {
  readonly mqtt?: string;
  readonly mqttPasswordFile?: string;
  readonly mqttCa?: string;
}

/** What they say, checked. */
export interface MqttSettings {
  readonly broker: Broker;
  readonly prefix: string;
}

/** Assigned by IANA. */
const PORTS = { mqtt: 1883, mqtts: 8883 } as const;
/** Of a prefix, so that a whole topic is far from the 65,535 that MQTT has room for (1.5.4). */
const PREFIX_MAX_OCTETS = 1024;
/** For the broker to answer, s. */
const PATIENCE_s = 5;
/** Bits of a file's mode for everyone but its owner. */
const OTHERS = 0o077;

const FORM = "where mqtt://[user@]host[:port]/topic/prefix or mqtts://... is expected";

/** undefined: not asked for. @throws UsageError */
export function mqttSettings(
  given: MqttOptions,
  out: string | undefined,
  aa: Uint8Array,
  environment: NodeJS.ProcessEnv,
): MqttSettings | undefined {
  const { mqtt, mqttPasswordFile, mqttCa } = given;
  if (mqtt === undefined) {
    const [option] = [mqttPasswordFile && "--mqtt-password-file", mqttCa && "--mqtt-ca"].filter(Boolean);
    if (option) throw new UsageError(`${option} is for a broker: add --mqtt`);
    return undefined;
  }
  if (out !== undefined) throw new UsageError("--mqtt and --out exclude each other: readings go to one of them");
  const url = urlFrom(mqtt);
  const protocol = url.protocol === "mqtt:" ? "mqtt" : "mqtts";
  const username = url.username === "" ? undefined : decoded(url.username);
  const password = passwordFrom(mqttPasswordFile, environment);
  if (password !== undefined && username === undefined) {
    throw new UsageError("--mqtt names no user whom the password is for, like mqtt://user@host/topic");
  }
  if (mqttCa !== undefined && protocol === "mqtt") {
    throw new UsageError("--mqtt-ca is for TLS: write mqtts:// instead of mqtt://");
  }
  const broker: Broker = {
    protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? PORTS[protocol] : Number(url.port),
    // Letters and digits, up to 23: what every broker takes (3.1.3.1).
    clientId: `ampcore${toHex(aa)}`,
    username,
    password,
    ca: mqttCa === undefined ? undefined : readUserFile("--mqtt-ca", mqttCa, "a file of certificates in PEM"),
  };
  return { broker, prefix: prefixFrom(url) };
}

/** @throws UsageError for a broker that says no, Failure for one that does not answer. */
export async function mqttConsumer(settings: MqttSettings, onEvent: (event: string) => void): Promise<Consumer> {
  // Not at the top: it takes a while, and most calls need none of it.
  const { MqttConsumer } = await import("../../daemon/mqttconsumer.ts");
  const { protocol, host, port } = settings.broker;
  return MqttConsumer.open({ ...settings, patience_s: PATIENCE_s, onEvent }).catch((error: BrokerError) => {
    const sentence = `--mqtt ${protocol}://${host}:${port}: no connection to the broker: ${error.message}`;
    throw error.isRefused ? new UsageError(sentence) : new Failure(sentence);
  });
}

function urlFrom(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Whatever it is, what looks like a password is not repeated.
  const shown = JSON.stringify(text.replace(/:[^/@]*@/, ":...@"));
  if (url === undefined || !["mqtt:", "mqtts:"].includes(url.protocol) || url.hostname === "" || url.port === "0") {
    throw new UsageError(`--mqtt ${shown} is no address of a broker, ${FORM}`);
  }
  if (url.password !== "") {
    throw new UsageError(
      "--mqtt has a password, which every process here could read: put it into AMPCORE_MQTT_PASSWORD or a file",
    );
  }
  if (/[?#]/.test(text)) throw new UsageError(`--mqtt ${shown} has a ? or #, ${FORM}`);
  return url;
}

function prefixFrom({ pathname }: URL): string {
  const prefix = decoded(pathname.slice(1));
  const isTopic = !/[+#\0]|^$|^\$|^\/|\/\/|\/$/.test(prefix) && Buffer.byteLength(prefix) <= PREFIX_MAX_OCTETS;
  if (isTopic) return prefix;
  throw new UsageError(
    `--mqtt has a topic ${JSON.stringify(prefix)}, where one without + and #, empty levels and a $ at its start is expected, like plant/hall`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError(`--mqtt has a % in ${JSON.stringify(text)} that is no escape, like %25 for a % itself`);
  }
}

function passwordFrom(file: string | undefined, { AMPCORE_MQTT_PASSWORD }: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined) return AMPCORE_MQTT_PASSWORD;
  if (AMPCORE_MQTT_PASSWORD !== undefined) {
    throw new UsageError("--mqtt-password-file and AMPCORE_MQTT_PASSWORD exclude each other: one password is enough");
  }
  const mode = modeOf(file);
  if ((mode & OTHERS) !== 0) {
    const octal = (mode & 0o777).toString(8);
    throw new UsageError(`--mqtt-password-file ${file} can be read by others (mode ${octal}): chmod 600 ${file}`);
  }
  const [line, ...more] = readUserFile("--mqtt-password-file", file)
    .toString("utf8")
    .replace(/\r?\n$/, "")
    .split("\n");
  if (more.length === 0 && line !== "") return line;
  throw new UsageError(`--mqtt-password-file ${file} has no single line, where the password is expected`);
}

function modeOf(file: string): number {
  try {
    return statSync(file).mode;
  } catch (error) {
    throw unreadable("--mqtt-password-file", file, error);
  }
}
