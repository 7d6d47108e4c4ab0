/** The link and the clock around a RemoteCell: what a station does while there is no AP. */

import { ApLink, type ApLinkOptions, type ApListener } from "./aplink.ts";
import type { Datagram } from "./datagram.ts";
import { RemoteCell, type RemoteOptions } from "./remotecell.ts";

/** How far a station without an AP's word stays behind real time: no trigger may find it ahead. */
const LAG_s = 0.25;

export interface UdpStationOptions extends Omit<RemoteOptions, "send">, ApLinkOptions {
  /** It lives by the AP's clock alone, and stands still while no AP speaks. */
  readonly fast: boolean;
}

export class UdpStation implements ApListener {
  readonly cell: RemoteCell;
  readonly #link: ApLink;
  readonly #options: UdpStationOptions;
  /** Where the station was when the AP last said anything. */
  #heardAt_s = 0;

  private constructor(link: ApLink, options: UdpStationOptions) {
    this.#link = link;
    this.#options = options;
    this.cell = new RemoteCell({ ...options, send: (datagram) => link.send(datagram) });
  }

  /** @throws what the system says of the AP's address. */
  static async open(options: UdpStationOptions): Promise<UdpStation> {
    const link = await ApLink.open(options);
    const station = new UdpStation(link, options);
    link.start(station);
    return station;
  }

  /** Says goodbye; the station stays as it is. */
  stop(): Promise<void> {
    return this.#link.stop();
  }

  heard(datagram: Datagram): void {
    this.cell.receive(datagram);
    this.#heardAt_s = this.#options.station.t_s;
  }

  silent(silent_s: number, isGone: boolean): void {
    if (isGone) this.cell.over();
    if (!this.#options.fast) this.cell.idle(this.#heardAt_s + silent_s - LAG_s);
  }
}
