/*
 * Non-volatile memories, by the octet: the record is written in ascending order, each octet durable when it is written
 * (PROTOCOL.md section 7). The CPU's own part in an access is in its cycles.
 */
import { assumed, datasheet, measured } from "../quantity.ts";
import type { NvmProfile } from "./profile.ts";

const FUSED = "Fused (UoS-EEC/fused 8b9afac), fitted to an MSP430FR5994";

export const NVMS = {
  fram: {
    name: "fram",
    summary: "ferroelectric RAM of the MSP430FR5994: written like RAM",
    writeOctet_s: datasheet(125e-9, "s", "TI MSP430FR5994 datasheet SLASE54D: 125 ns a word"),
    writeOctet_J: measured(0.682e-9, "J", `${FUSED}: FRAM write`, [0.9, 1.1]),
    readOctet_s: datasheet(125e-9, "s", "TI MSP430FR5994 datasheet SLASE54D: a read takes as long as a write"),
    readOctet_J: measured(0.635e-9, "J", `${FUSED}: FRAM read that misses the cache`, [0.3, 1.1]),
  },
  rram: {
    name: "rram",
    summary: "resistive RAM of the nRF54L15: units of 16 octets, written without erasing",
    writeOctet_s: assumed(
      22e-6,
      "s",
      "ours: an unbuffered write commits its unit of 16 octets; from memory, about 22 us",
      [0.1, 3],
    ),
    writeOctet_J: assumed(0.2e-6, "J", "22 us at 3 mA x 3 V", [0.1, 3]),
    readOctet_s: assumed(50e-9, "s", "a few cycles of 128 MHz"),
    readOctet_J: assumed(0.4e-9, "J", "50 ns at 2.6 mA x 3 V"),
  },
  "flash-with-adapter": {
    name: "flash-with-adapter",
    summary: "NOR flash behind a log that makes octets of words; its erasing is done ahead, on surplus power",
    writeOctet_s: assumed(75e-6, "s", "ours: one word programmed for each octet, about 75 us, from memory"),
    writeOctet_J: assumed(
      1.345e-6,
      "J",
      "Mementos: 1.345 uJ a flash word written on a WISP; one word an octet",
      [0.5, 2],
    ),
    readOctet_s: assumed(0.5e-6, "s", "ours: the log is searched"),
    readOctet_J: assumed(1.2e-9, "J", "Mementos: 1.155 nJ an instruction"),
  },
} as const satisfies Record<string, NvmProfile>;
