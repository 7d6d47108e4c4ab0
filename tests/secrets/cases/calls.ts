/** Every export but amp_receive, and amp_receive of a station that is off. */
import assert from "node:assert/strict";
import { withFcs } from "../../twin/frames.ts";
import { midstates } from "../../twin/hmac.ts";
import { HEAD, SLOTS, slotOctets } from "../../twin/record.ts";
import { proveCommand } from "../../twin/update.ts";
import type { Bed, Story } from "../bed.ts";
import { CLEAR, COMMAND } from "../hand.ts";
import type { AnswerKind, Case, ExportName, StateNumber } from "./case.ts";

const STATES: readonly StateNumber[] = [0, 1, 2, 3];
const PN_MAX = 0xffff;
const NOTHING = new Uint8Array(0);

const inState = (state: StateNumber, then: Story): Story => {
  return (bed) => {
    bed.reach(state);
    then(bed);
  };
};

function made(call: ExportName, state: StateNumber, answer: AnswerKind, path: string, then: Story): Case {
  return { call, state, answer, path, play: inState(state, then) };
}

const ASKING: readonly Case[] = STATES.flatMap((state) => [
  ...(["amp_rx_buffer", "amp_tx_buffer", "amp_payload_buffer"] as const).map((name) =>
    made(name, state, "> 0", "its address", (bed) => bed.call(name)),
  ),
  made("amp_state", state, state === 0 ? "0" : "> 0", "it", (bed) => bed.call("amp_state")),
  made("amp_received", state, state === 3 ? "> 0" : "0", "what M3 said", (bed) => bed.call("amp_received")),
  made("amp_trigger_data", state, state === 3 ? "> 0" : "0", "what M1 said", (bed) => bed.call("amp_trigger_data")),
]);

/** State 3 in which neither M1 nor M3 said anything. */
const silent = (name: "amp_received" | "amp_trigger_data"): Case => {
  const play: Story = (bed) => {
    bed.reach(1);
    bed.newM1(bed.trigger({ dlData: NOTHING }));
    assert.equal(bed.receive(bed.m3(NOTHING)), 0);
    bed.call(name);
  };
  return { call: name, state: 3, answer: "0", path: "nothing was said", play };
};

const TOLD: readonly Case[] = [
  silent("amp_received"),
  silent("amp_trigger_data"),
  made("amp_received", 3, "> 0", "what Data said", (bed) => {
    assert.equal(bed.receive(bed.data(2, bed.secrets.payloads[1])), 0);
    bed.call("amp_received");
  }),
  {
    ...{ call: "amp_received", state: 3, answer: "0", path: "M3 carried a command" },
    play(bed) {
      bed.reach(2);
      assert.ok(bed.receive(bed.m3(proveCommand(), COMMAND)) > 0, "the proof");
      bed.call("amp_received");
    },
  },
];

const READINGS: readonly Case[] = STATES.flatMap((state) => {
  if (state === 0) {
    return [made("amp_set_payload", 0, "not booted", "any", (bed) => bed.setPayload(bed.secrets.readings[0], 1))];
  }
  return [
    made("amp_set_payload", state, "0", "a reading to encrypt", (bed) => bed.setPayload(bed.secrets.readings[0], 1)),
    made("amp_set_payload", state, "0", "a shorter one in clear", (bed) => bed.setPayload(bed.secrets.readings[1], 0)),
    made("amp_set_payload", state, "0", "the longest", (bed) => bed.setPayload(bed.secrets.readings[2], 1)),
    made("amp_set_payload", state, "bad argument", "55 octets", (bed) => bed.call("amp_set_payload", 55, 1)),
    made("amp_set_payload", state, "bad argument", "-1 octets", (bed) => bed.call("amp_set_payload", -1, 1)),
    made("amp_set_payload", state, "bad argument", "a mode 2", (bed) => bed.call("amp_set_payload", 5, 2)),
  ];
});

const SENDS: readonly Case[] = [
  made("amp_send", 0, "not booted", "any", (bed) => bed.call("amp_send")),
  made("amp_send", 1, "no session", "any", (bed) => bed.call("amp_send")),
  made("amp_send", 2, "no session", "any", (bed) => bed.call("amp_send")),
  made("amp_send", 3, "> 0", "encrypted", (bed) => bed.call("amp_send")),
  made("amp_send", 3, "> 0", "in clear", (bed) => {
    bed.setPayload(bed.secrets.readings[1], 0);
    bed.call("amp_send");
  }),
  made("amp_send", 3, "> 0", "in clear, and CMAC has whole blocks", (bed) => {
    bed.setPayload(bed.secrets.readings[3], 0);
    bed.call("amp_send");
  }),
  {
    ...made("amp_send", 3, "payload too long", "the reading has no room", (bed) => {
      bed.setPayload(bed.secrets.readings[2], 1);
      bed.call("amp_send");
    }),
    only: ({ exchange }) => exchange.profile.M === 16,
  },
  made("amp_send", 3, "PN exhausted", "the last PN is used", (bed) => {
    bed.exhaust(() => bed.call("amp_send"), PN_MAX);
    bed.call("amp_send");
  }),
];

/** The station is handed something before it has booted. */
const OFF: readonly Case[] = [
  made("amp_receive", 0, "not booted", "an M1", (bed) => bed.receive(bed.trigger())),
  made("amp_receive", 0, "not booted", "an M1 behind a boot that failed", (bed) => {
    bed.fail("read", 0);
    bed.call("amp_boot");
    bed.receive(bed.trigger());
  }),
];

/** A record that does not boot, and how it came to that. */
const BROKEN: readonly (readonly [path: string, change: (bed: Bed) => void])[] = [
  ["the head cannot be read", (bed) => bed.fail("read", 0)],
  ["slot A cannot be read", (bed) => bed.fail("read", 1)],
  ["slot B cannot be read", (bed) => bed.fail("read", 2)],
  ["another magic", (bed) => head(bed, 0)],
  ["another version", (bed) => head(bed, 4)],
  ["octet 5 is not 0", (bed) => head(bed, 5)],
  ["the CRC of the head is wrong", (bed) => flip(bed, 14)],
  ["no slot is valid", (bed) => flip(bed, SLOTS[0].offset + 20)],
  ["both slots are valid and no neighbours", (bed) => neighbour(bed, 2)],
  ["both slots are valid and of one generation", (bed) => neighbour(bed, 0)],
];

const flip = ({ nvm }: Bed, at: number): void => {
  nvm.octets[at] ^= 1;
};

/** The head with an octet changed, and a right CRC. */
function head(bed: Bed, at: number): void {
  flip(bed, at);
  bed.nvm.octets.set(withFcs(bed.nvm.octets.slice(HEAD.offset, HEAD.length - 2)), HEAD.offset);
}

/** Slot B holds a root of that generation; slot A has 0. */
function neighbour({ nvm, secrets }: Bed, generation: number): void {
  nvm.octets.set(slotOctets({ generation, key: midstates(secrets.psk) }), SLOTS[1].offset);
}

const BOOTS: readonly Case[] = [
  ...STATES.flatMap((state) => [
    made("amp_boot", state, "0", "the record of manufacture", (bed) => bed.call("amp_boot")),
    ...BROKEN.map(([path, change]) =>
      made("amp_boot", state, "NVM failed", path, (bed) => {
        change(bed);
        bed.call("amp_boot");
      }),
    ),
  ]),
  made("amp_boot", 0, "0", "slot B is the newer", (bed) => {
    neighbour(bed, 1);
    bed.call("amp_boot");
  }),
  made("amp_boot", 0, "0", "slot A is the newer", (bed) => {
    neighbour(bed, 255);
    bed.call("amp_boot");
  }),
  ...([1, 2, 3] as const).flatMap((state): Case[] => [
    { ...survived(state, "0"), path: `RAM has survived from state ${state}` },
    { ...survived(state, "NVM failed"), path: `RAM has survived from state ${state}, and no slot is valid` },
  ]),
  {
    ...{ call: "amp_boot", state: 3, answer: "0", path: "behind an UPDATE, both roots in their slots" },
    play(bed) {
      bed.reachUpdated();
      assert.equal(bed.receive(bed.m3(bed.secrets.payloads[0], CLEAR)), 0);
      bed.call("amp_boot");
    },
  },
];

/** Power has failed for so short a time that RAM still holds what it held. */
function survived(from: StateNumber, answer: "0" | "NVM failed"): Omit<Case, "path"> {
  const play: Story = (bed) => {
    bed.reach(from);
    bed.brownOut();
    if (answer !== "0") flip(bed, SLOTS[0].offset + 20);
    bed.call("amp_boot");
  };
  return { call: "amp_boot", state: 0, answer, play };
}

export const CALLS: readonly Case[] = [...ASKING, ...TOLD, ...READINGS, ...SENDS, ...OFF, ...BOOTS];
