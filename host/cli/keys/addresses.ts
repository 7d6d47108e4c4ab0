import { UsageError } from "../verb.ts";

const GROUP_BIT = 0x01;

/** The six octets of an AP's or a device's own address. @throws UsageError */
export function parseAddress(option: string, text: string): Uint8Array {
  const isAddress = /^([0-9a-f]{2})(:[0-9a-f]{2}){5}$/i.test(text);
  const octets = new Uint8Array(Buffer.from(text.replaceAll(":", ""), "hex"));
  if (isAddress && (octets[0] & GROUP_BIT) === 0) return octets;
  throw new UsageError(`${option} ${JSON.stringify(text)} is no station's address, like 02:a0:00:00:00:00`);
}
