/* The worker: whatever the page asks, it is done here. */
import { z } from "zod";
import type { Answer, Request } from "../protocol.ts";
import { Desk } from "./desk.ts";

// A page whose policy forbids eval has a console that would tell of the try.
z.config({ jitless: true });

/** The part of a worker's global scope that is used. */
declare const self: {
  postMessage(message: Answer, transfer?: readonly ArrayBufferLike[]): void;
  onmessage: ((event: { readonly data: Request }) => void) | null;
};

interface Channel {
  readonly port1: { onmessage: (() => void) | null };
  readonly port2: { postMessage(message: null): void };
}

/** Work that comes after the messages that wait: a message to itself. */
const { port1, port2 } = new MessageChannel() as unknown as Channel;
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

const desk = new Desk(
  (answer) => {
    const transfer = answer.kind === "seen" ? [answer.least_V.buffer, answer.most_V.buffer, answer.lives.buffer] : [];
    self.postMessage(answer, transfer);
  },
  (work) => {
    waiting.push(work);
    port2.postMessage(null);
  },
);
self.onmessage = ({ data }) => desk.hear(data);
