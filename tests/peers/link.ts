/** The air between a station and a hostapd without a radio: MPDUs of the station on one side, control commands on the other. */

import { ETHERTYPE, emitMsdu, parseMsdu } from "../../host/rsn/frames/llc.ts";
import {
  CAPABILITIES_PRIVATE_ESS,
  emitAssociationResponse,
  emitAuthentication,
  emitBeacon,
} from "../../host/rsn/frames/management.ts";
import { broadcastAddress, emitMpdu, FLAG, type Kind, type Mpdu, parseMpdu } from "../../host/rsn/frames/mpdu.ts";
import { AKM_SUITE, CIPHER, emitRsne } from "../../host/rsn/frames/rsne.ts";
import { ccmpHeaderOf, ccmpOpen } from "../../host/rsn/keys/ccmp.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import type { RsnPeer } from "../../host/rsn/peer.ts";
import { concat, hex, toHex } from "../support/hex.ts";
import type { Hostapd } from "./hostapd.ts";

/** What driver=none has for an address. */
export const HOSTAPD_AA = hex("00 00 00 00 00 00");
export const SSID = "ampnet";
const EVENT_WITHIN_ms = 5000;
const RATES = hex("82 84 8b 96");
/** Subtypes, as MGMT_TX_STATUS_PROCESS wants them. */
const STYPE = { "Association Response": 1, Authentication: 11 } as const;

/** The RSNE that this configuration makes hostapd announce; M3 repeats hostapd's own, so a wrong one is found out. */
export function hostapdRsne(akms: readonly number[]): Uint8Array {
  return emitRsne({ group: CIPHER.CCMP, pairwise: [CIPHER.CCMP], akms, capabilities: 0, pmkids: [] });
}

export const PSK_RSNE = hostapdRsne([AKM_SUITE.PSK, AKM_SUITE["PSK-SHA256"]]);

export class Link {
  readonly #hostapd: Hostapd;
  readonly #station: RsnPeer;
  readonly #spa: Uint8Array;
  /** Every frame to the station, for captures and for sending again. */
  readonly down: Uint8Array[] = [];
  /** What the station made of each. */
  readonly statuses: number[] = [];
  /** Every frame of the station. */
  readonly up: Uint8Array[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(hostapd: Hostapd, station: RsnPeer, spa: Uint8Array) {
    this.#hostapd = hostapd;
    this.#station = station;
    this.#spa = spa;
    hostapd.onEvent((event) => {
      const [name, to, octets] = event.split(" ");
      if (name !== "EAPOL-TX" || to !== this.address) return;
      this.#last = this.#last.then(() => this.#eapolDown(hex(octets)));
    });
  }

  get address(): string {
    return (toHex(this.#spa).match(/../g) ?? []).join(":");
  }

  /** Beacon, authentication and association; EAPOL then goes to and fro by itself. */
  async associate(rsne: Uint8Array): Promise<void> {
    await this.managementUp(await this.request(rsne));
    const answers = new RegExp(`STA ${this.address} .*association OK \\(aid (\\d+)\\)`, "g");
    await this.#hostapd.logged(answers);
    const aid = Number([...this.#hostapd.log.matchAll(answers)].at(-1)?.[1]);
    const response = { capabilities: CAPABILITIES_PRIVATE_ESS, status: 0, aid, elements: [] };
    await this.#mgmtDown("Association Response", emitAssociationResponse(response));
  }

  /** Beacon and authentication: the station's Association Request, for associate() or for damage. */
  async request(rsne: Uint8Array): Promise<Uint8Array> {
    await this.#hostapd.succeed("SET ext_mgmt_frame_handling 1");
    await this.#hostapd.succeed("SET ext_eapol_frame_io 1");
    this.#deliver(this.#frame("Beacon", beaconBody(rsne)));
    const { frame, status } = this.#station.start();
    if (frame === undefined) throw new Error(`the station does not start: ${status}`);
    await this.managementUp(frame);
    const [, auth] = await this.#hostapd.logged(new RegExp(`authentication reply: STA=${this.address} .*resp=(\\d+)`));
    const authentication = emitAuthentication({ algorithm: 0, transaction: 2, status: Number(auth) });
    const request = await this.#mgmtDown("Authentication", authentication);
    if (request === undefined) throw new Error("the station has no Association Request");
    return request;
  }

  /** Resolves when hostapd has said that event of this station so many times, and the station has answered all before. */
  async event(name: string, times = 1): Promise<void> {
    const end_ms = Date.now() + EVENT_WITHIN_ms;
    const isIt = (event: string): boolean => event.startsWith(`${name} ${this.address}`);
    // The log comes by another way than the events: what is read of it has to be there too.
    const logged = `: ${name} ${this.address}`;
    while (this.#hostapd.events.filter(isIt).length < times || this.#hostapd.log.split(logged).length <= times) {
      if (Date.now() > end_ms) throw new Error(`no ${name} of hostapd; its last: ${this.#hostapd.events.slice(-3)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.#last;
  }

  /** The flags of the STA command, "[AUTH][ASSOC][AUTHORIZED]". */
  async flags(): Promise<string> {
    const answer = await this.#hostapd.command(`STA ${this.address}`);
    return /^flags=(.*)$/m.exec(answer)?.[1] ?? `no such station: ${answer.trim()}`;
  }

  /** The TK that hostapd derived last, from its log. */
  get tk(): Uint8Array | undefined {
    const lines = [...this.#hostapd.log.matchAll(/^WPA: TK - hexdump\(len=16\): ([0-9a-f ]+)$/gm)];
    const last = lines.at(-1);
    return last && hex(last[1]);
  }

  /** A frame to the station once more, as an attacker who recorded it would send it. */
  async again(frame: Uint8Array): Promise<number> {
    await this.#last;
    const { status, frame: answer } = this.#station.receive(frame);
    if (answer) await this.#eapolUp(answer);
    return status;
  }

  #deliver(frame: Uint8Array): Uint8Array | undefined {
    this.down.push(frame);
    const { status, frame: answer } = this.#station.receive(frame);
    this.statuses.push(status);
    return answer;
  }

  /** A Management frame to hostapd. */
  async managementUp(frame: Uint8Array): Promise<void> {
    this.up.push(frame);
    await this.#hostapd.succeed(`MGMT_RX_PROCESS freq=2412 datarate=0 ssi_signal=-30 frame=${toHex(frame)}`);
  }

  /** A frame that hostapd believes to have sent: first its acknowledgement, then the station has it. */
  async #mgmtDown(kind: keyof typeof STYPE, body: Uint8Array): Promise<Uint8Array | undefined> {
    const frame = this.#frame(kind, body);
    const answer = this.#deliver(frame);
    await this.#hostapd.succeed(`MGMT_TX_STATUS_PROCESS stype=${STYPE[kind]} ok=1 buf=${toHex(frame)}`);
    return answer;
  }

  async #eapolDown(pdu: Uint8Array): Promise<void> {
    const answer = this.#deliver(this.#frame("Data", emitMsdu({ etherType: ETHERTYPE.eapol, data: pdu })));
    if (answer) await this.#eapolUp(answer);
  }

  async #eapolUp(frame: Uint8Array): Promise<void> {
    this.up.push(frame);
    const mpdu = parseMpdu(frame);
    if (typeof mpdu === "string") throw new Error(`the station sends what is no MPDU: ${mpdu}`);
    const msdu = parseMsdu(mpdu.flags & FLAG.protected ? this.#opened(mpdu) : mpdu.body);
    if (typeof msdu === "string") throw new Error(`the station sends what is no MSDU: ${msdu}`);
    await this.#hostapd.succeed(`EAPOL_RX ${this.address} ${toHex(msdu.data)}`);
  }

  /** What the AP's driver would do, under the key that hostapd gives it. */
  #opened(mpdu: Mpdu): Uint8Array {
    const header = ccmpHeaderOf(mpdu);
    const { tk } = this;
    const msdu = typeof header === "string" || !tk ? null : ccmpOpen(nodeRsnCrypto, tk, header, mpdu);
    if (msdu === null) throw new Error("a frame of the station is not protected under the TK of hostapd");
    return msdu;
  }

  #frame(kind: Kind, body: Uint8Array): Uint8Array {
    const a1 = kind === "Beacon" ? broadcastAddress() : this.#spa;
    const flags = kind === "Data" ? FLAG.fromDs : 0;
    return emitMpdu({ kind, flags, a1, a2: HOSTAPD_AA, a3: HOSTAPD_AA, sequence: 0x0010, body });
  }
}

function beaconBody(rsne: Uint8Array): Uint8Array {
  const elements = [
    { id: 0, information: concat(new TextEncoder().encode(SSID)) },
    { id: 1, information: RATES },
    { id: 48, information: rsne },
  ];
  return emitBeacon({ timestamp_us: 0n, interval_TU: 100, capabilities: CAPABILITIES_PRIVATE_ESS, elements });
}
