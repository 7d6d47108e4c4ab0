import { builtModule } from "../../build/build.ts";
import { session } from "../../rsn/ladder.ts";
import { AA, hostOf, pairOf, SPA } from "../../rsn/pair.ts";
import { LINK_TYPE, pcapOf } from "../../rsn/pcap.ts";
import { RootScene } from "../../rsn/rootscene.ts";
import { loadRsnStation } from "../../rsn/station/load.ts";
import { isEapAkm, type RsnAkm } from "../../rsn/station/record.ts";
import { built } from "../built.ts";
import { octetsAsHex, writeWhole } from "../output.ts";
import { printLadders } from "../rsn/print.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface RsnOptions {
  readonly akm: string;
  readonly mode: string;
  readonly wrongPmk?: boolean;
  readonly again?: boolean;
  readonly root?: boolean;
  readonly seed: string;
  readonly pcap?: string;
  readonly json?: boolean;
}

const AKMS: Readonly<Record<string, RsnAkm>> = { "1": 1, "2": 2, "5": 5, "6": 6 };
const MODES = ["rsn", "seed"] as const;
/** Between two frames of a capture: what no frame of it says. */
const SPACING_s = 1e-3;

export default {
  summary: "run the RSN baseline, station and AP, and draw its frames as a ladder",

  configure(command) {
    command
      .option("--akm <suite>", "00-0F-AC:2 or :6, PSK; :1 or :5, 802.1X with EAP-PSK; 5 and 6 with SHA-256", "5")
      .option("--mode <name>", "rsn: the GTK comes in M3; seed: in a phase of its own, which opens the port", "rsn")
      .option("--wrong-pmk", "the AP has another key than the station")
      .option("--again", "the station loses power behind it and associates again, 1 and 5 with the PMKSA they kept")
      .option(
        "--root",
        "1 and 5: the PMK becomes a root of the AMP station in the same device, which then answers a trigger",
      )
      .option("--seed <number>", "other nonces and keys", "1")
      .option("--pcap <file>", "writes the frames for tshark and Wireshark")
      .option("--json", "as JSON");
    command.addHelpText("after", "\nExit code 1: the port did not open, or with --root no reading was confirmed.");
    addExamples(command, [
      ["", "association, EAP-PSK, 4-way handshake, data, a new group key"],
      ["--mode seed", "the four figures of clause 5.9.3.1, one after the other"],
      ["--again", "and what a PMKSA saves the next time"],
      ["--root", "how a device gets its first root without one from manufacture"],
      ["--akm 2 --pcap rsn.pcap", "PSK, and a capture of it"],
      ["--wrong-pmk", "what happens where the keys do not fit"],
    ]);
  },

  async run({ akm, mode, wrongPmk = false, again = false, root = false, seed, pcap, json = false }) {
    const suite = AKMS[akm];
    if (suite === undefined) throw new UsageError(`--akm ${akm} is none of ${Object.keys(AKMS).join(", ")}`);
    const chosen = MODES.find((one) => one === mode);
    if (!chosen) throw new UsageError(`--mode ${mode} is none of ${MODES.join(", ")}`);
    if (!/^\d{1,9}$/.test(seed)) throw new UsageError(`--seed ${seed} is no whole number from 0 to 999999999`);
    if (root && (!isEapAkm(suite) || wrongPmk)) {
      throw new UsageError(
        `--root goes with --akm 1 or 5 and without --wrong-pmk: a root comes of an EAP that succeeds`,
      );
    }
    await built();
    const module = await builtModule("rsn");
    const options = { akm: suite, seed: Number(seed), mode: chosen };
    const scene = root ? new RootScene(options) : undefined;
    const pair = scene?.pair ?? pairOf({ ...options, isWrong: wrongPmk });
    const host = hostOf(pair, scene?.image ?? pair.image);
    const sessions = Array.from({ length: again ? 2 : 1 }, () => {
      const station = loadRsnStation(module, host);
      station.boot();
      return session({ station, ap: pair.ap, aa: AA, spa: SPA, desk: scene?.desk });
    });
    const amp = scene?.exchange(new WebAssembly.Module(await builtModule("release")), host);
    if (pcap !== undefined) {
      const rungs = sessions.flatMap((one) => one.rungs);
      const frames = rungs.map(({ octets }, i) => ({ time_s: i * SPACING_s, octets }));
      writeWhole("--pcap", pcap, pcapOf(frames, LINK_TYPE.ieee80211));
    }
    if (json) process.stdout.write(`${JSON.stringify({ akm: suite, mode: chosen, sessions, amp }, octetsAsHex, 2)}\n`);
    else printLadders(sessions, { akm: suite, mode: chosen, amp });
    return sessions.every((one) => one.isAuthorized) && (!amp || amp.outcome === "confirmed") ? 0 : 1;
  },
} satisfies Verb<RsnOptions>;
