/**
 * One connection to an MQTT broker, from CONNECT to its end. MQTT 5 (OASIS, 2019): unlike 3.1.1 its broker can say that it
 * refused a message, and how many it takes at once.
 *
 *     PUBLISH -> PUBREC -> PUBREL -> PUBCOMP        QoS 2 (4.3.3), in a session that ends with the connection (3.1.2.4)
 *
 * So nothing is ever sent twice: of what PUBCOMP has not come for, a broker that lost the connection has passed on each
 * message once, or drops it with the session.
 */

import { connect, type ErrorWithReasonCode, type IClientOptions, type MqttClient } from "mqtt";

export interface Broker {
  readonly protocol: "mqtt" | "mqtts";
  readonly host: string;
  readonly port: number;
  /** A broker has one connection of that name: the newest. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates in PEM that its own is checked against; undefined: those that Node knows. */
  readonly ca?: Uint8Array;
}

/** Why there is no connection. `isRefused`: the broker answered, and said no. */
export class BrokerError extends Error {
  override name = "BrokerError";
  readonly isRefused: boolean;

  constructor(reason: string, isRefused: boolean) {
    super(reason);
    this.isRefused = isRefused;
  }
}

/** "refused": certainly not taken. "unheard": taken, and nobody subscribes to it. "lost": nobody knows. */
export type Answer = "taken" | "refused" | "unheard" | "lost";

/** What a broker that says nothing takes at once (3.2.2.3.3). */
const RECEIVE_MAXIMUM_DEFAULT = 65_535;
/** PUBREC: accepted, and there is no matching subscriber (3.5.2.1). */
const NO_SUBSCRIBERS = 0x10;
/** A broker that is silent for 1.5 times as long is gone. */
const KEEPALIVE_s = 10;
/** For a broker to close a connection that the AP has closed. */
const GOODBYE_s = 1;

export class MqttLink {
  /** Messages that the broker takes before it has answered the first of them. */
  readonly window: number;
  readonly #client: MqttClient;
  /** Packet identifiers of messages without a subscriber. */
  readonly #unheard = new Set<number>();
  readonly #closed: Promise<string>;

  private constructor(client: MqttClient, closed: Promise<string>) {
    this.#client = client;
    this.#closed = closed;
    this.window = client.serverProperties?.receiveMaximum ?? RECEIVE_MAXIMUM_DEFAULT;
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "pubrec" && packet.reasonCode === NO_SUBSCRIBERS) this.#unheard.add(packet.messageId ?? 0);
    });
  }

  /** Tries once, for so long. `signal` ends it, and what has come of it. @throws BrokerError */
  static open(broker: Broker, patience_s: number, signal: AbortSignal): Promise<MqttLink> {
    return new Promise((resolve, reject) => {
      const client = connect(optionsOf(broker, patience_s));
      let reason = "it closed the connection";
      let told: Error | undefined;
      client.on("error", (error) => {
        told = error;
        reason = reasonOf(error);
      });
      client.on("disconnect", ({ reasonCode }) => {
        reason = `it ended the connection with reason code ${hex(reasonCode ?? 0)}`;
      });
      const closed = new Promise<string>((over) => client.once("close", () => over(reason)));
      const giveUp = (): unknown => client.end(true);
      signal.addEventListener("abort", giveUp);
      closed.then(() => {
        signal.removeEventListener("abort", giveUp);
        reject(new BrokerError(reason, isRefusal(told)));
      });
      client.once("connect", () => {
        const { maximumQoS } = client.serverProperties ?? {};
        if (maximumQoS === undefined) resolve(new MqttLink(client, closed));
        else {
          reject(new BrokerError(`it takes no QoS 2, only up to ${maximumQoS}`, true));
          client.end();
        }
      });
    });
  }

  /** Why it ended, when it has: after that no answer comes any more. */
  get closed(): Promise<string> {
    return this.#closed;
  }

  /** `done` once, or never if the connection ends before. */
  publish(topic: string, text: string, done: (answer: Answer, reason: string) => void): void {
    this.#client.publish(topic, text, { qos: 2 }, (error, packet) => {
      if (!error) {
        const isUnheard = this.#unheard.delete(packet?.messageId ?? 0);
        if (isUnheard) done("unheard", `nobody subscribes to ${topic}`);
        else done("taken", "");
      } else if (isRefusal(error)) {
        done(packet?.cmd === "pubrec" ? "refused" : "lost", `of ${topic}: ${reasonOf(error)}`);
      }
    });
  }

  /** Unsubscribes from what it has no subscription for; `done` when the broker has answered. */
  nudge(topic: string, done: () => void): void {
    this.#client.unsubscribe(topic, (error) => {
      if (!error) done();
    });
  }

  /** Says goodbye, and does not wait for a broker that hangs. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#client.stream.destroy(), GOODBYE_s * 1000);
    await this.#client.endAsync();
    clearTimeout(timer);
  }

  /** Drops the connection where it stands. */
  destroy(): void {
    this.#client.end(true);
  }
}

function optionsOf(broker: Broker, patience_s: number): IClientOptions {
  const { protocol, host, port, clientId, username, password, ca } = broker;
  return {
    protocol,
    host,
    port,
    clientId,
    username,
    password,
    ca: ca === undefined ? undefined : Buffer.from(ca),
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    keepalive: KEEPALIVE_s,
    connectTimeout: patience_s * 1000,
  };
}

/** A reason code of the broker; the system and TLS have codes that are words. */
function isRefusal(error: Error | undefined): boolean {
  return typeof (error as ErrorWithReasonCode | undefined)?.code === "number";
}

const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "it broke the connection off",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the host's name cannot be looked up",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "it does not answer",
};

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string") return SYSTEM[code] ?? `${error.message} (${code})`;
  if (error.message === "connack timeout") return "it does not answer";
  const said = error.message.replace(/^[A-Z][a-z ]+: /, "");
  return isRefusal(error) ? `${said.toLowerCase()} (reason code ${hex(Number(code))})` : said;
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, "0")}`;
}
