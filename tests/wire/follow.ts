/**
 * A listener that follows a recorded conversation with the host's codec alone, and says of each frame what a device
 * must answer as far as frames, a session and its keys decide it (PROTOCOL.md sections 3 and 4a). What the device's NVM,
 * entropy or reading decide it does not know.
 */
import assert from "node:assert/strict";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { StatusName } from "../../host/device/abi.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { checkDownlink, checkUplink, type Listener } from "../../host/wire/check.ts";
import { readCommand } from "../../host/wire/command.ts";
import type { Confirm, Data } from "../../host/wire/numbered.ts";
import { concat } from "../../host/wire/octets.ts";
import { open } from "../../host/wire/protect.ts";
import { deriveSessionKeys, type SessionKeys } from "../../host/wire/ptk.ts";
import type { Response } from "../../host/wire/response.ts";
import { checkInSession, type SessionFacts } from "../../host/wire/session.ts";
import type { Trigger } from "../../host/wire/trigger.ts";

interface Session extends SessionFacts {
  readonly m1: Trigger;
  readonly keys: SessionKeys;
}

export class Follower {
  readonly #device: Listener;
  readonly #roots: Uint8Array[];
  #state: "idle" | "waiting" | "secure" = "idle";
  #session: Session | undefined;
  #lastUl = 0;
  /** M2s whose MIC was right under one of the roots, and payloads that were opened. */
  verified = 0;

  constructor(device: Listener, roots: readonly Uint8Array[]) {
    this.#device = device;
    this.#roots = [...roots];
  }

  /** RAM is lost. */
  powerLoss(): void {
    this.#state = "idle";
    this.#session = undefined;
  }

  /** What the device must answer; "taken" if nothing forbids it, or what the M3's command is. */
  receive(octets: Uint8Array): StatusName | "taken" | "UPDATE" | "PROVE" {
    const { refusal, frame } = checkDownlink(octets, this.#device);
    if (refusal) return refusal.status;
    if (frame.type === "Trigger" || frame.type === "Ack") return "taken";
    return frame.type === "Confirm" ? this.#confirm(frame) : this.#data(frame);
  }

  #confirm(frame: Confirm): StatusName | "taken" | "UPDATE" | "PROVE" {
    if (this.#session === undefined) return "no session";
    if (this.#state === "secure") return "replayed PN";
    const refusal = checkInSession(frame, this.#session);
    if (refusal) return refusal.status;
    const payload = this.#open(frame);
    if (payload === null) return "bad MIC";
    this.#state = "secure";
    if (!frame.command) return "taken";
    const command = readCommand(payload);
    return command?.command ?? "bad command";
  }

  #data(frame: Data): StatusName | "taken" {
    if (this.#session === undefined || this.#state === "waiting") return "no session";
    const refusal = checkInSession(frame, this.#session);
    if (refusal) return refusal.status;
    if (this.#open(frame) === null) return "bad MIC";
    this.#session = { ...this.#session, lastPn: frame.pn };
    return "taken";
  }

  #open(frame: Confirm | Data): Uint8Array | null {
    assert.ok(this.#session, "there is a session");
    const { keys, m1 } = this.#session;
    const payload = open(nodeCrypto, keys, frame, { a2: m1.aa, m1: bindingOf(m1) });
    if (payload && frame.type === "Confirm") this.#learn(frame, payload);
    return payload;
  }

  /** root_{g+1} = KDF-256(root_g, "AMP root update", Modifier' ‖ generation ‖ SPA): a later session may be under it. */
  #learn({ command }: Confirm, payload: Uint8Array): void {
    const update = command ? readCommand(payload) : undefined;
    if (update?.command !== "UPDATE") return;
    const context = concat(update.modifierPrime, Uint8Array.of(update.generation), this.#device.spa);
    this.#roots.push(...this.#roots.map((root) => nodeCrypto.kdf256(root, "AMP root update", context)));
  }

  /** The device answered: an M2 begins a session, Data has the next PN of the session there is. False: no root fits. */
  reply(octets: Uint8Array, received: Uint8Array | undefined): boolean {
    const { frame } = checkUplink(octets, (id) => id === this.#device.id);
    assert.ok(frame && frame.type !== "Ack", "a device sends what an AP takes");
    if (frame.type === "Response") {
      assert.ok(received, "an M2 answers an M1");
      const m1 = checkDownlink(received, this.#device).frame;
      assert.ok(m1?.type === "Trigger", "an M2 answers an M1");
      return this.#begin(m1, frame);
    }
    assert.ok(this.#session, "there is a session");
    this.#lastUl++;
    assert.equal(frame.pn, this.#lastUl);
    assert.notEqual(open(nodeCrypto, this.#session.keys, frame, { a2: this.#device.spa }), null);
    this.verified++;
    return true;
  }

  #begin(m1: Trigger, m2: Response): boolean {
    const { spa } = this.#device;
    const { aa, aNonce, modifier } = m1;
    for (const root of this.#roots) {
      // PMK = KDF-256(root, "AMP PMK", Modifier ‖ AA ‖ SPA), or the root itself in direct mode.
      const pmk = modifier ? nodeCrypto.kdf256(root, "AMP PMK", concat(modifier, aa, spa)) : root;
      const keys = deriveSessionKeys(nodeCrypto, pmk, { aa, spa, aNonce, sNonce: m2.sNonce });
      if (open(nodeCrypto, keys, m2, { a2: spa, m1: bindingOf(m1) }) === null) continue;
      this.#session = { m1, keys, profile: m2.profile, generation: m2.generation, lastPn: 1 };
      this.#state = "waiting";
      this.#lastUl = 1;
      this.verified++;
      return true;
    }
    return false;
  }
}
