/** --scheme of the verbs that prepare a handover. */

import { SCHEMES, type Scheme } from "../../mih/schemes/scheme.ts";
import { UsageError } from "../verb.ts";

/** `isAllowed`: --insecure-original is given. @throws UsageError for none of them, and for the original without that. */
export function schemeOf(name: string, isAllowed: boolean): Scheme {
  const scheme = SCHEMES.find((one) => one === name);
  if (!scheme) throw new UsageError(`--scheme ${name} is none of ${SCHEMES.join(", ")}`);
  if (scheme === "xor" && !isAllowed) {
    throw new UsageError(
      "--scheme xor is the original key distribution, whose keys anybody on the way can change unseen: " +
        "with --insecure-original it runs, to be looked at",
    );
  }
  return scheme;
}
