/** What an AP's daemon counts, from its start on: all of it is in the metrics. */

import type { Received } from "../ap/accesspoint.ts";
import type { Outcome } from "./consumer.ts";
import { DATAGRAM_REASONS, type DatagramReason } from "./datagram.ts";
import type { RoundRefusal } from "./round.ts";

/** Why a datagram, or the frame in it, was dropped before AccessPoint saw it. */
export type DropReason =
  | DatagramReason
  | RoundRefusal
  | "no source port"
  | "source over its rate"
  | "ID over its rate"
  | "no such channel"
  | "peer table full"
  | "not a peer"
  | "not for an AP"
  /** An uplink frame while no slot is open. */
  | "no round"
  /** An M2 after those of its round were judged. */
  | "too late"
  /** A reading that the consumer had no room for, or could not store: no M3. */
  | "consumer full";

const DROP_REASONS: readonly DropReason[] = [
  ...DATAGRAM_REASONS,
  "not in a slot",
  "other rate",
  "too many frames",
  "no source port",
  "source over its rate",
  "ID over its rate",
  "no such channel",
  "peer table full",
  "not a peer",
  "not for an AP",
  "no round",
  "too late",
  "consumer full",
];

export interface DaemonCounts {
  datagrams: number;
  triggers: number;
  /** Uplink frames of peers in a round, and those of them that power failed in. */
  up: number;
  cut: number;
  collided: number;
  m3Sent: number;
  /** Answers to commands that the key service took as proofs. */
  proofs: number;
  /** Readings that were not stored when the patience of their round was over. */
  slowDeliveries: number;
  readonly received: Record<Received["kind"], number>;
  readonly deliveries: Record<Outcome, number>;
  readonly dropped: Record<DropReason, number>;
}

export function newCounts(): DaemonCounts {
  return {
    datagrams: 0,
    triggers: 0,
    up: 0,
    cut: 0,
    collided: 0,
    m3Sent: 0,
    proofs: 0,
    slowDeliveries: 0,
    received: { reading: 0, again: 0, data: 0, proof: 0, asked: 0, ack: 0, refused: 0 },
    deliveries: { stored: 0, "not stored": 0, unknown: 0 },
    dropped: Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as DaemonCounts["dropped"],
  };
}
