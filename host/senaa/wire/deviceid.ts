/**
 * The data of Device-Identifier (5.3, figure 6): one identifier or more, one behind the other.
 *
 *     Type(8) │ Length(8) │ identifier
 *
 * Assumption: Length counts the identifier alone, and no padding stands between two; the figure leaves both open.
 */

import { checkOctets, concat } from "../../wire/octets.ts";
import type { Codec } from "./values.ts";

/** Assumption: the text has no types ("<TBD>"); these are ours. */
export const DEVICE_ID_TYPE = { eui48: 1, eui64: 2, ipv4: 3, ipv6: 4 } as const;

/** Octets of an identifier, by its type. */
const OCTETS: ReadonlyMap<number, number> = new Map([
  [DEVICE_ID_TYPE.eui48, 6],
  [DEVICE_ID_TYPE.eui64, 8],
  [DEVICE_ID_TYPE.ipv4, 4],
  [DEVICE_ID_TYPE.ipv6, 16],
]);
/** More than a device has; whoever lists more means something else. */
const IDENTIFIERS_MAX = 16;

export interface DeviceId {
  readonly type: number;
  readonly value: Uint8Array;
}

/** An unknown type is not passed over: what is authorized has to be what the enforcement point can find. */
export const deviceIds: Codec<readonly DeviceId[]> = {
  min_octets: 6,
  emit(ids) {
    if (ids.length === 0 || ids.length > IDENTIFIERS_MAX) {
      throw new RangeError(`device identifiers: ${ids.length}, where 1 to ${IDENTIFIERS_MAX} are expected`);
    }
    return concat(
      ...ids.map(({ type, value }) => {
        const length = OCTETS.get(type);
        if (length === undefined) throw new RangeError(`type: ${type} is none of Device-Identifier's`);
        checkOctets("identifier", value, length);
        return concat(Uint8Array.of(type, length), value);
      }),
    );
  },
  read(octets) {
    const ids: DeviceId[] = [];
    for (let at = 0; at < octets.length; ) {
      const [type, length] = [octets[at], octets[at + 1]];
      const end = at + 2 + (length ?? 0);
      if (OCTETS.get(type) !== length || end > octets.length || ids.length === IDENTIFIERS_MAX) return undefined;
      ids.push({ type, value: octets.slice(at + 2, end) });
      at = end;
    }
    return ids.length > 0 ? ids : undefined;
  },
};
