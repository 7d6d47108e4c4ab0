/** A real mosquitto of a test's own, on 127.0.0.1, that may be killed and started again; and mosquitto_sub to read from it. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import type { Broker } from "../../host/daemon/mqttlink.ts";
import { freeTcpPort, skipWithoutPrograms, undoAtExit } from "../peers/programs.ts";

export const skipWithoutMosquitto = skipWithoutPrograms("mosquitto", "mosquitto_sub", "mosquitto_pub");

/** Far more than anything here takes on a busy machine. */
const PATIENCE_ms = 30_000;

export async function until(what: string, isSo: () => boolean): Promise<void> {
  const start_ms = performance.now();
  while (!isSo()) {
    assert.ok(performance.now() - start_ms < PATIENCE_ms, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What docs/DAEMON.md says that mosquitto needs: what it answers for survives it, and it does not answer late. */
const NEEDED = [
  "persistence true",
  "autosave_on_changes true",
  "autosave_interval 1",
  "max_queued_messages 0",
  "set_tcp_nodelay true",
];

const started = new Set<Mosquitto>();
after(() => Promise.all([...started].map((broker) => broker.stop())));

export class Mosquitto {
  readonly port: number;
  readonly #folder: string;
  readonly #config: string;
  #child: ChildProcess | undefined;
  #subscribers = new Set<Subscriber>();

  private constructor(folder: string, port: number, options: readonly string[]) {
    this.#folder = folder;
    this.port = port;
    this.#config = join(folder, "mosquitto.conf");
    const where = [`listener ${port} 127.0.0.1`, `persistence_location ${folder}/`, "user root", "log_dest none"];
    mkdirSync(folder);
    writeFileSync(this.#config, [...where, ...NEEDED, ...options, ""].join("\n"));
  }

  /** `options`: more lines of its configuration. */
  static async start(folder: string, options: readonly string[] = ["allow_anonymous true"]): Promise<Mosquitto> {
    const broker = new Mosquitto(folder, await freeTcpPort(), options);
    started.add(broker);
    await broker.start();
    return broker;
  }

  /** As the AP knows it. */
  get broker(): Broker {
    return { protocol: "mqtt", host: "127.0.0.1", port: this.port, clientId: "ampcore02a000000000" };
  }

  /** Until it takes connections. */
  async start(): Promise<void> {
    const child = spawn("mosquitto", ["-c", this.#config], { stdio: "ignore", cwd: this.#folder });
    child.once(
      "exit",
      undoAtExit(() => child.kill("SIGKILL")),
    );
    this.#child = child;
    const start_ms = performance.now();
    while (!(await answers(this.port))) {
      assert.ok(performance.now() - start_ms < PATIENCE_ms && child.exitCode === null, "mosquitto does not start");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** SIGKILL is a crash; SIGTERM lets it save. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** Halts it where it stands, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  /** It and all who read from it. */
  async stop(): Promise<void> {
    for (const subscriber of this.#subscribers) await subscriber.end();
    await this.end("SIGKILL");
  }

  /** A session of that name that keeps what comes while nobody reads it. */
  keep(id: string, topics: string): void {
    execFileSync("mosquitto_sub", [...this.#asSubscriber(id, topics, 2), "-E"]);
  }

  /** Reads all that came, and comes, for the session of that name. */
  read(id: string, topics: string, qos: 1 | 2 = 2): Subscriber {
    const subscriber = new Subscriber([...this.#asSubscriber(id, topics, qos), "-v"]);
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  /** A message of the test's own, behind all that the broker has taken over so far. */
  say(topic: string): void {
    execFileSync("mosquitto_pub", ["-p", String(this.port), "-q", "2", "-t", topic, "-m", "{}"]);
  }

  #asSubscriber(id: string, topics: string, qos: 1 | 2): string[] {
    // To a reader of MQTT 5 mosquitto 2.0.11 brings the first 20 of what it kept, and no more.
    const session = ["-V", "mqttv311", "-c", "-i", id, "-q", String(qos)];
    return ["-p", String(this.port), ...session, "-t", topics];
  }
}

export interface Message {
  readonly topic: string;
  readonly exchange?: string;
  readonly payload?: string;
  readonly text: string;
}

/** mosquitto_sub, and what it has read so far. */
export class Subscriber {
  readonly #child: ChildProcess;
  #output = "";

  constructor(args: readonly string[]) {
    const child = spawn("mosquitto_sub", args, { stdio: ["ignore", "pipe", "ignore"] });
    child.once(
      "exit",
      undoAtExit(() => child.kill("SIGKILL")),
    );
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      this.#output += chunk;
    });
    this.#child = child;
  }

  get messages(): Message[] {
    const lines = this.#output.slice(0, this.#output.lastIndexOf("\n") + 1).split("\n");
    return lines
      .filter((line) => line !== "")
      .map((line) => {
        const at = line.indexOf(" ");
        const text = line.slice(at + 1);
        return { ...JSON.parse(text), topic: line.slice(0, at), text };
      });
  }

  /** All before the message of that topic, when it has come. */
  async before(topic: string): Promise<Message[]> {
    await until(`${topic} is read`, () => this.#output.includes(`${topic} {}\n`));
    return this.messages.filter((message) => message.topic !== topic);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
