/** Authenticators and gates that are not what a PAA would like to have. */

import assert from "node:assert/strict";
import type { EapBackend, EapStep } from "../../../host/eap/backend.ts";
import type { Authenticator } from "../../../host/senaa/paa/authenticator.ts";
import type { EnforcementPoint, Grant } from "../../../host/senaa/paa/enforcement.ts";
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
        async next(response) {
          const step = conversation.receive(response);
          assert.ok(step, "the server answers");
          return passes(step);
        },
        close() {},
      };
    },
  };
}

export const FAILING = ["the EAP server", "the gate"] as const;

export interface Fallible {
  readonly authenticator: Authenticator;
  readonly enforcement: EnforcementPoint;
  /** From now on, or no more. */
  isFailing: boolean;
  /** Every grant that was to be admitted, those that are, and those whose key was gone when they were taken back. */
  readonly asked: Grant[];
  readonly held: Grant[];
  readonly wiped: Grant[];
}

/** One of the two throws whenever it is failing. */
export function fallible(whose: (typeof FAILING)[number]): Fallible {
  const fails = (who: typeof whose): void => {
    if (made.isFailing && who === whose) throw new Error(`${whose} has failed`);
  };
  const made: Fallible = {
    ...{ isFailing: false, asked: [], held: [], wiped: [] },
    authenticator: authenticatorOf((step) => {
      fails("the EAP server");
      return step;
    }),
    enforcement: {
      async admit(grant) {
        made.asked.push(grant);
        fails("the gate");
        return made.held.push(grant) > 0;
      },
      remove(grant) {
        if (grant.lsa.every((octet) => octet === 0)) made.wiped.push(grant);
        made.held.splice(made.held.indexOf(grant), 1);
      },
    },
  };
  return made;
}
