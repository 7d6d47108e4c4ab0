/** A key service and its APs over real sockets: what they hold and hand out is as with a port of the same process. */
import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { mock, test } from "node:test";
import { Line } from "../../../host/keys/remote/line.ts";
import { MemoryStore } from "../../../host/keys/store.ts";
import { hex } from "../../support/hex.ts";
import { AA, AA_2, Ap, answerOf, LyingAp, quiet, Services, SPA, SPA_2, until } from "./linked.ts";

const PROVE = hex("02");
const UPDATE_OPCODE = 1;

const opcodeFor = ({ desk }: Ap, spa: Uint8Array, generation: number): number | undefined =>
  desk.commandFor(spa, generation)?.[0];

test("002-A11: an update over a socket goes as with an AP of the same process: PMKs, UPDATE, proof, and the old PMK is gone", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA, SPA_2);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  assert.ok(
    ap.holds(services, SPA, 0) && ap.holds(services, SPA_2, 0),
    "both devices, and the PMKs that they have to be",
  );
  assert.equal(ap.desk.commandFor(SPA, 0), undefined);
  services.service.startUpdate(SPA);
  await until("UPDATE is told", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  assert.ok(ap.holds(services, SPA, 0, 1), "both generations");
  assert.deepEqual(ap.desk.commandFor(SPA, 0), services.service.commandFor(SPA, 0));
  assert.deepEqual([ap.desk.commandFor(SPA, 1), ap.desk.commandFor(SPA, 2)], [PROVE, undefined]);
  assert.equal(ap.desk.commandFor(SPA_2, 0), undefined, "nothing for the other device");
  assert.equal(await ap.desk.offer(SPA, { ...answerOf(SPA, 1), generation: 2 }), false);
  assert.equal(await ap.desk.offer(SPA, answerOf(SPA, 1)), true);
  await until("the old PMK is dropped", () => ap.holds(services, SPA, 1));
  await until("there is nothing to say any more", () => ap.desk.commandFor(SPA, 1) === undefined);
  assert.deepEqual(services.service.progressOf(SPA).generation, 1);
  assert.equal(await ap.desk.offer(SPA, answerOf(SPA, 1)), true, "the same proof again is one, and no reading");
});

test("an AP that lacks a PMK asks over the socket, and is given it again", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  ap.pmks.device(SPA)?.replace([]);
  ap.desk.missing(AA, SPA, 0);
  await until("it is there again", () => ap.holds(services, SPA, 0));
  ap.desk.missing(AA, SPA, 3);
  await until("that is counted", () => services.service.events["no root of that generation"] === 1);
});

test("002-A11: PMKs follow the acknowledged Modifier, and UPDATE every acknowledged PMK and the beginning of its epoch", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new LyingAp(services, AA);
  ap.hello();
  const assign = await ap.next("assign");
  assert.deepEqual(assign.modifier, services.modifierOf(AA));
  ap.say({ kind: "missing", spa: SPA, generation: 0 });
  await quiet();
  assert.deepEqual(
    ap.got.map(({ kind }) => kind),
    ["assign"],
    "no PMK before the Modifier is committed",
  );
  ap.say({ kind: "done", number: assign.number });
  const [hold, begin] = [await ap.next("hold"), await ap.next("begin")];
  services.service.startUpdate(SPA);
  const second = await ap.next("hold", 2);
  assert.deepEqual(
    second.grant.pmks.map(({ generation }) => generation),
    [0, 1],
  );
  for (const number of [hold.number, second.number]) ap.say({ kind: "done", number });
  await quiet();
  assert.equal(services.service.progressOf(SPA).isReady, false, "held beside an epoch that has not begun");
  ap.say({ kind: "done", number: begin.number });
  await until("every step is done", () => services.service.progressOf(SPA).isReady);
  await quiet();
  const [tells] = ap.of("tell").slice(-1);
  assert.deepEqual(
    tells.commands.map(({ generation, octets }) => [generation, octets[0]]),
    [
      [0, UPDATE_OPCODE],
      [1, PROVE[0]],
    ],
  );
});

test("002-A11: UPDATE waits for an AP that has not acknowledged, that is away, or that has never come", async () => {
  const services = await Services.begin(AA, AA_2);
  services.enrol(SPA);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  services.service.startUpdate(SPA);
  await until("it has the PMK", () => ap.holds(services, SPA, 0, 1));
  await quiet();
  assert.equal(opcodeFor(ap, SPA, 0), undefined, "the other AP has never come");
  const other = new Ap(services, AA_2);
  await until("both have it", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  assert.ok(other.holds(services, SPA, 0, 1), "the other one, too");
  await until("it is told there, too", () => opcodeFor(other, SPA, 0) === UPDATE_OPCODE);
  await ap.desk.offer(SPA, answerOf(SPA, 1));
  other.desk.close();
  await until("the service knows", () => services.server.aas.length === 1);
  services.service.startUpdate(SPA);
  await until("the next PMK", () => ap.holds(services, SPA, 1, 2));
  await quiet();
  assert.equal(opcodeFor(ap, SPA, 1), undefined, "the other AP is away");
  services.service.dismiss(AA_2);
  await until("it is waited for no more", () => opcodeFor(ap, SPA, 1) === UPDATE_OPCODE);
});

test("a command is taken back where another AP has to be waited for, and told again when that is ready", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  services.service.startUpdate(SPA);
  await until("UPDATE is told", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  services.service.authorise(AA_2);
  await services.server.socket(services.folder, AA_2, 0o600);
  await until("UPDATE is taken back", () => ap.desk.commandFor(SPA, 0) === undefined);
  assert.deepEqual(ap.desk.commandFor(SPA, 1), PROVE, "a device that has the root may still be asked");
  const other = new Ap(services, AA_2);
  await until("it is told again", () => [ap, other].every((each) => opcodeFor(each, SPA, 0) === UPDATE_OPCODE));
});

test("an AP whose epoch has not begun may ask as often as it likes: it is given, and leads to no UPDATE", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new LyingAp(services, AA);
  await ap.arrive();
  services.service.startUpdate(SPA);
  for (let n = 0; n < 20; n++) {
    ap.say({ kind: "missing", spa: SPA, generation: 0 });
    ap.say({ kind: "done", number: (await ap.next("hold", n + 2)).number });
  }
  await quiet();
  assert.equal(services.service.progressOf(SPA).isReady, false);
});

test("renewed twice while the first epoch is half given: only the last begins, and the AP goes from one whole epoch to the next", async () => {
  const services = await Services.begin(AA);
  const spas = Array.from({ length: 40 }, (_, n) => Uint8Array.of(2, 0xc0, 0xff, 0xee, 1, n));
  services.enrol(...spas);
  let isOpen = false;
  let begin: (() => void) | undefined;
  const modifiers: string[] = [];
  const ap = new Ap(services, AA, {
    between: (then) => {
      if (isOpen) begin = then;
      else then();
    },
  });
  await ap.desk.whole;
  const look = (): void => {
    const { modifier, size } = ap.pmks;
    const name = Buffer.from(modifier ?? []).toString("hex");
    if (modifiers.at(-1) !== name) modifiers.push(name);
    assert.equal(size, spas.length, "no epoch in use is without a device");
  };
  look();
  // A round is open: the next epoch waits for its end, and is overtaken meanwhile.
  isOpen = true;
  services.service.renew(AA);
  await until("the epoch could begin", () => begin !== undefined);
  look();
  const late = begin;
  services.service.renew(AA);
  services.service.renew(AA);
  await quiet();
  late?.();
  look();
  assert.equal(modifiers.length, 1, "an epoch that was overtaken does not begin");
  isOpen = false;
  begin?.();
  await until("the last one has begun", () => ap.holds(services, spas[2], 0));
  look();
  assert.equal(modifiers.length, 2);
  assert.ok(
    spas.every((spa) => ap.holds(services, spa, 0)),
    "whole, and of the last Modifier",
  );
});

test("an update that begins while an epoch is prepared is in that epoch, and is ready only when that has begun", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA, SPA_2);
  let begin: (() => void) | undefined;
  let isOpen = false;
  const ap = new Ap(services, AA, {
    between: (then) => {
      if (isOpen) begin = then;
      else then();
    },
  });
  await ap.desk.whole;
  isOpen = true;
  services.service.renew(AA);
  await until("the epoch could begin", () => begin !== undefined);
  services.service.startUpdate(SPA);
  await quiet();
  assert.deepEqual(ap.generations(SPA), [0], "what is in use is as it was");
  assert.equal(services.service.progressOf(SPA).isReady, false, "the AP could not answer the device yet");
  begin?.();
  await until("UPDATE is told", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  assert.ok(ap.holds(services, SPA, 0, 1) && ap.holds(services, SPA_2, 0), "the new epoch, whole");
});

test("a lost verdict: the AP asks again over its next connection, and the service decides once", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  let isCut = false;
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  services.service.startUpdate(SPA);
  await until("UPDATE is told", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  const { service } = services;
  const offer = service.offer.bind(service);
  const offered: boolean[] = [];
  service.offer = (spa, answer) => {
    if (!isCut) {
      isCut = true;
      // It is decided, and the answer to that never leaves.
      ap.sockets.at(-1)?.destroy();
    }
    offered.push(offer(spa, answer));
    return offered.at(-1) ?? false;
  };
  const [right, wrong] = [answerOf(SPA, 1), { generation: 1, proof: new Uint8Array(8) }];
  const verdicts = Promise.all([ap.desk.offer(SPA, right), ap.desk.offer(SPA, wrong)]);
  assert.deepEqual(await verdicts, [true, false], "each got its own verdict");
  assert.equal(offered[0], true);
  assert.deepEqual(service.progressOf(SPA), { generation: 1, updatingTo: undefined, isReady: false });
  assert.ok(ap.sockets.length > 1, "over another connection");
  await until("all is as it is to be", () => ap.holds(services, SPA, 1));
});

test("an answer that waits when the AP stops is no proof, and none is asked about after that", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  await services.server.close();
  await until("the service is gone", () => !ap.desk.isThere);
  const waiting = ap.desk.offer(SPA, answerOf(SPA, 1));
  ap.desk.close();
  assert.equal(await waiting, false);
  assert.equal(ap.desk.offer(SPA, answerOf(SPA, 1)), false);
  await services.start();
});

test("a service that is killed and comes back: the AP goes on with what it holds, seeks it, and the update goes on", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  services.service.startUpdate(SPA);
  await until("UPDATE is told", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  ap.sockets.at(-1)?.destroy();
  await services.server.close();
  await until("the AP knows", () => !ap.desk.isThere);
  assert.ok(ap.holds(services, SPA, 0, 1), "what it holds goes on serving");
  assert.equal(opcodeFor(ap, SPA, 0), UPDATE_OPCODE, "and so does what it was told");
  const verdict = ap.desk.offer(SPA, answerOf(SPA, 1));
  await services.start();
  assert.equal(await verdict, true, "what waited is asked of the next service over the same store");
  await until("the new generation alone", () => ap.holds(services, SPA, 1));
  assert.ok(
    ap.events.some((event) => /^no key service: /.test(event)),
    `${ap.events}`,
  );
  assert.equal(ap.events.at(-1), "the key service is here");
});

test("002-A11: restored from an older copy the service makes the same update again, and the device that had it proves it", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new Ap(services, AA);
  await ap.desk.whole;
  const copy = new MemoryStore(services.store.load().devices);
  for (const record of services.store.load().aps) copy.commit({ kind: "AP", record }, () => {});
  services.service.startUpdate(SPA);
  await until("UPDATE is told", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  const told = ap.desk.commandFor(SPA, 0);
  services.store = copy;
  ap.sockets.at(-1)?.destroy();
  await services.restart();
  await until("the AP has what the copy has", () => ap.holds(services, SPA, 0));
  assert.equal(ap.desk.commandFor(SPA, 0), undefined, "what it was told before is said no more");
  ap.desk.missing(AA, SPA, 1);
  await until("the device is ahead", () => services.service.events["no root of that generation"] === 1);
  services.service.startUpdate(SPA);
  await until("UPDATE is told again", () => opcodeFor(ap, SPA, 0) === UPDATE_OPCODE);
  assert.deepEqual(ap.desk.commandFor(SPA, 0), told, "the very same");
  assert.ok(ap.holds(services, SPA, 0, 1), "and the PMK of the root that the device has");
  assert.equal(await ap.desk.offer(SPA, answerOf(SPA, 1)), true, "asked by PROVE, it proves it");
  await until("all is as before", () => ap.holds(services, SPA, 1));
});

test("an AP that comes twice is served over its newer connection, and the older one is told why", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const older = new LyingAp(services, AA);
  older.hello();
  await older.next("assign");
  const newer = new LyingAp(services, AA);
  newer.hello();
  const { number } = await newer.next("assign");
  await until("the older one is closed", () => older.isClosed);
  assert.match((await older.next("refused")).why, /another connection of this AP has taken its place/);
  newer.say({ kind: "done", number });
  await newer.next("begin");
  assert.equal(older.of("hold").length, 0);
  assert.equal(services.server.aas.length, 1);
});

test("two processes of one AA do not take the service from each other as fast as they can", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const [one, other] = [new Ap(services, AA), new Ap(services, AA)];
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(
    [one, other].map(({ sockets }) => sockets.length),
    [1, 1],
    "whoever was displaced waits for seconds",
  );
  assert.deepEqual([one, other].filter(({ desk }) => desk.isThere).length, 1);
});

test("one that is not authorised, or no more, is told so, and gets nothing", async () => {
  const services = await Services.begin(AA, AA_2);
  services.enrol(SPA);
  const ap = new LyingAp(services, AA);
  await ap.arrive();
  const got = ap.of("hold").length;
  services.service.dismiss(AA);
  services.server.dismissed(AA);
  ap.say({ kind: "missing", spa: SPA, generation: 0 });
  await until("it is closed", () => ap.isClosed);
  assert.match((await ap.next("refused")).why, /02:a0:00:00:00:00 is authorised no more/);
  assert.equal(ap.of("hold").length, got);
  const again = new LyingAp(services, AA);
  again.hello();
  await until("it is closed again", () => again.isClosed);
  assert.match((await again.next("refused")).why, /is not authorised: ampcore keys authorise does that/);
  assert.deepEqual([again.of("assign").length, services.service.aas.length], [0, 1]);
  const refusals: string[] = [];
  const honest = new Ap(services, AA, { onRefusal: (why) => refusals.push(why) });
  await until("the desk hears why", () => refusals.length > 0);
  honest.desk.close();
  assert.match(refusals[0], /not authorised/);
});

test("one that is dismissed in the middle of its epoch is given no PMK by what it acknowledges then", async () => {
  const services = await Services.begin(AA);
  services.enrol(SPA);
  const ap = new LyingAp(services, AA);
  ap.hello();
  const { number } = await ap.next("assign");
  services.service.dismiss(AA);
  ap.say({ kind: "done", number });
  await quiet();
  assert.equal(ap.of("hold").length, 0);
});

test("a side that says nothing for ten seconds is gone; one that says it is alive is not", () => {
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  try {
    const ended: string[] = [];
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const line = new Line(stream, { onMessage: () => {}, onEnd: (why) => ended.push(why) });
    for (let n = 0; n < 10; n++) {
      mock.timers.tick(2000);
      stream.emit("data", Buffer.from([0, 1, 0x20]));
    }
    assert.deepEqual(ended, [], "alive every two seconds");
    mock.timers.tick(10_000);
    assert.deepEqual(ended, [], "ten seconds may pass");
    mock.timers.tick(2000);
    assert.deepEqual(ended, ["nothing was heard for 10 s"]);
    assert.ok(line.isOver, "and it is told once");
    mock.timers.tick(20_000);
    assert.equal(ended.length, 1);
  } finally {
    mock.timers.reset();
  }
});
