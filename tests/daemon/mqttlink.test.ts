/** What brokers answer, octet for octet, and what that says of a reading. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Outcome, PENDING_MAX } from "../../host/daemon/consumer.ts";
import { MqttConsumer } from "../../host/daemon/mqttconsumer.ts";
import { until } from "./mosquitto.ts";
import { type Answers, acknowledge, connack, scriptedBroker } from "./mqttwire.ts";

const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 1);
/** Properties of CONNACK (3.2.2.3). */
const RECEIVE_MAXIMUM = 0x21;
const MAXIMUM_QOS = 0x24;

/** As a broker that takes everything. */
const taking: Answers = (name, packet) => {
  if (name === "connect") return connack();
  if (name === "publish") return acknowledge("pubrec", packet);
  if (name === "pubrel") return acknowledge("pubcomp", packet);
  return name === "unsubscribe" ? acknowledge("unsuback", packet) : undefined;
};

async function open(port: number, patience_s = 5): Promise<MqttConsumer> {
  const broker = { protocol: "mqtt", host: "127.0.0.1", port, clientId: "ampcore02a000000000" } as const;
  const consumer = await MqttConsumer.open({ broker, prefix: "a/b", patience_s, onEvent: () => {} });
  // One that a test which failed has left would try again for ever.
  after(() => consumer.close());
  return consumer;
}

function delivered(consumer: MqttConsumer, line = "{}"): Promise<Outcome> {
  return new Promise((resolve) => consumer.deliver(line, resolve, SPA));
}

/** What becomes of one line at a broker that answers so; and what it says of itself then. */
async function outcomeAt(answers: Answers): Promise<[Outcome, string | undefined]> {
  const broker = await scriptedBroker((name, packet) => answers(name, packet) ?? taking(name, packet));
  const consumer = await open(broker.port);
  try {
    return [await delivered(consumer), consumer.interruption];
  } finally {
    await consumer.close();
    broker.close();
  }
}

test("a message that PUBREC refuses is certainly not stored, and health says why", async () => {
  const [outcome, why] = await outcomeAt((name, packet) =>
    name === "publish" ? acknowledge("pubrec", packet, 0x97) : undefined,
  );
  assert.deepEqual(
    [outcome, why],
    ["not stored", "MQTT broker: of a/b/02c0ffee0001: quota exceeded (reason code 0x97)"],
  );
});

test("a message that nobody subscribes to is not said to be stored", async () => {
  const [outcome, why] = await outcomeAt((name, packet) =>
    name === "publish" ? acknowledge("pubrec", packet, 0x10) : undefined,
  );
  assert.deepEqual([outcome, why], ["unknown", "MQTT broker: nobody subscribes to a/b/02c0ffee0001"]);
});

test("nobody knows what became of a message that the broker has forgotten at its PUBREL", async () => {
  const [outcome] = await outcomeAt((name, packet) =>
    name === "pubrel" ? acknowledge("pubcomp", packet, 0x92) : undefined,
  );
  assert.equal(outcome, "unknown");
});

test("a reading is stored when the broker has answered the second UNSUBSCRIBE behind its PUBCOMP, not before", async () => {
  const seen: string[] = [];
  const broker = await scriptedBroker((name, packet) => {
    seen.push(name ?? "");
    return taking(name, packet);
  });
  const consumer = await open(broker.port);
  consumer.deliver("{}", () => seen.push("stored"), SPA);
  await until("it is stored", () => consumer.pending === 0);
  assert.deepEqual(seen, ["connect", "publish", "pubrel", "unsubscribe", "unsubscribe", "stored"]);
  assert.equal(await delivered(consumer), "stored");
  await consumer.close();
  broker.close();
});

test("no more is under way than the broker takes at once, and no more waits than the bound", async () => {
  let published = 0;
  const broker = await scriptedBroker((name) => {
    if (name === "connect") return connack(RECEIVE_MAXIMUM, 0, 3);
    if (name === "publish") published++;
    return undefined;
  });
  const consumer = await open(broker.port);
  const counts: Record<Outcome, number> = { stored: 0, "not stored": 0, unknown: 0 };
  for (let i = 0; i < PENDING_MAX + 100; i++) consumer.deliver("{}", (outcome) => counts[outcome]++, SPA);
  assert.deepEqual([consumer.pending, counts["not stored"]], [PENDING_MAX, 100]);
  await until("messages are under way", () => published === 3);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(published, 3);
  broker.close();
  await until("the connection is lost", () => consumer.pending === 0);
  assert.deepEqual(counts, { stored: 0, "not stored": 100 + PENDING_MAX - 3, unknown: 3 });
  await consumer.close();
});

test("a broker that takes no QoS 2 is refused", async () => {
  const broker = await scriptedBroker(() => connack(MAXIMUM_QOS, 1));
  await assert.rejects(open(broker.port), { name: "BrokerError", message: "it takes no QoS 2, only up to 1" });
  broker.close();
});

test("a broker that does not answer CONNECT is given up in bounded time", async () => {
  const broker = await scriptedBroker(() => undefined);
  const start_ms = performance.now();
  await assert.rejects(open(broker.port, 0.2), { name: "BrokerError", message: "it does not answer" });
  assert.ok(performance.now() - start_ms < 5000, "it takes no more than its patience");
  broker.close();
});

test("closing while the broker is away ends at once, and tries no more", async () => {
  let connections = 0;
  const broker = await scriptedBroker((name, packet) => {
    if (name === "connect") connections++;
    return connections > 1 ? undefined : taking(name, packet);
  });
  const consumer = await open(broker.port);
  broker.cut();
  await until("it tries again", () => connections === 2);
  const start_ms = performance.now();
  await consumer.close();
  assert.ok(performance.now() - start_ms < 1000, "it does not wait for the broker");
  assert.equal(await delivered(consumer), "not stored");
  broker.close();
});
