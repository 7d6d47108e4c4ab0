/**
 * For how long a PaC is authorized, and when it sees to it that it stays so (RFC 6733 8.9): 0 is no time at all, all ones is for
 * ever.
 */

import type { ClaBody } from "../session/user.ts";

const FOR_EVER_s = 0xffff_ffff;
/** Of the lifetime: then it is renewed, so that a lost message or two cost nothing. */
const RENEWED_AT = 0.7;
/** Of the lifetime: so much later it is tried again. */
const TRIED_AGAIN = 0.1;

/** s, above 0. A string: the network has let it in, and for no time. */
export function lifetimeOf({ authorizationLifetime_s }: ClaBody): number | string {
  if (authorizationLifetime_s === undefined) return "the network does not say for how long";
  return authorizationLifetime_s > 0 ? authorizationLifetime_s : "the network authorizes it for 0 s";
}

export interface Renewals {
  /** From the authorization on. */
  readonly first_ms: number;
  /** From one that has failed on. */
  readonly again_ms: number;
  readonly end_ms: number;
}

/** undefined: there is nothing to renew, ever. */
export function renewalsOf(lifetime_s: number): Renewals | undefined {
  if (lifetime_s === FOR_EVER_s) return undefined;
  const end_ms = 1000 * lifetime_s;
  return { first_ms: RENEWED_AT * end_ms, again_ms: TRIED_AGAIN * end_ms, end_ms };
}
