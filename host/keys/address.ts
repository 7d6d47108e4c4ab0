/** The 48-bit addresses of both ends, AA and SPA (PROTOCOL.md section 1): as keys of maps and as people write them. */

import { checkOctets, toHex } from "../wire/octets.ts";
import { ADDRESS_OCTETS, GROUP_BIT } from "../wire/trigger.ts";

/** An address as a number, which a Map compares by value; 48 bits are exact in a double. */
export function addressKey(address: Uint8Array): number {
  const low = (address[2] << 24) | (address[3] << 16) | (address[4] << 8) | address[5];
  return ((address[0] << 8) | address[1]) * 2 ** 32 + (low >>> 0);
}

/** 02:c0:ff:ee:00:01 */
export function addressText(address: Uint8Array): string {
  return toHex(address).replace(/..(?=.)/g, "$&:");
}

/** The six octets of what addressText writes, its digits in either case; undefined: it is no address. */
export function addressFrom(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text.replaceAll(":", ""), "hex"));
}

/** Throws RangeError unless these are the six octets of one station's address. */
export function checkAddress(name: string, address: Uint8Array): void {
  checkOctets(name, address, ADDRESS_OCTETS);
  if (address[0] & GROUP_BIT) throw new RangeError(`${name}: a group address (bit 0 of its first octet is set)`);
}
