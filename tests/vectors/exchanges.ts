/** exchange-*.json: whole exchanges M1, M2, M3, DL Data, UL Data for every profile, key mode, cipher and length. */
import { PLAIN_TRIGGER_INFO } from "../twin/ap.ts";
import { hex, unhex } from "../twin/bytes.ts";
import {
  ackFrame,
  BODY_MAX_octets,
  idOf,
  MODIFIER_octets,
  type Profile,
  payloadMax_octets,
  readingMax_octets,
  TRIGGER_FIXED_octets,
} from "../twin/frames.ts";
import { explainKeys, explainM1, explainParties, explainSealed, explainSNonce, explainUplink } from "./explain.ts";
import { AA_HIGH, AA_LOW, entropyOf, expectStatus, labelled, MODIFIER, Scene, SPA, type VectorFile } from "./world.ts";

/** Lengths of payload, octets; max is what the frame can carry. */
const LENGTHS = [0, 1, 16, Number.POSITIVE_INFINITY];

interface Variant {
  readonly profile: Profile;
  readonly modifier: Uint8Array | null;
  readonly encrypted: boolean;
  /** Which of LENGTHS. */
  readonly size: number;
}

function variants(profile: Profile): Variant[] {
  return [MODIFIER, null].flatMap((modifier) =>
    [true, false].flatMap((encrypted) => LENGTHS.map((_, size) => ({ profile, modifier, encrypted, size }))),
  );
}

/** One exchange; half of them broadcast, half with an AA above SPA, half with an ANonce above any SNonce. */
function exchange({ profile, modifier, encrypted, size }: Variant) {
  const isBroadcast = size % 2 === Number(encrypted);
  const hasHighAa = size >= 2;
  const name = [
    profile.name,
    modifier ? "Modifier" : "direct",
    encrypted ? "CCM" : "MIC only",
    isBroadcast ? "broadcast" : "addressed",
    `payloads of ${LENGTHS[size] === Number.POSITIVE_INFINITY ? "the greatest length" : `${LENGTHS[size]} octets`}`,
  ].join(", ");
  const payload = (what: string, max_octets: number): Uint8Array =>
    labelled(`${name}, ${what}`, Math.min(LENGTHS[size], max_octets));
  const triggerMax_octets = BODY_MAX_octets - TRIGGER_FIXED_octets - profile.N - (modifier ? MODIFIER_octets : 0);

  const scene = new Scene({ profile, modifier, aa: hasHighAa ? AA_HIGH : AA_LOW, entropy: [entropyOf(0)] }).boot();
  const reading = payload("reading", readingMax_octets(profile));
  expectStatus(scene.setPayload(reading, Number(encrypted)), 0);
  const aNonce = labelled(`${name}, ANonce`, profile.N);
  aNonce[0] = size % 2 === 0 ? 0x00 : 0xff;
  const dlData = payload("DL data of M1", triggerMax_octets);
  // A broadcast is for whoever hears it; an addressed trigger may give the slot to its one device.
  const info = { ...PLAIN_TRIGGER_INFO, sessionId: size, acwe: 4, ulRate: size % 3, slots: 4 + size };
  const access = isBroadcast ? 0 : 1;
  const m1 = scene.m1({ aNonce, dlData, spa: isBroadcast ? null : SPA, info: { ...info, access } });
  const m2 = scene.receive(m1);
  const taken = scene.taken(m2);

  const m3Payload = payload("M3", payloadMax_octets(profile));
  const m3 = taken.confirm(m3Payload);
  expectStatus(scene.receive(m3.frame), 0);
  scene.play({ call: "received" });
  scene.play({ call: "triggerData" });
  expectStatus(scene.receive(ackFrame(idOf(SPA))), 0);

  const dlPayload = payload("DL Data", payloadMax_octets(profile));
  const down = size === 3 ? taken.data(dlPayload, 0x0102) : taken.data(dlPayload);
  expectStatus(scene.receive(down.frame), 0);
  scene.play({ call: "received" });
  const ulPayload = payload("UL Data", payloadMax_octets(profile));
  expectStatus(scene.setPayload(ulPayload, Number(encrypted)), 0);
  const up = unhex(scene.play({ call: "send" }).reply ?? "");
  if (hex(taken.receive(up) ?? aNonce) !== hex(ulPayload)) throw new Error(`the AP did not take UL Data: ${name}`);

  return {
    name,
    parties: explainParties(scene.ap, SPA, profile),
    sNonce: explainSNonce(profile, entropyOf(0), SPA, 1, 0),
    keys: explainKeys(scene.ap, taken, aNonce),
    frames: {
      m1: explainM1(m1, profile),
      m2: explainUplink(taken.session, unhex(m2.reply ?? ""), 1, reading),
      m3: explainSealed(m3Payload, m3),
      dlData: explainSealed(dlPayload, down),
      ulData: explainUplink(taken.session, up, 2, ulPayload),
    },
    script: scene.script(),
  };
}

/** All exchanges of one profile. */
export function exchangeFile(profile: Profile): VectorFile {
  return {
    about: `Whole exchanges under the profile ${profile.name}: every key, every frame, every intermediate.`,
    cases: variants(profile).map(exchange),
  };
}
