/** No secret decides a branch, an address or a loop count; and what is done with is wiped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { tracer } from "../../../host/device/trace.ts";
import { emitAdopt, PROVE } from "../../../host/keys/adoptcommand.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { AMP_RECORD_OFFSET, isEapAkm, type RsnAkm } from "../../../host/rsn/station/record.ts";
import { concat, hex } from "../../support/hex.ts";
import { AKMS, ASSOCIATED, Bed, OCTETS, OPEN } from "./bed.ts";
import { LLC_IP, octetsOf, ScriptedAp, SPA } from "./scriptedap.ts";

const LLC_ROOT = hex("aaaa0300000088b6");
const TRACER = tracer(OCTETS);
const TRACED = new WebAssembly.Module(TRACER.wasm as Uint8Array<ArrayBuffer>);

/** The traces of every call of a session with secrets of that number; what is public is the same for all numbers. */
function tracesOf(akm: RsnAkm, number: number): string[] {
  const ap = new ScriptedAp(akm);
  const key = octetsOf(`key ${number}`, isEapAkm(akm) ? 16 : 32);
  if (isEapAkm(akm)) ap.psk = key;
  else ap.pmk = key;
  ap.gtk = octetsOf(`GTK ${number}`, 16);
  const bed = new Bed(akm, { module: TRACED, ap, key });
  const traces: string[] = [];
  const { station } = bed;
  for (const name of ["receive", "send", "start", "boot"] as const) {
    const call = station[name].bind(station) as (octets?: Uint8Array) => never;
    Object.assign(station, {
      [name]: (octets?: Uint8Array): never => {
        TRACER.reset(bed.exports);
        const answer = call(octets);
        const { path, addresses } = TRACER.read(bed.exports);
        traces.push(`${name}: path ${path.toString(16)}, addresses ${addresses.toString(16)}`);
        return answer;
      },
    });
  }
  bed.reach(OPEN);
  const text = concat(LLC_IP, octetsOf(`text ${number}`, 32));
  bed.sends(text);
  bed.takes(ap.sealed(text));
  bed.takes(ap.groupSealed(text));
  Object.assign(ap, { gtk: octetsOf(`GTK' ${number}`, 16), gtkId: 2 });
  bed.answers(ap.sealed(ap.g1()));
  // Wrong in one octet only, another one for each number.
  bed.refuses(ap.sealed(ap.g1({ mic: number })), "bad MIC");
  const sealed = ap.sealed(text);
  sealed[sealed.length - 1 - (number % 8)] ^= 1;
  bed.refuses(sealed, "bad MIC");
  bed.refuses(ap.sealed(ap.g1({ kek: octetsOf(`KEK ${number}`, 16) })), "bad key data");
  bed.refuses(ap.sealed(text, { tk: octetsOf(`TK ${number}`, 16) }), "bad MIC");
  if (isEapAkm(akm)) adopts(bed, number);
  return traces;
}

/** A root of the AMP station that is asked for, and the PMK adopted in its place. */
function adopts(bed: Bed, number: number): void {
  const { ap, nvm } = bed;
  nvm.octets.set(encodeRecord({ spa: SPA, psk: octetsOf(`root ${number}`, 32), counter: 0 }), AMP_RECORD_OFFSET);
  bed.answers(ap.sealed(concat(LLC_ROOT, PROVE)));
  const T = nodeCrypto.kdf256(ap.pmk, "AMP root auth", concat(Uint8Array.of(1), SPA)).slice(0, 8);
  const wrong = T.map((octet, i) => (i === number % 8 ? octet ^ 1 : octet));
  bed.refuses(ap.sealed(concat(LLC_ROOT, emitAdopt({ generation: 1, T: wrong }))), "bad key data");
  bed.answers(ap.sealed(concat(LLC_ROOT, emitAdopt({ generation: 1, T }))));
}

for (const akm of AKMS) {
  test(`AKM ${akm}: sessions under 12 keys, GTKs and texts have one trace: branches, addresses, arguments of imports`, () => {
    const first = tracesOf(akm, 0);
    assert.ok(first.length > 10, `${first.length} calls`);
    assert.equal(new Set(first).size > 8, true, "different calls have different traces");
    for (let number = 1; number < 12; number++) assert.deepEqual(tracesOf(akm, number), first, `secrets ${number}`);
  });

  test(`AKM ${akm}: nothing of a call's secrets is left behind it; PMK and EAP's are gone behind M3, all of them behind boot`, () => {
    const bed = new Bed(akm);
    const { ap, station } = bed;
    const memory = Buffer.from(station.memory.buffer);
    const holds = (secret: Uint8Array): boolean => memory.includes(Buffer.from(secret));
    /** From the start of RAM to the tx buffer: scratch, and the rx buffer with its padding. */
    const isScratchClean = (what: string): void => {
      const tx = station.exports.rsn_tx_buffer();
      assert.ok(
        memory.subarray(16, tx).every((octet) => octet === 0),
        `${what} leaves nothing`,
      );
    };
    bed.reach(ASSOCIATED);
    const receive = station.receive.bind(station);
    station.receive = (mpdu) => {
      const answer = receive(mpdu);
      isScratchClean("a Data frame");
      return answer;
    };
    bed.shakes();
    assert.equal(holds(ap.pmk), isEapAkm(akm), "only EAP's PMK has to be kept until M3");
    assert.ok(!holds(isEapAkm(akm) ? ap.psk : ap.pmk) && holds(ap.kek));
    bed.refuses(ap.data(ap.m3({ mic: "wrong" })), "bad MIC");
    bed.refuses(ap.data(ap.m3({ data: ap.gtkKde() })), "RSNE mismatch");
    assert.ok(!holds(ap.gtk), "a refused GTK is not kept");
    bed.keys();
    assert.ok(!holds(ap.pmk), "behind M3 the PMK is gone");
    assert.ok(holds(ap.tk) && holds(ap.gtk), "installed");
    const text = concat(LLC_IP, octetsOf("text", 40));
    bed.sends(text);
    bed.refuses(ap.sealed(text, { tk: octetsOf("other", 16) }), "bad MIC");
    bed.takes(ap.sealed(text));
    // A power-up over RAM that survived.
    assert.equal(station.boot(), 0);
    for (const secret of [ap.kck, ap.kek, ap.tk, ap.gtk, text]) assert.ok(!holds(secret), "boot wipes");
  });
}
