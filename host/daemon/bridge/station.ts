/** A bridge between an AP's UDP and one device: the link, the cell and the device's lives put together. */

import { ApLink, type ApLinkOptions, type ApListener } from "../aplink.ts";
import type { Datagram } from "../datagram.ts";
import { steady_s } from "../udpap.ts";
import { BridgeCell, type BridgeCellOptions } from "./cell.ts";
import { Lives } from "./lives.ts";
import { BridgeTally } from "./tally.ts";

/** A time that the device was up. */
export interface BridgedLife {
  /** From 1. */
  readonly life: number;
  /** Real seconds since the bridge began. */
  readonly up_s: number;
  readonly down_s: number;
  readonly why: string;
  readonly m1Heard: number;
  readonly m2Sent: number;
  readonly confirmed: number;
}

type OfTheCell =
  | "channel"
  | "device"
  | "id"
  | "index"
  | "reading"
  | "dataFrames"
  | "power_dBm"
  | "waitMax_s"
  | "random";

export interface BridgedStationOptions
  extends Pick<BridgeCellOptions, OfTheCell | "onConfirmed" | "onStrange">,
    Omit<ApLinkOptions, "beforeSend"> {
  readonly onLife: (life: BridgedLife) => void;
  /** The device is up, or why it is not. */
  readonly onDevice: (isUp: boolean, why: string) => void;
}

export class BridgedStation implements ApListener {
  readonly tally = new BridgeTally();
  readonly #link: ApLink;
  readonly #cell: BridgeCell;
  readonly #lives: Lives;
  readonly #from_s = steady_s();

  private constructor(link: ApLink, options: BridgedStationOptions) {
    const { tally } = this;
    const { device, onLife, onDevice } = options;
    const onFailure = (error: unknown): void => link.fail(error);
    let since = { m1Heard: 0, m2Sent: 0, confirmed: 0 };
    this.#link = link;
    this.#lives = new Lives({
      device,
      now_s: () => this.t_s,
      onFailure,
      onTrouble: (why) => onDevice(false, why),
      onUp: async (station) => {
        await this.#cell.sample(station);
        tally.lives++;
        const { m1Heard, m2Sent, confirmed } = tally;
        since = { m1Heard, m2Sent, confirmed };
        onDevice(true, "");
      },
      onDown: (up_s, why) => {
        const m1Heard = tally.m1Heard - since.m1Heard;
        const m2Sent = tally.m2Sent - since.m2Sent;
        const confirmed = tally.confirmed - since.confirmed;
        onLife({ life: tally.lives, up_s, down_s: this.t_s, why, m1Heard, m2Sent, confirmed });
      },
      onDeath: (why) => {
        tally.deaths++;
        onDevice(false, why);
      },
    });
    const send = (datagram: Datagram): void => link.send(datagram);
    this.#cell = new BridgeCell({ ...options, lives: this.#lives, tally, send, onFailure });
  }

  /** @throws what the system says of the AP's address; McuError when the device cannot be powered. */
  static async open(options: BridgedStationOptions): Promise<BridgedStation> {
    // What the device has written is flushed by the cell, when it says something: a hello says nothing of it.
    const link = await ApLink.open({ ...options, beforeSend: () => {} });
    const station = new BridgedStation(link, options);
    try {
      await station.#lives.start();
    } catch (error) {
      await station.stop();
      throw error;
    }
    link.start(station);
    return station;
  }

  /** Real seconds since it began. */
  get t_s(): number {
    return steady_s() - this.#from_s;
  }

  /** Octets of the device's that belonged to no answer. */
  get garbage_octets(): number {
    return this.#lives.garbage_octets;
  }

  /** Says goodbye, and switches the device off. */
  async stop(): Promise<void> {
    await this.#link.stop();
    await this.#lives.stop();
  }

  heard(datagram: Datagram): void {
    this.#cell.receive(datagram);
  }

  /** It has no clock of its own: without an AP nothing passes for it. */
  silent(): void {}
}
