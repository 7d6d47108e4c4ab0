/** Who authenticates users for a PAA: an EAP server in this process, or one behind RADIUS (004-S18). */

import type { EapBackend, EapStep } from "../../eap/backend.ts";

/** One user's authentication. */
export interface UserConversation {
  /** A Response of the user, of whatever octets; never two at one time. */
  next(response: Uint8Array): Promise<EapStep>;
  /** Nobody waits for it any more. */
  close(): void;
}

export interface Authenticator {
  /** `device`: 6 octets, for the server's log and limits. */
  begin(device: Uint8Array): UserConversation;
}

/** A server that answers at once. */
export function directly(backend: EapBackend): Authenticator {
  return {
    begin(device) {
      const conversation = backend.begin(device);
      return {
        async next(response) {
          const step = conversation.receive(response);
          if (step === undefined) throw new RangeError("backend: it answers later, where at once is expected");
          return step;
        },
        close() {},
      };
    },
  };
}
