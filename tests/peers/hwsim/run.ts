/**
 * `npx tsx tests/peers/hwsim/run.ts`: a real Linux station, wpa_supplicant over mac80211, before our AP, on the simulated radios
 * of a Linux in QEMU: association, EAP, every message of the handshakes, data under both keys, a new GTK, PMKSA, and
 * pre-authentication. Not part of npm test: it fetches a kernel of 70 MB once, and takes about a minute.
 *
 * Exit code 0: every claim holds; 1: one does not; 2: a program is missing.
 */

import { missingPrograms } from "../programs.ts";
import { CLAIMS } from "./claims.ts";
import { Guest, HWSIM_PACKAGES, HWSIM_PROGRAMS } from "./guest.ts";
import { Radio } from "./radio.ts";
import { FILES, Station } from "./station.ts";

const missing = missingPrograms(HWSIM_PROGRAMS);
if (missing.length > 0) {
  console.error(`no ${missing.join(", ")} here: apt-get install ${HWSIM_PACKAGES.join(" ")} brings what this needs`);
  process.exit(2);
}

async function main(): Promise<void> {
  const begun_ms = Date.now();
  const since = (from_ms: number): string => `${((Date.now() - from_ms) / 1000).toFixed(1)} s`;
  const guest = await Guest.boot(FILES);
  console.log(`the guest is up after ${since(begun_ms)}`);
  const radio = await Radio.open(guest.port);
  try {
    for (const [title, check] of CLAIMS) {
      const from_ms = Date.now();
      const station = new Station(guest, radio);
      try {
        await check(station);
        console.log(`ok ${title} (${since(from_ms)})`);
      } catch (error) {
        process.exitCode = 1;
        console.log(`not ok ${title} (${since(from_ms)})\n${error instanceof Error ? error.stack : error}`);
        console.log((await guest.ask("tail -40 /tmp/wpa.log; dmesg | tail -5")).replace(/^/gm, "    "));
      } finally {
        await station.stop();
      }
    }
  } finally {
    radio.close();
    await guest.stop();
  }
  console.log(`${CLAIMS.length} claims in ${since(begun_ms)}`);
}

await main();
