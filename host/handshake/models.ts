/*
 * TLS 1.3, EDHOC and SAE as counting models: octets of each flight and what the station computes, from what is published.
 * They are the least that the protocol takes, so that a comparison errs to their advantage:
 *
 * - the link is there: no Beacon, no association, no IP, UDP, TCP or CoAP; one frame a flight, answered within a SIFS;
 * - an HMAC is four compressions, the fewest without midstates, a transcript hash one for each 64 octets;
 * - parsing, copying, NVM and chains of certificates cost nothing.
 */
import { type Counts, plus } from "./figures.ts";

export interface Model {
  readonly name: string;
  readonly family: string;
  /** Bodies of the frames, octets: up, down, up, ... */
  readonly flights: readonly number[];
  /** What stands around each body on the air. */
  readonly frame_octets: number;
  readonly entropy_octets: number;
  /** What the station computes before its first flight, and after each that it receives. */
  readonly work: readonly Counts[];
  /** How its reading goes out; null: in an AMP exchange behind it. */
  readonly reading: { readonly added_octets: number; readonly work: Counts } | null;
  readonly sources: readonly string[];
}

const SIZES = "draft-ietf-iotops-security-protocol-comparison-07, sections 3.1 (flights, CCM_8) and 4 (records)";

/** MAC header of a Data frame, LLC/SNAP, FCS: IEEE Std 802.11-2020 9.3.2.1. */
const DATA_FRAME_octets = 24 + 8 + 4;
/** MAC header of a Management frame, FCS: 9.3.3.1. */
const MANAGEMENT_FRAME_octets = 24 + 4;

const KEY: Counts = { "AES-128 key schedule": 1 };
const hmacs = (times: number): Counts => ({ "SHA-256 compression": 4 * times });
const hashed = (octets: number): Counts => ({ "SHA-256 compression": Math.ceil(octets / 64) });
/** CCM under a key of its own with one block of AAD, SP 800-38C: B0, AAD and A0; twice each block of the payload. */
const sealed = (octets: number): Counts => plus(KEY, { "AES-128 block": 3 + 2 * Math.ceil(octets / 16) });

/** What a reading becomes before it is encrypted: a type in TLS, a CoAP code in OSCORE. */
const TYPE_octets = 1;
const TAG_octets = 8;

/** RFC 8446 7.1: the early secret; binder key, its finished key, binder. */
const [EARLY_hmacs, BINDER_hmacs] = [1, 3];
/**
 * The handshake secret with two traffic secrets, a key and an IV each; two finished keys and MACs; the master secret, the
 * client's traffic secret, key and IV.
 */
const SCHEDULE_hmacs = 2 + 6 + 4 + 2 + 3;

interface Tls {
  readonly name: string;
  readonly flights: readonly [number, number, number];
  /** Of the second and third flight, encrypted: the records' plaintext with its type. */
  readonly plaintext_octets: readonly [number, number];
  readonly isPsk: boolean;
  readonly entropy_octets: number;
  readonly publicKey: readonly [start: Counts, finish: Counts];
}

const X25519 = "X25519 scalar multiplication";
/** Signatures both ways, beside an ephemeral Diffie-Hellman. */
const SIGNED: Counts = { "P-256 shared secret": 1, "ECDSA P-256 verification": 1, "ECDSA P-256 signature": 1 };

const TLS: readonly Tls[] = [
  {
    name: "TLS 1.3, PSK",
    ...{ flights: [113, 117, 50], plaintext_octets: [43, 37], isPsk: true, entropy_octets: 32 },
    publicKey: [{}, {}],
  },
  {
    name: "TLS 1.3, PSK and X25519",
    ...{ flights: [163, 157, 50], plaintext_octets: [43, 37], isPsk: true, entropy_octets: 64 },
    publicKey: [{ [X25519]: 1 }, { [X25519]: 1 }],
  },
  {
    name: "TLS 1.3, raw public keys, P-256",
    ...{ flights: [162, 394, 233], plaintext_octets: [253, 220], isPsk: false, entropy_octets: 64 },
    publicKey: [{ "P-256 key generation": 1 }, SIGNED],
  },
];

function tlsModel(
  { name, flights, plaintext_octets, isPsk, entropy_octets, publicKey }: Tls,
  reading: Model["reading"],
): Model {
  const [start, finish] = publicKey;
  const early = hmacs(EARLY_hmacs);
  const whole_octets = flights.reduce((sum, octets) => sum + octets);
  return {
    ...{ name, family: "TLS 1.3", flights, frame_octets: DATA_FRAME_octets, entropy_octets, reading },
    work: [
      isPsk ? plus(start, early, hmacs(BINDER_hmacs)) : plus(start, early),
      plus(finish, hmacs(SCHEDULE_hmacs), hashed(whole_octets), ...plaintext_octets.map(sealed)),
    ],
    sources: [SIZES, "RFC 8446 section 7.1"],
  };
}

/** RFC 9528 4.1 and 4.2, the initiator's: three extractions, eleven expansions; RFC 8613 3.2: an extraction, two expansions. */
const EDHOC_hmacs = 3 + 11 + 3;
/** Of message_1, TH_2, TH_3 and TH_4, a block each. */
const EDHOC_HASHES: Counts = { "SHA-256 compression": 4 };

interface Edhoc {
  readonly name: string;
  readonly flights: readonly [number, number, number];
  readonly publicKey: readonly [start: Counts, finish: Counts];
}

const EDHOC: readonly Edhoc[] = [
  // G_XY, G_RX and G_IY behind message_2.
  { name: "EDHOC, static X25519 keys", flights: [37, 45, 19], publicKey: [{ [X25519]: 1 }, { [X25519]: 3 }] },
  {
    name: "EDHOC, signatures, P-256",
    flights: [37, 102, 77],
    // Of the peer's ephemeral key x alone goes over the air.
    publicKey: [{ "P-256 key generation": 1 }, plus(SIGNED, { "P-256 point decompression": 1 })],
  },
];

function edhocModel({ name, flights, publicKey }: Edhoc, reading: Model["reading"]): Model {
  const [start, finish] = publicKey;
  const message3 = sealed(flights[2] - TAG_octets);
  return {
    ...{ name, family: "EDHOC", flights, frame_octets: DATA_FRAME_octets, entropy_octets: 32, reading },
    work: [start, plus(finish, hmacs(EDHOC_hmacs), EDHOC_HASHES, message3)],
    sources: [SIZES, "RFC 9528 sections 4 and 5", "RFC 8613 section 3.2"],
  };
}

/** TLS 1.3 and EDHOC, with a reading of so many octets behind them. */
export function modelsFor(reading_octets: number): Model[] {
  const work = sealed(reading_octets + TYPE_octets);
  return [
    ...TLS.map((one) => tlsModel(one, { added_octets: 14, work })),
    ...EDHOC.map((one) => edhocModel(one, { added_octets: 13, work })),
  ];
}

/** Octets of an SAE frame's body, IEEE Std 802.11-2020 9.3.3.11, group 19: a commit and a confirm. */
const [COMMIT_octets, CONFIRM_octets] = [6 + 2 + 32 + 64, 6 + 2 + 32];

/** SAE with hash-to-element on P-256, its PT stored, 12.4: two scalar multiplications to the commit, two behind the peer's. */
export const SAE: Model = {
  name: "SAE",
  family: "AMP",
  flights: [COMMIT_octets, COMMIT_octets, CONFIRM_octets, CONFIRM_octets],
  ...{ frame_octets: MANAGEMENT_FRAME_octets, entropy_octets: 64, reading: null },
  work: [
    plus({ "P-256 shared secret": 2 }, hmacs(2)),
    // Keyseed; two KCK and PMK; the own confirm.
    plus({ "P-256 shared secret": 2 }, hmacs(4)),
    hmacs(1),
  ],
  sources: ["IEEE Std 802.11-2020 12.4 and 9.3.3.11; 11-25/0819r0 names SAE inside the AMP exchange"],
};
