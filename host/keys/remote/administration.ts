/**
 * What may be asked of a key service by who owns it, while it runs or over its store: checked octets of hex in, a row for a
 * table out. Over a running one it is a line of JSON each way, on a Unix socket that only its owner may open.
 */

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { z } from "zod";
import { addressText } from "../address.ts";
import { isOrigin, type Origin } from "../origin.ts";
import type { KeyService } from "../service.ts";
import { listenAtPath } from "./path.ts";

const ADDRESS = z.string().regex(/^[0-9a-f]{12}$/);
const ROOT = z.string().regex(/^[0-9a-f]{64}$/);

const REQUEST = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("add"),
    spa: ADDRESS,
    root: ROOT,
    origin: z.custom<Origin>((text) => isOrigin(`${text}`)),
  }),
  /** `role`: the login role that may read the PMKs of that AP, where they stand in PostgreSQL. */
  z.strictObject({ action: z.literal("authorise"), aa: ADDRESS, role: z.string().min(1).max(63).optional() }),
  z.strictObject({ action: z.literal("dismiss"), aa: ADDRESS }),
  /** Of one device or AP, or of all. */
  z.strictObject({ action: z.literal("update"), spa: ADDRESS.optional() }),
  z.strictObject({ action: z.literal("renew"), aa: ADDRESS.optional() }),
]);
export type Request = z.infer<typeof REQUEST>;

/** What was done, as cells of a row. */
export type Done = Readonly<Record<string, string | number>>;

/** The service, and who else has to know. */
export interface Administered {
  readonly service: KeyService;
  /** Everything that was begun is durable. @throws StoreError */
  settled(): Promise<void>;
  authorised?(aa: Uint8Array): Promise<void>;
  /** Where PMKs stand in PostgreSQL. */
  allow?(aa: Uint8Array, role: string): Promise<void>;
  dismissed?(aa: Uint8Array): Promise<void>;
}

/** @throws RangeError of one sentence for what does not fit the service; StoreError */
export async function perform(request: Request, { service, settled, ...others }: Administered): Promise<Done> {
  switch (request.action) {
    case "add": {
      const [spa, root] = [octets(request.spa), octets(request.root)];
      service.enrol(spa, root, "active-tx", request.origin);
      root.fill(0);
      await settled();
      return { spa: addressText(spa), generation: 0, origin: request.origin };
    }
    case "authorise": {
      const aa = octets(request.aa);
      const { role } = request;
      if (role !== undefined && !others.allow)
        throw new RangeError("role: there is none without a store in PostgreSQL");
      // A role may be named later, too.
      if (role === undefined || !service.isAuthorised(aa)) {
        service.authorise(aa);
        await settled();
        await others.authorised?.(aa);
      }
      if (role !== undefined) await others.allow?.(aa, role);
      return { aa: addressText(aa), state: "authorised", ...(role !== undefined && { role }) };
    }
    case "dismiss": {
      const aa = octets(request.aa);
      service.dismiss(aa);
      await settled();
      await others.dismissed?.(aa);
      return { aa: addressText(aa), state: "dismissed" };
    }
    case "update": {
      const spas = request.spa === undefined ? service.spas : [octets(request.spa)];
      await inParts(spas, (spa) => service.startUpdate(spa));
      await settled();
      return { devices: spas.length, state: "update begun" };
    }
    case "renew": {
      const aas = request.aa === undefined ? service.aas : [octets(request.aa)];
      for (const aa of aas) service.renew(aa);
      await settled();
      return { aps: aas.length, state: "new epoch" };
    }
  }
}

function octets(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** The longest line of a request. */
const LINE_MAX_OCTETS = 4096;
const OWNER_ONLY = 0o600;
/** For either side to say what it has to, s. An update of a million devices is begun in less. */
const PATIENCE_s = 60;
const PART = 500;

/**
 * Listens for requests, one a connection; each is done before the next begins.
 * @throws what the system says; RangeError for a path that is taken.
 */
export async function listenForRequests(path: string, to: Administered): Promise<{ close(): void }> {
  let before: Promise<unknown> = Promise.resolve();
  const inTurn = (request: Request): Promise<Done> => {
    const done = before.then(() => perform(request, to));
    before = done.catch(() => {});
    return done;
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    void answer(socket, inTurn);
  });
  await listenAtPath(server, path, OWNER_ONLY);
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function answer(socket: Socket, act: (request: Request) => Promise<Done>): Promise<void> {
  socket.on("error", () => socket.destroy());
  socket.setTimeout(PATIENCE_s * 1000, () => socket.destroy());
  try {
    const done = await act(requestOf(await lineFrom(socket)));
    socket.end(`${JSON.stringify({ done })}\n`);
  } catch (error) {
    socket.end(`${JSON.stringify({ refused: (error as Error).message })}\n`);
  }
}

/** @throws RangeError, which repeats nothing of the line: that may have a root. */
function requestOf(line: string): Request {
  try {
    return REQUEST.parse(JSON.parse(line));
  } catch {
    throw new RangeError("the request is none that this key service knows");
  }
}

/** Asks the service that listens there. undefined: none does. @throws RangeError with its sentence when it refuses. */
export async function ask(path: string, request: Request): Promise<Done | undefined> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch {
    return undefined;
  }
  socket.write(`${JSON.stringify(request)}\n`);
  const reply = await replyOf(socket);
  if (reply.refused !== undefined) throw new RangeError(reply.refused);
  return reply.done;
}

async function replyOf(socket: Socket): Promise<{ readonly refused?: string; readonly done?: Done }> {
  // A socket that is destroyed ends the loop over it.
  socket.setTimeout(PATIENCE_s * 1000, () => socket.destroy());
  try {
    return JSON.parse(await lineFrom(socket));
  } catch {
    throw new RangeError(
      "the key service that runs has not answered: whether it was done shows in keys list, aps or audit",
    );
  } finally {
    socket.destroy();
  }
}

/** Does something with each, so many in one turn of the event loop. */
export async function inParts<T>(all: readonly T[], act: (one: T) => void): Promise<void> {
  for (const [i, one] of all.entries()) {
    if (i % PART === PART - 1) await new Promise((resolve) => setImmediate(resolve));
    act(one);
  }
}

async function lineFrom(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.endsWith("\n")) return text;
    if (text.length > LINE_MAX_OCTETS) break;
  }
  throw new RangeError("what was said is no line");
}
