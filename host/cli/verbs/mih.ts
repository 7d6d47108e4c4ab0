import { mobile } from "../mih/mn.ts";
import { ACTIONS, type Action, checkCall, type MihOptions } from "../mih/options.ts";
import { serveGroupManager, servePos } from "../mih/serve.ts";
import { site } from "../mih/site.ts";
import { addExamples, type ExitCode, type Verb } from "../verb.ts";

export default {
  summary: "be a role of IEEE 802.21 over UDP: keys for a handover, before it happens",

  configure(command) {
    command
      .argument("[action]", `one of ${Object.keys(ACTIONS).join(", ")}`)
      .argument("[path]", "of site a folder, else the YAML file of a role")
      .option("--scheme <name>", "site: xor, 21a or 21d (default: 21a)")
      .option("--port <number>", "site: of the first role, the others behind it; 0: any that are free (default: 4551)")
      .option("--insecure-original", "site, sp, tp, mn: yes, scheme xor, which is broken")
      .option("--to <target>", "mn: a link or a PoS's MISF ID (default: its PoS chooses)")
      .option("--discover", "mn: ask for the authenticators around first")
      .option("--tries <count>", "mn: each with another key (default: 4)")
      .option("--for <seconds>", "sp, tp, gm: stop after that long (default: at SIGINT or SIGTERM)")
      .option("--log-level <level>", "error, warn, info or debug, on stderr (default: info; of mn: warn)")
      .option("--json", "site, mn: as JSON");
    command.addHelpText(
      "after",
      `
Actions:
  site FOLDER  all files of a small site: three points of service, a mobile node, with 21d a group manager
  sp FILE      a point of service; tp is the same: the target of one handover serves until the next
  gm FILE      the group manager of scheme 21d, which remembers over restarts where each MN is
  mn FILE      one handover: attach, discover, prepare, talk directly, complete; exit code 1 if it did not come to its end

Who is who is proven by EAP-PSK with a key in a file, or by TLS: in place of eap_psk_file an entry may have
tls: {ca: FILE, certificate: FILE, key: FILE}; the common name of each certificate is its MISF ID. A PMK is told by its
name, as 802.11 tells it by a PMKID, never by itself.`,
    );
    addExamples(command, [
      ["site my-site --scheme 21d", "files of a site with a group manager"],
      ["sp my-site/pos-a.yaml", "the PoS that serves; in other terminals:"],
      ["tp my-site/pos-b.yaml", "the one that the MN goes to"],
      ["gm my-site/gm.yaml", "the group manager"],
      ["mn my-site/mn.yaml --to pos-b@visited.example --discover", "and the MN goes"],
      ["tp my-site/pos-c.yaml", "another one, behind a link of another type;"],
      ["mn my-site/mn.yaml --to 'umts cell 62f21000000107' --json", "and the MN goes on to it"],
    ]);
  },

  async run(options, operands) {
    const { action, path } = checkCall(operands, options);
    return ACT[action](path, options);
  },
} satisfies Verb<MihOptions>;

const ACT: Readonly<Record<Action, (path: string, options: MihOptions) => Promise<ExitCode>>> = {
  site,
  sp: servePos,
  tp: servePos,
  gm: serveGroupManager,
  mn: mobile,
};
