/**
 * When a request goes out again (RFC 5191 section 9, which takes it from RFC 3315 section 14); RAND is uniform in [-0.1, 0.1]:
 *
 *     RT = IRT + RAND IRT;  then RT = 2 RTprev + RAND RTprev;  RT > MRT: RT = MRT + RAND MRT
 */

export interface Timing {
  /** Initial retransmission time. */
  readonly irt_ms: number;
  /** Maximum retransmission time. */
  readonly mrt_ms: number;
  /** Maximum retransmission count: how often a request goes out at all. */
  readonly mrc: number;
}

const RAND_MAX = 0.1;

/** The wait behind the first transmission (`before_ms` undefined), or behind the next. `random`: in [0, 1). */
export function nextWait_ms({ irt_ms, mrt_ms }: Timing, random: () => number, before_ms?: number): number {
  const rand = (2 * random() - 1) * RAND_MAX;
  const wait_ms = before_ms === undefined ? irt_ms * (1 + rand) : before_ms * (2 + rand);
  return wait_ms > mrt_ms ? mrt_ms * (1 + rand) : wait_ms;
}
