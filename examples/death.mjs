// Power fails at every octet that an exchange writes to NVM: the next life is read all the same, and no SNonce comes twice.
import { createAccessPoint, loadStation, PowerFailure } from "ampcore";

const ap = createAccessPoint();
const nvm = ap.enrol("02:c0:ff:ee:00:01");
const sNonces = [];

/** A life with fresh RAM, from power-up to the M3. Answers whether power lasted. */
async function lived() {
  try {
    const station = await loadStation({ nvm });
    station.boot();
    station.setPayload(Buffer.from("21.5 C"), true);
    const { frame } = station.receive(ap.trigger());
    sNonces.push(Buffer.from(frame.subarray(5, 21)).toString("hex"));
    station.receive(ap.confirm(ap.receive(frame)));
    return true;
  } catch (error) {
    if (error instanceof PowerFailure) return false;
    throw error;
  }
}

const image = nvm.octets.slice();
let deaths = 0;
for (let octet = 1; ; octet++) {
  nvm.octets.set(image); // a device that is as new, but for the access point, which remembers
  nvm.powerUp();
  nvm.cutAt(octet, octet & 0xff); // power fails while the n-th octet is in flight, and it becomes anything
  if (await lived()) break; // the cut lies behind all that is written
  deaths++;
  nvm.powerUp();
  if (!(await lived())) throw new Error(`no life after a death at octet ${octet}`);
}
const different = new Set(sNonces).size === sNonces.length;
console.log(`${deaths} deaths, each followed by a life that was read; every SNonce another: ${different}`);

/* Prints:
100 deaths, each followed by a life that was read; every SNonce another: true
*/
