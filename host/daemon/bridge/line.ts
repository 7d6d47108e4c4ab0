/**
 * A line to a board: a serial line, or a socket, Unix or TCP. The same octets go over each (mcu/console.ts).
 * The line is opened anew at each power-up, and begins with a silence, in which a board forgets half a call.
 */

import { execFile } from "node:child_process";
import { closeSync, constants, openSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { ReadStream, WriteStream } from "node:tty";
import { promisify } from "node:util";
import type { Line } from "../../mcu/console.ts";
import { McuError } from "../../mcu/translate.ts";
import type { Source } from "../peers.ts";

/** Where a board is. */
export type Place =
  | { readonly kind: "serial"; readonly path: string; readonly baud: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly at: Source };

/** What a name in the file system is; undefined: neither a serial line nor a socket. @throws what the file system says. */
export function placeAt(path: string, baud: number): Place | undefined {
  const stat = statSync(path);
  if (stat.isCharacterDevice()) return { kind: "serial", path, baud };
  return stat.isSocket() ? { kind: "unix", path } : undefined;
}

export function placeText(place: Place): string {
  return place.kind === "tcp" ? `${place.at.address}:${place.at.port}` : place.path;
}

/** @throws McuError: what is wrong with the place. */
export async function openLine(place: Place): Promise<Line> {
  return place.kind === "serial" ? openSerial(place.path, place.baud) : openSocket(place);
}

/** Of a connection that is not there by then there will be none, ms. */
const CONNECT_ms = 2000;

function openSocket(place: Exclude<Place, { kind: "serial" }>): Promise<Line> {
  const socket = place.kind === "tcp" ? connect(place.at.port, place.at.address) : connect(place.path);
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    const refused = (why: string): void => {
      socket.destroy();
      reject(new McuError(`cannot be connected to: ${why}`));
    };
    const timer = setTimeout(() => refused(`nobody has answered within ${CONNECT_ms / 1000} s`), CONNECT_ms);
    socket.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      refused(error.code ?? error.message);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(new StreamLine(socket, socket));
    });
  });
}

/** Raw, at that speed, as stty sets it: what a terminal does with octets would change them. */
async function openSerial(path: string, baud: number): Promise<Line> {
  let file: number | undefined;
  try {
    await promisify(execFile)("stty", ["-F", path, String(baud), "raw", "-echo", "clocal", "-crtscts"]);
    file = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    return new StreamLine(new ReadStream(file), new WriteStream(file));
  } catch (error) {
    if (file !== undefined) closeSync(file);
    const { code, message, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
    const said = stderr.trim() || (typeof code === "string" ? code : message);
    throw new McuError(`cannot be opened as a serial line: ${said}`);
  }
}

class StreamLine implements Line {
  readonly #from: Socket;
  readonly #to: Socket;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
  }

  open(take: (octets: Uint8Array) => void, ended: (why: Error) => void): void {
    const gone = (why: string) => ended(new McuError(`the line is gone: ${why}`));
    this.#from.on("data", take);
    for (const stream of new Set([this.#from, this.#to])) {
      stream.on("error", (error: NodeJS.ErrnoException) => gone(error.code ?? error.message));
      stream.on("close", () => gone("it was closed"));
    }
  }

  write(octets: Uint8Array): void {
    this.#to.write(octets);
  }

  async off(): Promise<void> {
    this.#to.destroy();
    this.#from.destroy();
  }
}
