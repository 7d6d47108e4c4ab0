/** The refusals that depend on the device's state or on its host, and the calls that are not frames. */
import { PLAIN_TRIGGER_INFO } from "../twin/ap.ts";
import { hex, unhex } from "../twin/bytes.ts";
import { FC } from "../twin/frames.ts";
import { HEAD, SLOTS } from "../twin/record.ts";
import { numberedFrame } from "../twin/session.ts";
import { type StatusName, status } from "../twin/status.ts";
import type { Step } from "./script.ts";
import {
  COMPACT,
  entropyOf,
  expectStatus,
  labelled,
  READING,
  type Scene,
  type SceneOptions,
  STRONG,
  WIDE,
} from "./world.ts";

/** A scene that ends in (or contains) one refused call; `act` returns the step that was refused. */
export interface RefusedCall {
  readonly check: string;
  readonly name: string;
  readonly status: StatusName;
  readonly options?: SceneOptions;
  readonly act: (scene: Scene) => Step;
}

const [SLOT_A, SLOT_B] = SLOTS;

function notBooted(): RefusedCall[] {
  const check = "not booted";
  const badHead = { offset: HEAD.offset, octets: "00" };
  return [
    { check, name: "receive before boot", status: check, act: (scene) => scene.receive(scene.m1()) },
    { check, name: "an empty frame before boot", status: check, act: (scene) => scene.receive(new Uint8Array(0)) },
    { check, name: "send before boot", status: check, act: (scene) => scene.play({ call: "send" }) },
    { check, name: "setPayload before boot", status: check, act: (scene) => scene.setPayload(READING, 0) },
    {
      check,
      name: "setPayload with bad arguments before boot",
      status: check,
      act: (scene) => scene.play({ call: "setPayloadLength", length: 55, encrypt: 2 }),
    },
    {
      check,
      name: "receive after a boot that failed",
      status: check,
      act: (scene) => {
        scene.play({ call: "damage", ...badHead });
        expectStatus(scene.play({ call: "boot" }), status("NVM failed"));
        scene.play({ call: "received" });
        scene.play({ call: "triggerData" });
        return scene.receive(scene.m1());
      },
    },
    {
      check,
      name: "receive after a second boot that failed",
      status: check,
      act: (scene) => {
        scene.boot().secure();
        scene.play({ call: "damage", ...badHead });
        expectStatus(scene.play({ call: "boot" }), status("NVM failed"));
        return scene.receive(scene.m1());
      },
    },
  ];
}

function payloadTooLong(): RefusedCall[] {
  const check = "payload too long";
  const reading = (length: number, options: SceneOptions, name: string): RefusedCall => ({
    check,
    name,
    status: check,
    options,
    act: (scene) => {
      scene.boot().setPayload(labelled("reading", length), 1);
      const refused = scene.receive(scene.m1());
      scene.setPayload(labelled("reading", length - 1), 1);
      scene.waiting();
      return refused;
    },
  });
  return [
    reading(41, { profile: COMPACT }, "compact Trigger, reading of 41 octets"),
    reading(25, { profile: WIDE }, "wide Trigger, reading of 25 octets"),
    reading(17, { profile: STRONG }, "strong Trigger, reading of 17 octets"),
    {
      check: "TriggerInfo (reserved bits)",
      name: "0 slots, before payload too long",
      status: "reserved bits",
      act: (scene) => {
        scene.boot().setPayload(labelled("reading", 41), 0);
        return scene.receive(scene.m1({ info: { ...PLAIN_TRIGGER_INFO, slots: 0 } }));
      },
    },
    {
      check,
      name: "before NVM failed and entropy failed",
      status: check,
      options: { entropy: [null] },
      act: (scene) => {
        scene.boot().setPayload(labelled("reading", 54), 0);
        return scene.receive(scene.m1(), { unreadable: SLOT_A });
      },
    },
    {
      check,
      name: "send in the strong profile, reading of 47 octets",
      status: check,
      options: { profile: STRONG },
      act: (scene) => {
        scene.boot().secure();
        scene.setPayload(labelled("reading", 47), 1);
        const refused = scene.play({ call: "send" });
        scene.setPayload(labelled("reading", 46), 1);
        scene.play({ call: "send", note: "a refused call uses no PN" });
        return refused;
      },
    },
  ];
}

function entropyAndNvm(): RefusedCall[] {
  const slotCheck = "NVM failed (newest slot not readable)";
  const entropyCheck = "entropy failed";
  const later = (scene: Scene, refused: Step): Step => {
    scene.waiting();
    return refused;
  };
  return [
    {
      check: entropyCheck,
      name: "the import fails",
      status: "entropy failed",
      options: { entropy: [null, entropyOf(0)] },
      act: (scene) => later(scene, scene.boot().receive(scene.m1())),
    },
    {
      check: entropyCheck,
      name: "the test fails",
      status: "entropy failed",
      options: { entropy: [new Uint8Array(32), entropyOf(0)] },
      act: (scene) => later(scene, scene.boot().receive(scene.m1())),
    },
    {
      check: slotCheck,
      name: "the slot cannot be read",
      status: "NVM failed",
      act: (scene) => later(scene, scene.boot().receive(scene.m1(), { unreadable: SLOT_A })),
    },
    {
      check: slotCheck,
      name: "the slot cannot be read in state 3: the session goes on",
      status: "NVM failed",
      act: (scene) => {
        const taken = scene.boot().secure();
        const refused = scene.receive(scene.m1(), { unreadable: SLOT_A });
        expectStatus(scene.receive(taken.data(unhex("aa")).frame), 0);
        return refused;
      },
    },
    {
      check: slotCheck,
      name: "before entropy failed",
      status: "NVM failed",
      options: { entropy: [null, entropyOf(0)] },
      act: (scene) => scene.boot().receive(scene.m1(), { unreadable: SLOT_A }),
    },
    ...([HEAD, SLOT_A, SLOT_B] as const).map(
      (unreadable): RefusedCall => ({
        check: "NVM failed (boot)",
        name: `boot cannot read the octets from ${unreadable.offset} on`,
        status: "NVM failed",
        act: (scene) => scene.play({ call: "boot", unreadable }),
      }),
    ),
  ];
}

function noSession(): RefusedCall[] {
  const check = "no session";
  return [
    ...([FC.confirm, FC.data] as const).map(
      (fc): RefusedCall => ({
        check: "Confirm and Data in state 1",
        name: `type ${fc & 0x0f} in state 1`,
        status: check,
        act: (scene) => {
          const { session } = scene.boot().waiting();
          scene.powerCycle();
          return scene.receive(numberedFrame(session, fc, session.aa, 1, READING, { encrypted: true }).frame);
        },
      }),
    ),
    {
      check: "Data in state 2",
      name: "Data before M3",
      status: check,
      act: (scene) => scene.receive(scene.boot().waiting().data(READING).frame),
    },
    { check: "send", name: "send in state 1", status: check, act: (scene) => scene.boot().play({ call: "send" }) },
    {
      check: "send",
      name: "send in state 2",
      status: check,
      act: (scene) => {
        const taken = scene.boot().waiting();
        const refused = scene.play({ call: "send" });
        expectStatus(scene.receive(taken.confirm().frame), 0);
        return refused;
      },
    },
  ];
}

function pnExhausted(): RefusedCall[] {
  const check = "PN exhausted";
  const frame = (scene: Scene): string => hex(scene.m1({ dlData: new Uint8Array(0) }));
  return [
    {
      check: "send",
      name: "after UL PN 65535; DL Data are still taken",
      status: check,
      act: (scene) => {
        const taken = scene.boot().secure();
        // M2 had PN 1; an empty MIC-only Data has 17 octets.
        scene.play({ call: "repeat", times: 65534, steps: [{ call: "send", status: 17 }] });
        const refused = scene.play({ call: "send" });
        expectStatus(scene.receive(taken.data(unhex("aa"), 65535).frame), 0);
        return refused;
      },
    },
    {
      check: "PN exhausted (n used up)",
      name: "after SNonce 65535 of one power cycle",
      status: check,
      options: { modifier: null },
      act: (scene) => {
        const m1 = frame(scene.boot());
        // setPayload drops the kept M2, so that the same M1 takes a new SNonce; an empty M2 has 31 octets.
        const steps = [
          { call: "setPayload", status: 0 },
          { call: "receive", frame: m1, status: 31 },
        ] as const;
        scene.play({ call: "repeat", times: 65536, steps });
        scene.play({ call: "receive", frame: m1, note: "the kept M2 is not a new SNonce" });
        scene.play({ call: "setPayload" });
        expectStatus(scene.play({ call: "receive", frame: m1, unreadable: SLOT_A }), status("NVM failed"));
        const refused = scene.play({ call: "receive", frame: m1 });
        scene.powerCycle().waiting();
        return refused;
      },
    },
  ];
}

function badArguments(): RefusedCall[] {
  const check = "bad argument";
  const call = (name: string, length: number, encrypt: number): RefusedCall => ({
    check,
    name,
    status: check,
    act: (scene) => {
      scene.boot().setPayload(READING, 1);
      const m1 = scene.m1();
      scene.receive(m1);
      const refused = scene.play({ call: "setPayloadLength", length, encrypt });
      scene.receive(m1, { note: "a refused call does not drop the kept M2" });
      return refused;
    },
  });
  return [
    call("length 55", 55, 0),
    call("length -1", -1, 0),
    call("length 2147483647", 2147483647, 1),
    call("length -2147483648", -2147483648, 1),
    call("encrypt 2", 6, 2),
    call("encrypt -1", 6, -1),
  ];
}

/** All of them, but for what a Confirm or Data frame is refused for. */
export function refusedCalls(): RefusedCall[] {
  return [...notBooted(), ...payloadTooLong(), ...entropyAndNvm(), ...noSession(), ...pnExhausted(), ...badArguments()];
}
