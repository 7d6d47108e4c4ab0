/** conversation.json: the rules AMP-R1 to AMP-R7 and the life of the NVM record, as calls and answers. */
import { hex, unhex } from "../twin/bytes.ts";
import { ackFrame, idOf } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { CACHE, CELLS, cacheOctets, SLOTS } from "../twin/record.ts";
import { status } from "../twin/status.ts";
import type { Step } from "./script.ts";
import {
  AA_HIGH,
  AA_LOW,
  COMPACT,
  entropyOf,
  expectStatus,
  labelled,
  MODIFIER,
  MODIFIER_PRIME,
  PROVISIONED,
  READING,
  Scene,
  SPA,
  type VectorFile,
} from "./world.ts";

/** A claim about the conversation that the twin alone cannot make. */
function claim(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what);
}

const writes = (step: Step): number => step.nvmWrites?.length ?? 0;

type Conversation = readonly [name: string, talk: () => Scene];

const EXCHANGE: Conversation[] = [
  [
    "AMP-R1: the same M1 in state 2 gets the kept M2; in state 3 nothing",
    () => {
      const scene = new Scene().boot();
      const m1 = scene.m1();
      const first = scene.receive(m1);
      const again = scene.receive(m1);
      claim(first.reply === again.reply && writes(again) === 0, "the kept M2 is repeated without any write");
      expectStatus(scene.receive(scene.taken(again).confirm().frame), 0);
      expectStatus(scene.receive(m1), 0);
      return scene;
    },
  ],
  [
    "AMP-R1: setPayload drops the kept M2; the M3 of the M2 that was sent is still taken",
    () => {
      const scene = new Scene().boot();
      const m1 = scene.m1();
      const taken = scene.taken(scene.receive(m1));
      expectStatus(scene.setPayload(READING, 1), 0);
      expectStatus(scene.receive(taken.confirm(unhex("01")).frame), 0);
      scene.play({ call: "received" });
      expectStatus(scene.receive(m1, { note: "in state 3 there is no kept M2 and none is made" }), 0);
      return scene;
    },
  ],
  [
    "AMP-R1: after setPayload the same M1 takes a new SNonce, and the M3 of the first M2 is worth nothing",
    () => {
      const scene = new Scene().boot();
      const m1 = scene.m1();
      const first = scene.receive(m1);
      expectStatus(scene.setPayload(new Uint8Array(0), 0), 0);
      const second = scene.receive(m1);
      claim(first.reply !== second.reply, "a new SNonce makes another M2");
      expectStatus(scene.receive(scene.taken(first).confirm().frame), status("bad MIC"));
      return scene;
    },
  ],
  [
    "AMP-R1: after a reading that is too long the same M1 is refused; the M3 of the M2 that was sent is still taken",
    () => {
      const scene = new Scene().boot();
      const m1 = scene.m1();
      const taken = scene.taken(scene.receive(m1));
      expectStatus(scene.setPayload(labelled("reading", 41), 1), 0);
      expectStatus(scene.receive(m1), status("payload too long"));
      expectStatus(scene.receive(taken.confirm().frame), 0);
      return scene;
    },
  ],
  [
    "the same trigger with the broadcast ID is another M1",
    () => {
      const scene = new Scene().boot();
      const aNonce = labelled("one ANonce", COMPACT.N);
      const addressed = scene.receive(scene.m1({ aNonce }));
      const broadcast = scene.receive(scene.m1({ aNonce, spa: null }));
      claim(addressed.reply !== broadcast.reply, "it takes a new SNonce");
      return scene;
    },
  ],
  [
    "AMP-R5: a new M1 ends the session before it, from state 3 too",
    () => {
      const scene = new Scene().boot();
      const old = scene.secure({ dlData: unhex("aabb") });
      scene.play({ call: "triggerData" });
      const next = scene.waiting({ dlData: unhex("cc") });
      scene.play({ call: "triggerData", note: "not confirmed yet" });
      scene.play({ call: "received" });
      expectStatus(scene.receive(old.data(READING).frame), status("no session"));
      expectStatus(scene.receive(next.confirm().frame), 0);
      scene.play({ call: "triggerData" });
      return scene;
    },
  ],
  [
    "AMP-R5: an M1 that fails leaves the old session whole",
    () => {
      const scene = new Scene().boot();
      const taken = scene.secure({ dlData: unhex("aabb") });
      expectStatus(scene.receive(scene.m1(), { unreadable: SLOTS[0] }), status("NVM failed"));
      scene.play({ call: "triggerData" });
      expectStatus(scene.receive(taken.data(READING).frame), 0);
      scene.play({ call: "received" });
      return scene;
    },
  ],
  [
    "received: an M3, then Data, then an empty Data; each replaces the one before and can be read twice",
    () => {
      const scene = new Scene().boot();
      const taken = scene.waiting();
      for (const payload of [unhex("010203"), unhex("0405"), new Uint8Array(0)]) {
        const frame = scene.play({ call: "received" }).payload === "" ? taken.confirm(payload) : taken.data(payload);
        expectStatus(scene.receive(frame.frame), 0);
        claim(scene.play({ call: "received" }).payload === hex(payload), "the payload is handed out");
      }
      return scene;
    },
  ],
  [
    "an Ack means nothing in any state",
    () => {
      const scene = new Scene().boot();
      const ack = ackFrame(idOf(SPA));
      expectStatus(scene.receive(ack), 0);
      const taken = scene.waiting();
      expectStatus(scene.receive(ack), 0);
      expectStatus(scene.receive(taken.confirm().frame), 0);
      expectStatus(scene.receive(ack), 0);
      return scene;
    },
  ],
  [
    "AMP-R7: after a power loss in state 3 the next M1 starts over",
    () => {
      const scene = new Scene().boot();
      const taken = scene.secure();
      scene.powerCycle();
      expectStatus(scene.receive(taken.data(READING).frame), status("no session"));
      scene.secure();
      return scene;
    },
  ],
];

const NVM: Conversation[] = [
  [
    "AMP-R2: entropy and counter once in a power cycle",
    () => {
      const scene = new Scene({ entropy: [entropyOf(0), entropyOf(1)] }).boot();
      claim(writes(scene.receive(scene.m1())) === 2, "cell 1 has check 0: value and complement are written");
      claim(writes(scene.receive(scene.m1())) === 0, "the second SNonce writes nothing");
      scene.powerCycle();
      claim(writes(scene.receive(scene.m1())) === 3, "cell 0 is valid: its check field is cleared first");
      return scene;
    },
  ],
  [
    "AMP-R2: a counter that cannot be written does not silence the device",
    () => {
      const scene = new Scene().boot();
      claim(
        writes(scene.receive(scene.m1(), { unwritable: CELLS[1] })) === 1,
        "the first write fails, no other follows",
      );
      claim(writes(scene.receive(scene.m1())) === 0, "it is not tried again in this power cycle");
      return scene;
    },
  ],
  [
    "AMP-R2: counter cells that cannot be read are an NVM that failed; nothing is spent, and the counter goes on",
    () => {
      const scene = new Scene().boot();
      const refused = scene.receive(scene.m1(), { unreadable: CELLS[0] });
      expectStatus(refused, status("NVM failed"));
      claim(writes(refused) === 0, "the counter is not started again");
      claim(writes(scene.receive(scene.m1())) > 0, "the next M1 raises it");
      return scene;
    },
  ],
  [
    "the newest slot is checked at boot, not again at M1: one that changes later makes an M2 that no AP takes",
    () => {
      const scene = new Scene({ modifier: null }).boot();
      scene.play({ call: "damage", offset: SLOTS[0].offset + 40, octets: "ffffffff" });
      const m2 = scene.receive(scene.m1());
      claim(scene.ap.respond(unhex(m2.reply ?? "")) === null, "the AP derives another PTK");
      scene.play({ call: "powerLoss" });
      expectStatus(scene.play({ call: "boot" }), status("NVM failed"));
      return scene;
    },
  ],
  [
    "PMK cache: written after M3, used in the next power cycle, not written again",
    () => {
      const scene = new Scene().boot();
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 2, "an empty cache: body and check field");
      scene.powerCycle();
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 0, "a hit writes nothing");
      return scene;
    },
  ],
  [
    "PMK cache: at most one write in a power cycle",
    () => {
      const scene = new Scene().boot();
      scene.secure();
      scene.play({ call: "damage", ...{ offset: CACHE.offset + 8, octets: "00" }, note: "another Modifier" });
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 0, "a second miss does not write");
      scene.powerCycle();
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 3, "the next power cycle does");
      return scene;
    },
  ],
  [
    "PMK cache: an entry with a wrong CRC is a miss",
    () => {
      const scene = new Scene().boot();
      scene.secure();
      scene.play({ call: "damage", offset: CACHE.offset + 30, octets: "00" });
      scene.powerCycle();
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 3, "it is written over");
      return scene;
    },
  ],
  ...[0, 1].map(
    (generation): Conversation => [
      `PMK cache: a torn entry that begins with generation ${generation} is wiped, then written`,
      () => {
        const nvm = PROVISIONED.slice();
        nvm.set(labelled("a torn cache entry", 50), CACHE.offset);
        nvm[CACHE.offset] = generation;
        const scene = new Scene({ nvm }).boot();
        claim(writes(scene.receive(scene.waiting().confirm().frame)) === 3, "one write of the wipe, two of the entry");
        return scene;
      },
    ],
  ),
  [
    "PMK cache: the entry of another AP is a miss and is written over",
    () => {
      const before = new Scene({ aa: AA_HIGH }).boot();
      before.secure();
      const scene = new Scene({ aa: AA_LOW, nvm: before.nvm, entropy: [entropyOf(1)] }).boot();
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 3, "check field, body, check field");
      return scene;
    },
  ],
  [
    "PMK cache: what a complete entry holds is the PMK, whatever the root says",
    () => {
      const nvm = PROVISIONED.slice();
      nvm.set(cacheOctets(0, AA_LOW, MODIFIER, midstates(labelled("another PMK", 32))), CACHE.offset);
      const scene = new Scene({ nvm }).boot();
      const m2 = scene.receive(scene.m1());
      claim(scene.ap.respond(unhex(m2.reply ?? "")) === null, "the AP derives another PMK");
      return scene;
    },
  ],
  [
    "PMK cache: one that cannot be read is a miss, and as it may hold that very PMK it is not written",
    () => {
      const scene = new Scene().boot();
      scene.secure();
      scene.powerCycle();
      const taken = scene.taken(scene.receive(scene.m1(), { unreadable: CACHE }));
      claim(writes(scene.receive(taken.confirm().frame)) === 0, "and is left alone");
      return scene;
    },
  ],
  [
    "PMK cache: a write that fails is done at the next verified M3, in the same power cycle",
    () => {
      const scene = new Scene().boot();
      expectStatus(scene.receive(scene.waiting().confirm().frame, { unwritable: CACHE }), 0);
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 2, "body and check field");
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 0, "and then it is a hit");
      return scene;
    },
  ],
  [
    "direct mode never touches the cache",
    () => {
      const scene = new Scene({ modifier: null }).boot();
      claim(writes(scene.receive(scene.waiting().confirm().frame)) === 0, "no write");
      return scene;
    },
  ],
  [
    "wipes that fail are passed over and done at the next verified M3",
    () => {
      const scene = new Scene().boot();
      scene.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
      scene.receive(scene.waiting().update(MODIFIER_PRIME).frame);
      const taken = scene.waiting();
      expectStatus(scene.receive(taken.confirm().frame, { unwritable: SLOTS[0] }), 0);
      claim(scene.nvm[SLOTS[0].offset + 4] !== 0, "the old root is still there");
      scene.secure();
      claim(
        scene.nvm.slice(SLOTS[0].offset, SLOTS[1].offset).every((octet) => octet === 0),
        "and now it is not",
      );
      return scene;
    },
  ],
  [
    "a wipe that was torn after the check field is finished",
    () => {
      const nvm = PROVISIONED.slice();
      nvm.set(labelled("a torn slot", 40), SLOTS[1].offset);
      const scene = new Scene({ nvm }).boot();
      claim(writes(scene.receive(scene.waiting({ spa: null }).confirm().frame)) === 3, "slot B, then the cache");
      return scene;
    },
  ],
];

function conversationCase([name, talk]: Conversation) {
  return { name, script: talk().script() };
}

export function conversationFile(): VectorFile {
  return {
    about: "Conversations that show the rules AMP-R1 to AMP-R7 and every write of the NVM record (PROTOCOL 4a, 7).",
    cases: [...EXCHANGE, ...NVM].map(conversationCase),
  };
}
