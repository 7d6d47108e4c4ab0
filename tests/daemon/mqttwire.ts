/** MQTT as octets: a proxy that cuts a connection at a packet of its choice, and a broker that answers what a test wants. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Control packet types (MQTT 5, 2.1.2). */
export const TYPES = {
  connect: 1,
  connack: 2,
  publish: 3,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  unsubscribe: 10,
  unsuback: 11,
} as const;
export type PacketName = keyof typeof TYPES;

/** Cuts a stream of octets into packets: type and flags, remaining length in groups of 7 bits (1.5.5), and that many octets. */
function packetsInto(onPacket: (packet: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      let [length, at] = [0, 1];
      while (at < rest.length && rest[at] & 0x80) length |= (rest[at] & 0x7f) << (7 * (at++ - 1));
      if (at >= rest.length) return;
      length |= rest[at] << (7 * (at - 1));
      const whole = at + 1 + length;
      if (rest.length < whole) return;
      const packet = rest.subarray(0, whole);
      rest = rest.subarray(whole);
      onPacket(packet);
    }
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

/** Where a connection is cut: at the first packet of that name, `after` it has gone through or before. */
export interface Cut {
  readonly at: PacketName;
  readonly after: boolean;
}

/** Between an AP and the broker at that port; only the first connection is cut. */
export async function cuttingProxy(brokerPort: number, cut: Cut): Promise<{ port: number; close(): void }> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((ap) => {
    const broker = connect(brokerPort, "127.0.0.1");
    const both = [ap, broker];
    const passing =
      (to: Socket) =>
      (packet: Buffer): void => {
        if (isCut || packet[0] >> 4 !== TYPES[cut.at]) {
          to.write(packet);
          return;
        }
        isCut = true;
        if (cut.after) to.write(packet);
        // What is written is still read at the other side; the AP's side is gone at once.
        ap.destroy();
        broker.end();
      };
    for (const [from, to] of [
      [ap, broker],
      [broker, ap],
    ]) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", packetsInto(passing(to)));
      from.on("error", () => {});
      from.on("close", () => both.forEach((socket) => void socket.end()));
    }
  });
  const port = await listening(server);
  server.unref();
  return {
    port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** What a broker of a test answers to a packet: octets, or nothing. */
export type Answers = (name: PacketName | undefined, packet: Buffer) => Buffer | undefined;

/** A broker that says only what it is told to. */
export async function scriptedBroker(answers: Answers): Promise<{ port: number; cut(): void; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on(
      "data",
      packetsInto((packet) => {
        const answer = answers(nameOf(packet), packet);
        if (answer) socket.write(answer);
      }),
    );
  });
  const port = await listening(server);
  server.unref();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cut,
    close() {
      cut();
      server.close();
    },
  };
}

function nameOf(packet: Buffer): PacketName | undefined {
  return (Object.keys(TYPES) as PacketName[]).find((name) => TYPES[name] === packet[0] >> 4);
}

/** An acknowledgement of `packet`, with that reason code: PUBREC, PUBCOMP and UNSUBACK (3.5, 3.7, 3.11). */
export function acknowledge(name: "pubrec" | "pubcomp" | "unsuback", packet: Buffer, reason = 0): Buffer {
  const id = packetIdOf(packet);
  // Behind the identifier of an UNSUBACK stands the length of its properties.
  const body = name === "unsuback" ? [...id, 0, reason] : [...id, reason];
  return Buffer.from([TYPES[name] << 4, body.length, ...body]);
}

/** Behind the topic of a PUBLISH, at the start of every other. Short packets only. */
function packetIdOf(packet: Buffer): Buffer {
  const at = packet[1] & 0x80 ? 3 : 2;
  const from = packet[0] >> 4 === TYPES.publish ? at + 2 + packet.readUInt16BE(at) : at;
  return packet.subarray(from, from + 2);
}

/** CONNACK of a new session, with these properties (3.2). */
export function connack(...properties: readonly number[]): Buffer {
  return Buffer.from([TYPES.connack << 4, 3 + properties.length, 0, 0, properties.length, ...properties]);
}
