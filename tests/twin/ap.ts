/**
 * The other end of the twin: a minimal AP that is also the key service, enough to drive whole conversations.
 * Nothing in it is random: every nonce comes in as a parameter.
 */
import { equal } from "./bytes.ts";
import {
  BROADCAST_ID,
  decodeTdc,
  encodeTdc,
  encodeTriggerBody,
  encodeTriggerInfo,
  FC,
  hasGoodFcs,
  idOf,
  joinFrame,
  type MacFrame,
  type Profile,
  splitFrame,
  type TriggerInfo,
} from "./frames.ts";
import { midstates } from "./hmac.ts";
import { derive, nextGeneration, pmkOf, ptkInput, rootUpdateInput, splitPtk } from "./keys.ts";
import {
  bindingOfM1,
  numberedFrame,
  openNumbered,
  PN_FIRST,
  pnOf,
  type SealedFrame,
  type Session,
  unprotect,
} from "./session.ts";
import { answer, proveCommand, updateCommand } from "./update.ts";

/** One random-access slot of 1,020 us at 250 kb/s: what a trigger says if nothing else is asked for. */
export const PLAIN_TRIGGER_INFO: TriggerInfo = {
  sessionId: 1,
  acwe: 0,
  ulRate: 0,
  access: 0,
  slots: 1,
  slotDuration_4us: 255,
  reserved: 0,
};

/** What a trigger is made of; `spa` null makes it a broadcast. */
export interface TriggerRequest {
  readonly profile: Profile;
  readonly spa: Uint8Array | null;
  readonly aNonce: Uint8Array;
  readonly dlData?: Uint8Array;
  readonly info?: TriggerInfo;
}

/** A device as the AP knows it: its root of every generation that it may still answer under. */
interface Enrolled {
  readonly spa: Uint8Array;
  readonly roots: Map<number, Uint8Array>;
}

/** The one open session of the channel. */
interface OpenTrigger extends TriggerRequest {
  readonly m1Binding: Uint8Array;
  /** R3: the M2 taken of each device under this ANonce. */
  readonly taken: { readonly m2: Uint8Array; readonly session: ApSession }[];
}

export class TwinAp {
  readonly aa: Uint8Array;
  /** Null: direct mode, the PMK is the root. */
  readonly modifier: Uint8Array | null;
  readonly #devices: Enrolled[] = [];
  #open: OpenTrigger | null = null;

  constructor(aa: Uint8Array, modifier: Uint8Array | null) {
    this.aa = aa;
    this.modifier = modifier;
  }

  /** Holds a root (32 octets) of a device for one generation. */
  enrol(spa: Uint8Array, generation: number, root: Uint8Array): void {
    let device = this.#device(spa);
    if (device === undefined) {
      device = { spa, roots: new Map() };
      this.#devices.push(device);
    }
    device.roots.set(generation, root);
  }

  /** Holds the root after `generation` too: what the key service does before it hands out an UPDATE. */
  enrolUpdate(spa: Uint8Array, generation: number, modifierPrime: Uint8Array): void {
    const next = nextGeneration(generation);
    const root = this.rootOf(spa, generation);
    this.enrol(spa, next, derive(midstates(root), rootUpdateInput(modifierPrime, next, spa)));
  }

  /** Drops a generation: only after the proof of the next one. */
  drop(spa: Uint8Array, generation: number): void {
    this.#device(spa)?.roots.delete(generation);
  }

  /** The root held; throws when there is none. */
  rootOf(spa: Uint8Array, generation: number): Uint8Array {
    const root = this.#device(spa)?.roots.get(generation);
    if (root === undefined) throw new Error(`no root of generation ${generation}`);
    return root;
  }

  #device(spa: Uint8Array): Enrolled | undefined {
    return this.#devices.find((device) => equal(device.spa, spa));
  }

  /** The generation that the next trigger names: the last one enrolled. */
  #newest(spa: Uint8Array): number {
    return [...(this.#device(spa)?.roots.keys() ?? [])].at(-1) ?? 0;
  }

  /** Makes M1 and opens its session; the one before is closed. */
  trigger(request: TriggerRequest): Uint8Array {
    const { profile, spa, aNonce, dlData = new Uint8Array(0) } = request;
    const info = encodeTriggerInfo(request.info ?? PLAIN_TRIGGER_INFO);
    const body = encodeTriggerBody({ info, aa: this.aa, aNonce, modifier: this.modifier, dlData });
    const tdc = encodeTdc({
      bodyLength: body.length,
      encrypted: false,
      modifier: this.modifier !== null,
      generation: spa === null ? 0 : this.#newest(spa) % 4,
      profile: profile.number,
      command: false,
      reserved: 0,
    });
    const m1Binding = bindingOfM1(FC.trigger, tdc, info, dlData);
    this.#open = { ...request, m1Binding, taken: [] };
    return joinFrame(FC.trigger, spa === null ? BROADCAST_ID : idOf(spa), tdc, body);
  }

  /**
   * The session of an M2, or null: no open session, not an M2, no candidate's MIC fits, or a second, different M2 of
   * a device under this ANonce. The same M2 again gives the same session.
   */
  respond(m2: Uint8Array): ApSession | null {
    const open = this.#open;
    if (open === null || !hasGoodFcs(m2)) return null;
    const frame = splitFrame(m2);
    const tdc = decodeTdc(frame.tdc);
    const { N, M, number } = open.profile;
    const isM2 = frame.fc === FC.response && tdc.bodyLength === frame.body.length && frame.body.length >= N + M;
    if (!isM2 || tdc.profile !== number || tdc.modifier || tdc.command || tdc.reserved !== 0) return null;
    const again = open.taken.find((taken) => equal(taken.m2, m2));
    if (again !== undefined) return again.session;

    for (const { spa, roots } of this.#devices.filter((device) => idOf(device.spa) === frame.id)) {
      for (const [generation, root] of roots) {
        if (generation % 4 !== tdc.generation) continue;
        const session = this.#candidate(open, frame, spa, generation, root);
        if (session === null) continue;
        if (open.taken.some((taken) => equal(taken.session.session.spa, spa))) return null;
        open.taken.push({ m2: m2.slice(), session });
        return session;
      }
    }
    return null;
  }

  /** Derives PTK for one candidate and tries the MIC of M2. */
  #candidate(
    open: OpenTrigger,
    frame: MacFrame,
    spa: Uint8Array,
    generation: number,
    root: Uint8Array,
  ): ApSession | null {
    const { profile, aNonce, m1Binding } = open;
    const sNonce = frame.body.slice(0, profile.N);
    const pmk = pmkOf(midstates(root), this.modifier, this.aa, spa);
    const ptk = derive(pmk, ptkInput(this.aa, spa, aNonce, sNonce));
    const session = { profile, generation, id: frame.id, aa: this.aa, spa, ...splitPtk(ptk), m1Binding };
    const sent = frame.body.slice(profile.N, -profile.M);
    const mic = frame.body.slice(-profile.M);
    const reading = unprotect(session, frame.fc, frame.tdc, spa, PN_FIRST, sent, mic);
    return reading && new ApSession(session, sNonce, reading, decodeTdc(frame.tdc).encrypted, root);
  }
}

/** What the AP keeps after it took an M2. */
export class ApSession {
  readonly session: Session;
  readonly sNonce: Uint8Array;
  readonly reading: Uint8Array;
  /** The mode of the M2: M3 and Data go out in it too. */
  readonly encrypted: boolean;
  readonly #root: Uint8Array;
  #m3: SealedFrame | null = null;
  #dlPn = PN_FIRST;
  #ulPn = PN_FIRST;

  constructor(session: Session, sNonce: Uint8Array, reading: Uint8Array, encrypted: boolean, root: Uint8Array) {
    this.session = session;
    this.sNonce = sNonce;
    this.reading = reading;
    this.encrypted = encrypted;
    this.#root = root;
  }

  /** M3 with data. R3: an M3 exists once; asked for again it is the same octets, whatever the payload. */
  confirm(payload: Uint8Array = new Uint8Array(0)): SealedFrame {
    return this.#confirm(payload, { encrypted: this.encrypted, command: false });
  }

  /** M3 with a command of any octets. */
  command(payload: Uint8Array): SealedFrame {
    return this.#confirm(payload, { encrypted: true, command: true });
  }

  /** M3 with UPDATE to the generation after the session's. */
  update(modifierPrime: Uint8Array): SealedFrame {
    const { generation, spa } = this.session;
    return this.command(updateCommand(midstates(this.#root), modifierPrime, nextGeneration(generation), spa));
  }

  /** M3 with PROVE. */
  prove(): SealedFrame {
    return this.command(proveCommand());
  }

  /** The next DL Data frame; `pn` may be raised to leave a gap. */
  data(payload: Uint8Array, pn = this.#dlPn + 1): SealedFrame {
    this.#dlPn = pn;
    return numberedFrame(this.session, FC.data, this.session.aa, pn, payload, { encrypted: this.encrypted });
  }

  /** The payload of a UL Data frame with a new PN and the right MIC, or null. */
  receive(octets: Uint8Array): Uint8Array | null {
    const { profile, id, spa, generation } = this.session;
    if (octets.length < 8 || !hasGoodFcs(octets)) return null;
    const frame = splitFrame(octets);
    const tdc = decodeTdc(frame.tdc);
    const isMine = frame.fc === FC.data && frame.id === id && tdc.profile === profile.number;
    const isWhole = tdc.bodyLength === frame.body.length && frame.body.length >= 2 + profile.M;
    const isPlain = !tdc.modifier && !tdc.command && tdc.reserved === 0 && tdc.generation === generation % 4;
    if (!isMine || !isWhole || !isPlain || pnOf(frame) <= this.#ulPn) return null;
    const payload = openNumbered(this.session, spa, frame);
    if (payload !== null) this.#ulPn = pnOf(frame);
    return payload;
  }

  #confirm(payload: Uint8Array, mode: { encrypted: boolean; command: boolean }): SealedFrame {
    this.#m3 ??= numberedFrame(this.session, FC.confirm, this.session.aa, PN_FIRST, payload, mode);
    return this.#m3;
  }
}

/** A payload proves the generation of that root. */
export function isProof(payload: Uint8Array, root: Uint8Array, generation: number, spa: Uint8Array): boolean {
  return equal(payload, answer(midstates(root), generation, spa));
}
