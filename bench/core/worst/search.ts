/*
 * Worst cost of every export, over all kinds of input, in every state. Of amp_receive twice: of the frames that anybody can
 * send, and of those that take the keys. Imports that fail are not tried: a refused access leaves work undone; a test holds
 * that no vector, those with faults included, costs more than what is found here.
 */
import { FUNCTIONS } from "../../../host/device/abi.ts";
import { PROFILES, payloadMax_octets } from "../../../tests/twin/frames.ts";
import { Bed, type CountingModule } from "../bed.ts";
import { searchForged, searchGenuine } from "./confirms.ts";
import { dlMax, noise, wayOf } from "./frames.ts";
import { type Past, pastOf } from "./images.ts";
import { type Kind, type Worst, WorstOf } from "./record.ts";
import { searchTriggers } from "./triggers.ts";

export interface WorstCosts {
  /** By export; amp_receive is the costliest of `input`. */
  readonly exports: Readonly<Record<keyof typeof FUNCTIONS, Worst>>;
  /** Costliest input frames: what somebody without any key can send, and what takes the keys. */
  readonly input: { readonly withoutKey: Worst; readonly withKey: Worst };
  /** Calls that were measured. */
  readonly tried: number;
}

export function searchWorst(counting: CountingModule): WorstCosts {
  const bed = new Bed(counting).manufacture();
  const worst = new WorstOf();
  const past = pastOf(bed);
  searchBoot(bed, past, worst);
  searchTriggers(bed, past, worst);
  searchForged(bed, past, worst);
  searchGenuine(bed, past, worst);
  searchRefused(bed, worst);
  searchUplink(bed, worst);
  searchDownlinkData(bed, past, worst);
  for (const name of ["amp_rx_buffer", "amp_tx_buffer", "amp_payload_buffer", "amp_state"] as const) {
    worst.see(name, bed.cost(({ exports }) => exports[name]()).instructions, () => "any");
  }
  return { exports: byExport(worst), input: inputs(worst), tried: worst.tried };
}

function inputs(worst: WorstOf): WorstCosts["input"] {
  return {
    withoutKey: costliest(["trigger", "forged", "refused"], worst),
    withKey: worst.get("genuine"),
  };
}

function costliest(kinds: readonly Kind[], worst: WorstOf): Worst {
  return kinds.map((kind) => worst.get(kind)).reduce((a, b) => (b.instructions > a.instructions ? b : a));
}

function byExport(worst: WorstOf): WorstCosts["exports"] {
  const receive = costliest(["trigger", "forged", "refused", "genuine"], worst);
  const names = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[];
  return Object.fromEntries(
    names.map((name) => [name, name === "amp_receive" ? receive : worst.get(name)]),
  ) as WorstCosts["exports"];
}

/** Every record, whole and with each of its octets wrong: some of those do not boot. */
function searchBoot(bed: Bed, { records }: Past, worst: WorstOf): void {
  for (const { name, octets } of records) {
    for (let at = -1; at < octets.length; at++) {
      bed.nvm.octets.set(octets);
      if (at >= 0) bed.nvm.octets[at] ^= 0xff;
      const { instructions } = bed.cost((station) => station.boot());
      worst.see("amp_boot", instructions, () => `record: ${name}${at < 0 ? "" : `, octet ${at} wrong`}`);
    }
  }
  bed.nvm.octets.set(records[0].octets);
  bed.powerUp();
}

/** Frames of any type and length that no key is needed to refuse. */
function searchRefused(bed: Bed, worst: WorstOf): void {
  for (let fc = 0; fc < 256; fc++) {
    for (let length = 0; length <= 72; length++) {
      const { instructions } = bed.cost((station) => station.receive(noise(fc, length)));
      worst.see("refused", instructions, () => `${length} octets of FC ${fc}, bad FCS`);
    }
  }
}

function searchUplink(bed: Bed, worst: WorstOf): void {
  for (const profile of PROFILES) {
    bed.powerUp().secure({ profile });
    for (const encrypt of [true, false]) {
      for (let length = 0; length <= payloadMax_octets(profile); length++) {
        const set = bed.cost((station) => station.setPayload(new Uint8Array(length), encrypt));
        worst.see("amp_set_payload", set.instructions, () => `${length} octets`);
        const sent = bed.cost((station) => station.send());
        const mode = encrypt ? "CCM" : "MIC";
        worst.see("amp_send", sent.instructions, () => `${profile.name}, ${length} octets under ${mode}`);
      }
    }
  }
}

function searchDownlinkData(bed: Bed, { aps }: Past, worst: WorstOf): void {
  for (const profile of PROFILES) {
    for (const ap of aps) {
      bed.ap = ap;
      for (let length = 0; length <= payloadMax_octets(profile); length++) {
        const dlLength = Math.min(length, dlMax(profile, ap));
        const session = bed.powerUp().waiting({ profile, dlData: new Uint8Array(dlLength) });
        bed.station.receive(session.confirm(new Uint8Array(length)).frame);
        const received = bed.cost((station) => station.received());
        worst.see("amp_received", received.instructions, () => `${length} octets`);
        const triggerData = bed.cost((station) => station.triggerData());
        worst.see("amp_trigger_data", triggerData.instructions, () => `${dlLength} octets, ${wayOf(ap)}`);
      }
    }
  }
}
