import { runAp } from "../daemon/ap.ts";
import { AP_DEFAULTS, type ApOptions } from "../daemon/apsettings.ts";
import { withConfig } from "../daemon/config.ts";
import { addExamples, type Verb } from "../verb.ts";

let names: readonly string[] = [];

export default {
  summary: "be an access point over UDP: triggers out, readings in, to stdout, a file or MQTT",

  configure(command) {
    const is = (name: keyof typeof AP_DEFAULTS): string => `(default: ${AP_DEFAULTS[name]})`;
    command
      .option("--config <file>", "these options out of a YAML file, like period: 0.1; the command line goes before it")
      .option("--listen <address:port>", `UDP, port 0 for any that is free ${is("listen")}`)
      .option(
        "--store <folder>",
        `the key store: a key service over it is started, as a process of its own ${is("store")}`,
      )
      .option("--keys <place>", "a key service that runs elsewhere: its socket for this AP, or address:port for TLS")
      .option("--tls-cert <file>", "for TLS: this AP's certificate, PEM, its address as common name")
      .option("--tls-key <file>", "its private key, PEM")
      .option("--tls-ca <file>", "the CA of the key service's certificate, PEM")
      .option("--pmks <place>", "with --keys: a folder that this AP's PMKs are kept in, sealed, or a PostgreSQL URL")
      .option("--kek <file>", "key-encryption key of --store or --pmks (default: AMPCORE_KEK_FILE or AMPCORE_KEK)")
      .option("--aa <address>", `the AP's own ${is("aa")}`)
      .option("--out <file>", "readings go there, a line of JSON each, flushed to the disk before M3 (default: stdout)")
      .option("--mqtt <url>", "or to a broker: mqtt://[user@]host[:port]/topic/prefix, or mqtts://; a topic per device")
      .option("--mqtt-password-file <file>", "its user's password, a line (default: AMPCORE_MQTT_PASSWORD)")
      .option("--mqtt-ca <file>", "PEM, for mqtts: who may have signed its certificate (default: those Node knows)")
      .option("--profile <name>", `compact, wide or strong: octets of nonces and MICs ${is("profile")}`)
      .option("--period <seconds>", `from one trigger to the next ${is("period")}`)
      .option("--repeats <count>", `how often an M1 is sent again in its period ${is("repeats")}`)
      .option("--slots <count>", `behind each trigger ${is("slots")}`)
      .option("--acwe <exponent>", `a station answers with n of 2^acwe chances for n slots ${is("acwe")}`)
      .option("--channels <count>", `each with triggers of its own ${is("channels")}`)
      .option("--dl-rate <kbps>", `250 or 1000 ${is("dlRate")}`)
      .option("--ul-rate <kbps>", `250, 1000 or 4000 ${is("ulRate")}`)
      .option("--answer <us>", `what a station may compute for the answer to a command ${is("answer")}`)
      .option("--update-every <seconds>", "ask for the next root of every device that often (PROTOCOL.md section 6)")
      .option("--fast", "do not wait for real time between rounds: the air's clock runs as fast as the stations answer")
      .option("--patience <seconds>", `how long a round waits for a station, and for the disk ${is("patience")}`)
      .option("--peers <count>", `stations that may listen ${is("peers")}`)
      .option(
        "--source-rate <count>",
        `datagrams a second of a known station, and of all else at one address ${is("sourceRate")}, more with --fast`,
      )
      .option("--id-rate <count>", `frames a second of one short ID, on the air's clock ${is("idRate")}`)
      .option("--metrics <address:port>", "HTTP: /metrics for Prometheus, /health")
      .option("--for <seconds>", "stop after that long (default: at SIGINT or SIGTERM)")
      .option("--log-level <level>", `error, warn, info or debug, on stderr ${is("logLevel")}`);
    names = command.options.map(({ long }) => (long ?? "").replace(/^--/, ""));
    command.addHelpText(
      "after",
      `
Stations are ampcore sta --connect, here or elsewhere, or whatever speaks the datagrams of docs/DAEMON.md. Who sends such
a datagram can do what a radio on the same channel could: disturb, but no more; the protocol's keys decide what is taken.
A reading gets its M3, its receipt, when it is safe: in a file when it is flushed to the disk, on stdout when the pipe has
taken it, over MQTT when the broker answers for it (what that is worth: docs/DAEMON.md). Each line names its exchange; a
device has at most one reading under one. A device that got no M3 brings the reading again under another.`,
    );
    addExamples(command, [
      ["--kek kek.hex", "the store of ampcore keys in ./ampcore-keys, readings on stdout"],
      ["--kek kek.hex --out readings.ndjson", "readings that survive a crash"],
      ["--kek kek.hex --mqtt mqtts://ap@broker.example/plant/hall", "readings to plant/hall/02c0ffee0001 and so on"],
      ["--kek kek.hex --fast --for 10", "as fast as the stations answer, for ten seconds"],
      ["--kek kek.hex --metrics 127.0.0.1:9100", "with something for Prometheus to look at"],
      ["--config ap.yaml --log-level debug", "options out of a file"],
    ]);
  },

  run: async (options) => runAp(withConfig(options, names)),
} satisfies Verb<ApOptions>;
