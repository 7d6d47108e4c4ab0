/**
 * The 802.1X authenticator of one association (IEEE Std 802.1X-2010, clause 8; RFC 3748, 4.3 and 7): it asks for the identity,
 * carries EAP between the station and whoever authenticates it, sends a Request again that is not answered, and takes over
 * the MSK. It knows no EAP method.
 */

import type { EapBackend, EapConversation, EapStep } from "../../eap/backend.ts";
import { REASON } from "../frames/codes.ts";
import { EAPOL_TYPE, emitEapol } from "../frames/eapol.ts";
import { PMK_OCTETS } from "../keys/ptk.ts";
import type { Step } from "./handshake.ts";

/** RFC 3748, section 4: Code(1) ‖ Identifier(1) ‖ Length(2) ‖ Type(1) ... */
const EAP_CODE = { request: 1, response: 2 } as const;
const EAP_TYPE_IDENTITY = 1;
const EAP_HEADER_OCTETS = 4;

/** RFC 3748, 4.3: three to five tries. */
const TRIES = 4;
/** Assumption: RFC 3748 4.3 leaves the first time-out to the implementation. */
const RETRY_s = 3;

/**
 * Assumption: as long as an answer of the authenticating side is waited for is left open; a RADIUS client gives up after 30 s
 * (host/radius/client.ts).
 */
const BACKEND_s = 35;

/** A Step that may bring the PMK with it. */
export interface EapPortStep extends Step {
  /** The receiver's to wipe. */
  readonly pmk?: Uint8Array;
}

export class EapPort {
  readonly #conversation: EapConversation;
  #request: Uint8Array;
  #tries = 0;
  #due_s = Number.POSITIVE_INFINITY;
  /** A Request waits for the station's Response; false: a Response waits for the backend's answer, or EAP is over. */
  #isAwaited = false;

  constructor(backend: EapBackend, spa: Uint8Array, identifier: number) {
    this.#conversation = backend.begin(spa);
    this.#request = Uint8Array.of(EAP_CODE.request, identifier, 0, 5, EAP_TYPE_IDENTITY);
  }

  get due_s(): number {
    return this.#due_s;
  }

  /** The Request for the identity. */
  begin(now_s: number): EapPortStep {
    return this.#send(now_s);
  }

  /** The last Request again; nobody answers it, or the backend says nothing: the station is not authenticated. */
  advance(now_s: number): EapPortStep {
    if (now_s < this.#due_s) return {};
    if (this.#isAwaited && this.#tries < TRIES) return this.#send(now_s);
    return { ends: REASON.IEEE_802_1X_AUTH_FAILED };
  }

  /** An EAP packet of the station. */
  receive(packet: Uint8Array, now_s: number): EapPortStep {
    if (packet.length < EAP_HEADER_OCTETS) return { refused: "too short" };
    if (packet[0] !== EAP_CODE.response) return { refused: "bad type" };
    if (!this.#isAwaited || packet[1] !== this.#request[1]) return { refused: "wrong EAP identifier" };
    this.#isAwaited = false;
    this.#due_s = now_s + BACKEND_s;
    const step = this.#conversation.receive(packet.slice());
    return step ? this.answer(step, now_s) : {};
  }

  /** What the authenticating side answered. @throws RangeError for a success without an MSK of 32 octets or more. */
  answer({ result, packet, msk }: EapStep, now_s: number): EapPortStep {
    if (result === "continue") {
      this.#request = packet.slice();
      this.#tries = 0;
      return this.#send(now_s);
    }
    this.#due_s = Number.POSITIVE_INFINITY;
    const send = emitEapol(EAPOL_TYPE.eap, packet);
    if (result === "failure") return { send, ends: REASON.IEEE_802_1X_AUTH_FAILED };
    if (msk === undefined || msk.length < PMK_OCTETS) {
      throw new RangeError(`msk: ${msk?.length ?? 0} octets, where ${PMK_OCTETS} or more are expected`);
    }
    return { send, pmk: msk.slice(0, PMK_OCTETS) };
  }

  #send(now_s: number): EapPortStep {
    this.#tries++;
    this.#isAwaited = true;
    this.#due_s = now_s + RETRY_s;
    return { send: emitEapol(EAPOL_TYPE.eap, this.#request) };
  }
}
