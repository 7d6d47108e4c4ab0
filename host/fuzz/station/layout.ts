/** What of the device's memory a refused call may change, as assembly/layout.ts draws it; a test holds them equal. */

/** Octets [from, end). */
interface Span {
  readonly from: number;
  readonly end: number;
}

/** Offsets from the start of RAM. */
const SCRATCH: Span = { from: 0, end: 544 };
const ENTROPY: Span = { from: 584, end: 616 };
const RX_AT = 896;
const RX_OCTETS = 72;

export interface Layout {
  /** Used within a call. */
  readonly scratch: Span;
  /** The noise of this power cycle. */
  readonly entropy: Span;
  /** Downlink frames, the host's to write. */
  readonly rx: Span;
}

/** `rx`: what amp_rx_buffer answers. */
export function layoutAt(rx: number): Layout {
  const ram = rx - RX_AT;
  const placed = ({ from, end }: Span): Span => ({ from: ram + from, end: ram + end });
  return { scratch: placed(SCRATCH), entropy: placed(ENTROPY), rx: { from: rx, end: rx + RX_OCTETS } };
}
