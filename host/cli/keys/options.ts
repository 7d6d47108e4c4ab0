import { join } from "node:path";
import { UsageError } from "../verb.ts";

/** All that `ampcore keys` knows; each action takes its own. */
export interface KeysOptions {
  readonly store?: string;
  readonly postgres?: string;
  readonly kek?: string;
  readonly json?: boolean;
  readonly spa?: string;
  readonly psk?: string;
  readonly pskFile?: string;
  readonly class?: string;
  readonly origin?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly showSecret?: boolean;
  readonly withSecrets?: boolean;
  readonly newKek?: string;
  readonly verify?: boolean;
  readonly aa?: string;
  readonly role?: string;
  readonly sockets?: string;
  readonly socketMode?: string;
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly updateEvery?: string;
  readonly renewEvery?: string;
  readonly for?: string;
  readonly logLevel?: string;
  readonly bornWith?: string;
}

export const FOLDER = "ampcore-keys";
export const SOCKETS = "ampcore-sockets";

/** Where a running key service is administered: in the folder of its store, or of its sockets if that is in PostgreSQL. */
export function controlPath({ store = FOLDER, postgres, sockets = SOCKETS }: KeysOptions): string {
  return join(postgres === undefined ? store : sockets, "control.sock");
}

const COMMON = ["store", "postgres", "kek", "json"] as const;

/** What each action takes beside the common options, and its operands. */
export const ACTIONS = {
  add: { options: ["spa", "psk", "pskFile", "class", "origin", "out", "force", "showSecret", "sockets"], operands: 0 },
  list: { options: [], operands: 0 },
  import: { options: [], operands: 1 },
  export: { options: ["withSecrets", "out", "force"], operands: 0 },
  rotate: { options: ["newKek"], operands: 0 },
  audit: { options: ["verify"], operands: 0 },
  aps: { options: [], operands: 0 },
  authorise: { options: ["aa", "role", "sockets"], operands: 0 },
  dismiss: { options: ["aa", "sockets"], operands: 0 },
  update: { options: ["spa", "sockets"], operands: 0 },
  renew: { options: ["aa", "sockets"], operands: 0 },
  serve: {
    options: [
      ...["sockets", "socketMode", "listen", "tlsCert", "tlsKey", "tlsCa", "updateEvery", "renewEvery"],
      ...["for", "logLevel", "aa", "bornWith"],
    ] as (keyof KeysOptions)[],
    operands: 0,
  },
} as const satisfies Record<string, { options: readonly (keyof KeysOptions)[]; operands: number }>;
export type Action = keyof typeof ACTIONS;

/** Refuses an action that is none, an option that is another action's, and operands that are too many or too few. */
export function checkCall(operands: readonly string[], options: KeysOptions): Action {
  const [name, ...rest] = operands;
  const names = Object.keys(ACTIONS).join(", ");
  if (name === undefined) throw new UsageError(`the action is missing: one of ${names}`);
  const action = (Object.keys(ACTIONS) as Action[]).find((known) => known === name);
  if (!action) throw new UsageError(`no action ${JSON.stringify(name)}; there are ${names}`);
  const { options: own, operands: wanted } = ACTIONS[action];
  const stray = Object.keys(options).find((option) => !([...COMMON, ...own] as string[]).includes(option));
  if (stray !== undefined) {
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`keys ${action} takes no --${option}: see ampcore keys --help`);
  }
  if (rest.length < wanted) throw new UsageError(`keys ${action} needs a file: CSV, or JSON where it ends in .json`);
  if (rest.length > wanted) throw new UsageError(`keys ${action} takes no ${JSON.stringify(rest[wanted])}`);
  if (options.store !== undefined && options.postgres !== undefined) {
    throw new UsageError("--store and --postgres exclude each other");
  }
  return action;
}
