/*
 * EEPROM, which no profile of the simulator has: a serial part on which each octet of the record is a write of its own,
 * for nvmWrite promises that what comes after a cut is old (PROTOCOL.md section 7), and a page that is cut leaves any
 * octets. Behind an adapter that keeps its promise otherwise, whole pages can be written.
 */
import type { NvmProfile } from "../../host/energy/profiles/profile.ts";
import { datasheet } from "../../host/energy/quantity.ts";

const PART = "Microchip 24LC256, DS21203J";
const NOMINAL_V = 3;
/** Ceilings of the data sheet: a typical part takes less. */
const CEILING = [0.3, 1] as const;
const WRITE_s = 5e-3;
const WRITE_A = 3e-3;
const READ_A = 400e-6;
/** 400 kHz, nine clocks an octet. */
const READ_s = 9 / 400e3;
const PAGE_octets = 64;

function eeprom(name: string, summary: string, octetsAWrite: number): NvmProfile {
  const shared = octetsAWrite === 1 ? "an octet" : `a page of ${octetsAWrite} octets, shared out`;
  return {
    ...{ name, summary },
    writeOctet_s: datasheet(WRITE_s / octetsAWrite, "s", `${PART}: at most 5 ms for ${shared}`, CEILING),
    writeOctet_J: datasheet(
      (WRITE_s * WRITE_A * NOMINAL_V) / octetsAWrite,
      "J",
      `${PART}: at most 5 ms at 3 mA x ${NOMINAL_V} V for ${shared}`,
      CEILING,
    ),
    readOctet_s: datasheet(READ_s, "s", `${PART}: 400 kHz, nine clocks an octet`),
    readOctet_J: datasheet(
      READ_s * READ_A * NOMINAL_V,
      "J",
      `${PART}: at most 400 uA x ${NOMINAL_V} V while it is read`,
      CEILING,
    ),
  };
}

export const EEPROMS: readonly NvmProfile[] = [
  eeprom("eeprom", "serial EEPROM, an octet a write", 1),
  eeprom("eeprom-pages", "serial EEPROM behind an adapter that writes whole pages", PAGE_octets),
];
