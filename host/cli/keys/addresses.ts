import { addressFrom } from "../../keys/address.ts";
import { GROUP_BIT } from "../../wire/trigger.ts";
import { UsageError } from "../verb.ts";

/** The six octets of an AP's or a device's own address. @throws UsageError */
export function parseAddress(option: string, text: string): Uint8Array {
  const octets = addressFrom(text);
  if (octets && (octets[0] & GROUP_BIT) === 0) return octets;
  throw new UsageError(`${option} ${JSON.stringify(text)} is no station's address, like 02:a0:00:00:00:00`);
}
