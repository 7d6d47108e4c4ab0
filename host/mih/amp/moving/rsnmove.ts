/**
 * An RSN station on harvested energy that is moved from one AP to the next, both of one SSID and behind one EAP server: it
 * associates anew, with a full EAP-PSK, or with the PMKSA that pre-authentication through the first AP has left.
 */

import { Lossy } from "../../../channel/medium.ts";
import { nodeCrypto } from "../../../crypto/node.ts";
import { Nvm } from "../../../device/nvm.ts";
import { EapPskServer } from "../../../eap/pskserver.ts";
import { Capacitor } from "../../../energy/capacitor.ts";
import { valuesOf } from "../../../energy/profiles/profile.ts";
import { crc32 } from "../../../keys/crc.ts";
import { RsnAp } from "../../../rsn/ap/rsnap.ts";
import { FCS_OCTETS } from "../../../rsn/frames/mpdu.ts";
import { nodeRsnCrypto } from "../../../rsn/keys/crypto.node.ts";
import type { RsnCrypto } from "../../../rsn/keys/crypto.ts";
import { RsnCell } from "../../../rsn/sim/cell.ts";
import { SimulatedRsnStation } from "../../../rsn/sim/station.ts";
import { RsnDevice, rsnSilicon } from "../../../rsn/station/device.ts";
import { type ClientPmksa, PreauthClient } from "../../../rsn/station/preauthclient.ts";
import { encodeRsnRecord, RSN_RECORD_OCTETS } from "../../../rsn/station/record.ts";
import { harvestsOf } from "../../../sim/harvests.ts";
import { Ledger } from "../../../sim/ledger.ts";
import { loadsOf } from "../../../sim/loads.ts";
import { profilesOf } from "../../../sim/profiles.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";
import { streamsOf } from "../../../sim/streams.ts";
import { Supply } from "../../../sim/supply.ts";
import { spaOf } from "../../../sim/world.ts";
import type { Times } from "./ampmove.ts";
import { type Authenticated, authenticated } from "./authentication.ts";
import { CountedAir } from "./counted.ts";
import { type Moved, NO_SIDE, NO_TRAFFIC, type Side, type Way } from "./moved.ts";

const AAS = [Uint8Array.of(0x02, 0xa0, 0, 0, 0, 1), Uint8Array.of(0x02, 0xa0, 0, 0, 0, 2)] as const;
const SSID = new TextEncoder().encode("ampnet");
const IDENTITY = new TextEncoder().encode("station");
const ID_S = new TextEncoder().encode("ampcore");
const AKM = 5;
/** More than any call of the module takes on any weights: 1/16 cycle. */
const LONGEST_CALL = 2 ** 28;
/** Frame Control of a Beacon, first octet. */
const BEACON = 0x80;
/** The PMKSA of a record, docs/RSN.md section 5: AA(6) ‖ AKM ‖ 0 ‖ PMK(32) ‖ PMKID(16) ‖ 0(4) ‖ CRC-32(4). */
const PMKSA = { at: 128, akm: 6, pmk: 8, pmkid: 40, crc: 60, octets: 64 } as const;

export interface RsnMoveOptions {
  readonly scenario: Scenario;
  /** build/rsn.wasm. */
  readonly module: Uint8Array;
  readonly way: Extract<Way, "rsn-eap" | "rsn-preauth">;
  readonly times: Pick<Times, "move_s" | "patience_s">;
}

/** One move. @throws ScenarioError or EnergyError for a scenario that does not fit. */
export function rsnMove({ scenario, module, way, times: { move_s, patience_s } }: RsnMoveOptions): Moved {
  const { stations: given, ap: radio, air: losses, seed } = scenario;
  const profiles = profilesOf(scenario);
  const streams = streamsOf(nodeCrypto, seed);
  const [spa, psk] = [spaOf(0), streams("key").fill(new Uint8Array(16))];
  const random = streams("access points");
  const crypto = { ...nodeRsnCrypto, randomBytes: (size: number) => random.fill(new Uint8Array(size)) };
  const eap = new EapPskServer({ crypto, idS: ID_S, keyOf: () => psk });
  const [from, to] = AAS.map(
    (aa) => new RsnAp({ crypto, aa, ssid: SSID, akms: [AKM], mode: "rsn", eap, preauth: eap }),
  );
  const nvm = new Nvm(encodeRsnRecord({ akm: AKM, spa, ssid: SSID, key: psk, identity: IDENTITY }), RSN_RECORD_OCTETS);
  const capacitor = new Capacitor(valuesOf(profiles.storage), harvestsOf(scenario, streams)(0), given.vStart_V);
  const supply = new Supply(capacitor, new Ledger(), loadsOf(profiles), profiles, LONGEST_CALL);
  const noise = streams("noise");
  const device = new RsnDevice(rsnSilicon(module, profiles.mcu.weights), {
    nvm,
    power: supply,
    entropy: (into) => noise.fill(into).length > 0,
    ram: given.ram,
    random: streams("power failures 0").uniform,
  });
  const { reading_octets } = given;
  const period_s = radio.trigger_period_s;
  const station = new SimulatedRsnStation({ index: 0, spa, device, nvm, supply, reading_octets, period_s });
  let firstBeacon_s: number | undefined;
  const lossy = new Lossy(
    { down: losses.loss_down, up: losses.loss_up },
    { down: streams("loss down 0").uniform, up: streams("loss up 0").uniform },
  );
  const medium = new CountedAir(lossy, ({ octets, from_s }) => {
    if (octets[0] !== BEACON) return { messages: 1, octets: octets.length + FCS_OCTETS };
    if (from_s >= move_s) firstBeacon_s ??= from_s;
    return NO_TRAFFIC;
  });
  const cellOf = (ap: RsnAp, end_s: number): RsnCell =>
    new RsnCell({
      stations: [station],
      ap,
      medium,
      dlRate_kbps: radio.dl_rate_kbps,
      ulRate_kbps: radio.ul_rate_kbps,
      padding_us: radio.padding_us,
      end_s,
    });

  cellOf(from, move_s).run();
  station.advanceTo(move_s);
  const network = wired({ spa, psk });
  let before: Side = NO_SIDE;
  if (way === "rsn-preauth") {
    keeps(nvm, preauthenticated(to, { crypto, spa, psk }));
    before = { ...NO_SIDE, air: network.air, network: sumOf(network), nvm_octets: PMKSA.octets };
  }
  station.moves();
  medium.take();
  nvm.log = [];
  const { readings, deaths } = station.tally;
  const at = { spent_J: capacitor.spent_J, quiet_J: quiet_J(supply) };
  cellOf(to, move_s + patience_s).run(() => station.tally.readings > readings);
  const isDone = station.tally.readings > readings;
  if (!isDone) station.advanceTo(move_s + patience_s);
  const e_J = capacitor.spent_J - at.spent_J;
  return {
    delay_s: isDone ? station.t_s - (firstBeacon_s ?? station.t_s) : null,
    preparation_s: null,
    before,
    after: {
      air: medium.take(),
      network: way === "rsn-eap" ? network.radius : NO_TRAFFIC,
      e_J,
      active_J: e_J - (quiet_J(supply) - at.quiet_J),
      nvm_octets: nvm.log.reduce((sum, { written }) => sum + written, 0),
      deaths: station.tally.deaths - deaths,
    },
  };
}

const quiet_J = ({ ledger }: Supply): number => ledger.ofPhase("listen") + ledger.ofPhase("sleep");

function sumOf({ radius, ethernet }: Authenticated) {
  return { messages: radius.messages + ethernet.messages, octets: radius.octets + ethernet.octets };
}

/** Lengths alone count, and those no key changes. */
function wired({ spa, psk }: { readonly spa: Uint8Array; readonly psk: Uint8Array }): Authenticated {
  counted ??= authenticated({ spa, aa: AAS[1], ssid: SSID, identity: IDENTITY, psk });
  return counted;
}
let counted: Authenticated | undefined;

/** Of the station's agent with the next AP. @throws Error when it does not succeed. */
function preauthenticated(
  ap: RsnAp,
  { crypto, spa, psk }: { readonly crypto: RsnCrypto; readonly spa: Uint8Array; readonly psk: Uint8Array },
): ClientPmksa {
  const client = new PreauthClient({ crypto, spa, aa: AAS[1], akm: AKM, identity: IDENTITY, psk });
  const down = [...ap.preauth.receive(client.begin(0), 0).frames];
  for (let frame = down.shift(); frame; frame = down.shift()) {
    const step = client.receive(frame, 0);
    if ("pmksa" in step) return step.pmksa;
    if ("send" in step) down.push(...ap.preauth.receive(step.send, 0).frames);
  }
  throw new Error("an honest pre-authentication did not succeed");
}

/** Assumption: what the station's agent has comes into its record as if the station had been the peer. */
function keeps({ octets }: Nvm, { aa, pmk, pmkid }: ClientPmksa): void {
  const entry = new Uint8Array(PMKSA.octets);
  entry.set(aa);
  entry[PMKSA.akm] = AKM;
  entry.set(pmk, PMKSA.pmk);
  entry.set(pmkid, PMKSA.pmkid);
  new DataView(entry.buffer).setUint32(PMKSA.crc, crc32(entry.subarray(0, PMKSA.crc)) || 1, true);
  octets.set(entry, PMKSA.at);
}
