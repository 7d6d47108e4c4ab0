import { compare } from "../../mih/compare.ts";
import { story } from "../../mih/ladder.ts";
import { mihPcap } from "../../mih/pcap.ts";
import { ID } from "../../mih/scene.ts";
import { printComparison, printStory } from "../handover/print.ts";
import { schemeOf } from "../handover/scheme.ts";
import { octetsAsHex, writeWhole } from "../output.ts";
import { progress } from "../terminal.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface HandoverOptions {
  readonly scheme: string;
  readonly insecureOriginal?: boolean;
  readonly target: string;
  readonly loss: string;
  readonly seed: string;
  readonly compare?: boolean;
  readonly pcap?: string;
  readonly json?: boolean;
}

const TARGETS = { "802.11": "tp", umts: "umts" } as const;
const LOSS_MAX = 0.6;
/** Between two datagrams of a capture: what no datagram of it says. */
const SPACING_s = 1e-3;

export default {
  summary: "give the next AP a key before the station is there (IEEE 802.21), and compare the ways",

  configure(command) {
    command
      .option(
        "--scheme <name>",
        "21d: a group manager's key, the serving side has none of it; 21a: the serving side makes it, inside security " +
          "associations; xor: the original, under a mask",
        "21d",
      )
      .option("--insecure-original", "allows --scheme xor, which anybody on the way can tamper with")
      .option("--target <link>", `what the MN goes to: ${Object.keys(TARGETS).join(" or ")}`, "802.11")
      .option("--loss <probability>", "of each datagram; half as many are doubled, and come late", "0")
      .option("--compare", "no handover: every attack on every scheme, and which requirement of the IETF each meets")
      .option("--seed <number>", "other nonces and keys", "1")
      .option("--pcap <file>", "writes the datagrams for tshark and Wireshark")
      .option("--json", "as JSON");
    command.addHelpText(
      "after",
      "\nAll roles run in this process, over a network in memory; as processes over UDP: ampcore mih.\n" +
        "Exit code 1: the handover did not come to its end, or not to one key at both ends.",
    );
    addExamples(command, [
      ["", "first attachment, discovery, preparation and direct signalling, datagram by datagram"],
      ["--compare", "what each scheme withstands"],
      ["--scheme 21a --target umts", "to a link that is not 802.11, with a key of the serving side's"],
      ["--loss 0.3", "on a bad network"],
      ["--pcap handover.pcap", "and a capture that Wireshark dissects"],
    ]);
  },

  async run(options) {
    const { insecureOriginal = false, json = false, compare: isComparison = false, pcap } = options;
    const seed = seedOf(options.seed);
    if (isComparison) {
      for (const [name, given, usual] of [
        ["pcap", pcap, undefined],
        ["loss", options.loss, "0"],
        ["target", options.target, "802.11"],
        ["scheme", options.scheme, "21d"],
      ] as const) {
        if (given !== usual) throw new UsageError(`--${name} goes with one handover, and --compare makes many`);
      }
      const made = await compare(seed, (name) => json || progress(name));
      if (json) process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
      else printComparison(made);
      return 0;
    }
    const scheme = schemeOf(options.scheme, insecureOriginal);
    const target = TARGETS[options.target as keyof typeof TARGETS];
    if (!target) throw new UsageError(`--target ${options.target} is none of ${Object.keys(TARGETS).join(", ")}`);
    const told = await story({ scheme, seed, target, loss: lossOf(options.loss) });
    if (pcap !== undefined) {
      const datagrams = told.rungs.map(({ from, to, octets }, i) => ({
        time_s: i * SPACING_s,
        from: ID[from],
        to: ID[to],
        octets,
      }));
      writeWhole("--pcap", pcap, mihPcap(datagrams));
    }
    if (json) process.stdout.write(`${JSON.stringify({ scheme, seed, ...told }, octetsAsHex, 2)}\n`);
    else printStory(told, scheme);
    return told.isCompleted && told.isShared ? 0 : 1;
  },
} satisfies Verb<HandoverOptions>;

function lossOf(text: string): number {
  const loss = Number(text);
  if (text.trim() === "" || !(loss >= 0 && loss <= LOSS_MAX)) {
    throw new UsageError(`--loss ${text} is no probability from 0 to ${LOSS_MAX}`);
  }
  return loss;
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--seed ${text} is no whole number from 0 to 999999999`);
  return Number(text);
}
