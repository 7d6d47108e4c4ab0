// What an M2 costs: exact instructions by function, and the processor's energy on several microcontrollers.
import { createAccessPoint, meterStation, parseHex } from "ampcore";

// Fixed keys and noise, so that every run prints the same.
const master = new Uint8Array(32);
const noise = parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
const entropy = (into) => into.set(noise.subarray(0, into.length)) === undefined;

for (const module of ["release", "small"]) {
  for (const mcu of ["nrf54l15", "msp430fr5994", "apollo"]) {
    const ap = createAccessPoint({ master });
    const { measure } = await meterStation({ nvm: ap.enrol("02:c0:ff:ee:00:01", master), entropy, module, mcu });
    measure((station) => station.boot());
    measure((station) => station.setPayload(new Uint8Array(16), true));
    const m1 = ap.trigger();
    const { instructions, counts, cpu_J } = measure((station) => station.receive(m1));
    if (mcu === "nrf54l15") {
      console.log(`${module}: ${instructions} instructions for an M2`);
      for (const one of counts.functions.slice(0, 3)) console.log(`  ${one.name} ${one.instructions}`);
    }
    console.log(`  ${mcu}: ${(cpu_J.e_J * 1e6).toFixed(1)} uJ of the processor`);
  }
}

/* Prints:
release: 68523 instructions for an M2
  crypto/sha256/compress 36099
  crypto/aes/encrypt 24598
  bytes/copy 1539
  nrf54l15: 2.4 uJ of the processor
  msp430fr5994: 83.0 uJ of the processor
  apollo: 0.8 uJ of the processor
small: 99912 instructions for an M2
  crypto/sha256/compress 50610
  crypto/aes/encrypt 34405
  frame/crc/crc16 3368
  nrf54l15: 3.4 uJ of the processor
  msp430fr5994: 119.3 uJ of the processor
  apollo: 1.1 uJ of the processor
*/
