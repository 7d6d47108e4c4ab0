/** The way between one AP and its key service, a Unix socket each side: each message is shown to a gate. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { emitMessage, type Message, MessageStream } from "../../../host/keys/remote/messages.ts";
import { type Gate, Lane } from "./gate.ts";

export class KeyProxy {
  readonly #ap: number;
  readonly #service: string;
  readonly #gate: Gate;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** `service`: the path of the socket that the key service has for that AP, there or not. */
  constructor(ap: number, service: string, gate: Gate) {
    this.#ap = ap;
    this.#service = service;
    this.#gate = gate;
  }

  async listen(path: string): Promise<void> {
    this.#server = createServer((near) => this.#connected(near));
    this.#server.listen(path);
    await once(this.#server, "listening");
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connected(near: Socket): void {
    const far = connect(this.#service);
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      this.#sockets.add(from);
      const lane = new Lane();
      const stream = new MessageStream();
      from.on("data", (chunk: Buffer) => {
        const refusal = stream.push(chunk, (message) => lane.push(() => this.#one(message, to, end)));
        if (refusal !== undefined) throw new Error(`no message between AP ${this.#ap} and its service: ${refusal}`);
      });
      // What was sent before a death arrives.
      from.on("end", () => lane.push(() => void to.end()));
      from.on("error", () => {});
      from.on("close", () => {
        this.#sockets.delete(from);
        lane.push(end);
      });
    }
  }

  async #one(message: Message, to: Socket, end: () => void): Promise<void> {
    const pass = (): void => void to.write(emitMessage(message));
    await this.#gate({ way: "keys", ap: this.#ap, message }, { pass, lose: end });
  }
}
