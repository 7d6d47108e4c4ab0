/**
 * Born, moved, used: two access points enter a network by SeNAA; a station's EAP-PSK is relayed through one of them and makes
 * the root of its AMP side; 802.21 brings its key to the other; and all the while it is read on harvested power, and dies. One
 * key chain from the first octet to the last reading.
 *
 * Assumption: an access point and the key service trust each other, and are in one process here: what they say to each other of
 * roots and PMKs is a call, and no message of the story, as is the device key that the group manager has from the key service.
 * AP 1 has the MSK, as any authenticator has, and the root is its beginning: nothing of this station is secret from AP 1, the key
 * that 802.21 brings under remedy 2 included.
 *
 * The same seed, scenario and scheme give the same story, but for what Node's TLS draws, and the signatures of the group
 * manager: certificates, session keys, octets of SeNAA and of 802.21's group key blocks.
 */

import { createHash } from "node:crypto";
import { nodeCrypto } from "../crypto/node.ts";
import type { Scheme } from "../mih/schemes/scheme.ts";
import { certified } from "../senaa/site/certify.node.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { streamsOf } from "../sim/streams.ts";
import { type Materials, spaOf } from "../sim/world.ts";
import { toHex } from "../wire/octets.ts";
import { commissioned } from "./commissioning.ts";
import type { Failed, Lived } from "./lived.ts";
import { lived } from "./living.ts";
import { AP_LANES, NETWORK_NAME, Plant } from "./plant.ts";
import { inOrder, type Remark, type Rung, Teller } from "./telling.ts";

const PSK_OCTETS = 16;
/** The station of a story, as the simulator numbers it. */
export const SPA: Uint8Array = spaOf(0);

export interface StoryOptions {
  readonly scheme: Scheme;
  /** Of one station, which roams. */
  readonly scenario: Scenario;
  readonly materials: Materials;
  /** The RSN station. */
  readonly rsn: Uint8Array;
  /** The station's key of EAP-PSK, 16 octets; drawn from the seed if left out. */
  readonly psk?: Uint8Array;
  /** The station has another than the network knows. */
  readonly isWrong?: boolean;
  /** Hears how far the station's own time is, s. */
  readonly onProgress?: (at_s: number) => void;
}

export interface Story {
  readonly scheme: Scheme;
  readonly scenario: Scenario;
  readonly rungs: readonly Rung[];
  readonly remarks: readonly Remark[];
  readonly lived: Lived | undefined;
  /** SHA-256 of the root that EAP made, its first 8 octets in hexadecimal: tells two apart and gives none away. */
  readonly rootPrint: string | undefined;
  /** Access points that the key service serves when all is over; none in a story that went well. */
  readonly served: readonly string[];
  /** Where it ended before its end, and why. */
  readonly ended: Failed | undefined;
}

/** @throws ScenarioError, EnergyError or SiteError, one sentence each. */
export async function story(options: StoryOptions): Promise<Story> {
  const { scheme, scenario, psk: given, isWrong = false } = options;
  const streams = streamsOf(nodeCrypto, scenario.seed);
  const teller = new Teller();
  const keys = streams("EAP-PSK of the station");
  const [drawn, other] = [keys.fill(new Uint8Array(PSK_OCTETS)), keys.fill(new Uint8Array(PSK_OCTETS))];
  const psk = given ?? drawn;
  const plant = new Plant({ streams, teller, certificates: certified(NETWORK_NAME), spa: SPA, stationPsk: psk });
  let life: Lived | undefined;
  const told = (reason?: string): Story => ({
    scheme,
    scenario,
    rungs: teller.rungs.toSorted(inOrder),
    remarks: teller.remarks.toSorted(inOrder),
    lived: life,
    rootPrint: rootPrintOf(plant),
    served: AP_LANES.filter((lane) => plant.isServed(lane)),
    ended: reason === undefined ? undefined : { chapter: teller.chapter, reason },
  });
  try {
    teller.begins("the access points enter");
    for (const lane of AP_LANES) {
      const entered = await plant.pacs[lane].enter();
      if (typeof entered === "string") return told(`${lane} did not enter: ${entered}`);
    }
    teller.begins("the station is born");
    const { rsn, materials, onProgress } = options;
    const born = await commissioned({ plant, teller, streams, module: rsn, spa: SPA, psk: isWrong ? other : psk });
    if (born.record === undefined) return told(born.reason);
    life = await lived({ plant, teller, scheme, scenario, materials, record: born.record, onProgress });
    if (life.failed) return { ...told(), ended: life.failed };
    teller.clock(undefined);
    teller.begins("the access points leave");
    for (const lane of AP_LANES) await plant.pacs[lane].leave();
    return told();
  } finally {
    plant.close();
  }
}

function rootPrintOf({ store }: Plant): string | undefined {
  const [device] = store.load().devices;
  return device && toHex(createHash("sha256").update(device.root).digest().subarray(0, 8));
}
