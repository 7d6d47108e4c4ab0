/*
 * Does what can be seen of an exchange depend on a secret? The peers' column of that name says the same of them: branches
 * taken and addresses touched are one trace for 24 random keys and readings. Evidence, not a proof.
 */
import { tracer } from "../../host/device/trace.ts";
import { labelled } from "../../tests/vectors/world.ts";
import { Bed, expect } from "./bed.ts";

export interface Traces {
  /** Random roots, each with a random reading. */
  readonly secrets: number;
  /** Different traces they left: 1 is constant time. */
  readonly traces: number;
}

const SECRETS = 24;
const READING = 16;

/** Boot, cold M2, M3 with the cache written, boot, warm M2, M3, Data up, in both modes. Everything public is the same. */
export function tracesOf(octets: Uint8Array): Traces {
  const { wasm, reset, read } = tracer(octets);
  const seen = new Set<string>();
  for (let i = 0; i < SECRETS; i++) {
    const bed = new Bed(wasm);
    const { station } = bed;
    reset(station.exports);
    bed.manufacture({ psk: labelled(`bench, secret root ${i}`, 32) });
    for (const encrypt of [true, false]) {
      for (let life = 0; life < 2; life++) {
        station.boot();
        expect(station.setPayload(labelled(`bench, secret reading ${i}`, READING), encrypt), 0, "amp_set_payload");
        bed.secure({ aNonce: labelled(`bench, public ANonce ${life}`, 16) });
        station.send();
      }
    }
    const { path, addresses } = read(station.exports);
    seen.add(`${path} ${addresses}`);
  }
  return { secrets: SECRETS, traces: seen.size };
}
