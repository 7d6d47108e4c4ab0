/*
 * The RSN baseline, station and AP: one frame from outside, at any point of a session with EAP-PSK and of the root that the
 * AMP station gets in it, to either side. What is
 * refused leaves no trace: the rest of the session is the same, octet for octet. Nothing protected is taken but what the
 * other side has sent.
 */
import type { RsnAp } from "../rsn/ap/rsnap.ts";
import { EAPOL_TYPE, parseEapol } from "../rsn/frames/eapol.ts";
import { INFO, parseEapolKey } from "../rsn/frames/eapolkey.ts";
import { ETHERTYPE, parseMsdu } from "../rsn/frames/llc.ts";
import { emitMpdu, FLAG, type Mpdu, parseMpdu } from "../rsn/frames/mpdu.ts";
import { type Session, session } from "../rsn/ladder.ts";
import { AA, hostOf, SPA, SSID } from "../rsn/pair.ts";
import { RootScene } from "../rsn/rootscene.ts";
import { RSN_RX_OCTETS } from "../rsn/station/abi.ts";
import { loadRsnStation } from "../rsn/station/load.ts";
import { RSN_STATUS, rsnStatusName } from "../rsn/station/statuses.ts";
import type { Stream } from "../sim/streams.ts";
import { changedOctets } from "./octets.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import type { Finding } from "./target.ts";

const SEED = 0;
const AKM = 5;

/** One octet says before which frame of the session, one to whom; the others are the frame. */
const WHEN = 0;
const SIDE = 1;
const HEAD_octets = 2;
const TO_STATION = 0;

/**
 * Where what a frame is stands: Frame Control, an octet of each address, the fragment number; LLC or CCMP header or fixed
 * fields; EAPOL's type and length or EAP's head; Key Information, Key Length, the last octet of the replay counter.
 */
const FIELDS: readonly number[] = [0, 1, 4, 10, 16, 22, 24, 26, 27, 28, 30, 31, 32, 33, 35, 36, 37, 38, 39, 40, 48];

/** Flags that no MIC is over, IEEE Std 802.11-2020 12.5.3.3.3. */
const NEUTRAL = FLAG.retry | FLAG.powerManagement | FLAG.moreData;

/** PN0 ‖ PN1 ‖ reserved ‖ Key ID, ExtIV and five reserved bits ‖ PN2..PN5. */
const CCMP_RESERVED = 2;
const CCMP_KEY_ID = 3;

/** Refusals that end or change something, docs/RSN.md section 6: the frame was what an AP may send. */
const CHANGING: readonly number[] = [RSN_STATUS.refused, RSN_STATUS["bad key data"], RSN_STATUS["EAP refused"]];

/** What became of the frame from outside. */
interface Taken {
  readonly isRefused: boolean;
  /** The status or the reason. */
  readonly as: string;
  /** Refused or not, whoever sent it may have changed the other side by it. */
  readonly mayChange: boolean;
  /** By how much the counters moved; undefined: the station has none. */
  readonly counted?: number;
}

/** `octets`: an RSN station module. @throws Error when an honest session does not come to its end. */
export function rsnTarget(octets: Uint8Array<ArrayBuffer>): OctetTarget {
  const module = new WebAssembly.Module(octets);
  const honest = play(module).session;
  if (!honest.isAuthorized || honest.delivered.length !== 3)
    throw new Error("The RSN module and AP do not get through a session, so there is nothing to fuzz.");
  const frames = honest.rungs.map((rung) => rung.octets);
  const seeds = honest.rungs.map(({ isUp, octets: frame }, i) => Uint8Array.of(i, isUp ? 1 : TO_STATION, ...frame));
  const rules = { words: [AA, SPA, SSID], max: RSN_RX_OCTETS + HEAD_octets };
  return new OctetTarget({
    name: "rsn",
    seeds,
    ...rules,
    isText: false,
    change: (input, random) => {
      const frame = random.whole(4) === 0 ? frames[random.whole(frames.length)] : input.subarray(HEAD_octets);
      const isBlind = random.whole(2) === 0;
      const other = frames[random.whole(frames.length)];
      const changed = isBlind ? changedOctets(frame, other, random, rules) : fieldChanged(frame, random);
      const kept = changed.subarray(0, RSN_RX_OCTETS);
      return Uint8Array.of(random.whole(frames.length), random.whole(2), ...kept);
    },
    probe: (input) => probeOf(module, input, honest),
  });
}

/** A bit of one or two of FIELDS turned. */
function fieldChanged(frame: Uint8Array, random: Stream): Uint8Array {
  const changed = frame.slice();
  for (let n = 1 + random.whole(2); n > 0; n--) {
    const at = FIELDS[random.whole(FIELDS.length)];
    if (at < changed.length) changed[at] ^= 1 << random.whole(8);
  }
  return changed;
}

function probeOf(module: WebAssembly.Module, input: Uint8Array, honest: Session): Probe {
  const when = (input[WHEN] ?? 0) % honest.rungs.length;
  const side = (input[SIDE] ?? 0) % 2;
  const frame = input.slice(HEAD_octets, HEAD_octets + RSN_RX_OCTETS);
  try {
    const { session: after, taken } = play(module, { when, side, frame });
    if (taken === undefined) throw new Error(`there was no frame ${when}`);
    // Nobody has a frame with a MIC before it was made: what it changes then is no one's doing.
    const isFuture = hasMic(frame) && isOf(frame, honest.rungs.slice(when));
    const finding = judged(taken, frame, honest) ?? goesOn(taken, after, honest, isFuture);
    return { kind: `${side} ${honest.rungs[when].phase} ${taken.as}`, finding, calls: honest.rungs.length + 1 };
  } catch (error) {
    const message = `the ${side === TO_STATION ? "station" : "AP"} threw ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "thrown", finding: { rule: "exception", message } };
  }
}

interface Outside {
  readonly when: number;
  readonly side: number;
  readonly frame: Uint8Array;
}

/** A session, the same each time, but for what comes from outside. */
function play(module: WebAssembly.Module, outside?: Outside): { readonly session: Session; readonly taken?: Taken } {
  const { pair, image, desk } = new RootScene({ akm: AKM, seed: SEED });
  const { ap } = pair;
  const station = loadRsnStation(module, hostOf(pair, image));
  station.boot();
  let taken: Taken | undefined;
  const onAir = (index: number, now_s: number): void => {
    if (index !== outside?.when) return;
    const { side, frame } = outside;
    taken = side === TO_STATION ? byStation(station.receive(frame).status) : byAp(ap, frame, now_s);
  };
  return { session: session({ station, ap, aa: AA, spa: SPA, onAir, desk }), taken };
}

function byStation(status: number): Taken {
  const isRefused = status !== 0;
  const mayChange = !isRefused || CHANGING.includes(status);
  return { isRefused, as: rsnStatusName(status) ?? String(status), mayChange };
}

function byAp(ap: RsnAp, frame: Uint8Array, now_s: number): Taken {
  const before = sumOf(ap);
  const { refused } = ap.receive(frame, now_s);
  // Whatever is no Data is in clear, and a station may end or begin with it what it likes; so it is with EAP.
  const mpdu = parseMpdu(frame);
  const isClear = typeof mpdu !== "string" && (mpdu.kind !== "Data" || isEap(mpdu));
  const isRefused = refused !== undefined;
  return { isRefused, as: refused ?? "taken", mayChange: !isRefused || isClear, counted: sumOf(ap) - before };
}

function judged({ isRefused, counted, as }: Taken, frame: Uint8Array, { rungs }: Session): Finding | undefined {
  if (counted !== undefined && counted !== (isRefused ? 1 : 0))
    return { rule: "counter", message: `${as}, and the counters moved by ${counted}` };
  if (isRefused || !hasMic(frame)) return undefined;
  return isOf(frame, rungs)
    ? undefined
    : { rule: "forged", message: "a protected frame was taken that nobody has sent" };
}

/** Whether it is, but for what no key stands behind, one of these. */
function isOf(frame: Uint8Array, rungs: Session["rungs"]): boolean {
  const own = substance(frame);
  return rungs.some(({ octets }) => Buffer.compare(substance(octets), own) === 0);
}

function goesOn({ mayChange, as }: Taken, after: Session, honest: Session, isFuture: boolean): Finding | undefined {
  if (mayChange || isFuture) return undefined;
  const isOther = (own: Uint8Array, other?: Uint8Array): boolean =>
    other === undefined || Buffer.compare(unnumbered(own), unnumbered(other)) !== 0;
  const at = honest.rungs.findIndex(({ octets }, i) => isOther(octets, after.rungs[i]?.octets));
  if (at < 0 && after.rungs.length === honest.rungs.length) return undefined;
  return { rule: "state", message: `after a frame that was refused (${as}) frame ${at} of the session is another one` };
}

/** Whether a key stands behind its octets: CCMP, or the MIC of an EAPOL-Key frame. */
function hasMic(frame: Uint8Array): boolean {
  const mpdu = parseMpdu(frame);
  if (typeof mpdu === "string" || mpdu.kind !== "Data") return false;
  if ((mpdu.flags & FLAG.protected) !== 0) return true;
  const eapol = eapolOf(mpdu);
  const key = eapol?.type === EAPOL_TYPE.key ? parseEapolKey(eapol) : undefined;
  return key !== undefined && typeof key !== "string" && (key.info & INFO.mic) !== 0;
}

function isEap(mpdu: Mpdu): boolean {
  const eapol = (mpdu.flags & FLAG.protected) === 0 ? eapolOf(mpdu) : undefined;
  return eapol !== undefined && eapol.type !== EAPOL_TYPE.key;
}

function eapolOf({ body }: Mpdu) {
  const msdu = parseMsdu(body);
  if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.eapol) return undefined;
  const eapol = parseEapol(msdu.data);
  return typeof eapol === "string" ? undefined : eapol;
}

/**
 * What a key stands behind: neither Retry, Power Management, More Data, Duration nor the sequence number, nor what is
 * reserved in the CCMP header and ignored (12.5.3.2); of EAPOL in clear the PDU.
 */
function substance(frame: Uint8Array): Uint8Array {
  const mpdu = parseMpdu(frame);
  if (typeof mpdu === "string") return frame;
  if ((mpdu.flags & FLAG.protected) === 0) return eapolOf(mpdu)?.pdu ?? frame;
  const body = mpdu.body.slice();
  body[CCMP_RESERVED] = 0;
  body[CCMP_KEY_ID] &= 0xe0;
  return emitMpdu({ ...mpdu, flags: mpdu.flags & ~NEUTRAL, sequence: 0, body });
}

/** Without its sequence number: what the AP answers, a Deauthentication for example, has one too. */
function unnumbered(frame: Uint8Array): Uint8Array {
  const mpdu = parseMpdu(frame);
  return typeof mpdu === "string" ? frame : emitMpdu({ ...mpdu, sequence: 0 });
}

function sumOf({ refused }: RsnAp): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0);
}
