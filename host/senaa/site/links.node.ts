/** Where the processes of SeNAA listen, and their clock. */

import { type Link, realClock } from "../../datagrams/link.ts";
import { udpLink } from "../../datagrams/udp.node.ts";
import { SiteError } from "../../mih/site/read.ts";

/** Nothing that is to come in an hour keeps a process from ending now: its socket keeps it as long as it is wanted. */
export const processClock = realClock((timer) => timer.unref());

/** "host:port" or "[host]:port". @throws what the system says of it */
export function listening(address: string): Promise<Link> {
  return udpLink(hostIn(address), portIn(address));
}

/** A second address: where it is not to be had the first is given up. @throws SiteError */
export async function alsoListening(first: Link, file: string, key: string, address: string): Promise<Link> {
  try {
    return await listening(address);
  } catch (error) {
    first.close();
    const { code } = error as NodeJS.ErrnoException;
    throw new SiteError(`${file}: ${key} ${address} cannot be listened on (${code}): choose another address or port`);
  }
}

export function hostIn(address: string): string {
  return address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}

export function portIn(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}
