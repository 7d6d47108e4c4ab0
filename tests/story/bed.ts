/** Stories that tests look at, and one who only listens to them: with the station's key of EAP-PSK and what went over the air. */
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { builtModule } from "../../host/build/build.ts";
import { gather } from "../../host/cli/run/materials.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { type Story, type StoryOptions, story } from "../../host/story/story.ts";
import type { Rung } from "../../host/story/telling.ts";
import { concat, xor } from "../twin/bytes.ts";
import { decodeTdc, decodeTriggerBody, profileOf, splitFrame } from "../twin/frames.ts";
import type { Midstates } from "../twin/hmac.ts";
import { derive, ptkInput, splitPtk } from "../twin/keys.ts";
import { bindingOfM1, PN_FIRST, type Session, unprotect } from "../twin/session.ts";

interface Told extends Partial<Omit<StoryOptions, "scenario" | "materials" | "rsn">> {
  readonly seed?: number;
  readonly set?: readonly string[];
}

export async function told({ seed = 1, set = [], scheme = "21d", ...options }: Told = {}): Promise<Story> {
  const scenario = scenarioFor("story", { seed: String(seed), set });
  const { materials } = await gather(scenario, true);
  return story({ scheme, scenario, materials, rsn: await builtModule("rsn"), ...options });
}

/** MPDU header(24), LLC and SNAP(8), EAPOL(4), EAP code, identifier, length, type(5). */
const EAP_DATA_AT = 24 + 8 + 4 + 5;

/**
 * RFC 4764, 3.1 and 3.2, by node:crypto: MSK of an EAP-PSK that was overheard, from its key and RAND_P of the second message
 * (flags(1) RAND_S(16) RAND_P(16)).
 */
export function mskOf(psk: Uint8Array, rungs: readonly Rung[]): Uint8Array {
  const second = rungs.find(({ name }) => name === "EAP-Response, EAP-PSK second");
  assert.ok(second, "the story has the second message of EAP-PSK");
  const randP = second.octets.slice(EAP_DATA_AT + 17, EAP_DATA_AT + 33);
  const block = (key: Uint8Array, octets: Uint8Array): Uint8Array => {
    const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
    return new Uint8Array(Buffer.concat([cipher.update(octets), cipher.final()]));
  };
  const counted = (octets: Uint8Array, n: number): Uint8Array => xor(octets, concat(new Uint8Array(15), n));
  const kdk = block(psk, counted(block(psk, new Uint8Array(16)), 2));
  const mixed = block(kdk, randP);
  return concat(...[2, 3, 4, 5].map((n) => block(kdk, counted(mixed, n))));
}

/** RFC 3394 by node:crypto. @throws when it was wrapped under another key */
export function unwrapped(key: Uint8Array, octets: Uint8Array): Uint8Array {
  const decipher = createDecipheriv("id-aes128-wrap", key, Buffer.alloc(8, 0xa6));
  return new Uint8Array(Buffer.concat([decipher.update(octets), decipher.final()]));
}

/** M1s that a station answered, with the M2s: of those that arrived whole. */
export function exchangesOf(rungs: readonly Rung[]): { m1: Rung; m2: Rung; m3?: Rung }[] {
  const air = rungs.filter(({ way }) => way === "AMP");
  return air.flatMap((m2, i) => {
    if (m2.name !== "M2" || m2.fate !== undefined) return [];
    const m1 = air.slice(0, i).findLast(({ name }) => name === "M1");
    assert.ok(m1, "an M2 follows an M1");
    return [{ m1, m2, m3: air[i + 1]?.name === "M3" ? air[i + 1] : undefined }];
  });
}

/** The session of that M1 and M2 under that PMK, by the twin; null: the MIC is another's. */
export function overheard(
  m1: Uint8Array,
  m2: Uint8Array,
  { pmk, aa, spa }: { readonly pmk: Midstates; readonly aa: Uint8Array; readonly spa: Uint8Array },
): { readonly session: Session; readonly reading: Uint8Array; readonly modifier: Uint8Array | null } | null {
  const [asked, answered] = [splitFrame(m1), splitFrame(m2)];
  const tdc = decodeTdc(asked.tdc);
  const profile = profileOf(tdc.profile);
  assert.ok(profile, "a profile of the draft");
  const { info, aNonce, modifier, dlData } = decodeTriggerBody(asked.body, profile, tdc.modifier);
  const { N, M } = profile;
  const ptk = derive(pmk, ptkInput(aa, spa, aNonce, answered.body.slice(0, N)));
  const m1Binding = bindingOfM1(asked.fc, asked.tdc, info, dlData);
  const session = { profile, generation: 0, id: answered.id, aa, spa, ...splitPtk(ptk), m1Binding };
  const [sent, mic] = [answered.body.slice(N, -M), answered.body.slice(-M)];
  const reading = unprotect(session, answered.fc, answered.tdc, spa, PN_FIRST, sent, mic);
  return reading && { session, reading, modifier };
}
