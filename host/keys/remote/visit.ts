/**
 * An AP that has come to the key service, in a process of its own, over a connection that proves its AA: what the service
 * does for it as an ApPort, and what it may ask.
 */

import type { Duplex } from "node:stream";
import { equalOctets } from "../../wire/octets.ts";
import { addressText } from "../address.ts";
import type { ApPort, Command, Grant } from "../link.ts";
import type { KeyService } from "../service.ts";
import { Line } from "./line.ts";
import { type FromService, LINK_VERSION, type Message } from "./messages.ts";

const NUMBERS = 2 ** 32;
/** Steps that an AP may leave without a word: those of four epochs of a million devices. */
const WAITING_MAX = 1 << 22;
/** Of those, before it is given again what it says to lack: it asks once more in a later session. */
const LACKING_MAX = 1024;
/** Verdicts that it has not read: an AP has no more questions open at a time (desk.ts). */
const VERDICTS_MAX = 4096;

/** Distributes Omit over each kind of message. */
type Numbered<M> = M extends { readonly number: number } ? Omit<M, "number"> : never;

/** An AP's port at the other end of a connection. */
class RemotePort implements ApPort {
  readonly aa: Uint8Array;
  readonly #line: Line;
  readonly #waiting = new Map<number, () => void>();
  #number = 0;

  constructor(aa: Uint8Array, line: Line) {
    this.aa = aa;
    this.#line = line;
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    this.#ask({ kind: "assign", modifier }, done);
  }

  hold(grant: Grant, done: () => void): void {
    this.#ask({ kind: "hold", grant }, done);
    for (const { pmk } of grant.pmks) pmk.fill(0);
  }

  begin(done: () => void): void {
    this.#ask({ kind: "begin" }, done);
  }

  tell(spa: Uint8Array, commands: readonly Command[]): void {
    this.#line.send({ kind: "tell", spa, commands });
  }

  /** Steps that the AP has not acknowledged. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The AP has committed that. */
  done(number: number): void {
    const done = this.#waiting.get(number);
    this.#waiting.delete(number);
    done?.();
  }

  #ask(message: Numbered<FromService>, done: () => void): void {
    if (this.#line.isOver) return;
    this.#number = (this.#number + 1) % NUMBERS;
    this.#waiting.set(this.#number, done);
    if (this.#waiting.size > WAITING_MAX) this.#line.end("the AP acknowledges nothing");
    this.#line.send({ ...message, number: this.#number } as FromService);
  }
}

export interface VisitOptions {
  readonly service: KeyService;
  /** Whose connection it is: proven by the socket that it came over, or by its certificate. */
  readonly aa: Uint8Array;
  /** What serves it, made of its port: with PMKs in PostgreSQL those come first. */
  readonly portFor?: (port: ApPort) => ApPort | undefined;
  readonly onEvent: (event: string) => void;
  readonly onEnd: () => void;
}

export class Visit {
  readonly aa: Uint8Array;
  readonly #line: Line;
  readonly #options: VisitOptions;
  #port: RemotePort | undefined;
  #verdicts = 0;

  constructor(stream: Duplex, options: VisitOptions) {
    this.aa = options.aa;
    this.#options = options;
    this.#line = new Line(stream, {
      onMessage: (message) => this.#received(message),
      onEnd: (why) => {
        options.onEvent(`AP ${addressText(options.aa)} is gone: ${why}`);
        options.onEnd();
      },
    });
  }

  /** Tells the AP why, and speaks to it no more. */
  refuse(why: string): void {
    this.#line.send({ kind: "refused", why });
    this.#line.end(why);
  }

  #received(message: Message): void {
    const port = this.#port;
    if (message.kind === "hello") this.#hello(message.version, message.aa);
    else if (port === undefined) this.refuse("hello comes first");
    else if (message.kind === "done") port.done(message.number);
    else if (message.kind === "answer") this.#answer(message);
    else if (message.kind === "missing") this.#missing(port, message);
    else this.refuse(`${message.kind} is for an AP`);
  }

  #hello(version: number, aa: Uint8Array): void {
    const { service, portFor = (port) => port, onEvent } = this.#options;
    const name = addressText(this.aa);
    if (version !== LINK_VERSION) {
      this.refuse(`version ${version} is spoken there, and ${LINK_VERSION} here`);
    } else if (!equalOctets(aa, this.aa)) {
      this.refuse(`this is the way in of ${name}, and not of ${addressText(aa)}`);
    } else if (!service.isAuthorised(aa)) {
      this.refuse(`${name} is not authorised: ampcore keys authorise does that`);
    } else if (this.#port === undefined) {
      const port = new RemotePort(this.aa, this.#line);
      const served = portFor(port);
      if (!served) {
        this.refuse(`${name} is just being authorised`);
        return;
      }
      this.#port = port;
      onEvent(`AP ${name} is here`);
      service.serve(served);
    }
  }

  #missing({ waiting }: RemotePort, { spa, generation }: Extract<Message, { kind: "missing" }>): void {
    if (waiting < LACKING_MAX) this.#options.service.missing(this.aa, spa, generation);
  }

  #answer({ question, spa, generation, proof }: Extract<Message, { kind: "answer" }>): void {
    const isProof = this.#options.service.offer(spa, { generation, proof });
    this.#verdicts++;
    this.#line.send({ kind: "verdict", question, isProof }, () => this.#verdicts--);
    if (this.#verdicts > VERDICTS_MAX) this.#line.end("the AP asks, and does not read");
  }
}
