/* `ampcore mih site`: all files of a small site. */
import { SCHEME_NAME, SCHEMES } from "../../mih/schemes/scheme.ts";
import { makeSite } from "../../mih/site/make.node.ts";
import { MIS_PORT } from "../../mih/transport/port.ts";
import { oneOf, wholeFrom } from "../daemon/numbers.ts";
import { printTable } from "../terminal.ts";
import type { ExitCode } from "../verb.ts";
import { sentenced } from "./mistakes.ts";
import { checkOriginal, type MihOptions } from "./options.ts";

const DEFAULT_SCHEME = "21a";
/** So that every role's port is one. */
const PORT_LAST = 65_500;

export async function site(folder: string, options: MihOptions): Promise<ExitCode> {
  const scheme = oneOf("--scheme", options.scheme ?? DEFAULT_SCHEME, SCHEMES);
  const port = wholeFrom("--port", options.port ?? String(MIS_PORT), [0, PORT_LAST]);
  checkOriginal(scheme, options);
  const made = await sentenced(() => makeSite(folder, scheme, port));
  const rows = made.map(({ role, file, port: own }) => ({
    role: role.role,
    id: role.id,
    file,
    port: own === undefined ? null : String(own),
    scheme: role.role === "gm" ? null : SCHEME_NAME[scheme],
  }));
  printTable(rows, options.json ?? false);
  return 0;
}
