/**
 * The pretty printer's mind: any octets explained as an AMP frame - its fields, what each side makes of it and why, and,
 * with keys, whether its MIC is right and what it says. Frames are shown one after the other, so that an M1 and an M2
 * that went by serve the frames after them.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import type { StatusName } from "../../device/abi.ts";
import { type CheckName, checkDownlink, checkUplink, type Listener, type Refusal } from "../check.ts";
import { readCommand } from "../command.ts";
import { type FrameType, SENT_BY, type Side, typeOf } from "../fc.ts";
import type { Frame, Protected } from "../frame.ts";
import { idOf } from "../id.ts";
import { PN_FIRST } from "../numbered.ts";
import { readingMaxOctets } from "../profile.ts";
import { checkInSession, checkPn, checkResponse } from "../session.ts";
import { Exchange, type Known, type Opening } from "./exchange.ts";
import { payloadRows } from "./payload.ts";
import { octetCount, type Row } from "./row.ts";
import { frameRows } from "./rows.ts";
import { type Refuser, whyRefused } from "./why.ts";

/** What one side makes of a frame. */
export interface Verdict {
  /** The receiver. */
  readonly by: Side;
  readonly taken: boolean;
  /** Of a frame that is not taken: the status, which an AP counts by its name, and what found it. */
  readonly status?: StatusName;
  readonly check?: CheckName | "MIC" | "command";
  /** Half a sentence: why not, or how far the checks went. */
  readonly why: string;
}

/** All that can be said of one frame. */
export interface Explanation {
  readonly octets: Uint8Array;
  /** By FC; undefined: no such type. */
  readonly type: FrameType | undefined;
  /** One, or both where nothing tells the direction. */
  readonly verdicts: readonly Verdict[];
  readonly rows: readonly Row[];
  /** What the keys said, if they were tried. */
  readonly opening?: Exclude<Opening, { outcome: "not tried" }>;
  /** The fields of a payload whose MIC was right. */
  readonly payloadRows: readonly Row[];
}

const OTHER = { AP: "device", device: "AP" } as const satisfies Record<Side, Side>;

/** A verdict with what it rests on. */
interface Judgement {
  readonly verdict: Verdict;
  readonly frame?: Frame;
  readonly opening?: Opening;
}

export class Explainer {
  readonly #exchange: Exchange;
  readonly #device: Listener | undefined;
  readonly #receiver: Side | undefined;

  /** `receiver` settles the direction of all frames; else each one's type does, and with keys its MIC. */
  constructor(crypto: Crypto, known: Known = {}, receiver?: Side) {
    this.#exchange = new Exchange(crypto, known);
    this.#device = known.spa && { spa: known.spa, id: idOf(crypto, known.spa) };
    this.#receiver = receiver;
  }

  /** Explains any octets; never throws. It keeps views of `octets` where they are an M1 or M2. */
  explain(octets: Uint8Array): Explanation {
    const type = octets.length > 0 ? typeOf(octets[0]) : undefined;
    const all = this.#receivers(type).map((receiver) => this.#judge(octets, receiver));
    const verified = all.filter(({ opening }) => opening?.outcome === "verified");
    const judgements = verified.length > 0 ? verified : all;
    for (const { frame, opening } of judgements) if (frame) this.#exchange.note(frame, opening);

    const { frame, opening } = judgements.find((one) => one.opening && one.opening.outcome !== "not tried") ?? {};
    return {
      octets,
      type,
      verdicts: judgements.map(({ verdict }) => verdict),
      rows: frameRows(octets, this.#device?.id),
      opening: opening?.outcome === "not tried" ? undefined : opening,
      payloadRows: opening?.outcome === "verified" ? payloadRows(frame as Protected, opening.payload) : [],
    };
  }

  /** Who may get a frame of this type; for one that does not exist, anyone. */
  #receivers(type: FrameType | undefined): readonly Side[] {
    if (this.#receiver) return [this.#receiver];
    // The page knows an Ack only from an AP, and what has no type comes from nobody.
    if (type === "Ack") return ["device"];
    const sides = (["device", "AP"] as const).filter((side) => type && SENT_BY[OTHER[side]].includes(type));
    return sides.length > 0 ? sides : ["device", "AP"];
  }

  #judge(octets: Uint8Array, by: Side): Judgement {
    const { m1, m2 } = this.#exchange;
    const refuser: Refuser = { side: by, device: this.#device, session: m2 ?? m1 };
    const refuse = (refusal: Refusal): Judgement => {
      return { verdict: { by, taken: false, ...refusal, why: whyRefused(refusal, octets, refuser) } };
    };

    const device = this.#device;
    const checked =
      by === "device" ? checkDownlink(octets, device) : checkUplink(octets, (id) => !device || id === device.id);
    if (checked.refusal) return refuse(checked.refusal);
    const { frame } = checked;
    if (frame.type === "Trigger" || frame.type === "Ack")
      return { verdict: { by, taken: true, why: taken(frame) }, frame };

    const refusal = this.#checkSession(frame);
    if (refusal) return refuse(refusal);
    const opening = this.#exchange.open(frame, OTHER[by]);
    return { verdict: { by, ...told(frame, opening) }, frame, opening };
  }

  /** What of section 4a's table needs no key: as much as the M1 and M2 that are known allow. */
  #checkSession(frame: Protected): Refusal | undefined {
    const { m1, m2 } = this.#exchange;
    if (frame.type === "Response") return m1 && checkResponse(frame, m1);
    return m2 ? checkInSession(frame, { ...m2, lastPn: PN_FIRST }) : checkPn(frame);
  }
}

/** How a frame is taken that has no MIC. */
function taken(frame: Extract<Frame, { type: "Trigger" | "Ack" }>): string {
  if (frame.type === "Ack") return "every check is passed; an Ack means nothing for security";
  return `every check is passed; a reading of up to ${octetCount(readingMaxOctets(frame.profile))} fits the M2`;
}

/** What is left to say of a frame that passed all checks but its MIC. */
function told(frame: Protected, opening: Opening): Omit<Verdict, "by"> {
  if (opening.outcome === "not tried") {
    const missing = opening.missing.join(", ");
    return {
      taken: true,
      why: `every check is passed that needs no key; the MIC was not tried, for want of ${missing}`,
    };
  }
  const key = frame.encrypted ? "TK" : "KCK";
  if (opening.outcome === "bad MIC") {
    return {
      taken: false,
      status: "bad MIC",
      check: "MIC",
      why: `the MIC does not fit under this ${key}, nonce and AAD`,
    };
  }
  if (frame.type === "Confirm" && frame.command && readCommand(opening.payload) === undefined) {
    const why = "the MIC is right, so the session is secure, but the payload is no command";
    return { taken: false, status: "bad command", check: "command", why };
  }
  return { taken: true, why: `every check is passed, and the MIC is right under ${key}` };
}
