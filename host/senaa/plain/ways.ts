/**
 * Which way a PaC goes where there are two (004-S17, 004-D11): the draft has it fall back on messages without TLS where nobody
 * answers at the port with TLS. So anybody who drops datagrams takes TLS away from it; a PaC does that here if it is told to.
 */

import type { Entered, Pac } from "../pac/pac.ts";
import type { Failure } from "../transport/requests.ts";
import type { PlainPac } from "./pac.ts";

/**
 * "tls": nothing else, ever. "secure link": what is below protects all of it, as somebody has said in a file; so without TLS,
 * and with it where nobody answers. "insecure fallback": as the draft has it, for whoever wants to see it.
 */
export type Policy = "tls" | "secure link" | "insecure fallback";

/** What an end of either kind can do. */
type Way = Pick<Pac & PlainPac, "enter" | "leave" | "close" | "session"> & {
  readonly counts: { readonly answers: number };
};

export interface WaysOptions {
  readonly tls: Pac;
  /** undefined: with the policy "tls". */
  readonly plain?: PlainPac;
  readonly policy: Policy;
  readonly onEvent?: (event: string) => void;
}

/** What an end says of a request that nobody answered. */
const SILENCE: Failure = "no answer";
/** Behind the reason of a PaC that does not fall back. */
const NO_FALLBACK =
  "nobody answers at the port with TLS; the draft would go on without TLS, which whoever drops datagrams can bring about, " +
  "so this PaC does not";

export class Ways {
  readonly #options: WaysOptions;

  /** @throws RangeError for a policy that needs a way which is not given. */
  constructor(options: WaysOptions) {
    if (options.policy !== "tls" && !options.plain)
      throw new RangeError(`plain: needed for the policy ${options.policy}`);
    this.#options = options;
  }

  /** A string: why it is not in. */
  async enter(): Promise<Entered | string> {
    const { tls, plain, policy, onEvent } = this.#options;
    const [first, second] = policy === "secure link" ? [plain as Way, tls] : [tls, plain as Way];
    const before = first.counts.answers;
    const entered = await first.enter();
    const isSilent = entered === SILENCE && first.counts.answers === before;
    if (!isSilent) return entered;
    if (policy === "tls") return `${entered}: ${NO_FALLBACK}`;
    onEvent?.(
      policy === "secure link"
        ? "nobody answers at the port without TLS: goes on with TLS"
        : "WARNING: nobody answers at the port with TLS: goes on WITHOUT TLS, where nothing is protected",
    );
    return second.enter();
  }

  /** As the way that it is in by has it. */
  async leave(): Promise<true | string> {
    const { tls, plain } = this.#options;
    return plain?.session ? plain.leave() : tls.leave();
  }

  close(): void {
    this.#options.tls.close();
    this.#options.plain?.close();
  }
}
