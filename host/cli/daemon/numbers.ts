import { isIP } from "node:net";
import type { Source } from "../../daemon/peers.ts";
import { UsageError } from "../verb.ts";

/** A number between two others, both included. @throws UsageError */
export function numberFrom(option: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} ${JSON.stringify(text)} is no number from ${least} to ${most}`);
}

/** The same, whole. @throws UsageError */
export function wholeFrom(option: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} ${JSON.stringify(text)} is no whole number from ${least} to ${most}`);
}

export function oneOf<const Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option} ${JSON.stringify(text)} is none of ${names.join(", ")}`);
}

const PORT_MAX = 65_535;

/** 127.0.0.1:4711, [::1]:4711 or localhost:4711. @throws UsageError */
export function sourceFrom(option: string, text: string, portMin = 0): Source {
  const at = text.lastIndexOf(":");
  const host = text.slice(0, Math.max(0, at)).replace(/^\[(.*)\]$/, "$1");
  const address = host === "localhost" ? "127.0.0.1" : host;
  const port = /^[0-9]+$/.test(text.slice(at + 1)) ? Number(text.slice(at + 1)) : Number.NaN;
  if (isIP(address) && port >= portMin && port <= PORT_MAX) return { address, port };
  throw new UsageError(
    `${option} ${JSON.stringify(text)} is no address with a port, like 127.0.0.1:4711 or [::1]:4711`,
  );
}

/** The same of a machine elsewhere, which may have a name: keys.example:4712. @throws UsageError */
export function hostFrom(option: string, text: string): { readonly host: string; readonly port: number } {
  const named = /^(?<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?):(?<port>[0-9]{1,5})$/i.exec(text)?.groups;
  if (named && Number(named.port) >= 1 && Number(named.port) <= PORT_MAX) {
    return { host: named.host, port: Number(named.port) };
  }
  const { address, port } = sourceFrom(option, text, 1);
  return { host: address, port };
}

/** What the system said of an address that was to be listened at. */
export function notListening(option: string, { address, port }: Source, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const where = `${option} ${address}:${port}`;
  if (code === "EADDRINUSE") return new UsageError(`${where} is taken by another process: choose another port`);
  if (code === "EADDRNOTAVAIL") return new UsageError(`${where} is no address of this machine`);
  if (code === "EACCES") return new UsageError(`${where} may not be listened at by this user: ports from 1024 on may`);
  return error;
}
