/**
 * The steps of one root update (PROTOCOL.md section 6), found among all that passes:
 *
 *     asked ── hold {g, g+1} ── held {g, g+1} ── tell UPDATE ── M1 ── M2 ── M3 with UPDATE ── answer ── to the service
 *           ── verdict ── hold {g+1} ── held {g+1} ── tell nothing
 */
import type { Datagram } from "../../../host/daemon/datagram.ts";
import type { Message } from "../../../host/keys/remote/messages.ts";
import { OPCODE } from "../../../host/wire/command.ts";
import { FC } from "../../../host/wire/fc.ts";
import { MAC } from "../../../host/wire/mac.ts";
import { equalOctets, readLe16 } from "../../../host/wire/octets.ts";
import { readTdc } from "../../../host/wire/tdc.ts";
import type { Sight } from "./gate.ts";

/** In their order; `asked` is not seen by a proxy, it is the bed's own word. */
export const STEPS = [
  "asked",
  "hold both",
  "held both",
  "tell UPDATE",
  "M1",
  "M2",
  "M3 with UPDATE",
  "answer on the air",
  "answer to the service",
  "verdict",
  "hold the new",
  "held the new",
  "tell nothing",
] as const;
export type Step = (typeof STEPS)[number];

export interface Followed {
  readonly station: number;
  readonly spa: Uint8Array;
  /** The AP whose part is followed. */
  readonly ap: number;
}

/** Follows one update of one device at one AP. */
export class StepFinder {
  readonly #of: Followed;
  /** Numbers of the hold messages that wait for a word. */
  readonly #holds = new Map<number, "held both" | "held the new">();
  readonly #passed = new Set<Step>();
  #question: number | undefined;
  #isAnswered = false;

  constructor(of: Followed) {
    this.#of = of;
  }

  /** Which step that is, if it is one; each is found once. */
  stepOf(sight: Sight): Step | undefined {
    const step = sight.way === "keys" ? this.#ofMessage(sight.ap, sight.message) : this.#ofDatagram(sight);
    if (step === undefined || this.#passed.has(step)) return undefined;
    this.#passed.add(step);
    return step;
  }

  #ofMessage(ap: number, message: Message): Step | undefined {
    const isAbout = (spa: Uint8Array): boolean => equalOctets(spa, this.#of.spa);
    // The proof goes through one AP, and ends the update at all of them.
    if (message.kind === "answer" && isAbout(message.spa)) this.#isAnswered = true;
    if (ap !== this.#of.ap) return undefined;
    switch (message.kind) {
      case "hold": {
        const { spa, pmks } = message.grant;
        if (!isAbout(spa)) return undefined;
        if (pmks.length === 2) {
          this.#holds.set(message.number, "held both");
          return "hold both";
        }
        if (!this.#isAnswered) return undefined;
        this.#holds.set(message.number, "held the new");
        return "hold the new";
      }
      case "done":
        return this.#holds.get(message.number);
      case "tell": {
        if (!isAbout(message.spa)) return undefined;
        if (message.commands.some(({ octets }) => octets[0] === OPCODE.update)) return "tell UPDATE";
        return message.commands.length === 0 && this.#passed.has("tell UPDATE") ? "tell nothing" : undefined;
      }
      case "answer":
        if (!isAbout(message.spa)) return undefined;
        this.#question = message.question;
        return "answer to the service";
      case "verdict":
        return message.question === this.#question ? "verdict" : undefined;
      default:
        return undefined;
    }
  }

  #ofDatagram({ station, datagram }: { station: number; datagram: Datagram }): Step | undefined {
    if (station !== this.#of.station || !this.#passed.has("tell UPDATE") || !("frame" in datagram)) return undefined;
    const { frame } = datagram;
    if (frame.length < MAC.body) return undefined;
    switch (frame[MAC.fc]) {
      case FC.Trigger:
        return "M1";
      case FC.Response:
        return "M2";
      // What an M3 carries is encrypted: that it is a command stands in its TDC.
      case FC.Confirm:
        return readTdc(readLe16(frame, MAC.tdc)).command ? "M3 with UPDATE" : undefined;
      case FC.Data:
        return this.#passed.has("M3 with UPDATE") ? "answer on the air" : undefined;
      default:
        return undefined;
    }
  }
}
