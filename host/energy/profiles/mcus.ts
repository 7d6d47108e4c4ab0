/*
 * Microcontrollers. Current per megahertz at the nominal voltage is energy a cycle: no flash wait states, no dependence
 * on voltage or temperature. What no datasheet gives is `assumed`, and stands out in a result's band.
 */
import { assumed, datasheet, measured, proposal } from "../quantity.ts";
import type { McuProfile } from "./profile.ts";
import { CORTEX_M4, CORTEX_M4_NOTE, MSP430, MSP430_NOTE } from "./weights.ts";

const SLASE54D = "TI MSP430FR5994 datasheet SLASE54D";
const NO_BOOT_FIGURE = "no datasheet figure for a cold start was found";
const POR = "ours: power-on reset, oscillator and start code";

export const MCUS = {
  msp430fr5994: {
    name: "msp430fr5994",
    summary: "16-bit, 16 MHz, FRAM; no source of true randomness",
    clock_Hz: datasheet(16e6, "Hz", `${SLASE54D}: the greatest clock`, [1, 1]),
    cycle_J: datasheet(354e-12, "J", `${SLASE54D}: 118 uA/MHz x 3.0 V`),
    sleep_W: datasheet(1.5e-6, "W", `${SLASE54D}: LPM3 500 nA x 3.0 V`),
    boot_s: datasheet(0.5e-3, "s", `${SLASE54D}: tWAKE-UP-BOR 0.5 ms, at most 1 ms`, [0.8, 2]),
    boot_J: datasheet(0.306e-6, "J", "TI MSP430FR5994 datasheet JAJSG26C: QWAKE-UP-RESET 102 nAs x 3.0 V"),
    // Assumption: the last bit of the ADC is the noise, 16 samples an octet at 200 ksample/s. A part that has no true
    // random number generator must take its noise from somewhere, and 4 bits of entropy an octet are asked of it.
    entropyStart_s: assumed(50e-6, "s", "ours: reference and ADC start"),
    entropyOctet_s: assumed(80e-6, "s", "ours: 16 samples of the ADC's last bit at 200 ksample/s"),
    entropy_W: assumed(6.55e-3, "W", "ADC 296 uA (Fused) and CPU 16 x 118 uA, x 3.0 V", [0.5, 1.5]),
    weights: MSP430,
    weightsNote: MSP430_NOTE,
  },
  stm32u5: {
    name: "stm32u5",
    summary: "Cortex-M33 of the STM32U575 at 16 MHz",
    clock_Hz: datasheet(16e6, "Hz", "the internal HSI16 oscillator", [0.99, 1.01]),
    cycle_J: datasheet(64e-12, "J", "STM32U575 feature list: 19.5 uA/MHz in run mode on SMPS x 3.3 V"),
    sleep_W: assumed(10e-6, "W", "Stop 2 with SRAM, about 3 uA x 3.3 V, from memory; standby, 300 nA, loses the RAM"),
    boot_s: assumed(0.5e-3, "s", `${POR}; ${NO_BOOT_FIGURE}`),
    boot_J: assumed(0.5e-6, "J", "0.5 ms at 1 mW, the power of the CPU at 16 MHz"),
    entropyStart_s: measured(
      28e-6,
      "s",
      "STM32-IntermittentSecurity eval: IV generation 451 cycles at 16 MHz",
      [0.8, 2],
    ),
    entropyOctet_s: datasheet(
      0.83e-6,
      "s",
      "STM32G4 RM0440: four words in 213 cycles, at 16 MHz; same block family",
      [0.8, 4],
    ),
    entropy_W: assumed(1.5e-3, "W", "the CPU waits at 16 MHz x 64 pJ; half as much again for the generator", [0.5, 2]),
    weights: CORTEX_M4,
    weightsNote: CORTEX_M4_NOTE,
  },
  nrf54l15: {
    name: "nrf54l15",
    summary: "Cortex-M33 at 128 MHz, RRAM",
    clock_Hz: datasheet(128e6, "Hz", "Nordic nRF54L15 product specification", [1, 1]),
    cycle_J: datasheet(
      61e-12,
      "J",
      "Nordic nRF54L15 product specification: CoreMark from RRAM, 2.6 mA at 128 MHz x 3 V",
    ),
    sleep_W: assumed(9e-6, "W", "System ON idle with RAM, about 3 uA x 3 V, from memory"),
    boot_s: assumed(0.5e-3, "s", `${POR}; ${NO_BOOT_FIGURE}`),
    boot_J: assumed(1e-6, "J", "0.5 ms at 2 mW"),
    entropyStart_s: assumed(128e-6, "s", "nRF5340, a part of the family before: 128 us", [0.3, 2]),
    entropyOctet_s: assumed(122e-6, "s", "nRF5340: 122 us an octet with bias correction, 32 us raw", [0.2, 1.5]),
    entropy_W: assumed(1.5e-3, "W", "CPU asleep, generator and oscillator about 0.5 mA x 3 V"),
    weights: CORTEX_M4,
    weightsNote: CORTEX_M4_NOTE,
  },
  apollo: {
    name: "apollo",
    summary: "Ambiq Apollo3 class, a subthreshold Cortex-M4 at 48 MHz",
    clock_Hz: assumed(48e6, "Hz", "Ambiq Apollo3, from memory", [0.9, 2]),
    cycle_J: assumed(20e-12, "J", "Ambiq Apollo3: 6 uA/MHz x 3.3 V, from memory; no datasheet was found", [0.6, 2]),
    sleep_W: assumed(9e-6, "W", "deep sleep with RAM, about 2.7 uA x 3.3 V, from memory"),
    boot_s: assumed(1e-3, "s", `${POR}, and the converter's; ${NO_BOOT_FIGURE}`),
    boot_J: assumed(1e-6, "J", "1 ms at 1 mW, the power of the CPU at 48 MHz"),
    entropyStart_s: assumed(100e-6, "s", "as the generators of the other parts"),
    entropyOctet_s: assumed(10e-6, "s", "as the generators of the other parts"),
    entropy_W: assumed(1e-3, "W", "the power of the CPU at 48 MHz"),
    weights: CORTEX_M4,
    weightsNote: CORTEX_M4_NOTE,
  },
  "near-threshold-10pJ": {
    name: "near-threshold-10pJ",
    summary: "a core made for ambient power: 10 pJ a cycle at 10 MHz, 100 uW",
    clock_Hz: assumed(10e6, "Hz", "ours: near-threshold cores run at some 1 .. 30 MHz"),
    cycle_J: assumed(10e-12, "J", "ours: what published near-threshold cores reach with their memories", [0.5, 2]),
    sleep_W: proposal(0.01e-6, "W", "11-26/0125r0: idle 0.01 uW"),
    boot_s: assumed(100e-6, "s", "ours: no oscillator to wait for"),
    boot_J: assumed(10e-9, "J", "100 us at 100 uW, the power of the CPU"),
    entropyStart_s: assumed(20e-6, "s", "ours: a ring oscillator starts at once, its start-up test takes some octets"),
    entropyOctet_s: assumed(5e-6, "s", "ours: 1.6 Mb/s raw"),
    entropy_W: assumed(100e-6, "W", "ours: the power of the CPU"),
    weights: CORTEX_M4,
    weightsNote: CORTEX_M4_NOTE,
  },
} as const satisfies Record<string, McuProfile>;
