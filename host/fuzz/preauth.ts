/*
 * Pre-authentication: one Ethernet frame from whoever is on the wire, at any point of it, to the AP or to the station's agent.
 * What is refused is counted once and leaves no trace: the rest is the same, octet for octet, and both end with the same
 * PMKSA. Whatever it was, nobody ends with a PMKSA that the other has not.
 */
import { nodeCrypto } from "../crypto/node.ts";
import { EapPskServer } from "../eap/pskserver.ts";
import { RsnAp } from "../rsn/ap/rsnap.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { suiteOf } from "../rsn/keys/suites.ts";
import { AA, SPA, SSID } from "../rsn/pair.ts";
import { PreauthClient } from "../rsn/station/preauthclient.ts";
import { streamsOf } from "../sim/streams.ts";
import { equalOctets } from "../wire/octets.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";

const AKM = 5;
/** One octet says before which frame, one to whom; the others are the frame. */
const HEAD_octets = 2;
const FRAME_MAX_octets = 600;
const [TO_STATION, TO_AP] = [0, 1];
const KEY = new Uint8Array(16).fill(0x2b);
const ID_P = new TextEncoder().encode("station");

interface Outside {
  readonly when: number;
  readonly side: number;
  readonly frame: Uint8Array;
}

interface Played {
  /** On the wire, EAPOL-Start first: to the AP and to the station in turn. */
  readonly frames: readonly Uint8Array[];
  /** "same", "none", or who alone has one or another one. */
  readonly pmksa: "same" | "none" | "apart";
  /** undefined: taken, or there was none. */
  readonly refused?: string;
  /** By how much the AP's counters moved for it. */
  readonly counted: number;
}

/** @throws Error when an honest pre-authentication does not come to its end. */
export function preauthTarget(): OctetTarget {
  const honest = play();
  if (honest.pmksa !== "same")
    throw new Error("An honest pre-authentication makes no PMKSA, so there is nothing to fuzz.");
  const { frames } = honest;
  return new OctetTarget({
    name: "preauth",
    seeds: frames.map((frame, i) => Uint8Array.of(i, i % 2 === 0 ? TO_AP : TO_STATION, ...frame)),
    words: [AA, SPA],
    max: FRAME_MAX_octets + HEAD_octets,
    isText: false,
    probe: (input) => probeOf(input, honest),
  });
}

function probeOf(input: Uint8Array, honest: Played): Probe {
  const when = (input[0] ?? 0) % honest.frames.length;
  const side = (input[1] ?? 0) % 2;
  const frame = input.slice(HEAD_octets);
  try {
    const after = play({ when, side, frame });
    const { refused, counted, pmksa } = after;
    const kind = `${"ABCDEFGHIJ"[when]} to the ${side === TO_AP ? "AP" : "station"}: ${refused ?? "taken"}, ${pmksa}`;
    const finding = (rule: string, message: string): Probe => ({ kind, finding: { rule, message } });
    if (side === TO_AP && counted !== (refused === undefined ? 0 : 1)) {
      return finding("counter", `${refused ?? "taken"}, and the AP's counters moved by ${counted}`);
    }
    if (pmksa === "apart") return finding("PMKSA", "the AP and the station have not the same PMKSA");
    if (refused !== undefined && !isSame(honest, after)) {
      return finding("state", `after a frame that was refused (${refused}) the rest is another`);
    }
    return { kind, calls: after.frames.length };
  } catch (error) {
    const message = `the ${side === TO_AP ? "AP" : "station"} threw ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "thrown", finding: { rule: "exception", message } };
  }
}

function isSame(one: Played, other: Played): boolean {
  const isLike = one.frames.length === other.frames.length && one.pmksa === other.pmksa;
  return isLike && one.frames.every((frame, i) => equalOctets(frame, other.frames[i]));
}

/** A pre-authentication, the same each time, but for what comes from outside. */
function play(outside?: Outside): Played {
  const streams = streamsOf(nodeCrypto, 0);
  const cryptoOf = (name: string) => {
    const stream = streams(name);
    return { ...nodeRsnCrypto, randomBytes: (size: number) => stream.fill(new Uint8Array(size)) };
  };
  const eap = new EapPskServer({
    crypto: cryptoOf("server"),
    idS: new TextEncoder().encode("ampcore"),
    keyOf: (idP) => (equalOctets(idP, ID_P) ? KEY : undefined),
  });
  const ap = new RsnAp({ crypto: cryptoOf("AP"), aa: AA, ssid: SSID, akms: [AKM], mode: "rsn", eap, preauth: eap });
  const client = new PreauthClient({
    crypto: cryptoOf("client"),
    spa: SPA,
    aa: AA,
    akm: AKM,
    identity: ID_P,
    psk: KEY,
  });
  const frames: Uint8Array[] = [];
  let [refused, counted]: [string | undefined, number] = [undefined, 0];
  let own: { readonly pmk: Uint8Array; readonly pmkid: Uint8Array } | undefined;
  const sumOf = (): number => Object.values(ap.refused).reduce((sum, count) => sum + count, 0);
  const put = (frame: Uint8Array): void => {
    if (frames.length === outside?.when) {
      const before = sumOf();
      if (outside.side === TO_AP) refused = ap.preauth.receive(outside.frame, 0).refused;
      else {
        const step = client.receive(outside.frame, 0);
        if ("refused" in step) ({ refused } = step);
        // A Failure that anyone can send ends it (RFC 3748, 4.2).
        if ("pmksa" in step) own = step.pmksa;
      }
      counted = sumOf() - before;
    }
    frames.push(frame);
  };
  for (let up: Uint8Array | undefined = client.begin(0); up; ) {
    put(up);
    const [down] = ap.preauth.receive(up, 0).frames;
    up = undefined;
    if (!down) break;
    put(down);
    const step = client.receive(down, 0);
    if ("send" in step) up = step.send;
    if ("pmksa" in step) own = step.pmksa;
  }
  const pmk = own && ap.pmksa.find(SPA, suiteOf(AKM), [own.pmkid], 0);
  const isThere = pmk !== undefined && own !== undefined && equalOctets(pmk, own.pmk);
  return { frames, pmksa: isThere ? "same" : own ? "apart" : "none", refused, counted };
}
