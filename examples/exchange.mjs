// One exchange: the access point triggers, the station answers with its reading and a MIC, the access point confirms.
import { createAccessPoint, explainFrames, loadStation, STATES, toHex } from "ampcore";

const ap = createAccessPoint();
const nvm = ap.enrol("02:c0:ff:ee:00:01"); // a new device, as a provisioner would write its memory
const station = await loadStation({ nvm });
station.boot();
station.setPayload(Buffer.from("21.5 C"), true);

const m1 = ap.trigger(); // a fresh ANonce
const { frame: m2 } = station.receive(m1); // SNonce, reading, MIC: one frame
const received = ap.receive(m2);
const m3 = ap.confirm(received, Buffer.from("thanks")); // only when the reading is stored durably
station.receive(m3);

console.log("the access point took", Buffer.from(received.reading.payload).toString());
console.log("the station is", STATES[station.state()], "and got", Buffer.from(station.received()).toString());

// Heard by somebody without keys: every field, and no reading.
for (const { type, octets, rows } of explainFrames([m1, m2, m3])) {
  console.log(
    type,
    octets.length,
    "octets:",
    rows
      .map(({ field }) => field)
      .filter((field, i, all) => all.indexOf(field) === i)
      .join(", "),
  );
}
// The same M2 again is the same M3 again; a changed one is refused.
console.log("again:", toHex(ap.receive(m2).m3) === toHex(m3));
const forged = m2.slice();
forged[20] ^= 1;
console.log("forged:", ap.receive(forged).reason);

/* Prints:
the access point took 21.5 C
the station is secure and got thanks
Trigger 43 octets: FC, Type, ...
Response 37 octets: FC, Type, ...
Confirm 23 octets: FC, Type, ...
again: true
forged: bad FCS
*/
