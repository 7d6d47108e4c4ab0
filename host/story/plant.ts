/**
 * Who is in the story beside the station: a network with its PAA and its key service, and two access points of it. A user that
 * the PAA has let in is an access point that the key service serves (004-S7); nobody else gets a PMK.
 */

import { PmkTable } from "../ap/pmks.ts";
import { Withheld } from "../ap/withheld.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { systemClock } from "../datagrams/link.ts";
import { MemoryNetwork } from "../datagrams/memory.ts";
import { EapPeer } from "../eap/peer.ts";
import { EapPskMethod } from "../eap/pskmethod.ts";
import { EapPskServer } from "../eap/pskserver.ts";
import { addressText } from "../keys/address.ts";
import type { ApPort } from "../keys/link.ts";
import { KEY_OCTETS } from "../keys/roots.ts";
import { KeyService } from "../keys/service.ts";
import { MemoryStore } from "../keys/store.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { PmkMemory } from "../rsn/roots.ts";
import { directly } from "../senaa/paa/authenticator.ts";
import type { LearnedDevice } from "../senaa/paa/behind.ts";
import { eui48Of, hostOf } from "../senaa/paa/devices.node.ts";
import type { EnforcementPoint } from "../senaa/paa/enforcement.ts";
import { Paa } from "../senaa/paa/paa.ts";
import { Pac } from "../senaa/pac/pac.ts";
import type { TlsFiles } from "../senaa/site/certify.node.ts";
import { DEVICE_ID_TYPE } from "../senaa/wire/deviceid.ts";
import { PORT } from "../senaa/wire/dictionary.ts";
import type { Streams } from "../sim/streams.ts";
import { equalOctets } from "../wire/octets.ts";
import { senaaNamed } from "./names.ts";
import type { Lane, Teller } from "./telling.ts";

export const AP_LANES = ["AP 1", "AP 2"] as const;
export type ApLane = (typeof AP_LANES)[number];

/** Of both sides of an access point, RSN and AMP: its BSSID and its AA. Locally administered. */
export const AA: Readonly<Record<ApLane, Uint8Array>> = {
  "AP 1": Uint8Array.of(0x02, 0xa0, 0, 0, 0, 1),
  "AP 2": Uint8Array.of(0x02, 0xa0, 0, 0, 0, 2),
};
/** IPv4. Assumption: RFC 1918, and nobody else's. */
export const HOST: Readonly<Record<Exclude<Lane, "station">, string>> = {
  network: "10.0.0.1",
  "AP 1": "10.0.0.2",
  "AP 2": "10.0.0.3",
};
const USER: Readonly<Record<ApLane, string>> = { "AP 1": "ap-1@plant.example", "AP 2": "ap-2@plant.example" };
export const NETWORK_NAME = "paa.plant.example";
export const STATION_NAME = "station@plant.example";
const EAP_PSK_OCTETS = 16;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface PlantOptions {
  readonly streams: Streams;
  readonly teller: Teller;
  /** Of the network: ca.pem, paa.pem, paa.key. */
  readonly certificates: TlsFiles;
  readonly spa: Uint8Array;
  /** What the network knows of the station, 16 octets. */
  readonly stationPsk: Uint8Array;
}

export class Plant {
  readonly store = new MemoryStore();
  readonly service: KeyService;
  /** PMKs of each access point's AMP side. */
  readonly tables: Readonly<Record<ApLane, PmkTable>>;
  readonly pacs: Readonly<Record<ApLane, Pac>>;
  /** What EAP has made with stations, as the network has learned it. */
  readonly pmks = new PmkMemory();
  readonly #options: PlantOptions;
  readonly #network: MemoryNetwork;
  readonly #paa: Paa;
  readonly #ports: Readonly<Record<ApLane, ApPort>>;

  constructor(options: PlantOptions) {
    const { streams, teller, spa, certificates } = options;
    this.#options = options;
    const [random, keys] = [streams("network"), streams("users")];
    const crypto = { ...nodeRsnCrypto, randomBytes: (octets: number) => random.fill(new Uint8Array(octets)) };
    const psks = {
      "AP 1": keys.fill(new Uint8Array(EAP_PSK_OCTETS)),
      "AP 2": keys.fill(new Uint8Array(EAP_PSK_OCTETS)),
    };
    this.#network = new MemoryNetwork({ tap: (from, to, octets) => this.#heard(from, to, octets) });

    const serviceCrypto = { ...nodeCrypto, randomBytes: crypto.randomBytes };
    const master = crypto.randomBytes(KEY_OCTETS);
    const identityOf = (one: Uint8Array) => (equalOctets(one, spa) ? utf8(STATION_NAME) : undefined);
    this.service = new KeyService({ crypto: serviceCrypto, master, store: this.store, identityOf });
    this.service.expect(spa);
    this.tables = { "AP 1": new PmkTable(AA["AP 1"], nodeCrypto), "AP 2": new PmkTable(AA["AP 2"], nodeCrypto) };
    // The next access point is to have the station's key by 802.21 or not at all.
    this.#ports = { "AP 1": this.tables["AP 1"], "AP 2": new Withheld(this.tables["AP 2"], spa, true) };

    const idS = utf8(NETWORK_NAME);
    const keyOf = (name: string) => AP_LANES.map((ap) => (USER[ap] === name ? psks[ap] : undefined)).find(Boolean);
    const text = (name: Uint8Array) => new TextDecoder().decode(name);
    const users = new EapPskServer({ crypto, idS, keyOf: (name) => keyOf(text(name)) });
    const stations = new EapPskServer({
      crypto,
      idS,
      keyOf: (name) => (text(name) === STATION_NAME ? options.stationPsk : undefined),
    });
    const paaAt = `${HOST.network}:${PORT.paaTls}`;
    this.#paa = new Paa({
      link: this.#network.link(paaAt),
      clock: systemClock,
      crypto,
      tls: certificates,
      authenticator: directly(users),
      enforcement: this.#gate(),
      devices: { authenticator: directly(stations), learned: (device) => this.#learns(device) },
      identity: NETWORK_NAME,
      onEvent: (event) => teller.says("network", event),
    });
    const pac = (lane: ApLane): Pac => {
      const identity = utf8(USER[lane]);
      const ipv4 = Uint8Array.from(HOST[lane].split(".").map(Number));
      return new Pac({
        link: this.#network.link(`${HOST[lane]}:${PORT.pacTls}`),
        clock: systemClock,
        crypto,
        paa: paaAt,
        tls: { ca: certificates.ca, serverName: NETWORK_NAME },
        userName: USER[lane],
        deviceIds: [
          { type: DEVICE_ID_TYPE.eui48, value: AA[lane] },
          { type: DEVICE_ID_TYPE.ipv4, value: ipv4 },
        ],
        eap: () => new EapPeer({ identity, methods: [new EapPskMethod({ crypto, identity, psk: psks[lane] })] }),
        onEvent: (event) => teller.says(lane, event),
      });
    };
    this.pacs = { "AP 1": pac("AP 1"), "AP 2": pac("AP 2") };
  }

  isServed(lane: ApLane): boolean {
    return this.service.isAuthorised(AA[lane]);
  }

  close(): void {
    for (const lane of AP_LANES) this.pacs[lane].close();
    this.#paa.close();
    this.#network.close();
  }

  #gate(): EnforcementPoint {
    const laneOf = (userName: string) => AP_LANES.find((lane) => USER[lane] === userName);
    return {
      admit: ({ userName, deviceIds }) => {
        const lane = laneOf(userName);
        if (lane === undefined || !equalOctets(eui48Of(deviceIds), AA[lane])) return false;
        this.service.serve(this.#ports[lane]);
        this.#options.teller.says("network", `the key service serves ${lane}, ${addressText(AA[lane])}, from now on`);
        return true;
      },
      remove: ({ userName }) => {
        const lane = laneOf(userName);
        if (lane === undefined || !this.isServed(lane)) return;
        this.service.dismiss(AA[lane]);
        this.#options.teller.says("network", `the key service serves ${lane} no more`);
      },
    };
  }

  /** EAP-PSK of the station, behind an access point that is in: its MSK is what the key service makes a root of. */
  #learns({ userName, address, msk, by }: LearnedDevice): boolean {
    const { spa, teller } = this.#options;
    if (userName !== STATION_NAME || !equalOctets(address, spa)) return false;
    this.pmks.keep(spa, { msk, identity: utf8(userName) });
    teller.says("network", `${userName} has proven itself behind ${by.userName}: the MSK is here`);
    return true;
  }

  #heard(from: string, to: string, octets: Uint8Array): undefined {
    const laneOf = (address: string): Lane => {
      const host = hostOf(address);
      return AP_LANES.find((lane) => HOST[lane] === host) ?? "network";
    };
    const ends = { from, to };
    const named = senaaNamed(octets);
    this.#options.teller.message({ way: "SeNAA", from: laneOf(from), to: laneOf(to), ...named, octets, ends });
    return undefined;
  }
}
