/** A device that is an RSN station and an AMP station, with a NVM that can be cut; see host/rsn/rootscene.ts. */
import assert from "node:assert/strict";
import { builtModule } from "../../../host/build/build.ts";
import type { StationHost } from "../../../host/device/host.ts";
import { Nvm } from "../../../host/device/nvm.ts";
import { associate, SPA } from "../../../host/rsn/pair.ts";
import { RootScene } from "../../../host/rsn/rootscene.ts";
import { loadRsnStation, type RsnStation } from "../../../host/rsn/station/load.ts";
import { BOTH_RECORDS_OCTETS, type RsnAkm } from "../../../host/rsn/station/record.ts";
import { labelled } from "../../vectors/world.ts";

export const PSK = labelled("roots by EAP, PSK", 32);
const RSN_MODULE = new WebAssembly.Module(await builtModule("rsn"));
const AMP_MODULE = new WebAssembly.Module(await builtModule("release"));

export interface RootsBedOptions {
  readonly akm?: RsnAkm;
  /** The device has that root of generation 0, and the key service too; left out: neither has any. */
  readonly psk?: Uint8Array;
  readonly module?: WebAssembly.Module;
}

export class RootsBed extends RootScene {
  readonly nvm: Nvm;
  /** The RSN station of this power cycle. */
  rsn: RsnStation;
  readonly #module: WebAssembly.Module;
  readonly #host: StationHost;

  constructor({ akm = 5, psk, module = RSN_MODULE }: RootsBedOptions = {}) {
    super({ akm, psk, seed: 1 });
    this.#module = module;
    this.nvm = new Nvm(this.image, BOTH_RECORDS_OCTETS);
    this.#host = {
      entropy: this.pair.entropy,
      nvmRead: (offset, into) => this.nvm.nvmRead(offset, into),
      nvmWrite: (offset, octets) => this.nvm.nvmWrite(offset, octets),
    };
    this.rsn = this.restart();
  }

  /** A power cycle of the RSN station; not booted. */
  restart(): RsnStation {
    this.nvm.powerUp();
    this.rsn = loadRsnStation(this.#module, this.#host, { extraExports: true });
    return this.rsn;
  }

  /** From power-up to the open port. */
  associates(): this {
    const { ap } = this.pair;
    assert.equal(this.restart().boot(), 0);
    associate(this.rsn, ap);
    assert.ok(ap.isAuthorized(SPA), "the port is open");
    return this;
  }

  /** PROVE, and all that follows; `onFrame` stands between the AP and the station. Answers how many frames went down. */
  adopts(onFrame: (frame: Uint8Array) => Uint8Array | undefined = (frame) => this.rsn.receive(frame).frame): number {
    let down = this.desk.begin(SPA);
    let frames = 0;
    while (down) {
      frames++;
      const up = onFrame(down);
      const { msdu } = up ? this.pair.ap.receive(up, 0) : {};
      const next = msdu && this.desk.receive(msdu);
      assert.notEqual(next, "other");
      down = next === "other" ? undefined : next;
    }
    return frames;
  }

  /** How an AMP exchange over the same NVM ends, in a power cycle of its own. */
  exchanges(): string {
    this.nvm.powerUp();
    return this.exchange(AMP_MODULE, this.#host).outcome;
  }

  get generation(): number {
    return this.service.progressOf(SPA).generation;
  }
}
