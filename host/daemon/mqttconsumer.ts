/**
 * Readings to an MQTT broker, a message each. A reading is stored when the broker has taken it over, and has had the
 * occasion to bring it to its disk:
 *
 *     deliver ── waits ── PUBLISH … PUBCOMP ── UNSUBSCRIBE, UNSUBACK ── UNSUBSCRIBE, UNSUBACK ── stored
 *
 * Assumption: PUBCOMP says that the broker answers for the message, not that it survives the broker's crash. mosquitto
 * sends PUBCOMP before it saves, and does not save at all for a subscriber that is connected; an UNSUBSCRIBE, of whatever,
 * is a change that it saves before it reads on (autosave_on_changes true, autosave_interval 1). So the first UNSUBSCRIBE
 * behind PUBCOMP makes it save, and its answer to the next one says that it has. Messages share both, as lines of a file
 * share a flush; other brokers lose two short packets by it.
 */

import { toHex } from "../wire/octets.ts";
import { type Consumer, type Outcome, PENDING_MAX } from "./consumer.ts";
import { type Answer, type Broker, type BrokerError, MqttLink } from "./mqttlink.ts";

/** Messages under way at once, if the broker takes as many. */
const WINDOW_MAX = 256;
/** Before it tries again: the first time, and at most. */
const BACKOFF_s = { first: 0.1, most: 10 };

/** A connection that lasted so long was a good one. */
const LASTING_s = 1;

interface Line {
  readonly topic: string;
  readonly text: string;
  readonly done: (outcome: Outcome) => void;
  /** When it went out; steady time. */
  sent_ms: number;
}

export interface MqttOptions {
  readonly broker: Broker;
  /** Topics are prefix/SPA, the SPA in hex without colons. */
  readonly prefix: string;
  /** For CONNECT, and for each message; a broker that takes longer is given up, and the connection with it. */
  readonly patience_s: number;
  /** Something worth a line of a log. */
  readonly onEvent: (event: string) => void;
}

export class MqttConsumer implements Consumer {
  /** It always tries again. */
  readonly failure = undefined;
  interruption: string | undefined;
  readonly #options: MqttOptions;
  #link: MqttLink | undefined;
  /** Not sent. */
  #waiting: Line[] = [];
  /** Sent, without PUBCOMP; the oldest first. */
  readonly #sent = new Set<Line>();
  /** With PUBCOMP, and behind it no UNSUBSCRIBE, one, or two of them. */
  #taken: Line[] = [];
  #saving: Line[] = [];
  #saved: Line[] = [];
  #isNudging = false;
  #alarm: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #backoff_s = BACKOFF_s.first;
  #linked_ms = 0;
  #onEmpty: (() => void) | undefined;
  readonly #closing = new AbortController();

  private constructor(options: MqttOptions) {
    this.#options = options;
  }

  /** Tries once. @throws BrokerError */
  static async open(options: MqttOptions): Promise<MqttConsumer> {
    const consumer = new MqttConsumer(options);
    consumer.#use(await MqttLink.open(options.broker, options.patience_s, consumer.#closing.signal));
    return consumer;
  }

  get pending(): number {
    return this.#waiting.length + this.#sent.size + this.#taken.length + this.#saving.length + this.#saved.length;
  }

  deliver(text: string, done: (outcome: Outcome) => void, spa: Uint8Array): void {
    if (this.#link === undefined || this.pending >= PENDING_MAX) {
      done("not stored");
      return;
    }
    this.#waiting.push({ topic: `${this.#options.prefix}/${toHex(spa)}`, text, done, sent_ms: 0 });
    this.#send(this.#link);
  }

  async close(): Promise<void> {
    if (this.pending > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
    clearTimeout(this.#retry);
    clearTimeout(this.#alarm);
    const link = this.#link;
    this.#link = undefined;
    await link?.end();
    this.#closing.abort();
  }

  #send(link: MqttLink): void {
    const window = Math.min(link.window, WINDOW_MAX);
    while (this.#sent.size < window && this.#waiting.length > 0) {
      const [line] = this.#waiting.splice(0, 1);
      line.sent_ms = performance.now();
      this.#sent.add(line);
      link.publish(line.topic, line.text, (answer, reason) => this.#answered(link, line, answer, reason));
    }
    this.#watch(link);
  }

  #answered(link: MqttLink, line: Line, answer: Answer, reason: string): void {
    if (link !== this.#link) return;
    this.#sent.delete(line);
    if (answer === "taken") {
      this.#taken.push(line);
      this.#nudge(link);
    } else {
      this.#interrupt(reason);
      this.#settle([line], answer === "refused" ? "not stored" : "unknown");
    }
    this.#send(link);
  }

  /** As long as anything waits to be saved one UNSUBSCRIBE follows the other. */
  #nudge(link: MqttLink): void {
    if (this.#isNudging || this.#taken.length + this.#saving.length === 0) return;
    this.#isNudging = true;
    this.#saved = this.#saving;
    this.#saving = this.#taken;
    this.#taken = [];
    link.nudge(this.#options.prefix, () => {
      if (link !== this.#link) return;
      this.#isNudging = false;
      const { length } = this.#saved;
      this.#settle(this.#saved.splice(0), "stored");
      if (length > 0) this.interruption = undefined;
      this.#nudge(link);
    });
  }

  #settle(lines: Iterable<Line>, outcome: Outcome): void {
    for (const { done } of lines) done(outcome);
    if (this.pending === 0) this.#onEmpty?.();
  }

  /** A broker that has not answered the oldest for too long is as good as away. */
  #watch(link: MqttLink): void {
    if (this.#alarm !== undefined) return;
    const { patience_s } = this.#options;
    const [first] = this.#sent;
    const heads = [this.#saved[0], this.#saving[0], this.#taken[0], first].filter((line) => line !== undefined);
    if (heads.length === 0) return;
    const due_ms = Math.min(...heads.map(({ sent_ms }) => sent_ms)) + patience_s * 1000;
    const wait_ms = due_ms - performance.now();
    if (wait_ms <= 0) {
      this.#lost(link, `it has not answered for ${patience_s} s`);
      return;
    }
    this.#alarm = setTimeout(() => {
      this.#alarm = undefined;
      if (link === this.#link) this.#watch(link);
    }, wait_ms);
  }

  #use(link: MqttLink): void {
    this.#link = link;
    this.#linked_ms = performance.now();
    this.interruption = undefined;
    link.closed.then((reason) => this.#lost(link, reason));
  }

  #lost(link: MqttLink, reason: string): void {
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#isNudging = false;
    clearTimeout(this.#alarm);
    this.#alarm = undefined;
    link.destroy();
    this.#interrupt(reason);
    const unsent = this.#waiting.splice(0);
    const begun = [...this.#saved.splice(0), ...this.#saving.splice(0), ...this.#taken.splice(0), ...this.#sent];
    this.#sent.clear();
    this.#settle(unsent, "not stored");
    this.#settle(begun, "unknown");
    // A broker that takes every connection and soon ends it, as for two APs of one address, is no reason to hurry.
    if (performance.now() - this.#linked_ms > LASTING_s * 1000) this.#backoff_s = BACKOFF_s.first;
    this.#retryLater();
  }

  #retryLater(): void {
    const { broker, patience_s, onEvent } = this.#options;
    const { signal } = this.#closing;
    if (signal.aborted) return;
    // Many APs that lost one broker do not come back at the same instant.
    const wait_s = this.#backoff_s * (0.5 + Math.random() / 2);
    this.#backoff_s = Math.min(2 * this.#backoff_s, BACKOFF_s.most);
    this.#retry = setTimeout(async () => {
      try {
        const link = await MqttLink.open(broker, patience_s, signal);
        this.#use(link);
        onEvent("the MQTT broker is there again");
      } catch (error) {
        this.#interrupt((error as BrokerError).message);
        this.#retryLater();
      }
    }, wait_s * 1000);
  }

  #interrupt(reason: string): void {
    const { broker, onEvent } = this.#options;
    if (this.interruption === undefined) onEvent(`the MQTT broker at ${broker.host}:${broker.port}: ${reason}`);
    this.interruption = `MQTT broker: ${reason}`;
  }
}
