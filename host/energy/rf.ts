/*
 * Radio power on its way: decibels, and what arrives in free space (H. T. Friis, "A Note on a Simple Transmission
 * Formula", Proc. IRE 34 (1946)).
 */
import { log10 } from "../math/log.ts";
import { pow10 } from "../math/pow10.ts";

/** c_0, exact by the definition of the metre. */
const LIGHT_SPEED_m_s = 299_792_458;

/** Watts of dBm: 0 dBm is 1 mW. */
export function wattsOf(power_dBm: number): number {
  return 1e-3 * pow10(power_dBm / 10);
}

/** dBm of watts > 0. */
export function dBmOf(power_W: number): number {
  return 10 * log10(power_W / 1e-3);
}

/**
 * P_r = EIRP + G_r - 20 log10(4 pi d f / c), dBm, at an antenna of gain_dBi, d metres away in free space.
 */
export function friis_dBm(eirp_dBm: number, gain_dBi: number, frequency_Hz: number, distance_m: number): number {
  return eirp_dBm + gain_dBi - 20 * log10((4 * Math.PI * distance_m * frequency_Hz) / LIGHT_SPEED_m_s);
}
