/** Readings over MQTT: a real mosquitto, stations on the bed of the daemon's tests, mosquitto_sub as the reader. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { MqttConsumer } from "../../host/daemon/mqttconsumer.ts";
import type { Broker } from "../../host/daemon/mqttlink.ts";
import { toHex } from "../../host/wire/octets.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { Bed } from "./bed.ts";
import { type Message, Mosquitto, skipWithoutMosquitto as skip, until } from "./mosquitto.ts";
import { type Cut, cuttingProxy } from "./mqttwire.ts";

const FOLDER = scratchFolder();
const PREFIX = "plant/hall";
const TOPICS = `${PREFIX}/#`;
const END = `${PREFIX}/end`;

let folders = 0;
const newFolder = (): string => join(FOLDER, String(folders++));

/** The broker of all tests that do not kill it. */
const shared = skip ? undefined : await Mosquitto.start(newFolder());

async function consumerOf(broker: Broker, patience_s = 5): Promise<MqttConsumer> {
  const consumer = await MqttConsumer.open({ broker, prefix: PREFIX, patience_s, onEvent: () => {} });
  // One that a test which failed has left would try again for ever.
  after(() => consumer.close());
  return consumer;
}

/** A bed with two stations, in the two slots that they can meet. */
async function bedOf(consumer: MqttConsumer): Promise<Bed> {
  const bed = new Bed({ consumer });
  await bed.add(1);
  await bed.add(2, { slot: 0.6 });
  return bed;
}

/** One round, which waits in real time for the broker. */
async function round(bed: Bed, consumer: MqttConsumer): Promise<void> {
  await bed.round({ wait: false });
  await until("the broker has answered", () => consumer.pending === 0);
  await bed.settle();
  await bed.finish();
}

function confirmedOf(bed: Bed): { exchange: string; payload: string }[] {
  return bed.remotes.flatMap(({ confirmed }) => confirmed);
}

/** Whatever was confirmed was read, as it was; how often an exchange was read beyond the first time. */
function compare(messages: readonly Message[], bed: Bed): number {
  const read = new Map(messages.map(({ exchange, payload }) => [exchange, payload]));
  for (const { exchange, payload } of confirmedOf(bed)) {
    assert.equal(read.get(exchange), payload, `what was confirmed as ${exchange} is what was read`);
  }
  return messages.length - read.size;
}

test("each reading is one message, the file's line, under the topic of its device", { skip }, async () => {
  assert.ok(shared, "there is a broker");
  shared.keep("first", TOPICS);
  const consumer = await consumerOf(shared.broker);
  const bed = await bedOf(consumer);
  for (let i = 0; i < 20; i++) await round(bed, consumer);
  await consumer.close();
  shared.say(END);
  const messages = await shared.read("first", TOPICS).before(END);
  assert.equal(confirmedOf(bed).length, 40);
  assert.deepEqual([messages.length, compare(messages, bed)], [40, 0]);
  for (const { spa, confirmed } of bed.remotes) {
    const of = messages.filter(({ topic }) => topic === `${PREFIX}/${toHex(spa)}`);
    assert.deepEqual(
      of.map(({ exchange }) => exchange),
      confirmed.map(({ exchange }) => exchange),
    );
  }
  const { topic, ...line } = JSON.parse(messages[0].text);
  assert.deepEqual(Object.keys(line), ["kind", "t_us", "channel", "spa", "exchange", "encrypted", "payload"]);
});

test("AMP-R3: a broker that is killed and started again under load loses nothing that was confirmed, and has no exchange twice", {
  skip,
}, async () => {
  const mosquitto = await Mosquitto.start(newFolder());
  mosquitto.keep("archive", TOPICS);
  const live = mosquitto.read("live", TOPICS, 1);
  const consumer = await consumerOf(mosquitto.broker);
  const bed = await bedOf(consumer);
  try {
    for (let kills = 0; kills < 4; kills++) {
      const wanted = confirmedOf(bed).length + 40;
      const load = (async () => {
        while (consumer.interruption === undefined) await round(bed, consumer);
      })();
      await until("readings are confirmed", () => confirmedOf(bed).length >= wanted);
      await mosquitto.end("SIGKILL");
      await load;
      await mosquitto.start();
      await until("the AP has found it again", () => consumer.interruption === undefined);
    }
    await round(bed, consumer);
    mosquitto.say(END);
    const kept = await mosquitto.read("archive", TOPICS).before(END);
    assert.equal(compare(kept, bed), 0, "no exchange has two messages");
    // A broker that crashes forgets how far those were who read along: they may get a message again.
    console.log("live doubles", compare(await live.before(END), bed));
  } finally {
    await consumer.close();
    await mosquitto.stop();
  }
});

test("AMP-R3: while the broker is away no M3 leaves and nothing queues; when it is back stations are confirmed again", {
  skip,
}, async () => {
  const mosquitto = await Mosquitto.start(newFolder());
  mosquitto.keep("archive", TOPICS);
  const consumer = await consumerOf(mosquitto.broker);
  const bed = await bedOf(consumer);
  try {
    await round(bed, consumer);
    await mosquitto.end("SIGTERM");
    await until("the AP knows it", () => consumer.interruption !== undefined);
    const { m3Sent } = bed.daemon.counts;
    for (let i = 0; i < 10; i++) await round(bed, consumer);
    assert.deepEqual([bed.daemon.counts.m3Sent, consumer.pending, consumer.failure], [m3Sent, 0, undefined]);
    assert.equal(bed.daemon.counts.deliveries["not stored"], 20);
    assert.match(consumer.interruption ?? "", /^MQTT broker: /);
    await mosquitto.start();
    await until("the AP has found it again", () => consumer.interruption === undefined);
    for (let i = 0; i < 3; i++) await round(bed, consumer);
    assert.equal(confirmedOf(bed).length, 8);
    mosquitto.say(END);
    const messages = await mosquitto.read("archive", TOPICS).before(END);
    assert.deepEqual([messages.length, compare(messages, bed)], [8, 0]);
  } finally {
    await consumer.close();
    await mosquitto.stop();
  }
});

test("AMP-R3: a broker that hangs is given up after the patience; what it had begun is confirmed by no M3 and comes at most once", {
  skip,
}, async () => {
  const mosquitto = await Mosquitto.start(newFolder());
  mosquitto.keep("archive", TOPICS);
  const consumer = await consumerOf(mosquitto.broker, 0.3);
  const bed = await bedOf(consumer);
  try {
    await round(bed, consumer);
    mosquitto.signal("SIGSTOP");
    await round(bed, consumer);
    assert.deepEqual([confirmedOf(bed).length, bed.daemon.counts.deliveries.unknown], [2, 2]);
    assert.equal(consumer.interruption, "MQTT broker: it has not answered for 0.3 s");
    mosquitto.signal("SIGCONT");
    await until("the AP has found it again", () => consumer.interruption === undefined);
    await round(bed, consumer);
    assert.equal(confirmedOf(bed).length, 4);
    mosquitto.say(END);
    assert.equal(compare(await mosquitto.read("archive", TOPICS).before(END), bed), 0);
    mosquitto.signal("SIGSTOP");
    const start_ms = performance.now();
    await consumer.close();
    assert.ok(performance.now() - start_ms < 5000, "the AP ends without it");
  } finally {
    mosquitto.signal("SIGCONT");
    await consumer.close();
    await mosquitto.stop();
  }
});

/** `isPassedOn`: by then the broker has it, and passes it on. */
const CUTS: readonly (Cut & { readonly isPassedOn: boolean })[] = [
  { at: "publish", after: false, isPassedOn: false },
  { at: "publish", after: true, isPassedOn: false },
  { at: "pubrec", after: false, isPassedOn: false },
  { at: "pubrel", after: false, isPassedOn: false },
  { at: "pubrel", after: true, isPassedOn: true },
  { at: "pubcomp", after: false, isPassedOn: true },
  { at: "unsubscribe", after: true, isPassedOn: true },
  { at: "unsuback", after: false, isPassedOn: true },
];

for (const { at, after: isAfter, isPassedOn } of CUTS) {
  const when = `${isAfter ? "after" : "before"} ${at.toUpperCase()}`;
  test(`AMP-R3: a connection that is cut ${when} confirms nothing, and makes no message twice`, { skip }, async () => {
    assert.ok(shared, "there is a broker");
    const archive = `cut ${when}`;
    shared.keep(archive, TOPICS);
    const proxy = await cuttingProxy(shared.port, { at, after: isAfter });
    const consumer = await consumerOf({ ...shared.broker, port: proxy.port });
    const bed = new Bed({ consumer });
    await bed.add(1);
    try {
      await round(bed, consumer);
      assert.deepEqual([confirmedOf(bed).length, bed.daemon.counts.deliveries.unknown], [0, 1]);
      await until("the AP has found it again", () => consumer.interruption === undefined);
      for (let i = 0; i < 3; i++) await round(bed, consumer);
      assert.equal(confirmedOf(bed).length, 3);
    } finally {
      await consumer.close();
      proxy.close();
    }
    shared.say(END);
    const messages = await shared.read(archive, TOPICS).before(END);
    assert.deepEqual([messages.length, compare(messages, bed)], [isPassedOn ? 4 : 3, 0]);
  });
}
