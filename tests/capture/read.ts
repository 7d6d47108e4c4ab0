/** Reads a pcapng file again, strictly: what is not as draft-ietf-opsawg-pcapng has it is an Error. */

export interface ReadPacket {
  readonly channel: number;
  readonly time_ns: bigint;
  readonly octets: Uint8Array;
  readonly whole_octets: number;
  readonly comment: string;
  readonly direction: "up" | "down";
}

export interface ReadCapture {
  readonly application: string;
  readonly comment: string;
  /** Names of interfaces. */
  readonly channels: readonly string[];
  readonly packets: readonly ReadPacket[];
}

interface Block {
  readonly type: number;
  readonly body: DataView;
}

const SECTION = 0x0a0d0d0a;

/** A file of one section. */
export function readCapture(file: Uint8Array): ReadCapture {
  const [section, ...rest] = [...blocksOf(file)];
  if (section.type !== SECTION || section.body.getUint32(0, true) !== 0x1a2b3c4d) throw new Error("no section header");
  const about = optionsOf(section.body, 16);
  const channels: string[] = [];
  const packets: ReadPacket[] = [];
  for (const { type, body } of rest) {
    if (type === 1) channels.push(channelOf(body));
    else if (type === 6) packets.push(packetOf(body, channels.length));
    else throw new Error(`a block of type ${type}`);
  }
  return { application: textOf(about.get(4)), comment: textOf(about.get(1)), channels, packets };
}

function* blocksOf(file: Uint8Array): Generator<Block> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at + 4, true);
    if (length % 4 !== 0 || length < 12 || view.getUint32(at + length - 4, true) !== length) {
      throw new Error(`a block of ${length} octets at ${at}`);
    }
    yield { type: view.getUint32(at, true), body: new DataView(view.buffer, view.byteOffset + at + 8, length - 12) };
    at += length;
  }
}

function channelOf(body: DataView): string {
  if (body.getUint16(0, true) !== 147) throw new Error(`link type ${body.getUint16(0, true)}`);
  const options = optionsOf(body, 8);
  if (options.get(9)?.[0] !== 9) throw new Error("times are no nanoseconds");
  return textOf(options.get(2));
}

function packetOf(body: DataView, channels: number): ReadPacket {
  const channel = body.getUint32(0, true);
  if (channel >= channels) throw new Error(`interface ${channel} of ${channels}`);
  const length = body.getUint32(12, true);
  const options = optionsOf(body, 20 + 4 * Math.ceil(length / 4));
  return {
    channel,
    time_ns: (BigInt(body.getUint32(4, true)) << 32n) | BigInt(body.getUint32(8, true)),
    octets: new Uint8Array(body.buffer, body.byteOffset + 20, length).slice(),
    whole_octets: body.getUint32(16, true),
    comment: textOf(options.get(1)),
    direction: options.get(2)?.[0] === 1 ? "up" : "down",
  };
}

function optionsOf(body: DataView, from: number): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = from; ; ) {
    const code = body.getUint16(at, true);
    const length = body.getUint16(at + 2, true);
    if (code === 0) {
      if (at + 4 !== body.byteLength) throw new Error("octets behind the end of options");
      return options;
    }
    options.set(code, new Uint8Array(body.buffer, body.byteOffset + at + 4, length));
    at += 4 + 4 * Math.ceil(length / 4);
  }
}

function textOf(octets: Uint8Array | undefined): string {
  return new TextDecoder().decode(octets);
}
