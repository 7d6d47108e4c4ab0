/** Authenticators that are not what a PAA would like to have. */

import type { EapBackend, EapStep } from "../../../host/eap/backend.ts";
import type { Authenticator } from "../../../host/senaa/paa/authenticator.ts";
import { pskServer } from "./bed.ts";

/** An EAP-PSK server, whose every step passes by. `from`: one of each conversation. */
export function authenticatorOf(
  passes: (step: EapStep) => EapStep | Promise<EapStep>,
  { from = () => pskServer() }: { readonly from?: () => EapBackend } = {},
): Authenticator {
  return {
    begin(device) {
      const conversation = from().begin(device);
      return {
        next: async (response) => passes(conversation.receive(response) as EapStep),
        close() {},
      };
    },
  };
}
