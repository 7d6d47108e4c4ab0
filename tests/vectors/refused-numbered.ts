/** What Confirm, Data and a command are refused for once a session is there: the last rows of PROTOCOL 4a. */
import type { ApSession } from "../twin/ap.ts";
import { concat, unhex } from "../twin/bytes.ts";
import { decodeTdc, encodeTdc, FC, splitFrame, type Tdc, withFcs } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { SLOTS } from "../twin/record.ts";
import { numberedFrame, PN_FIRST } from "../twin/session.ts";
import { type StatusName, status } from "../twin/status.ts";
import { updateCommand } from "../twin/update.ts";
import type { RefusedCall } from "./refused-calls.ts";
import type { Step } from "./script.ts";
import { expectStatus, MODIFIER_PRIME, PSK, READING, type Scene, SPA } from "./world.ts";

/** The frame with other TDC fields and a good FCS: what an attacker can make of it without a key. */
function retagged(frame: Uint8Array, change: Partial<Tdc>): Uint8Array {
  const { tdc } = splitFrame(frame);
  return withFcs(concat(frame.slice(0, 3), encodeTdc({ ...decodeTdc(tdc), ...change }), frame.slice(5, -2)));
}

/** The frame with one octet XOR 1 and a good FCS; a negative place counts from the end of the body. */
function flipped(frame: Uint8Array, at: number): Uint8Array {
  const octets = frame.slice(0, -2);
  octets[at < 0 ? octets.length + at : at] ^= 0x01;
  return withFcs(octets);
}

/** M3 with any PN, MIC right: what only the AP itself could send. */
function confirmAt(taken: ApSession, pn: number): Uint8Array {
  return numberedFrame(taken.session, FC.confirm, taken.session.aa, pn, new Uint8Array(0), { encrypted: false }).frame;
}

/** First octet of the body of any frame. */
const BODY = 5;

/** In state 2: the M3 that `spoil` makes of the right one is refused, the right one is then taken. */
function confirmCase(name: string, refusal: StatusName, spoil: (m3: Uint8Array, taken: ApSession) => Uint8Array) {
  const act = (scene: Scene): Step => {
    expectStatus(scene.boot().setPayload(READING, 1), 0);
    const taken = scene.waiting();
    const m3 = taken.confirm(unhex("0a0b0c")).frame;
    const refused = scene.receive(spoil(m3, taken));
    expectStatus(scene.receive(m3, { note: "the right M3" }), 0);
    return refused;
  };
  return { check: "Confirm in state 2", name: `Confirm, ${name}`, status: refusal, act };
}

/** In state 3: the Data that `spoil` makes of the right one is refused, the right one is then taken. */
function dataCase(name: string, refusal: StatusName, spoil: (data: Uint8Array, taken: ApSession) => Uint8Array) {
  const act = (scene: Scene): Step => {
    const taken = scene.boot().secure();
    const data = taken.data(unhex("0a0b0c")).frame;
    const refused = scene.receive(spoil(data, taken));
    expectStatus(scene.receive(data, { note: "the right Data" }), 0);
    return refused;
  };
  return { check: "Data in state 3", name: `Data, ${name}`, status: refusal, act };
}

function confirmsAndData(): RefusedCall[] {
  const otherProfile = (frame: Uint8Array): Uint8Array => retagged(frame, { profile: 2 });
  const otherGeneration = (frame: Uint8Array): Uint8Array => retagged(frame, { generation: 1 });
  return [
    confirmCase("another profile", "bad profile", otherProfile),
    confirmCase("another profile and generation", "bad profile", (m3) => otherGeneration(otherProfile(m3))),
    confirmCase("another generation", "no root of that generation", otherGeneration),
    confirmCase("another generation and PN 2", "no root of that generation", (_, taken) =>
      otherGeneration(confirmAt(taken, 2)),
    ),
    confirmCase("PN 0, MIC right", "replayed PN", (_, taken) => confirmAt(taken, 0)),
    confirmCase("PN 2, MIC right", "replayed PN", (_, taken) => confirmAt(taken, 2)),
    confirmCase("PN 256, MIC right", "replayed PN", (_, taken) => confirmAt(taken, 256)),
    confirmCase("first octet of the MIC", "bad MIC", (m3) => flipped(m3, -8)),
    confirmCase("last octet of the MIC", "bad MIC", (m3) => flipped(m3, -1)),
    confirmCase("an octet of the payload", "bad MIC", (m3) => flipped(m3, BODY + 2)),
    confirmCase("Encrypted taken away", "bad MIC", (m3) => retagged(m3, { encrypted: false })),
    confirmCase("Command added", "bad MIC", (m3) => retagged(m3, { command: true })),
    confirmCase("a MIC of zeros", "bad MIC", (m3) => withFcs(concat(m3.slice(0, -10), new Uint8Array(8)))),
    confirmCase("the payload of Data, PN 1, as a Confirm", "bad MIC", (_, { session }) =>
      withFcs(
        concat(
          FC.confirm,
          numberedFrame(session, FC.data, session.aa, PN_FIRST, READING, { encrypted: true }).frame.slice(1, -2),
        ),
      ),
    ),
    confirmCase(
      "protected as by the device itself",
      "bad MIC",
      (_, { session }) => numberedFrame(session, FC.confirm, session.spa, PN_FIRST, READING, { encrypted: true }).frame,
    ),
    {
      check: "Confirm in state 3",
      name: "the same M3 again",
      status: "replayed PN",
      act: (scene) => scene.receive(scene.boot().secure().confirm().frame),
    },
    {
      check: "Confirm in state 3",
      name: "another profile: its PN is not even looked at",
      status: "replayed PN",
      act: (scene) => scene.receive(otherProfile(scene.boot().secure().confirm().frame)),
    },
    dataCase("another profile", "bad profile", otherProfile),
    dataCase("another generation", "no root of that generation", otherGeneration),
    dataCase("another generation and an old PN", "no root of that generation", (_, { session }) =>
      otherGeneration(numberedFrame(session, FC.data, session.aa, 1, READING, { encrypted: false }).frame),
    ),
    ...[0, 1].map((pn) =>
      dataCase(
        `PN ${pn}, MIC right`,
        "replayed PN",
        (_, { session }) => numberedFrame(session, FC.data, session.aa, pn, READING, { encrypted: true }).frame,
      ),
    ),
    dataCase("an octet of the MIC", "bad MIC", (data) => flipped(data, -1)),
    dataCase("PN one more", "bad MIC", (data) => flipped(data, BODY + 1)),
    dataCase("Encrypted added", "bad MIC", (data) => retagged(data, { encrypted: true })),
    dataCase(
      "the station's own Data sent back",
      "bad MIC",
      (_, { session }) => numberedFrame(session, FC.data, session.spa, 2, READING, { encrypted: true }).frame,
    ),
    {
      check: "Data in state 3",
      name: "Data that names the new generation after an UPDATE in the same session",
      status: "no root of that generation",
      act: (scene) => {
        scene.boot().ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
        const taken = scene.waiting();
        scene.receive(taken.update(MODIFIER_PRIME).frame);
        const data = taken.data(READING).frame;
        const refused = scene.receive(otherGeneration(data));
        expectStatus(scene.receive(data), 0);
        return refused;
      },
    },
    {
      check: "Data in state 3",
      name: "Data again, and an older one after a gap",
      status: "replayed PN",
      act: (scene) => {
        const taken = scene.boot().secure();
        const [early, late] = [taken.data(unhex("01"), 5).frame, taken.data(unhex("02"), 9).frame];
        expectStatus(scene.receive(late), 0);
        expectStatus(scene.receive(late, { note: "again" }), status("replayed PN"));
        return scene.receive(early);
      },
    },
  ];
}

function badCommands(): RefusedCall[] {
  const check = "bad command";
  const good = updateCommand(midstates(PSK), MODIFIER_PRIME, 1, SPA);
  const changed = (at: number): Uint8Array => good.map((octet, i) => (i === at ? octet ^ 0x80 : octet));
  const command = (name: string, payload: Uint8Array): RefusedCall => ({
    check: "the command of a verified M3",
    name,
    status: check,
    act: (scene) => {
      const taken = scene.boot().waiting();
      const refused = scene.receive(taken.command(payload).frame);
      scene.play({ call: "received", note: "a command is never handed out" });
      expectStatus(scene.receive(taken.data(unhex("aa")).frame, { note: "the session is secure" }), 0);
      return refused;
    },
  });
  const unread = (name: string, payload: Uint8Array): RefusedCall => ({
    check: "the command of a verified M3",
    name,
    status: "NVM failed",
    act: (scene) => {
      const taken = scene.boot().waiting();
      return scene.receive(taken.command(payload).frame, { unreadable: SLOTS[0] });
    },
  });
  return [
    command("empty", new Uint8Array(0)),
    command("opcode 0", unhex("00")),
    command("opcode 3", unhex("03")),
    command("PROVE of two octets", unhex("0200")),
    command("UPDATE of one octet", unhex("01")),
    command("UPDATE one octet short", good.slice(0, -1)),
    command("UPDATE one octet long", concat(good, 0)),
    command("UPDATE to the newest generation, one octet short", concat(1, 0, good.slice(2, -1))),
    command("UPDATE, T changed", changed(25)),
    command("UPDATE, Modifier' changed", changed(2)),
    command("UPDATE to generation 2", updateCommand(midstates(PSK), MODIFIER_PRIME, 2, SPA)),
    command("UPDATE to generation 255", updateCommand(midstates(PSK), MODIFIER_PRIME, 255, SPA)),
    unread("UPDATE, the newest root cannot be read", good),
    unread("PROVE, the newest root cannot be read", unhex("02")),
  ];
}

export function refusedNumbered(): RefusedCall[] {
  return [...confirmsAndData(), ...badCommands()];
}
