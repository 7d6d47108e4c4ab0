/**
 * A PAA's enforcement point at the key service: an access point that is in is authorised there, and dismissed when its last
 * session is over. The service's list outlives this process: whoever is in it since before, and is not in again when the sessions
 * of before are over, is dismissed.
 */

import type { Clock } from "../../datagrams/link.ts";
import { addressText } from "../../keys/address.ts";
import { ask, type Done, type Request } from "../../keys/remote/administration.ts";
import { toHex } from "../../wire/octets.ts";
import type { LearnedDevice } from "../paa/behind.ts";
import type { EnforcementPoint, Grant } from "../paa/enforcement.ts";
import { DEVICE_ID_TYPE } from "../wire/deviceid.ts";

export interface GateOptions {
  /** Of access points, by user name: the EUI-48 that each has. */
  readonly users: ReadonlyMap<string, Uint8Array>;
  readonly stations: ReadonlyMap<string, Uint8Array>;
  /** control.sock of the key service; undefined: whoever is in is only told. */
  readonly control: string | undefined;
  readonly clock: Clock;
  /** When every session of a process before this one is over, s from now. */
  readonly before_s: number;
  readonly tell: (event: string) => void;
}

/** A key service that does not run is asked again. */
const RETRY_ms = 2000;
/** Of the MSK, what becomes a root. */
const ROOT_OCTETS = 32;

export class Gate implements EnforcementPoint {
  readonly #options: GateOptions;
  /** Sessions by EUI-48. */
  readonly #sessions = new Map<string, number>();
  readonly #timers = new Set<() => void>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: GateOptions) {
    this.#options = options;
    if (options.control === undefined) return;
    this.#after(1000 * options.before_s, () => {
      for (const aa of options.users.values()) if (!this.#sessions.has(toHex(aa))) this.#dismiss(aa);
    });
  }

  async admit({ userName, deviceIds }: Grant): Promise<boolean> {
    const aa = this.#options.users.get(userName);
    const isNamed =
      aa && deviceIds.some(({ type, value }) => type === DEVICE_ID_TYPE.eui48 && toHex(value) === toHex(aa));
    if (!aa || !isNamed) return this.#no(`${userName} is no access point of the file with that address`);
    const key = toHex(aa);
    this.#sessions.set(key, (this.#sessions.get(key) ?? 0) + 1);
    const said = await this.#asked({ action: "authorise", aa: key }, "is authorised");
    if (said === true) return true;
    this.#leaves(key);
    return this.#no(`${userName} is not let in: ${said}`);
  }

  remove({ userName }: Grant): void {
    const aa = this.#options.users.get(userName);
    if (aa && this.#leaves(toHex(aa))) this.#dismiss(aa);
  }

  /** A station behind an access point: its root at the key service. */
  async learned({ userName, address, msk, by }: LearnedDevice): Promise<boolean> {
    const own = this.#options.stations.get(userName);
    if (!own || toHex(own) !== toHex(address))
      return this.#no(`${userName} is no station of the file with that address`);
    const root = toHex(msk.subarray(0, ROOT_OCTETS));
    const said = await this.#asked({ action: "add", spa: toHex(address), root, origin: "senaa" }, "has its root");
    return said === true || this.#no(`${userName} behind ${by.userName} is not enrolled: ${said}`);
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
  }

  /** Is it the last session of that address? */
  #leaves(key: string): boolean {
    const left = (this.#sessions.get(key) ?? 1) - 1;
    if (left > 0) this.#sessions.set(key, left);
    else this.#sessions.delete(key);
    return left <= 0;
  }

  #dismiss(aa: Uint8Array): void {
    void this.#asked({ action: "dismiss", aa: toHex(aa) }, "is dismissed", () => !this.#sessions.has(toHex(aa))).then(
      (said) => {
        if (said !== SILENT) return;
        this.#no(`${addressText(aa)} is to be dismissed, and ${SILENT}: it is asked again`);
        this.#after(RETRY_ms, () => this.#dismiss(aa));
      },
    );
  }

  /** One after the other, so that the last word counts. A string: why not. */
  #asked(request: Request, what: string, isWanted = (): boolean => true): Promise<true | string> {
    const { control, tell } = this.#options;
    const asks = async (): Promise<true | string> => {
      if (!isWanted()) return true;
      if (control === undefined) return request.action !== "add" || "the file names no key service";
      let done: Done | undefined;
      try {
        done = await ask(control, request);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        // By the process before this one.
        return request.action === "authorise" && error.message.endsWith("is authorised already") ? true : error.message;
      }
      if (done === undefined) return SILENT;
      tell(`at the key service ${done.aa ?? done.spa} ${what}`);
      return true;
    };
    const said = this.#last.then(asks);
    this.#last = said.catch(() => {});
    return said;
  }

  #no(event: string): false {
    this.#options.tell(event);
    return false;
  }

  #after(delay_ms: number, then: () => void): void {
    const cancel = this.#options.clock.after(delay_ms, () => {
      this.#timers.delete(cancel);
      then();
    });
    this.#timers.add(cancel);
  }
}

const SILENT = "the key service does not run";
