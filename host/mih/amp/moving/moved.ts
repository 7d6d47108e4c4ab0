/** A station that moves from one AP to the next: what prepared it, and what came of it. */

/**
 * nothing: the next AP asks the key service when it hears a station that it does not know. The others: a full association with
 * EAP-PSK at the next AP, or one with the PMKSA of pre-authentication; a key by 802.21 in one of its schemes; a Modifier, with
 * a PMK of the key service that the next AP has had since it is served.
 */
export const WAYS = ["nothing", "rsn-eap", "rsn-preauth", "xor", "21a", "21d", "modifier"] as const;
export type Way = (typeof WAYS)[number];

/** What a person reads. */
export const WAY_NAME: Readonly<Record<Way, string>> = {
  nothing: "no preparation",
  "rsn-eap": "RSN, full EAP-PSK",
  "rsn-preauth": "RSN, pre-authentication",
  xor: "802.21, original XOR-PRF",
  "21a": "802.21, remedy 1",
  "21d": "802.21, remedy 2",
  modifier: "Modifier",
};

/** Frames or datagrams, and the octets in them. */
export interface Traffic {
  readonly messages: number;
  readonly octets: number;
}

export const NO_TRAFFIC: Traffic = { messages: 0, octets: 0 };

/** One station, moved once. */
export interface Moved {
  /** From the first trigger of the next AP (RSN: its first Beacon) to the first reading that it took; null: none in time. */
  readonly delay_s: number | null;
  /** From the wish to the station's answer; null: it came to none before the move, or the way asks for none. */
  readonly preparation_s: number | null;
  readonly before: Side;
  readonly after: Side & {
    /** Of that energy, what was not spent listening or asleep. */
    readonly active_J: number;
    readonly deaths: number;
  };
}

/** Pre-handoff or post-handoff (seed 001). */
export interface Side {
  readonly air: Traffic;
  readonly network: Traffic;
  readonly e_J: number;
  readonly nvm_octets: number;
}

export const NO_SIDE: Side = { air: NO_TRAFFIC, network: NO_TRAFFIC, e_J: 0, nvm_octets: 0 };
