/** Every intermediate of keys and frames as named hex, in the order in which an implementer needs them. */
import type { ApSession, TwinAp } from "../twin/ap.ts";
import { bigEndian, concat, hex, littleEndian } from "../twin/bytes.ts";
import { decodeTdc, decodeTriggerBody, decodeTriggerInfo, FC, idOf, type Profile, splitFrame } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { kdfMessage } from "../twin/kdf.ts";
import { derive, type KdfInput, pmkInput, pmkOf, ptkInput, sNonceMessage, splitPtk } from "../twin/keys.ts";
import { bindingOfM1, type Protection, protect, type SealedFrame, type Session } from "../twin/session.ts";
import { sha256 } from "../twin/sha256.ts";

/** One KDF-256 call under a key whose midstates are given beside it. */
export function explainKdf(input: KdfInput, output: Uint8Array) {
  return {
    label: input.label,
    context: hex(input.context),
    message: hex(kdfMessage(input.label, input.context)),
    output: hex(output),
  };
}

/** A key used as an HMAC key. */
export function explainKey(key: Uint8Array) {
  const { inner, outer } = midstates(key);
  return { key: hex(key), inner: hex(inner), outer: hex(outer) };
}

/** One SNonce. */
export function explainSNonce(profile: Profile, entropy: Uint8Array, spa: Uint8Array, bootCounter: number, n: number) {
  const message = sNonceMessage(entropy, spa, bootCounter, n);
  const digest = sha256(message);
  const sNonce = hex(digest.slice(0, profile.N));
  return { entropy: hex(entropy), bootCounter, n, message: hex(message), digest: hex(digest), sNonce };
}

/** Root to KCK and TK. */
export function explainKeys(ap: TwinAp, taken: ApSession, aNonce: Uint8Array) {
  const { spa, aa, generation } = taken.session;
  const rootKey = ap.rootOf(spa, generation);
  const root = midstates(rootKey);
  const pmk = pmkOf(root, ap.modifier, aa, spa);
  const input = ptkInput(aa, spa, aNonce, taken.sNonce);
  const ptk = derive(pmk, input);
  const { kck, tk } = splitPtk(ptk);
  const pmkKdf = ap.modifier && pmkInput(ap.modifier, aa, spa);
  return {
    root: explainKey(rootKey),
    generation,
    pmkDerivation: pmkKdf && explainKdf(pmkKdf, derive(root, pmkKdf)),
    pmk: pmkKdf ? explainKey(derive(root, pmkKdf)) : explainKey(rootKey),
    ptkDerivation: explainKdf(input, ptk),
    kck: hex(kck),
    tk: hex(tk),
  };
}

/** What stands in a MAC frame whatever its type. */
function explainMac(octets: Uint8Array) {
  const { fc, id, tdc, body } = splitFrame(octets);
  const { reserved, ...fields } = decodeTdc(tdc);
  return {
    frame: hex(octets),
    fc: hex(Uint8Array.of(fc)),
    id: hex(littleEndian(id, 2)),
    tdc: hex(tdc),
    tdcFields: fields,
    body: hex(body),
    fcs: hex(octets.slice(-2)),
  };
}

/** M1, field by field, and the part of it that AADs bind. */
export function explainM1(m1: Uint8Array, profile: Profile) {
  const frame = splitFrame(m1);
  const { modifier } = decodeTdc(frame.tdc);
  const trigger = decodeTriggerBody(frame.body, profile, modifier);
  const { reserved, ...info } = decodeTriggerInfo(trigger.info);
  return {
    ...explainMac(m1),
    triggerInfo: hex(trigger.info),
    triggerInfoFields: info,
    aa: hex(trigger.aa),
    aNonce: hex(trigger.aNonce),
    modifier: trigger.modifier && hex(trigger.modifier),
    dlData: hex(trigger.dlData),
    binding: hex(bindingOfM1(frame.fc, frame.tdc, trigger.info, trigger.dlData)),
  };
}

function explainProtection(payload: Uint8Array, { nonce, aad, intermediates, sent, mic }: Protection) {
  const inside = Object.fromEntries(Object.entries(intermediates).map(([name, octets]) => [name, hex(octets)]));
  return { nonce: hex(nonce), aad: hex(aad), ...inside, payload: hex(payload), sent: hex(sent), mic: hex(mic) };
}

/** A frame that the AP sealed: M3 or DL Data. */
export function explainSealed(payload: Uint8Array, sealed: SealedFrame) {
  return { ...explainMac(sealed.frame), ...explainProtection(payload, sealed.protection) };
}

/** A frame from the station, protected once more from its payload: M2 (`pn` 1, not carried) or UL Data. */
export function explainUplink(session: Session, octets: Uint8Array, pn: number, payload: Uint8Array) {
  const { fc, tdc, body } = splitFrame(octets);
  const protection = protect(session, fc, tdc, session.spa, pn, payload);
  const before = fc === FC.response ? body.slice(0, session.profile.N) : bigEndian(pn, 2);
  if (hex(concat(before, protection.sent, protection.mic)) !== hex(body)) {
    throw new Error("a frame of the station is not what its payload gives");
  }
  return { ...explainMac(octets), pn, ...explainProtection(payload, protection) };
}

/** Who takes part, and how long things are. */
export function explainParties(ap: TwinAp, spa: Uint8Array, profile: Profile) {
  return {
    profile: profile.name,
    nonceLength_octets: profile.N,
    micLength_octets: profile.M,
    spa: hex(spa),
    id: hex(littleEndian(idOf(spa), 2)),
    aa: hex(ap.aa),
    modifier: ap.modifier && hex(ap.modifier),
  };
}
