/**
 * The link of a process: a UDP socket. Addresses are "host:port", with an IPv6 host in brackets; a host is a numeric
 * address as the system writes it, since what comes in is known by nothing else.
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Link } from "./link.ts";

const PORT_MAX = 0xffff;

/** @throws what the system says: an address that is taken, or not this machine's. */
export async function udpLink(host: string, port: number): Promise<Link> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.bind(port, host);
  try {
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  // A peer that is not there is a lost datagram.
  socket.on("error", () => {});
  const own = socket.address();
  let isOpen = true;
  return {
    address: written(own.address, own.port),
    send(to, octets) {
      const target = split(to);
      if (isOpen && target) socket.send(octets, target.port, target.host, () => {});
    },
    listen(heard) {
      socket.removeAllListeners("message");
      socket.on("message", (octets, from) => heard(written(from.address, from.port), new Uint8Array(octets)));
    },
    close() {
      if (isOpen) socket.close();
      isOpen = false;
    },
  };
}

function written(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** undefined: no address that anything can be sent to. */
function split(address: string): { readonly host: string; readonly port: number } | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address);
  const port = Number(parts?.[3]);
  return parts && port > 0 && port <= PORT_MAX ? { host: parts[1] ?? parts[2], port } : undefined;
}
