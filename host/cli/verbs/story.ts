import { builtModule } from "../../build/build.ts";
import { SiteError } from "../../mih/site/read.ts";
import { isMisfit } from "../../sim/scenario/misfit.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { captureOf } from "../../story/capture.ts";
import { type Story, type StoryOptions, story } from "../../story/story.ts";
import { chosen, percent } from "../../text/units.ts";
import { built } from "../built.ts";
import { schemeOf } from "../handover/scheme.ts";
import { checkFiles, checkNoStdout, octetsAsHex, writeWhole } from "../output.ts";
import { tellReport } from "../report/write.ts";
import { gather } from "../run/materials.ts";
import { Teller } from "../run/progress.ts";
import { addScenarioOptions, checkTraceOptions, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { checkWritable } from "../run/userfile.ts";
import { printStory } from "../story/print.ts";
import { addExamples, Failure, UsageError, type Verb } from "../verb.ts";
import { version } from "../version.ts";

interface StoryVerbOptions extends ScenarioOptions {
  readonly scheme: string;
  readonly insecureOriginal?: boolean;
  readonly psk?: string;
  readonly wrongPsk?: boolean;
  readonly report?: string | true;
  readonly pcap?: string;
  readonly json?: boolean;
}

/** Of --report without a file. */
const REPORT = "story.html";
const PSK_HEX = /^[0-9a-f]{32}$/i;

export default {
  summary: "born, moved, used: SeNAA, EAP-PSK, 802.21 and AMP readings by one chain of keys",

  configure(command) {
    addScenarioOptions(command, "story")
      .option("--scheme <name>", "of 802.21: 21d, 21a, or xor with --insecure-original", "21d")
      .option("--insecure-original", "allows --scheme xor")
      .option("--psk <hex>", "the station's key of EAP-PSK, 16 octets; drawn from the seed if left out")
      .option("--wrong-psk", "the station has another key than the network knows")
      .option("--report [file]", `a page to look at: the ladder, the keys, the capacitor (${REPORT})`)
      .option("--pcap <file>", "everything on the network and on both airs as one pcapng file")
      .option("--json", "as JSON");
    command.addHelpText(
      "after",
      `
Two access points enter a network by SeNAA. A station behind the first proves itself by EAP-PSK, which that carries into
the network; of the MSK comes the root of its AMP side. It is read on harvested power, and dies between readings and
within them; 802.21 brings its key to the second access point, it moves, and is read there. An access point and the key
service are in one process: what they say to each other is no message of the ladder. The first access point has the MSK,
and so nothing of this station is secret from it. The station comes from a scenario, as in ampcore run: one that roams
(stations.module), and one alone. The certificate of the network is made by openssl. Times of the first two chapters and
of the last are not measured: 1 ms a message. @ is what stays within one access point.
Exit code 1: the story did not come to its end; it says in which chapter and why.`,
    );
    addExamples(command, [
      ["", "the whole story as one ladder"],
      ["--report", "story.html, to open in a browser"],
      [
        "--pcap story.pcapng",
        "tshark -d udp.port==7161,diameter -X lua_script:tools/wireshark/amp.lua -r story.pcapng",
      ],
      ["--wrong-psk", "a station that the network does not know has no second chapter"],
      ["--set override.storage.capacitance_F=2.2e-6", "a capacitor that is too small to be told of the move"],
      ["--scheme 21a --seed 7 --json", "another scheme, another story; for a program"],
    ]);
  },

  async run({ insecureOriginal = false, wrongPsk = false, report, pcap, json = false, ...options }, [wish = "story"]) {
    const scheme = schemeOf(options.scheme, insecureOriginal);
    const page = report === true ? REPORT : report;
    const files = { "--report": page, "--pcap": pcap };
    checkNoStdout(files);
    checkFiles(files);
    if (options.psk !== undefined && !PSK_HEX.test(options.psk)) {
      throw new UsageError(`--psk ${options.psk} is no key of EAP-PSK, where 32 hexadecimal digits are expected`);
    }
    const psk = options.psk === undefined ? undefined : new Uint8Array(Buffer.from(options.psk, "hex"));
    const scenario = scenarioFor(wish, options);
    checkTraceOptions(options, scenario);
    checkCast(scenario);
    await built();
    for (const [option, file] of Object.entries(files)) if (file !== undefined) checkWritable(option, file);
    const { materials } = await gather(scenario, json);
    const rsn = await builtModule("rsn");
    const teller = new Teller(false);
    const onProgress = (at_s: number): void =>
      teller.tell(() => `${percent(at_s / scenario.duration_s)} of ${chosen(scenario.duration_s)} s`);
    const told = await tellingOf({ scheme, scenario, materials, rsn, psk, isWrong: wrongPsk, onProgress });
    teller.end();
    if (pcap !== undefined) writeWhole("--pcap", pcap, captureOf(told, `ampcore ${version()}`));
    if (page !== undefined) {
      const { storyHtml } = await loadPage();
      writeWhole("--report", page, storyHtml(told));
    }
    if (json) process.stdout.write(`${JSON.stringify(told, octetsAsHex, 2)}\n`);
    else printStory(told);
    if (page !== undefined) tellReport(page);
    return told.ended === undefined ? 0 : 1;
  },
} satisfies Verb<StoryVerbOptions>;

// Not within the object: of what `satisfies` encloses tsc leaves the extension as it is when the package is made.
const loadPage = () => import("../../story/page/document.tsx");

/** Every frame is kept. */
const DURATION_MAX_s = 3600;

/** What of a scenario a story has no place for. @throws UsageError */
function checkCast({ stations, ap, air, duration_s }: Scenario): void {
  if (duration_s > DURATION_MAX_s) {
    throw new UsageError(
      `duration_s is ${duration_s}, where at most ${DURATION_MAX_s} is expected: every frame is kept`,
    );
  }
  for (const [key, is, must, why] of [
    ["stations.count", stations.count, 1, "a story is of one station"],
    ["stations.module", stations.module, "roaming", "it moves"],
    ["air.channels", air.channels, 1, "one access point is in reach at a time"],
    ["ap.modifier", ap.modifier, true, "the key service gives each access point a PMK of its own"],
    ["ap.root_update_every_s", ap.root_update_every_s, 0, "the root of a story is the one that EAP made"],
    ["ap.to", ap.to, "broadcast", "AP 1 asks whoever is there"],
    ["air.forged_trigger_period_s", air.forged_trigger_period_s, 0, "nobody else is on the air"],
  ] as const) {
    if (is !== must) throw new UsageError(`${key} is ${is}, where ${must} is expected: ${why}`);
  }
}

/** @throws UsageError, Failure */
async function tellingOf(options: StoryOptions): Promise<Story> {
  try {
    return await story(options);
  } catch (error) {
    if (error instanceof SiteError) throw new Failure(error.message);
    if (isMisfit(error)) throw new UsageError(error.message);
    throw error;
  }
}
