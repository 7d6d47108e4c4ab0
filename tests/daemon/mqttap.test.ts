/** `ampcore ap --mqtt`: who may connect, what a wrong call is told, and the real AP, killed and started again. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ensureBuilt } from "../../host/build/build.ts";
import { type MqttOptions, mqttConsumer, mqttSettings } from "../../host/cli/daemon/mqtt.ts";
import { Failure, UsageError } from "../../host/cli/verb.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { Consumer, Outcome } from "../../host/daemon/consumer.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { createKekFile } from "../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { freeTcpPort } from "../peers/programs.ts";
import { calls } from "../support/calls.ts";
import { Mosquitto, skipWithoutMosquitto as skip } from "./mosquitto.ts";
import { Ampcore, listening, until } from "./running.ts";

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);
const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 0);
const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 1);

function file(name: string, content: string, mode = 0o600): string {
  writeFileSync(at(name), content, { mode });
  return at(name);
}

/** As the AP does it. @throws UsageError, Failure */
async function consumerOf(options: MqttOptions, environment: NodeJS.ProcessEnv = {}): Promise<Consumer> {
  const settings = mqttSettings(options, undefined, AA, environment);
  assert.ok(settings, "--mqtt is given");
  return mqttConsumer(settings, () => {});
}

async function outcomeOf(consumer: Consumer): Promise<Outcome> {
  const outcome = await new Promise<Outcome>((resolve) => consumer.deliver("{}", resolve, SPA));
  await consumer.close();
  return outcome;
}

test("a wrong --mqtt is one sentence that says what would be right, and no password is repeated", async () => {
  const url = "mqtt://127.0.0.1/plant";
  const mistakes: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
    [
      ["--mqtt", "127.0.0.1:1883"],
      /--mqtt "127\.0\.0\.1:1883" is no address of a broker, where mqtt:\/\/\[user@\]host/,
    ],
    [["--mqtt", "http://host/plant"], /is no address of a broker/],
    [["--mqtt", "mqtt:///plant"], /is no address of a broker/],
    [["--mqtt", "mqtt://host:99999/plant"], /is no address of a broker/],
    [["--mqtt", "mqtt://ap:secret@host/plant"], /--mqtt has a password, .* AMPCORE_MQTT_PASSWORD or a file/],
    [["--mqtt", "mqtt://ap:secret@host:99999/plant"], /--mqtt "mqtt:\/\/ap:\.\.\.@host:99999\/plant" is no address/],
    [["--mqtt", "mqtt://host/plant/#"], /has a \? or #/],
    [["--mqtt", "mqtt://host"], /--mqtt has a topic "", where one without \+ and #/],
    [["--mqtt", "mqtt://host/plant/+/hall"], /has a topic "plant\/\+\/hall"/],
    [["--mqtt", "mqtt://host/plant//hall"], /has a topic "plant\/\/hall"/],
    [["--mqtt", "mqtt://host/$SYS/plant"], /has a topic "\$SYS\/plant"/],
    [["--mqtt", "mqtt://host/%zz"], /--mqtt has a % in "%zz" that is no escape/],
    [["--mqtt", url, "--out", "readings"], /--mqtt and --out exclude each other/],
    [["--mqtt-ca", at("ca.pem")], /--mqtt-ca is for a broker: add --mqtt/],
    [["--mqtt", url, "--mqtt-ca", at("none.pem")], /--mqtt-ca is for TLS: write mqtts:\/\//],
    [["--mqtt", "mqtts://host/plant", "--mqtt-ca", at("none.pem")], /--mqtt-ca \S+none\.pem does not exist/],
    [["--mqtt", url, "--mqtt-password-file", at("none")], /--mqtt-password-file \S+none does not exist/],
    [["--mqtt", url, "--mqtt-password-file", file("open", "secret\n", 0o644)], /can be read by others \(mode 644\)/],
    [["--mqtt", url, "--mqtt-password-file", file("empty", "")], /empty has no single line/],
    [
      ["--mqtt", url, "--mqtt-password-file", file("good", "secret\n")],
      /--mqtt names no user whom the password is for/,
    ],
  ];
  const outcomes = await calls(...mistakes.map(([args]) => ["ap", ...args]));
  for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
    const [args, sentence] = mistakes[i];
    assert.match(stderr, sentence, args.join(" "));
    assert.match(stderr, /^ampcore ap: [^\n]+\n$/, args.join(" "));
    assert.doesNotMatch(stderr, /secret/);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
  }
});

test("a broker that nobody listens at is a failure of one sentence", async () => {
  const port = await freeTcpPort();
  const where = `--mqtt mqtt://127.0.0.1:${port}: no connection to the broker`;
  await assert.rejects(consumerOf({ mqtt: `mqtt://127.0.0.1:${port}/plant` }), (error: Error) => {
    assert.ok(error instanceof Failure, "a failure, not a mistake in the call");
    assert.equal(error.message, `${where}: nobody listens there`);
    return true;
  });
});

test("a broker asks for a user and a password, and says which topics are the user's", { skip }, async () => {
  const users = at("users");
  execFileSync("mosquitto_passwd", ["-b", "-c", users, "ap", "right"], { stdio: "ignore" });
  const options = ["allow_anonymous false", `password_file ${users}`, `acl_file ${at("acl")}`];
  file("acl", "user ap\ntopic write plant/#\n");
  const mosquitto = await Mosquitto.start(at("asking"), options);
  const host = `127.0.0.1:${mosquitto.port}`;
  try {
    const wrong: readonly (readonly [MqttOptions, NodeJS.ProcessEnv])[] = [
      [{ mqtt: `mqtt://${host}/plant` }, {}],
      [{ mqtt: `mqtt://ap@${host}/plant` }, { AMPCORE_MQTT_PASSWORD: "wrong" }],
      [{ mqtt: `mqtt://nobody@${host}/plant` }, { AMPCORE_MQTT_PASSWORD: "right" }],
    ];
    for (const [given, environment] of wrong) {
      await assert.rejects(consumerOf(given, environment), (error: Error) => {
        assert.ok(error instanceof UsageError, "a mistake in the call");
        assert.match(
          error.message,
          /^--mqtt mqtt:\S+ no connection to the broker: not authorized \(reason code 0x87\)$/,
        );
        return true;
      });
    }
    const given = { mqtt: `mqtt://ap@${host}/plant`, mqttPasswordFile: file("password", "right\n") };
    assert.equal(await outcomeOf(await consumerOf(given)), "stored");
    const elsewhere = await consumerOf({ ...given, mqtt: `mqtt://ap@${host}/factory` });
    assert.equal(await outcomeOf(elsewhere), "not stored");
    assert.match(elsewhere.interruption ?? "", /of factory\/02c0ffee0001: not authorized/);
  } finally {
    await mosquitto.stop();
  }
});

test("mqtts takes a broker whose certificate an authority of --mqtt-ca has signed, and no other", {
  skip,
}, async () => {
  const [key, certificate] = [at("broker.key"), at("broker.pem")];
  const name = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
  execFileSync("openssl", ["req", "-x509", ...newKey, "-out", certificate, ...name], { stdio: "ignore" });
  const mosquitto = await Mosquitto.start(at("secret"), [
    "allow_anonymous true",
    `certfile ${certificate}`,
    `keyfile ${key}`,
  ]);
  const mqtt = `mqtts://127.0.0.1:${mosquitto.port}/plant`;
  try {
    assert.equal(await outcomeOf(await consumerOf({ mqtt, mqttCa: certificate })), "stored");
    await assert.rejects(consumerOf({ mqtt }), /mqtts:\S+ no connection to the broker: self-signed certificate/);
  } finally {
    await mosquitto.stop();
  }
});

test("AMP-R3: an AP that is killed and started again has every confirmed reading at the broker, none twice, and tells in /health when the broker is away", {
  skip,
}, async () => {
  await ensureBuilt();
  const store = await openLmdbStore(at("store"), { kek: createKekFile(at("kek.hex")), create: true });
  const root = nodeCrypto.sha256(SPA);
  writeFileSync(at("device.bin"), encodeRecord({ spa: SPA, psk: root, counter: 0 }));
  await store.commitAll([{ kind: "device", record: { spa: SPA, generation: 0, root, update: undefined } }]);
  await store.close();
  const mosquitto = await Mosquitto.start(at("broker"));
  try {
    mosquitto.keep("archive", "plant/#");
    const keys = ["--store", at("store"), "--kek", at("kek.hex")];
    const options = ["--mqtt", `mqtt://127.0.0.1:${mosquitto.port}/plant`, "--metrics", "127.0.0.1:0", "--fast"];
    const ap = new Ampcore("ap", ...keys, ...options, "--listen", "127.0.0.1:0");
    const port = await listening(ap);
    const sta = new Ampcore("sta", "--nvm", at("device.bin"), "--connect", `127.0.0.1:${port}`, "--fast");
    const more = (of: Ampcore): Promise<void> => {
      const wanted = sta.confirmed.length + 20;
      return until("readings are confirmed", () => sta.confirmed.length >= wanted, of, sta);
    };
    await more(ap);
    await ap.end("SIGKILL");
    const successor = new Ampcore("ap", ...keys, ...options, "--listen", `127.0.0.1:${port}`);
    await listening(successor);
    await more(successor);
    const health = /metrics on (http:\S+)\/metrics/.exec(successor.stderr)?.[1];
    const failure = async (): Promise<unknown> => {
      const answer = await fetch(`${health}/health`);
      return [answer.status, ((await answer.json()) as { failure: string }).failure];
    };
    await mosquitto.end("SIGKILL");
    await until("the AP logs it", () => /warn the MQTT broker at 127/.test(successor.stderr), successor);
    assert.match(String(await failure()), /^503,MQTT broker: /);
    await mosquitto.start();
    await until("the AP is back", () => /warn the MQTT broker is there again/.test(successor.stderr), successor);
    assert.deepEqual(await failure(), [200, null]);
    await more(successor);
    assert.deepEqual([await sta.end("SIGTERM"), await successor.end("SIGTERM")], [0, 0], successor.stderr);
    mosquitto.say("plant/end");
    const messages = await mosquitto.read("archive", "plant/#").before("plant/end");
    const read = new Map(messages.map(({ exchange, payload }) => [exchange, payload]));
    assert.equal(read.size, messages.length, "no exchange has two messages");
    for (const { exchange, payload } of sta.confirmed) {
      assert.equal(read.get(exchange), payload, `what was confirmed as ${exchange} is what was read`);
    }
  } finally {
    await mosquitto.stop();
  }
});
