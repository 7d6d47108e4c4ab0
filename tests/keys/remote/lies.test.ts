/** APs that lie, flood or fall silent: the service refuses them, changes nothing, and serves on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AA, AA_2, Ap, answerOf, LyingAp, quiet, rootOf, Services, SPA, SPA_2, until } from "./linked.ts";

const UPDATE_OPCODE = 1;

/** What an AP may do that no honest one does; what it is told in the end. */
const LIES: readonly (readonly [name: string, lie: (ap: LyingAp) => void, told: RegExp | undefined])[] = [
  ["no hello before what it wants", (ap) => ap.say({ kind: "missing", spa: SPA, generation: 0 }), /hello comes first/],
  [
    "an answer before its hello",
    (ap) => ap.say({ kind: "answer", question: 1, spa: SPA, ...answerOf(SPA, 1) }),
    /hello/,
  ],
  ["another version", (ap) => ap.say({ kind: "hello", version: 2, aa: AA }), /version 2 is spoken there, and 1 here/],
  [
    "the hello of another AP",
    (ap) => ap.say({ kind: "hello", version: 1, aa: AA_2 }),
    /way in of 02:a0:00:00:00:00, and/,
  ],
  [
    "a second hello, of another AP",
    (ap) => {
      ap.hello();
      ap.say({ kind: "hello", version: 1, aa: AA_2 });
    },
    /and not of 02:a0:00:00:00:01/,
  ],
  ...(["assign", "begin", "hold", "tell", "verdict", "refused"] as const).map(
    (kind) =>
      [
        `a ${kind} of the service's`,
        (ap: LyingAp) => {
          ap.hello();
          if (kind === "assign") ap.say({ kind, number: 1, modifier: undefined });
          if (kind === "begin") ap.say({ kind, number: 1 });
          if (kind === "hold") {
            ap.say({ kind, number: 1, grant: { spa: SPA, pmks: [{ generation: 0, pmk: new Uint8Array(32) }] } });
          }
          if (kind === "tell") ap.say({ kind, spa: SPA, commands: [] });
          if (kind === "verdict") ap.say({ kind, question: 1, isProof: true });
          if (kind === "refused") ap.say({ kind, why: "no" });
        },
        new RegExp(`${kind} is for an AP`),
      ] as const,
  ),
  ["garbage", (ap) => ap.socket.write("GET / HTTP/1.1\r\n\r\n"), undefined],
  [
    "garbage after its hello",
    (ap) => {
      ap.hello();
      ap.socket.write(new Uint8Array(300).fill(0xff));
    },
    undefined,
  ],
  ["half a message, and the end", (ap) => ap.socket.end(Uint8Array.of(0, 8, 1)), undefined],
];

test("whatever an AP says that is not for it to say: it is refused, nothing changes, and the service serves on", async () => {
  const services = await Services.begin(AA, AA_2);
  services.enrol(SPA);
  services.service.startUpdate(SPA);
  const before = JSON.stringify([services.store.load(), services.service.progressOf(SPA)]);
  for (const [name, lie, told] of LIES) {
    const ap = new LyingAp(services, AA);
    lie(ap);
    await until(`it is closed: ${name}`, () => ap.isClosed);
    if (told) assert.match(ap.of("refused").at(-1)?.why ?? "", told, name);
    assert.equal(ap.of("hold").length, 0, name);
    assert.equal(JSON.stringify([services.store.load(), services.service.progressOf(SPA)]), before, name);
  }
  await until("all are gone", () => services.server.aas.length === 0);
  const honest = new Ap(services, AA);
  await honest.desk.whole;
  assert.ok(honest.holds(services, SPA, 0, 1), "an honest AP of that address is served as ever");
});

test("what an AP acknowledges, asks or answers wrongly changes nothing, and it sees no PMK but its own", async () => {
  const services = await Services.begin(AA, AA_2);
  services.enrol(SPA);
  const honest = new Ap(services, AA_2);
  await honest.desk.whole;
  const ap = new LyingAp(services, AA);
  ap.hello();
  const { number } = await ap.next("assign");
  for (const never of [0, number + 1, number + 2, 0xffffffff]) ap.say({ kind: "done", number: never });
  await quiet();
  assert.equal(ap.of("hold").length, 0, "numbers that were never given mean nothing");
  for (let n = 0; n < 3; n++) ap.say({ kind: "done", number });
  await ap.next("begin");
  assert.deepEqual([ap.of("hold").length, ap.of("begin").length], [1, 1], "one step is done once");
  await ap.acknowledgeAll();
  services.service.startUpdate(SPA);
  await ap.acknowledgeAll();
  await until("UPDATE is told", () => honest.desk.commandFor(SPA, 0)?.[0] === UPDATE_OPCODE);

  const wrong = [
    { spa: SPA, generation: 1, proof: new Uint8Array(8) },
    { spa: SPA, generation: 0, proof: new Uint8Array(8) },
    { spa: SPA, ...answerOf(SPA, 1), generation: 2 },
    { spa: SPA, ...answerOf(SPA_2, 1) },
    { spa: SPA_2, ...answerOf(SPA, 1) },
    { spa: AA, ...answerOf(SPA, 1) },
  ];
  for (const [question, answer] of wrong.entries()) ap.say({ kind: "answer", question, ...answer });
  await ap.next("verdict", wrong.length);
  assert.deepEqual(
    ap.of("verdict").map(({ question, isProof }) => [question, isProof]),
    wrong.map((_, question) => [question, false]),
  );
  const held = ap.of("hold").length;
  for (const spa of [SPA_2, AA, AA_2]) ap.say({ kind: "missing", spa, generation: 0 });
  ap.say({ kind: "missing", spa: SPA, generation: 3 });
  await quiet();
  assert.equal(
    ap.of("hold").length,
    held,
    "of a device that is not there, or a generation that is not, there is nothing",
  );
  ap.say({ kind: "missing", spa: SPA, generation: 1 });
  await ap.next("hold", held + 1);
  assert.deepEqual(services.service.progressOf(SPA), { generation: 0, updatingTo: 1, isReady: true });
  assert.ok(honest.holds(services, SPA, 0, 1), "the honest one has what it had");

  const roots = [0, 1].map((generation) => Buffer.from(rootOf(SPA, generation)));
  const others = [0, 1].map((bits) => Buffer.from(honest.pmks.device(SPA)?.pmkOf(bits)?.pmk ?? []));
  for (const { grant } of ap.of("hold")) {
    for (const { pmk } of grant.pmks) {
      assert.ok(![...roots, ...others].some((secret) => secret.equals(pmk)), "neither a root nor another AP's PMK");
    }
  }
});

test("an AP that floods the service with what it lacks, and acknowledges nothing, is given no more than a bounded number", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new LyingAp(services, AA);
  await ap.arrive();
  for (let n = 0; n < 5000; n++) ap.say({ kind: "missing", spa: SPA, generation: 0 });
  ap.say({ kind: "answer", question: 1, spa: SPA, ...answerOf(SPA, 1) });
  await ap.next("verdict");
  const given = ap.of("hold").length;
  assert.ok(given >= 1000 && given <= 1025, `${given} were given`);
  await ap.acknowledgeAll();
  ap.say({ kind: "missing", spa: SPA, generation: 0 });
  await ap.next("hold", given + 1);
});

test("an AP that asks, and reads no verdict, is spoken to no more before its verdicts fill the memory", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new LyingAp(services, AA);
  ap.hello();
  await ap.next("assign");
  ap.socket.pause();
  let asked = 0;
  for (; !services.events.some((event) => /does not read/.test(event)) && asked < 200_000; asked += 1000) {
    for (let n = 0; n < 1000; n++) ap.say({ kind: "answer", question: n, spa: SPA, ...answerWrong });
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(asked < 200_000, `${asked} answers, and still served`);
  const honest = new Ap(services, AA);
  await honest.desk.whole;
});

const answerWrong = { generation: 1, proof: new Uint8Array(8) };
