/** A handover from first attachment to its end, as the list of the datagrams that it took. */

import { isBare, Recording } from "./attacks/recording.ts";
import type { Prepared } from "./roles/mobile.ts";
import { ID, LINK, type Name, QUICK, Scene } from "./scene.ts";
import type { Scheme } from "./schemes/scheme.ts";
import type { Timing } from "./transport/reliable.ts";
import { messageId, readHeader } from "./wire/header.ts";
import { EXCHANGES } from "./wire/messages.ts";
import { readPdu } from "./wire/pdu.ts";

/** The parts of a handover; 001 calls the second pre-handoff signalling, the last is behind the link's own handshake. */
export const PHASES = ["first attachment", "discovery", "preparation", "direct signalling, the target serves"] as const;
export type Phase = (typeof PHASES)[number];

export interface Rung {
  readonly phase: Phase;
  readonly from: Name;
  readonly to: Name;
  /** As the clause calls it; "acknowledgement" for one that is nothing else. */
  readonly message: string;
  readonly isProtected: boolean;
  readonly octets: Uint8Array;
}

export interface StoryOptions {
  readonly scheme: Scheme;
  readonly seed: number;
  readonly target: "tp" | "umts";
  /** Of every datagram on its own; half as much of doubled and of late ones. */
  readonly loss: number;
}

export interface Story {
  readonly rungs: readonly Rung[];
  readonly events: readonly { readonly who: Name; readonly event: string }[];
  /** undefined: it did not come to its end, for that reason. */
  readonly prepared: Omit<Prepared, "association"> | undefined;
  readonly reason: string | undefined;
  /** Both ends have one PMK for their link. */
  readonly isShared: boolean;
  readonly isCompleted: boolean;
}

const NAMES = new Map<number, string>(EXCHANGES.flat().map(({ id, name }) => [id, name]));
/** Under loss somebody waits longer. */
const PATIENT: Timing = { ...QUICK, transaction_ms: 20_000 };
/** For what the MN does not wait for. */
const AFTERWARDS_ms = 150;

export async function story({ scheme, seed, target, loss }: StoryOptions): Promise<Story> {
  const recording = new Recording();
  const events: { who: Name; event: string }[] = [];
  const network = { tap: recording.tap, loss, duplicate: loss / 2, reorder: loss / 2 };
  const scene = new Scene({
    scheme,
    seed,
    network,
    timing: PATIENT,
    onEvent: (who, event) => events.push({ who, event }),
  });
  const starts: [number, Phase][] = [];
  const begins = (phase: Phase): number => starts.push([recording.heard.length, phase]);
  const end = (given: Partial<Story>): Story => ({
    rungs: rungsOf(recording, starts),
    events,
    prepared: undefined,
    reason: undefined,
    isShared: false,
    isCompleted: false,
    ...given,
  });
  try {
    begins("first attachment");
    const attached = await scene.mn.attach(scene.partner("mn", "sp"));
    if (typeof attached === "string") return end({ reason: attached });
    begins("discovery");
    await scene.mn.capabilities();
    await scene.mn.discover();
    begins("preparation");
    const link = LINK[target];
    const prepared = await scene.mn.prepare({ targetLink: link, candidateLinks: [LINK.tp, LINK.umts] });
    if (typeof prepared === "string") return end({ reason: prepared });
    const [own, theirs] = [scene.tables.mn.of(ID.mn, link), scene.tables[target].of(ID.mn, link)];
    const isShared = own !== undefined && theirs !== undefined && Buffer.compare(own.pmk, theirs.pmk) === 0;
    begins("direct signalling, the target serves");
    const isCompleted = await scene.mn.complete(prepared);
    await new Promise((resolve) => setTimeout(resolve, AFTERWARDS_ms));
    const { association: _, ...told } = prepared;
    return end({ prepared: told, isShared, isCompleted });
  } finally {
    scene.close();
  }
}

function rungsOf(recording: Recording, starts: readonly (readonly [number, Phase])[]): Rung[] {
  const nameOf = (address: string): Name => (Object.keys(ID) as Name[]).find((name) => ID[name] === address) ?? "mn";
  return recording.heard.map(({ from, to, octets }, index) => {
    const phase = starts.findLast(([first]) => first <= index)?.[1] ?? PHASES[0];
    return { phase, from: nameOf(from), to: nameOf(to), octets, ...described(octets) };
  });
}

/** By its clause, of a datagram of MIS; "acknowledgement" for one that is nothing else. */
export function described(octets: Uint8Array): Pick<Rung, "message" | "isProtected"> {
  const header = readHeader(octets);
  const pdu = readPdu(octets);
  if (typeof header === "string") return { message: header, isProtected: false };
  if (isBare(octets)) return { message: "acknowledgement", isProtected: false };
  const name = NAMES.get(messageId(header)) ?? "unknown message";
  const isPart = header.more || header.fragment > 0;
  return {
    message: isPart ? `${name}, part ${header.fragment + 1}` : name,
    isProtected: typeof pdu === "object" && pdu.protection !== undefined,
  };
}
