/*
 * The AP as a cell sees it: what it triggers, how it delivers, and what of that an observer hears.
 */
import type { AccessPoint, Received, TriggerRequest } from "../ap/accesspoint.ts";
import { addressKey } from "../keys/address.ts";
import type { Observer, Receipt } from "../observer/observer.ts";
import { compareOctets } from "../wire/octets.ts";
import type { CellAp } from "./cell.ts";
import type { Plan } from "./plan.ts";
import type { Station } from "./station.ts";
import type { Stream } from "./streams.ts";

const NOTHING = new Uint8Array(0);

export interface ApPortOptions {
  readonly ap: AccessPoint;
  readonly plan: Plan;
  readonly observer: Observer;
  /** All of the AP's. */
  readonly stations: readonly Station[];
  /** Each trigger is for one of the stations of its channel, in turn; else for all. */
  readonly stationsOf?: (channel: number) => readonly Station[];
  /** Whom the trigger that is due asks, in place of either; undefined: as ever. */
  readonly requestFor?: () => Pick<TriggerRequest, "to" | "handover"> | undefined;
  readonly triggerData_octets: number;
  readonly confirmData_octets: number;
  /** What the AP has to say. */
  readonly words: Stream;
}

export class ApPort implements CellAp {
  /** Readings taken, by station, and in sum; readings of Data frames; proofs of roots. */
  readonly taken: number[];
  dataTaken = 0;
  proofs = 0;
  readonly #options: ApPortOptions;
  readonly #byAddress = new Map<number, Station>();
  readonly #triggerData = new Map<number, Uint8Array>();
  /** The last M2 of each station that was taken, and its M3. */
  readonly #answered = new Map<Station, { readonly m2: Uint8Array; readonly receipt: Receipt }>();

  constructor(options: ApPortOptions) {
    this.#options = options;
    this.taken = options.stations.map(() => 0);
    for (const station of options.stations) this.#byAddress.set(addressKey(station.spa), station);
  }

  /** One more of the AP's; its number is the next. */
  join(station: Station): void {
    this.taken[station.index] = 0;
    this.#byAddress.set(addressKey(station.spa), station);
  }

  /** One that has gone is not kept for what it once sent. */
  leave(station: Station): void {
    const key = addressKey(station.spa);
    if (this.#byAddress.get(key) === station) this.#byAddress.delete(key);
    this.#answered.delete(station);
  }

  trigger(channel: number, turn: number, now_s: number): Uint8Array {
    const { ap, plan, stationsOf, triggerData_octets, words } = this.#options;
    const listed = stationsOf?.(channel);
    // Whose stations have all gone asks whoever is there.
    const stations = listed && listed.length > 0 ? listed : undefined;
    const data = triggerData_octets > 0 ? words.fill(new Uint8Array(triggerData_octets)) : NOTHING;
    this.#triggerData.set(channel, data);
    const to = stations ? stations[turn % stations.length].spa : "broadcast";
    const request = this.#options.requestFor?.() ?? { to };
    return ap.trigger(channel, { ...request, profile: plan.profile, data, ...plan.info }, now_s);
  }

  repeat(channel: number, now_s: number): Uint8Array | undefined {
    return this.#options.ap.repeat(channel, now_s);
  }

  receive(channel: number, frame: Uint8Array, now_s: number): { received: Received; m3?: Uint8Array } {
    const received = this.#options.ap.receive(channel, frame, now_s);
    switch (received.kind) {
      case "reading":
        return { received, m3: this.#deliver(channel, frame, received, now_s) };
      case "again":
        this.#again(frame, received.m3);
        return { received, m3: received.m3 };
      case "data":
        this.dataTaken++;
        this.#options.observer.dataTaken(this.#stationAt(received.spa), frame, received.payload);
        break;
      case "proof":
        this.proofs++;
        break;
    }
    return { received };
  }

  #stationAt(spa: Uint8Array): Station {
    const station = this.#byAddress.get(addressKey(spa));
    if (!station) throw new Error("something was taken of a station that there is not");
    return station;
  }

  /** The same M2 brought the same M3, or so it should. */
  #again(m2: Uint8Array, m3: Uint8Array): void {
    for (const [station, last] of this.#answered) {
      if (compareOctets(last.m2, m2) === 0)
        this.#options.observer.answered(station, m2, { ...last.receipt, octets: m3 });
    }
  }

  /** In memory a reading is durable at once. */
  #deliver(channel: number, m2: Uint8Array, { reading }: Received & { kind: "reading" }, now_s: number) {
    const { observer, confirmData_octets, words } = this.#options;
    const station = this.#stationAt(reading.spa);
    observer.taken(station, m2, reading.payload);
    this.taken[station.index]++;
    observer.delivered(station, m2);
    const dlData = confirmData_octets > 0 ? words.fill(new Uint8Array(confirmData_octets)) : NOTHING;
    const confirmation = reading.delivered(now_s, dlData);
    if (!confirmation) return undefined;
    const triggerData = this.#triggerData.get(channel) ?? NOTHING;
    const carried = confirmation.carries === "data" ? dlData : NOTHING;
    const receipt = { octets: confirmation.m3, dlData: carried, triggerData };
    observer.answered(station, m2, receipt);
    this.#answered.set(station, { m2, receipt });
    return confirmation.m3;
  }
}
