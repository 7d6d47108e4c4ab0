/**
 * A vector that acts: one NVM image, the answers of the entropy import, and calls with what each must answer.
 * The same function records a script from the twin and replays it on any station behind the same calls.
 */
import assert from "node:assert/strict";
import { equal, hex, unhex } from "../twin/bytes.ts";
import { MemoryHost, type NvmRange, type TwinHost } from "../twin/host.ts";
import { type TwinResult, TwinStation } from "../twin/station.ts";
import { statusName } from "../twin/status.ts";

/** A station behind the calls of the ABI: the twin, or the device behind an adapter. */
export interface StationLike {
  boot(): number;
  setPayload(reading: Uint8Array | number, encrypt: number): number;
  receive(frame: Uint8Array): TwinResult;
  send(): TwinResult;
  received(): Uint8Array;
  triggerData(): Uint8Array;
  state(): number;
}

/** The question of a step: a call of the ABI, or something that happens to the device. */
export interface Ask {
  /** setPayloadLength: amp_set_payload with a bare length. powerLoss: RAM is gone. damage: NVM changes by itself. */
  readonly call:
    | "boot"
    | "setPayload"
    | "setPayloadLength"
    | "receive"
    | "send"
    | "received"
    | "triggerData"
    | "powerLoss"
    | "damage"
    | "repeat";
  readonly note?: string;
  readonly frame?: string;
  readonly reading?: string;
  readonly length?: number;
  readonly encrypt?: number;
  /** damage: these octets from this offset of NVM on. */
  readonly offset?: number;
  readonly octets?: string;
  /** While this call lasts, reads (writes) that touch these octets of NVM fail; such a write changes nothing. */
  readonly unreadable?: NvmRange;
  readonly unwritable?: NvmRange;
  /** repeat: all the inner steps, so many times; each must give its status every time, its reply is not looked at. */
  readonly times?: number;
  readonly steps?: readonly { readonly call: Ask["call"]; readonly frame?: string; readonly status: number }[];
}

/** A question with its answers. Fields that do not apply are absent. */
export interface Step extends Ask {
  readonly status?: number;
  readonly statusName?: string;
  readonly reply?: string;
  /** What received and triggerData handed out. */
  readonly payload?: string;
  readonly state: number;
  readonly nvmWrites?: readonly { readonly offset: number; readonly octets: string }[];
}

export interface Script {
  readonly nvm: string;
  readonly entropy: readonly (string | null)[];
  readonly steps: readonly Step[];
  /** Absent when nothing was written. */
  readonly nvmAfter?: string;
}

type Answer = Pick<Step, "status" | "statusName" | "reply" | "payload">;

const number = (status: number): Answer => (status < 0 ? { status, statusName: statusName(status) } : { status });
const result = ({ status, frame }: TwinResult): Answer =>
  frame === null ? number(status) : { status, reply: hex(frame) };

/** A station with its host, and the hand that plays steps on it. */
class Player {
  readonly host: MemoryHost;
  readonly #start: (host: TwinHost) => StationLike;
  #station: StationLike;

  constructor(nvm: Uint8Array, entropy: readonly (string | null)[], start: (host: TwinHost) => StationLike) {
    this.host = new MemoryHost(
      nvm,
      entropy.map((octets) => (octets === null ? null : unhex(octets))),
    );
    this.#start = start;
    this.#station = start(this.host);
  }

  /** Does what the step asks and says what came of it. */
  play(ask: Ask): Step {
    this.host.writes = [];
    this.host.unreadable = ask.unreadable ?? null;
    this.host.unwritable = ask.unwritable ?? null;
    const answer = this.#answer(ask);
    const nvmWrites = this.host.writes.map(({ offset, octets }) => ({ offset, octets: hex(octets) }));
    const wrote = nvmWrites.length > 0 ? { nvmWrites } : {};
    return { ...ask, ...answer, state: this.#station.state(), ...wrote };
  }

  #answer(ask: Ask): Answer {
    const station = this.#station;
    switch (ask.call) {
      case "boot":
        return number(station.boot());
      case "setPayload":
        return number(station.setPayload(unhex(ask.reading ?? ""), ask.encrypt ?? 0));
      case "setPayloadLength":
        return number(station.setPayload(ask.length ?? 0, ask.encrypt ?? 0));
      case "receive":
        return result(station.receive(unhex(ask.frame ?? "")));
      case "send":
        return result(station.send());
      case "received":
        return { payload: hex(station.received()) };
      case "triggerData":
        return { payload: hex(station.triggerData()) };
      case "powerLoss":
        this.#station = this.#start(this.host);
        return {};
      case "damage":
        this.host.nvm.set(unhex(ask.octets ?? ""), ask.offset);
        return {};
      case "repeat":
        for (let round = 0; round < (ask.times ?? 0); round++) {
          for (const inner of ask.steps ?? []) {
            assert.equal(this.#answer(inner).status, inner.status, `round ${round}, ${inner.call}`);
          }
        }
        return {};
    }
  }
}

/** Plays asks on the twin and keeps them with their answers. */
export class ScriptRecorder {
  readonly #player: Player;
  readonly #nvm: Uint8Array;
  readonly #entropy: readonly (string | null)[];
  readonly #steps: Step[] = [];

  constructor(nvm: Uint8Array, entropy: readonly (Uint8Array | null)[]) {
    this.#nvm = nvm.slice();
    this.#entropy = entropy.map((octets) => (octets === null ? null : hex(octets)));
    this.#player = new Player(nvm, this.#entropy, (host) => new TwinStation(host));
  }

  play(ask: Ask): Step {
    const step = this.#player.play(ask);
    this.#steps.push(step);
    return step;
  }

  /** NVM as it is now. */
  get nvm(): Uint8Array {
    return this.#player.host.nvm.slice();
  }

  script(): Script {
    const after = equal(this.#nvm, this.nvm) ? {} : { nvmAfter: hex(this.nvm) };
    return { nvm: hex(this.#nvm), entropy: this.#entropy, steps: this.#steps, ...after };
  }
}

/** Plays a script on another station; throws an AssertionError at the first step that answers otherwise. */
export function replay(script: Script, start: (host: TwinHost) => StationLike): void {
  const player = new Player(unhex(script.nvm), script.entropy, start);
  for (const [i, step] of script.steps.entries()) {
    const { status, statusName, reply, payload, state, nvmWrites, ...ask } = step;
    assert.deepEqual(player.play(ask), step, `step ${i}: ${step.call} ${step.note ?? ""}`);
  }
  assert.equal(hex(player.host.nvm), script.nvmAfter ?? script.nvm, "NVM at the end");
}
