/** update.json: UPDATE and PROVE in every profile and key mode, lost answers, the wrap of the generation octet. */
import { isProof } from "../twin/ap.ts";
import { concat, hex, unhex } from "../twin/bytes.ts";
import { PROFILES, type Profile } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { derive, nextGeneration, rootAuthInput, rootProofInput, rootUpdateInput } from "../twin/keys.ts";
import { provision, SLOTS, slotOctets } from "../twin/record.ts";
import { OPCODE, proveCommand, updateCommand } from "../twin/update.ts";
import { explainKdf, explainKey, explainKeys, explainSealed, explainUplink } from "./explain.ts";
import {
  COMPACT,
  entropyOf,
  expectStatus,
  labelled,
  MODIFIER,
  MODIFIER_PRIME,
  PSK,
  Scene,
  SPA,
  type VectorFile,
} from "./world.ts";

/** T, the next root and its proof, with what each KDF is fed; all under the root of `generation` - 1. */
function explainUpdate(root: Uint8Array, modifierPrime: Uint8Array, generation: number) {
  const key = midstates(root);
  const auth = rootAuthInput(modifierPrime, generation, SPA);
  const update = rootUpdateInput(modifierPrime, generation, SPA);
  const proof = rootProofInput(generation, SPA);
  const next = derive(key, update);
  return {
    generation,
    modifierPrime: hex(modifierPrime),
    root: explainKey(root),
    authDerivation: explainKdf(auth, derive(key, auth)),
    T: hex(derive(key, auth).slice(0, 8)),
    updateDerivation: explainKdf(update, derive(key, update)),
    newRoot: explainKey(next),
    proofDerivation: explainKdf(proof, derive(midstates(next), proof)),
    proof: hex(derive(midstates(next), proof).slice(0, 8)),
    command: hex(updateCommand(key, modifierPrime, generation, SPA)),
    newSlot: hex(slotOctets({ generation, key: midstates(next) })),
  };
}

/** The record of a device whose only root is of this generation. */
function recordAt(generation: number, root: Uint8Array): Uint8Array {
  const nvm = provision(SPA, midstates(root));
  nvm.set(slotOctets({ generation, key: midstates(root) }), SLOTS[0].offset);
  return nvm;
}

/** Session 1 under `generation` carries UPDATE; session 2, under the next, wipes the old slot and cache entry. */
function updateCase(profile: Profile, modifier: Uint8Array | null, generation: number) {
  const next = nextGeneration(generation);
  const roots = new Map([[generation, PSK]]);
  const scene = new Scene({ profile, modifier, nvm: recordAt(generation, PSK), roots }).boot();
  const update = explainUpdate(PSK, MODIFIER_PRIME, next);
  const aNonce = labelled(`update ${profile.name} ${generation}`, profile.N);
  const taken = scene.waiting({ aNonce });
  scene.ap.enrolUpdate(SPA, generation, MODIFIER_PRIME);
  const m3 = taken.update(MODIFIER_PRIME);
  const reply = unhex(scene.receive(m3.frame, { note: "UPDATE; the answer is the proof" }).reply ?? "");
  const payload = taken.receive(reply);
  const newRoot = scene.ap.rootOf(SPA, next);
  if (payload === null || !isProof(payload, newRoot, next, SPA)) throw new Error("the AP has no proof");
  scene.play({ call: "received", note: "a command is not handed out" });
  expectStatus(scene.receive(taken.data(unhex("aa")).frame, { note: "the session goes on under its PTK" }), 0);
  const session2 = scene.waiting();
  if (session2.session.generation !== next) throw new Error("session 2 is not under the new root");
  expectStatus(scene.receive(session2.confirm().frame, { note: "first M3 under the new root: wipes" }), 0);
  return {
    name: `UPDATE from generation ${generation} to ${next}, ${profile.name}, ${modifier ? "Modifier" : "direct"}`,
    update,
    keys: explainKeys(scene.ap, taken, aNonce),
    frames: {
      m3: explainSealed(unhex(update.command), m3),
      answer: explainUplink(taken.session, reply, 2, payload),
    },
    script: scene.script(),
  };
}

/** PROVE in a session under the provisioned root. */
function proveCase(profile: Profile) {
  const scene = new Scene({ profile }).boot();
  const taken = scene.waiting();
  const m3 = taken.prove();
  const reply = unhex(scene.receive(m3.frame).reply ?? "");
  const payload = taken.receive(reply);
  if (payload === null || !isProof(payload, PSK, 0, SPA)) throw new Error("the AP has no proof");
  const proof = rootProofInput(0, SPA);
  return {
    name: `PROVE of generation 0, ${profile.name}`,
    proofDerivation: explainKdf(proof, derive(midstates(PSK), proof)),
    frames: {
      m3: explainSealed(proveCommand(), m3),
      answer: explainUplink(taken.session, reply, 2, payload),
    },
    script: scene.script(),
  };
}

/** The answer to UPDATE was lost: the same UPDATE again, one with other octets, and PROVE all give the proof. */
function lostAnswerCase() {
  const scene = new Scene({ entropy: [0, 1, 2, 3].map(entropyOf) }).boot();
  scene.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
  const newRoot = scene.ap.rootOf(SPA, 1);
  const first = scene.waiting();
  scene.receive(first.update(MODIFIER_PRIME).frame, { note: "the answer is lost" });
  const same = updateCommand(midstates(PSK), MODIFIER_PRIME, 1, SPA);
  const other = concat(OPCODE.update, 1, new Uint8Array(24));
  const tries: [note: string, command: Uint8Array][] = [
    ["the same UPDATE again: answered as PROVE; the old slot is wiped now", same],
    ["UPDATE to the newest generation, Modifier' and T zero: not looked at", other],
    ["PROVE", proveCommand()],
  ];
  for (const [note, command] of tries) {
    const taken = scene.powerCycle().waiting();
    const reply = scene.receive(taken.command(command).frame, { note }).reply ?? "";
    const payload = taken.receive(unhex(reply));
    if (payload === null || !isProof(payload, newRoot, 1, SPA)) throw new Error(`the AP has no proof: ${note}`);
  }
  return { name: "repeated UPDATE after a lost answer", script: scene.script() };
}

/** An nvmWrite of the new slot fails: NVM failed, no answer, and the old root is still the newest. */
function failedWriteCases() {
  const other = { offset: SLOTS[1].offset, length: SLOTS[1].length };
  const lastOctet = { offset: SLOTS[1].offset + SLOTS[1].length - 1, length: 1 };
  const faults = [
    ["the first write fails", { unwritable: other }],
    ["the check field cannot be written", { unwritable: lastOctet }],
  ] as const;
  return faults.map(([name, fault]) => {
    const scene = new Scene().boot();
    scene.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
    const taken = scene.waiting();
    const step = scene.receive(taken.update(MODIFIER_PRIME).frame, fault);
    expectStatus(step, -12);
    expectStatus(scene.receive(taken.data(unhex("aa")).frame, { note: "the session goes on" }), 0);
    const again = scene.waiting();
    if (again.session.generation !== 0) throw new Error("the old root must still be the newest");
    const retry = scene.receive(again.update(MODIFIER_PRIME).frame, { note: "and takes UPDATE in a later session" });
    if (again.receive(unhex(retry.reply ?? "")) === null) throw new Error("the retry gave no proof");
    return { name: `UPDATE, ${name}`, script: scene.script() };
  });
}

export function updateFile(): VectorFile {
  const modes = PROFILES.flatMap((profile) => [MODIFIER, null].map((modifier) => [profile, modifier] as const));
  return {
    about: "Root update (PROTOCOL 6): commands, answers, the slots and the cache of the NVM record.",
    cases: [
      ...modes.map(([profile, modifier]) => updateCase(profile, modifier, 0)),
      updateCase(COMPACT, MODIFIER, 254),
      updateCase(COMPACT, MODIFIER, 255),
      ...PROFILES.map(proveCase),
      lostAnswerCase(),
      ...failedWriteCases(),
    ],
  };
}
