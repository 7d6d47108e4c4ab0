import { makeSite } from "../../senaa/site/make.node.ts";
import { wholeFrom } from "../daemon/numbers.ts";
import { sentenced } from "../mih/mistakes.ts";
import { ACTIONS, type Action, checkCall, type SenaaOptions } from "../senaa/options.ts";
import { client } from "../senaa/pac.ts";
import { servePaa, serveRelay } from "../senaa/serve.ts";
import { printTable } from "../terminal.ts";
import { addExamples, type ExitCode, type Verb } from "../verb.ts";

/** A site has three ports. */
const PORTS = [1, 65_533] as const;
const PORT_DEFAULT = "4560";

export default {
  summary: "be a role of SeNAA over UDP: how an access point enters a network",

  configure(command) {
    command
      .argument("[action]", `one of ${Object.keys(ACTIONS).join(", ")}`)
      .argument("[path]", "of site a folder, else the YAML file of a role")
      .option("--port <number>", `site: of the PAA, the relay behind it (default: ${PORT_DEFAULT})`)
      .option("--once", "pac: enter, leave, end; exit code 1 if it was not let in")
      .option("--insecure-fallback", "pac: as the draft has it, without TLS where nobody answers at the port with TLS")
      .option("--for <seconds>", "paa, pac, relay: stop after that long (default: at SIGINT or SIGTERM)")
      .option("--log-level <level>", "error, warn, info or debug, on stderr (default: info)")
      .option("--json", "site: as JSON; pac: each event as a line of JSON");
    command.addHelpText(
      "after",
      `
Actions:
  site FOLDER  all files of a small site: a PAA, two access points, a station, a relay, certificates (by openssl)
  paa FILE     proves the network by TLS, and lets in whom it knows, by EAP-PSK of its file or by a RADIUS server
  pac FILE     an access point that enters, stays in, and comes back when it is out; at SIGTERM it leaves
  relay FILE   an access router between them, which passes the first request on

Without TLS: a PAA whose file has plaintext: {listen}, a PaC whose file has plaintext: {paa, listen, link_is_secure: true};
nobody else speaks or hears it. --insecure-fallback shows what the draft's silent fallback is worth: drop what goes to paa.

A PAA whose file has keys: ampcore-keys/control.sock tells a running \`ampcore keys serve\`: whoever is in is authorised there,
and dismissed when its last session is over. It owns these entries: one that was made by hand ends with the session, too.
A key is told by its name, never by itself.`,
    );
    addExamples(command, [
      ["site my-site", "files of a site"],
      ["paa my-site/paa.yaml", "the PAA; in other terminals:"],
      ["pac my-site/ap-1.yaml --json", "an access point, which stays in"],
      ["pac my-site/ap-2.yaml --once", "another one, in and out"],
      ["relay my-site/relay.yaml", "an access router; ap-1.yaml says how to go by it"],
    ]);
  },

  async run(options, operands) {
    const { action, path } = checkCall(operands, options);
    return ACT[action](path, options);
  },
} satisfies Verb<SenaaOptions>;

const ACT: Readonly<Record<Action, (path: string, options: SenaaOptions) => Promise<ExitCode>>> = {
  async site(folder, { port, json }) {
    const first = wholeFrom("--port", port ?? PORT_DEFAULT, PORTS);
    const made = await sentenced(() => makeSite(folder, first));
    printTable(
      made.map((row) => ({ ...row })),
      json ?? false,
    );
    return 0;
  },
  paa: servePaa,
  pac: client,
  relay: serveRelay,
};
