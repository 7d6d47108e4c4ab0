/**
 * Devices behind a PaC that is in: an AMP AP carries the EAP of a station, once, while that has power. What comes of it makes the
 * station's key at the key service, and the PaC has it, too, as any authenticator has (RFC 4072).
 *
 * Assumption: the draft has one user a session. Here a CLR in a session whose user is in names a device that is none of the
 * PaC's own; its EAP has no binding to this TLS, as its peer is not an end of it: the 4-way handshake that follows is between
 * those that have the key.
 */

import { toHex } from "../../wire/octets.ts";
import type { ClaBody, ClrBody } from "../session/user.ts";
import { RESULT } from "../wire/codes.ts";
import { DEVICE_ID_TYPE, type DeviceId } from "../wire/deviceid.ts";
import type { Authenticator, UserConversation } from "./authenticator.ts";
import type { Grant } from "./enforcement.ts";
import { identityOf, provenKey, wholeSeconds } from "./phase2.ts";

/** A station that has been authenticated. */
export interface LearnedDevice {
  readonly userName: string;
  /** EUI-48, 6 octets. */
  readonly address: Uint8Array;
  /** 64 octets; the receiver's to copy. */
  readonly msk: Uint8Array;
  /** The PaC that it is behind. */
  readonly by: Grant;
}

export interface DeviceAuthenticator {
  readonly authenticator: Authenticator;
  /** Before the PaC hears of it. false: not that station, or not behind that PaC. */
  learned(device: LearnedDevice): Promise<boolean> | boolean;
}

interface Conversation {
  readonly user: UserConversation;
  /** What comes behind it begins anew. */
  readonly deadline_s: number;
}

/** Of one PaC, at one time; the oldest gives way. */
const CONVERSATIONS_MAX = 64;

export class DevicesBehind {
  readonly #devices: DeviceAuthenticator | undefined;
  readonly #authentication_s: number;
  readonly #now_s: () => number;
  /** By EUI-48, the oldest first. */
  readonly #conversations = new Map<string, Conversation>();

  /** `authentication_s`: how long one may take. */
  constructor(devices: DeviceAuthenticator | undefined, authentication_s: number, now_s: () => number) {
    this.#devices = devices;
    this.#authentication_s = authentication_s;
    this.#now_s = now_s;
  }

  async next({ userName, deviceIds, eap }: ClrBody, by: Grant): Promise<ClaBody> {
    const address = addressOf(deviceIds, by);
    if (!this.#devices || !address) return { resultCode: RESULT.authorizationRejected, errorMessage: "no such device" };
    const key = toHex(address);
    const known = this.#conversations.get(key);
    if (known && known.deadline_s <= this.#now_s()) this.#end(key);
    const { user, deadline_s } = this.#conversations.get(key) ?? this.#begin(key, address);
    const step = await user.next(eap ?? identityOf(userName));
    if (step.result === "continue") {
      const multiRoundTimeOut_s = wholeSeconds(deadline_s - this.#now_s());
      return { resultCode: RESULT.multiRoundAuth, eap: step.packet, multiRoundTimeOut_s };
    }
    this.#end(key);
    if (step.result === "failure") return { resultCode: RESULT.authenticationRejected, eap: step.packet };
    const msk = provenKey(step, userName);
    if (typeof msk === "string") return { resultCode: RESULT.authenticationRejected };
    let isLearned = false;
    try {
      isLearned = await this.#devices.learned({ userName, address, msk, by });
    } finally {
      if (!isLearned) msk.fill(0);
    }
    if (isLearned) return { resultCode: RESULT.success, eap: step.packet, eapMasterSessionKey: msk };
    return { resultCode: RESULT.authorizationRejected, errorMessage: "not that device here" };
  }

  close(): void {
    for (const key of [...this.#conversations.keys()]) this.#end(key);
  }

  #begin(key: string, address: Uint8Array): Conversation {
    const user = (this.#devices as DeviceAuthenticator).authenticator.begin(address);
    const conversation = { user, deadline_s: this.#now_s() + this.#authentication_s };
    this.#conversations.set(key, conversation);
    const [oldest] = this.#conversations.keys();
    if (this.#conversations.size > CONVERSATIONS_MAX) this.#end(oldest);
    return conversation;
  }

  #end(key: string): void {
    this.#conversations.get(key)?.user.close();
    this.#conversations.delete(key);
  }
}

/** The one EUI-48 that a station has, and that is not the PaC's. */
function addressOf(deviceIds: readonly DeviceId[], by: Grant): Uint8Array | undefined {
  const [only, ...others] = deviceIds;
  if (others.length > 0 || only?.type !== DEVICE_ID_TYPE.eui48) return undefined;
  const isOwn = by.deviceIds.some(({ type, value }) => type === only.type && toHex(value) === toHex(only.value));
  return isOwn ? undefined : only.value;
}
