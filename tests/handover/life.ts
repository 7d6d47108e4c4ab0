/** A HANDOVER that power fails in, and the life after it: whole or not at all, every AP is answered, and the command can come again. */
import assert from "node:assert/strict";
import { PowerFailure } from "../../host/device/nvm.ts";
import { DeviceScene, type DeviceSceneOptions } from "../support/devicescene.ts";
import { TwinAp } from "../twin/ap.ts";
import { equal, isZero } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { CELLS, cellOctets, SLOTS, slotOctets, storedCrc } from "../twin/record.ts";
import { AA_HIGH, labelled, PSK, SPA } from "../vectors/world.ts";
import {
  deviceKeyOf,
  ENTRY,
  entryIn,
  entryOf,
  handover,
  handoverWrapped,
  K,
  K_16,
  NextAp,
  ROAMING,
  ROAMING_IMAGE,
  tells,
} from "./bed.ts";

const OLD_K = labelled("handover, the K before", 32);
const ROOT_1 = labelled("handover, root 1", 32);
const [, SLOT_B] = SLOTS;

/** The record with these octets at these offsets. */
function image(...changes: readonly [offset: number, octets: Uint8Array][]): Uint8Array {
  const octets = ROAMING_IMAGE.slice();
  for (const [offset, change] of changes) octets.set(change, offset);
  return octets;
}

export interface Kind {
  readonly name: string;
  readonly options: DeviceSceneOptions;
  readonly generation: number;
  readonly command: Uint8Array;
  readonly key: Uint8Array;
  /** The entry before, if it is one that may be used. */
  readonly before?: Uint8Array;
  /** Octets of all writes to the entry, wipes included. */
  readonly written_octets: number;
}

const UPDATED = image(
  [CELLS[0].offset, cellOctets(7)],
  [SLOT_B.offset, slotOctets({ generation: 1, key: midstates(ROOT_1) })],
  [ENTRY.offset, entryOf(OLD_K)],
);

export const KINDS: readonly Kind[] = [
  { name: "the first HANDOVER", options: {}, generation: 0, command: handover(), key: K, written_octets: 92 },
  {
    name: "HANDOVER WRAPPED over another entry",
    options: { image: image([ENTRY.offset, entryOf(OLD_K)]) },
    generation: 0,
    command: handoverWrapped(),
    key: K_16,
    before: OLD_K,
    written_octets: 96,
  },
  {
    name: "HANDOVER over half an entry, which is wiped first",
    options: { image: image([ENTRY.offset, entryOf(OLD_K).slice(0, 50)]) },
    generation: 0,
    command: handover(),
    key: K,
    written_octets: 88 + 92,
  },
  {
    name: "HANDOVER WRAPPED under a new root, over an entry of the generation before",
    options: { image: UPDATED, roots: new Map([[1, ROOT_1]]) },
    generation: 1,
    command: handoverWrapped(K_16, deviceKeyOf(ROOT_1)),
    key: K_16,
    written_octets: 92 + 92,
  },
];

export class Life {
  readonly scene: DeviceScene;
  readonly #kind: Kind;

  constructor(kind: Kind, module = ROAMING.module, extraExports = false) {
    this.#kind = kind;
    this.scene = new DeviceScene(module, { image: ROAMING_IMAGE, ...kind.options, extraExports });
  }

  /** Boot and the session with the command; true: power failed meanwhile. */
  dies(): boolean {
    try {
      this.scene.boot();
      this.tell();
      return false;
    } catch (error) {
      if (error instanceof PowerFailure) return true;
      throw error;
    }
  }

  tell(): void {
    tells(this.scene, this.#kind.command, this.#kind.key);
  }

  /** A check field that is not 0 stands only behind whole octets, unless it was being written itself: `cutAt` is the last write's offset. */
  isOrderly(cutAt: number | undefined): void {
    const entry = entryIn(this.scene);
    const check = entry.slice(-4);
    if (isZero(check) || cutAt === ENTRY.offset + ENTRY.length - 4) return;
    assert.deepEqual(check, storedCrc(entry.slice(0, -4)), "a check field stands behind a torn entry");
  }

  /** Power is back: every AP that there is, then the same command again. */
  recover(): void {
    const { scene } = this;
    const { key, before, generation, roots } = {
      ...this.#kind,
      roots: this.#kind.options.roots ?? new Map([[0, PSK]]),
    };
    scene.powerCycle();
    for (const K of before ? [key, before] : [key]) {
      const isWhole = equal(entryIn(scene), entryOf(K, generation));
      const kind = new NextAp(K, { generation }).asks(scene).kind;
      assert.equal(kind, isWhole ? "reading" : "refused", "the whole entry or none");
    }
    scene.secure();
    const other = new TwinAp(AA_HIGH, labelled("handover, Modifier of a third AP", 8));
    for (const [g, root] of roots) other.enrol(SPA, g, root);
    const aNonce = labelled("handover, ANonce of a third AP", 16);
    const session = other.respond(scene.answer(other.trigger({ profile: scene.profile, spa: SPA, aNonce })));
    assert.ok(session, "an AP that the station never met is answered under the root");
    scene.takes(session.confirm().frame);
    this.tell();
    assert.deepEqual(entryIn(scene), entryOf(key, generation), "the same command again leaves the entry");
    scene.powerCycle();
    new NextAp(key, { generation }).meets(scene);
  }
}

/** Which of all octets that a life writes, counted from 1, are of the entry. */
export function entryOctets(kind: Kind): number[] {
  const life = new Life(kind);
  life.scene.nvm.log = [];
  life.dies();
  const octets: number[] = [];
  let written = 0;
  for (const {
    offset,
    octets: { length },
  } of life.scene.nvm.log) {
    for (let i = 1; i <= length; i++) if (offset >= ENTRY.offset) octets.push(written + i);
    written += length;
  }
  return octets;
}
