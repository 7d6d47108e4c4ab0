import type { Scheme } from "../../mih/schemes/scheme.ts";
import { UsageError } from "../verb.ts";

/** All that `ampcore mih` knows; each action takes its own. */
export interface MihOptions {
  readonly scheme?: string;
  readonly port?: string;
  readonly insecureOriginal?: boolean;
  readonly to?: string;
  readonly discover?: boolean;
  readonly tries?: string;
  readonly for?: string;
  readonly logLevel?: string;
  readonly json?: boolean;
}

interface ActionShape {
  readonly options: readonly (keyof MihOptions)[];
  readonly operand: string;
}

const SERVING: readonly (keyof MihOptions)[] = ["insecureOriginal", "for", "logLevel"];
export const ACTIONS = {
  site: { options: ["scheme", "port", "insecureOriginal", "json"], operand: "the folder that it is made in" },
  sp: { options: SERVING, operand: "the YAML file of a point of service" },
  tp: { options: SERVING, operand: "the YAML file of a point of service" },
  gm: { options: ["for", "logLevel"], operand: "the YAML file of the group manager" },
  mn: {
    options: ["insecureOriginal", "to", "discover", "tries", "logLevel", "json"],
    operand: "the YAML file of a mobile node",
  },
} as const satisfies Record<string, ActionShape>;
export type Action = keyof typeof ACTIONS;

export interface Call {
  readonly action: Action;
  /** The file or the folder that it is about. */
  readonly path: string;
}

/** Refuses an action that is none, an option that is another action's, and operands that are too many or too few. */
export function checkCall(operands: readonly string[], options: MihOptions): Call {
  const [name, path, ...rest] = operands;
  const names = Object.keys(ACTIONS).join(", ");
  if (name === undefined) throw new UsageError(`the action is missing: one of ${names}`);
  const action = (Object.keys(ACTIONS) as Action[]).find((known) => known === name);
  if (!action) throw new UsageError(`no action ${JSON.stringify(name)}; there are ${names}`);
  const { options: own, operand }: ActionShape = ACTIONS[action];
  const stray = Object.keys(options).find((option) => !(own as readonly string[]).includes(option));
  if (stray !== undefined) {
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`mih ${action} takes no --${option}: see ampcore mih --help`);
  }
  if (path === undefined) throw new UsageError(`mih ${action} needs ${operand}`);
  if (rest.length > 0) throw new UsageError(`mih ${action} takes no ${JSON.stringify(rest[0])}`);
  return { action, path };
}

/** The original scheme is here to be looked at; nobody is to come to it by a default or a slip. */
export function checkOriginal(scheme: Scheme, { insecureOriginal = false }: MihOptions): void {
  if (scheme !== "xor" || insecureOriginal) return;
  throw new UsageError(
    "scheme xor is the original of 802.21.1 5.14, whose keys anybody on the way can change unseen: " +
      "give --insecure-original to run it all the same",
  );
}
