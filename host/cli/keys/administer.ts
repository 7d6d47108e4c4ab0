import { nodeCrypto } from "../../crypto/node.ts";
import { addressText } from "../../keys/address.ts";
import { type Administered, ask, type Done, perform, type Request } from "../../keys/remote/administration.ts";
import { KeyService } from "../../keys/service.ts";
import { throughClient } from "../../keys/store/postgres.ts";
import { allow, revoke } from "../../keys/store/postgresport.ts";
import { toHex } from "../../wire/octets.ts";
import { printTable } from "../terminal.ts";
import { type ExitCode, UsageError } from "../verb.ts";
import { parseAddress } from "./addresses.ts";
import { withStore } from "./open.ts";
import { controlPath, type KeysOptions } from "./options.ts";

/** An AP that may be served from now on. */
export const authorise = (options: KeysOptions): Promise<ExitCode> =>
  administered(options, { action: "authorise", aa: needed("aa", options), role: options.role });

export const dismiss = (options: KeysOptions): Promise<ExitCode> =>
  administered(options, { action: "dismiss", aa: needed("aa", options) });

/** The next root of one device, or of each. */
export const update = (options: KeysOptions): Promise<ExitCode> =>
  administered(options, { action: "update", spa: given("spa", options) });

/** Another Modifier for one AP, or for each. */
export const renew = (options: KeysOptions): Promise<ExitCode> =>
  administered(options, { action: "renew", aa: given("aa", options) });

/** All APs that are authorised. */
export async function aps(options: KeysOptions): Promise<ExitCode> {
  await withStore(options, { readOnly: true }, async (store) => {
    const rows = store.aps().map(({ record: { aa, modifier }, written }) => ({
      aa: addressText(aa),
      mode: modifier ? "Modifier" : "direct",
      changed: new Date(written.written_ms).toISOString(),
    }));
    if (!options.json && rows.length === 0) process.stdout.write("no AP\n");
    else printTable(rows, options.json ?? false);
  });
  return 0;
}

async function administered(options: KeysOptions, request: Request): Promise<ExitCode> {
  const done = await running(options, request);
  printTable([done ?? (await overStore(options, request))], options.json ?? false);
  return 0;
}

/** By the key service that runs over that store. undefined: none does. @throws UsageError */
export async function running(options: KeysOptions, request: Request): Promise<Done | undefined> {
  return sentenced(() => ask(controlPath(options), request));
}

async function overStore(options: KeysOptions, request: Request): Promise<Done> {
  return withStore(options, {}, async (store) => {
    const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
    return sentenced(() => perform(request, { service, settled: () => store.settled(), ...inPostgres(options) }));
  });
}

/** What else is to be done where APs' PMKs stand in PostgreSQL. */
function inPostgres({ postgres }: KeysOptions): Pick<Administered, "allow" | "dismissed"> {
  if (postgres === undefined) return {};
  return {
    allow: (aa, role) => throughClient(postgres, (client) => allow(client, aa, role)),
    dismissed: (aa) => throughClient(postgres, (client) => revoke(client, aa)),
  };
}

/** A RangeError of the service names what it is given as options do. */
async function sentenced<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(error.message.replace(/^(aa|spa): /, "--$1 ").replace(/^role: /, "--role: "));
    throw error;
  }
}

function needed(name: "aa", options: KeysOptions): string {
  const address = given(name, options);
  if (address !== undefined) return address;
  throw new UsageError(`--${name} is missing: the AP's address, like 02:a0:00:00:00:00`);
}

function given(name: "aa" | "spa", { [name]: text }: KeysOptions): string | undefined {
  return text === undefined ? undefined : toHex(parseAddress(`--${name}`, text));
}
