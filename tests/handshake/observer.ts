/**
 * Someone who knows every key and sees every frame that a station sends: the judge of AMP-R1. The keys are found from
 * the NVM record, as the station finds them, and each frame is opened: what the observer cannot open, it reports.
 */
import assert from "node:assert/strict";
import { hex, unhex } from "../twin/bytes.ts";
import { decodeTdc, decodeTriggerBody, idOf, profileOf, splitFrame } from "../twin/frames.ts";
import { MemoryHost } from "../twin/host.ts";
import { derive, pmkOf, ptkInput, splitPtk } from "../twin/keys.ts";
import { newestSlot, readHead, readRoot } from "../twin/record.ts";
import { bindingOfM1, openNumbered, PN_FIRST, pnOf, type Session, unprotect } from "../twin/session.ts";
import type { Script, Step } from "../vectors/script.ts";

export class Observer {
  /** Frames opened. */
  opened = 0;
  readonly #host: MemoryHost;
  readonly #spa: Uint8Array;
  #session: Session | null = null;
  /** The one frame of each key, A2 and PN. */
  readonly #protected = new Map<string, string>();
  readonly #sNonces = new Map<string, string>();

  constructor(nvm: Uint8Array) {
    this.#host = new MemoryHost(nvm);
    const head = readHead(this.#host);
    assert.ok(head);
    this.#spa = head.spa;
  }

  /** Looks at every step of a script. Throws an AssertionError at the first that breaks AMP-R1 or AMP-R2. */
  watch(script: Script): void {
    for (const [i, step] of script.steps.entries()) {
      try {
        this.#look(step);
      } catch (error) {
        throw new Error(`step ${i}, ${step.call}`, { cause: error });
      }
    }
  }

  #look(step: Step): void {
    if (step.call === "damage") this.#host.nvm.set(unhex(step.octets ?? ""), step.offset);
    // Behind what a call wrote before it answered, the frame: an M2 writes no slot, an answer's root was written first.
    if (step.reply?.startsWith("19")) this.#response(unhex(step.frame ?? ""), unhex(step.reply));
    this.#host.unwritable = step.unwritable ?? null;
    for (const { offset, octets } of step.nvmWrites ?? []) this.#host.nvmWrite(offset, unhex(octets));
    if (step.reply?.startsWith("1b")) this.#data(unhex(step.reply));
  }

  #response(m1: Uint8Array, m2: Uint8Array): void {
    const session = this.#sessionOf(m1, m2);
    const { fc, tdc, body } = splitFrame(m2);
    const { N, M } = session.profile;
    assert.ok(unprotect(session, fc, tdc, this.#spa, PN_FIRST, body.slice(N, -M), body.slice(-M)), "M2 opens");
    const sNonce = hex(body.slice(0, N));
    assert.equal(this.#sNonces.get(sNonce) ?? hex(m2), hex(m2), "AMP-R2: no SNonce is in two M2s");
    this.#sNonces.set(sNonce, hex(m2));
    this.#session = session;
    this.#note(decodeTdc(tdc).encrypted ? session.tk : session.kck, PN_FIRST, m2);
  }

  #data(octets: Uint8Array): void {
    const session = this.#session;
    assert.ok(session, "Data belongs to a session");
    const frame = splitFrame(octets);
    assert.ok(openNumbered(session, this.#spa, frame), "Data opens");
    assert.ok(pnOf(frame) > PN_FIRST, "PN 1 is M2's");
    this.#note(decodeTdc(frame.tdc).encrypted ? session.tk : session.kck, pnOf(frame), octets);
  }

  #note(key: Uint8Array, pn: number, frame: Uint8Array): void {
    const use = `${hex(key)} ${hex(this.#spa)} ${pn}`;
    assert.equal(this.#protected.get(use) ?? hex(frame), hex(frame), `AMP-R1: PN ${pn} protects one frame`);
    this.#protected.set(use, hex(frame));
    this.opened++;
  }

  #sessionOf(m1: Uint8Array, m2: Uint8Array): Session {
    const down = splitFrame(m1);
    const tdc = decodeTdc(down.tdc);
    const profile = profileOf(tdc.profile);
    const slot = newestSlot(this.#host);
    const root = slot === null ? null : readRoot(this.#host, slot);
    assert.ok(profile && root);
    const { aa, aNonce, modifier, info, dlData } = decodeTriggerBody(down.body, profile, tdc.modifier);
    const sNonce = splitFrame(m2).body.slice(0, profile.N);
    const pmk = pmkOf(root.key, modifier, aa, this.#spa);
    return {
      ...{ profile, aa, generation: root.generation, id: idOf(this.#spa), spa: this.#spa },
      ...splitPtk(derive(pmk, ptkInput(aa, this.#spa, aNonce, sNonce))),
      m1Binding: bindingOfM1(down.fc, down.tdc, info, dlData),
    };
  }
}
