/**
 * An authenticator whose server is behind RADIUS (004-S18): what FreeRADIUS or hostapd says of a user, who is asked for the PAA by
 * RFC 3579. Each conversation has a relay of its own: nobody who names another's address disturbs his.
 */

import type { EapStep } from "../../eap/backend.ts";
import type { RadiusClient } from "../../radius/client.ts";
import { NAS_PORT_TYPE, RadiusRelay, type RelayLimits } from "../../radius/relay.ts";
import type { Authenticator } from "./authenticator.ts";

/**
 * TLS takes them in records of any length, and a message of SeNAA in parts; what RADIUS has room for is the bound. Assumption:
 * fragments of this length make the fewest round trips that all servers give.
 */
const LIMITS: RelayLimits = { framedMtu: 1400, responseMaxOctets: 3000 };

export interface RadiusOptions {
  readonly client: RadiusClient;
  /** NAS-Identifier: what the server knows this PAA by, 1 to 253 octets of UTF-8. */
  readonly nasIdentifier: string;
  /** Called-Station-Id: an EUI-48 of the PAA, 6 octets. */
  readonly address: Uint8Array;
  /** The client's time. */
  readonly now_s: () => number;
}

/** @throws RangeError for a NAS-Identifier that no attribute has room for. */
export function radiusAuthenticator({ client, nasIdentifier, address, now_s }: RadiusOptions): Authenticator {
  return {
    begin(device) {
      let heard: ((step: EapStep) => void) | undefined;
      const relay = new RadiusRelay({
        ...{ client, nasIdentifier, aa: address, limits: LIMITS, nasPortType: NAS_PORT_TYPE.virtual, now_s },
        onStep: (_, step) => {
          heard?.(step);
          heard = undefined;
        },
      });
      const conversation = relay.begin(device);
      return {
        next(response) {
          return new Promise<EapStep>((resolve) => {
            heard = resolve;
            const step = conversation.receive(response);
            if (step) resolve(step);
          });
        },
        close() {
          // Begun anew, the one of before is abandoned: nothing that still comes is for it.
          relay.begin(device);
          heard = undefined;
        },
      };
    },
  };
}
