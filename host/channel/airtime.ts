/*
 * How long a PPDU is on the air, and how much of it was, at any instant (2.4 GHz, active transmitter):
 *
 *   DL: legacy preamble and U-SIG | AMP-Sync | AMP-SIG | data | padding | signal extension
 *   UL: sync, 48 chips | data
 *
 * Times are microseconds, as the record counts: whole multiples of 1/8, so that sums are exact. The sources are the motions'
 * and proposals' numbers as a simulator of the task group's material cites them; none was read in a draft.
 */
import { assumed, proposal, type Quantity } from "../energy/quantity.ts";

/** Between two PPDUs of one exchange. */
export const AMP_SIFS: Quantity = proposal(10, "us", "TGbp PM-96");

/** In front of the data of a DL PPDU; AMP-SIG is sent at the rate of the data. */
const LEGACY: Quantity = proposal(32, "us", "TGbp PM-15: legacy preamble and U-SIG");
const DL_SYNC: Quantity = proposal(80, "us", "TGbp PM-40, PM-53, PM-71");
const SIG: Quantity = proposal(16, "bit", "TGbp PM-105; a straw poll has 8 bits");

/** Behind it: what a station computes in before its SIFS begins; in an answer that has to be secured, and in any other. */
export const PADDING_PROTECTED: Quantity = proposal(36, "us", "TGbp 39.3.2.2, 11-26/1519r5");
export const PADDING_UNPROTECTED: Quantity = proposal(20, "us", "TGbp 39.3.2.2, 11-26/1519r5");
/** IEEE Std 802.11-2020 10.3.8 has it for 2.4 GHz; that AMP has it too is a model. */
const EXTENSION: Quantity = assumed(6, "us", "signal extension");

const UL_SYNC: Quantity = proposal(48, "chip", "TGbp PM-51");
/**
 * Chips of the uplink by rate in kb/s: four coded chips a bit (BCC 1/2), two uncoded at 4 Mb/s; those of the sync are as
 * long. Assumption: tail bits of the BCC are not counted, and an octet is there once its own bits are.
 */
const UL_CHIPS: ReadonlyMap<number, Quantity> = new Map([
  [250, proposal(1, "us", "TGbp PM-50, PM-93")],
  [1000, proposal(0.25, "us", "TGbp PM-50, PM-93")],
  [4000, proposal(0.125, "us", "TGbp PM-50, PM-93")],
]);

/** Manchester OOK with chips of 2 us and 0.5 us: stds-802-11-tgbp msg00297 SP2. Those of the uplink: wire/triggerinfo.ts. */
export const DL_RATES_kbps: readonly number[] = [250, 1000];

/** Instants of a run are seconds: what they lose to rounding is far less than this, and a chip is far more. */
const ROUNDING_us = 1e-3;

/** From the first octet of the preamble to the end of the extension. RangeError for a rate that the downlink has not. */
export function dlAirtime_us(octets: number, rate_kbps: number, padding_us: number): number {
  return dlLead_us(rate_kbps) + data_us(octets, rate_kbps) + dlTail_us(padding_us);
}

/** From the last bit of the data of a DL PPDU to its end. */
export function dlTail_us(padding_us: number): number {
  return padding_us + EXTENSION.value;
}

/** Octets that are complete when a DL PPDU of `octets` has been on the air for `elapsed_us`. */
export function dlOctetsAt(elapsed_us: number, octets: number, rate_kbps: number): number {
  return octetsAt(elapsed_us - dlLead_us(rate_kbps), octets, rate_kbps);
}

/** From the first chip to the last. RangeError for a rate that the uplink has not. */
export function ulAirtime_us(octets: number, rate_kbps: number): number {
  return ulSync_us(rate_kbps) + data_us(octets, rate_kbps);
}

/** The sync of an UL PPDU: by its end a receiver that hears it has locked to it. */
export function ulSync_us(rate_kbps: number): number {
  const chip = UL_CHIPS.get(rate_kbps);
  if (!chip) {
    throw new RangeError(`rate_kbps: ${rate_kbps} is none of the uplink's, ${[...UL_CHIPS.keys()].join(", ")}`);
  }
  return UL_SYNC.value * chip.value;
}

/** Octets that are complete when an UL PPDU of `octets` has been on the air for `elapsed_us`. */
export function ulOctetsAt(elapsed_us: number, octets: number, rate_kbps: number): number {
  return octetsAt(elapsed_us - ulSync_us(rate_kbps), octets, rate_kbps);
}

/** From the start of a DL PPDU to its data. */
function dlLead_us(rate_kbps: number): number {
  if (!DL_RATES_kbps.includes(rate_kbps)) {
    throw new RangeError(`rate_kbps: ${rate_kbps} is none of the downlink's, ${DL_RATES_kbps.join(", ")}`);
  }
  return LEGACY.value + DL_SYNC.value + (1000 * SIG.value) / rate_kbps;
}

function data_us(octets: number, rate_kbps: number): number {
  return (8000 * octets) / rate_kbps;
}

function octetsAt(dataElapsed_us: number, octets: number, rate_kbps: number): number {
  const complete = Math.floor((dataElapsed_us + ROUNDING_us) / data_us(1, rate_kbps));
  return Math.min(octets, Math.max(0, complete));
}
