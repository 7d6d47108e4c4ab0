/** The real station of one claim: a wpa_supplicant in the guest, our APs that it meets, and what can be asked of it. */

import assert from "node:assert/strict";
import { steady_s } from "../../../host/radius/udp.node.ts";
import type { Mode } from "../../../host/rsn/ap/handshake.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { EAPOL_TYPE } from "../../../host/rsn/frames/eapol.ts";
import { ETHERNET_HEADER_OCTETS, emitEthernet } from "../../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "../../../host/rsn/frames/llc.ts";
import { FLAG, HEADER_OCTETS, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { type Akm, suiteOf } from "../../../host/rsn/keys/suites.ts";
import { concat, equalOctets, readBe16, toHex } from "../../../host/wire/octets.ts";
import { KEY, OTHER_KEY, serverOf } from "../../rsn/eap/conversation.ts";
import { colons } from "../logs.ts";
import { AP_ADDRESS, FREQUENCY_MHz, type Guest, STATION_ADDRESS, STATION_IP, TARGET_ADDRESS } from "./guest.ts";
import type { OnAir, Radio } from "./radio.ts";

const SSID = "ampnet";
const PSK = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 5);
const AP_IP = Uint8Array.of(10, 9, 9, 1);
const WITHIN_ms = 20_000;
const CONTROL = "/run/wpa";

/** A key that the AP has, or one with a wrong bit in it. */
export type Key = "right" | "wrong";

const KEY_MANAGEMENT = { 1: "WPA-EAP", 2: "WPA-PSK", 5: "WPA-EAP-SHA256", 6: "WPA-PSK-SHA256" } as const;
const confName = (akm: Akm, key: Key): string => `etc/${akm}-${key}.conf`;

function confOf(akm: Akm, key: Key): string {
  const wrongPsk = PSK.map((octet, i) => (i === 31 ? octet ^ 1 : octet));
  const credentials = suiteOf(akm).eap
    ? ["eap=PSK", 'identity="psk.user"', `password=${toHex(key === "right" ? KEY : OTHER_KEY)}`]
    : [`psk=${toHex(key === "right" ? PSK : wrongPsk)}`];
  const network = [`ssid="${SSID}"`, `scan_freq=${FREQUENCY_MHz}`, `key_mgmt=${KEY_MANAGEMENT[akm]}`, ...credentials];
  const suites = ["proto=RSN", "pairwise=CCMP", "group=CCMP", `bssid=${colons(AP_ADDRESS)}`];
  return [`ctrl_interface=${CONTROL}`, "network={", ...network, ...suites, "}", ""].join("\n");
}

/** A configuration for each AKM, by its path in the guest. */
export const FILES: Readonly<Record<string, string>> = Object.fromEntries(
  ([1, 2, 5, 6] as const).flatMap((akm) =>
    (["right", "wrong"] as const).map((key) => [confName(akm, key), confOf(akm, key)]),
  ),
);

interface StartOptions {
  /** The station's. */
  readonly key?: Key;
  /** Our AP's. */
  readonly mode?: Mode;
  /** false: that MPDU of the station is lost. */
  readonly passes?: (octets: Uint8Array) => boolean;
}

export class Station {
  readonly #guest: Guest;
  readonly #radio: Radio;
  /** The AP that it associates with first, and the one that it may go to next. */
  ap: RsnAp;
  target: RsnAp;
  readonly #msdus: Uint8Array[] = [];

  constructor(guest: Guest, radio: Radio) {
    this.#guest = guest;
    this.#radio = radio;
    this.ap = apOf(AP_ADDRESS, "rsn");
    this.target = apOf(TARGET_ADDRESS, "rsn");
  }

  /** Both APs go on the air, and the station goes to the first. */
  async start(akm: Akm, { key = "right", mode = "rsn", passes = () => true }: StartOptions = {}): Promise<void> {
    this.ap = apOf(AP_ADDRESS, mode);
    const here = { ap: this.ap, aa: AP_ADDRESS };
    this.#radio.serve([here, { ap: this.target, aa: TARGET_ADDRESS }], (at, { da, octets }) => {
      this.#msdus.push(octets);
      if (equalOctets(da, TARGET_ADDRESS)) this.#distribute(at, octets);
    });
    this.#radio.passes = passes;
    const args = `-Dnl80211 -iwlan0 -c/${confName(akm, key)} -dd -K`;
    this.#guest.type(`wpa_supplicant ${args} > /tmp/wpa.log 2>&1 &`);
    await this.until(async () => (await this.#guest.ask(`ls ${CONTROL}`)).includes("wlan0"), "wpa_supplicant runs");
  }

  /** Ends it, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#radio.serve([], () => {});
    this.#guest.type("killall wpa_supplicant");
    await this.until(async () => !/\d/.test(await this.#guest.ask("pidof wpa_supplicant")), "wpa_supplicant ends");
  }

  /** Waits until that is so. */
  async until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end_ms = Date.now() + WITHIN_ms;
    while (!(await isSo())) {
      if (Date.now() > end_ms) throw new Error(`not within ${WITHIN_ms / 1000} s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The port is open on both sides. */
  async authorized(ap = this.ap): Promise<void> {
    await this.until(() => ap.isAuthorized(STATION_ADDRESS), "the port of our AP is open");
    await this.until(
      async () => (await this.#cli("status")).includes("wpa_state=COMPLETED"),
      "the station is COMPLETED",
    );
  }

  /**
   * Who has the station's IP address? Its kernel answers what it has deciphered, under the pairwise key. The result is the key
   * ID of the request, 12.5.3.2.
   */
  async answersArp(how: "pairwise" | "group", ap = this.ap, aa = AP_ADDRESS): Promise<number> {
    this.#msdus.length = 0;
    const request = concat(Uint8Array.of(0, 1, 8, 0, 6, 4, 0, 1), aa, AP_IP, new Uint8Array(6), STATION_IP);
    const msdu = emitMsdu({ etherType: ETHERTYPE.arp, data: request });
    const mpdu = how === "group" ? ap.broadcast(aa, msdu) : ap.send(STATION_ADDRESS, aa, msdu);
    if (typeof mpdu === "string") throw new Error(`our AP does not send: ${mpdu}`);
    this.#radio.send([mpdu]);
    const isReply = (octets: Uint8Array): boolean => {
      const { etherType, data } = msduOf(octets);
      return etherType === ETHERTYPE.arp && readBe16(data, 6) === 2 && equalOctets(data.slice(8, 14), STATION_ADDRESS);
    };
    await this.until(() => this.#msdus.some(isReply), `an ARP reply to a request under the ${how} key`);
    return mpdu[HEADER_OCTETS + 3] >> 6;
  }

  /** A new GTK, which the station installs. */
  async rekey(): Promise<void> {
    const completed = async (): Promise<number> => (await this.log("Group rekeying completed")).split("\n").length;
    const before = await completed();
    this.#radio.send(this.ap.rekey(steady_s()));
    await this.until(async () => (await completed()) > before, "the station installs the new GTK");
  }

  async #cli(...command: readonly string[]): Promise<string> {
    return this.#guest.ask(`wpa_cli -p ${CONTROL} -i wlan0 ${command.join(" ")}`);
  }

  /** wpa_cli, for what has to be answered with OK. */
  async succeed(...command: readonly string[]): Promise<void> {
    assert.match(await this.#cli(...command), /^OK$/m, command.join(" "));
  }

  /** Pre-authentication with the target AP, to its good end. */
  async preauthenticate(): Promise<void> {
    await this.succeed("preauthenticate", colons(TARGET_ADDRESS));
    const isDone = async (): Promise<boolean> => (await this.log("pre-authentication with")).includes("successfully");
    await this.until(isDone, "pre-authentication is complete");
  }

  /** To another AP while it is associated still: a Reassociation. */
  async roam(aa: Uint8Array): Promise<void> {
    await this.succeed("bssid", "0", colons(aa));
    const hasHeard = async (): Promise<boolean> => (await this.#cli("bss", colons(aa))).includes("bssid=");
    await this.until(hasHeard, "the station has heard the other AP");
    await this.succeed("roam", colons(aa));
  }

  /** Lines of its log with that text. */
  log(text: string): Promise<string> {
    return this.#guest.ask(`grep -F '${text}' /tmp/wpa.log`);
  }

  /** The PMKID that it has with an AP. */
  async pmkid(aa: Uint8Array): Promise<Uint8Array | undefined> {
    const entry = new RegExp(`^\\d+ ${colons(aa)} ([0-9a-f]{32}) `, "m").exec(await this.#cli("pmksa"));
    return entry ? Uint8Array.from(Buffer.from(entry[1], "hex")) : undefined;
  }

  /** How many EAPOL PDUs of that type went over the air in clear. */
  eapolPdus(type: number): number {
    return this.#radio.air.filter((octets) => eapolTypeOf(octets) === type).length;
  }

  /** Is it an EAPOL-Key frame in clear? */
  isKey(octets: Uint8Array): boolean {
    return eapolTypeOf(octets) === EAPOL_TYPE.key;
  }

  /** From here on eapolPdus counts anew. */
  forgetAir(): void {
    this.#radio.air.length = 0;
  }

  /** The wire between our APs: pre-authentication from the station at one to the other, and back. */
  #distribute(at: OnAir, octets: Uint8Array): void {
    const { etherType, data } = msduOf(octets);
    const sent = emitEthernet({ da: TARGET_ADDRESS, sa: STATION_ADDRESS, etherType, data });
    for (const frame of this.target.preauth.receive(sent, steady_s()).frames) {
      const down = emitMsdu({ etherType, data: frame.slice(ETHERNET_HEADER_OCTETS) });
      const mpdu = at.ap.send(STATION_ADDRESS, TARGET_ADDRESS, down);
      if (typeof mpdu !== "string") this.#radio.send([mpdu]);
    }
  }
}

/** An AP of ours with all AKMs, which knows the station, and pre-authenticates. */
function apOf(aa: Uint8Array, mode: Mode): RsnAp {
  const eap = serverOf();
  const ssid = new TextEncoder().encode(SSID);
  return new RsnAp({ crypto: nodeRsnCrypto, aa, ssid, akms: [1, 2, 5, 6], mode, psk: () => PSK, eap, preauth: eap });
}

function msduOf(octets: Uint8Array): { readonly etherType: number; readonly data: Uint8Array } {
  const msdu = parseMsdu(octets);
  return typeof msdu === "string" ? { etherType: 0, data: octets } : msdu;
}

/** undefined: no EAPOL, or protected. */
function eapolTypeOf(octets: Uint8Array): number | undefined {
  const mpdu = parseMpdu(octets);
  if (typeof mpdu === "string" || mpdu.kind !== "Data" || mpdu.flags & FLAG.protected) return undefined;
  const { etherType, data } = msduOf(mpdu.body);
  return etherType === ETHERTYPE.eapol ? data[1] : undefined;
}
