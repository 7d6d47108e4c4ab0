import { UsageError } from "../verb.ts";

/** All that `ampcore senaa` knows; each action takes its own. */
export interface SenaaOptions {
  readonly port?: string;
  readonly once?: boolean;
  readonly for?: string;
  readonly logLevel?: string;
  readonly json?: boolean;
}

interface ActionShape {
  readonly options: readonly (keyof SenaaOptions)[];
  readonly operand: string;
}

export const ACTIONS = {
  site: { options: ["port", "json"], operand: "the folder that it is made in" },
  paa: { options: ["for", "logLevel"], operand: "the YAML file of a PAA" },
  pac: { options: ["once", "for", "logLevel", "json"], operand: "the YAML file of a PaC" },
  relay: { options: ["for", "logLevel"], operand: "the YAML file of a relay" },
} as const satisfies Record<string, ActionShape>;
export type Action = keyof typeof ACTIONS;

/** Refuses an action that is none, an option that is another action's, and operands that are too many or too few. */
export function checkCall(
  operands: readonly string[],
  options: SenaaOptions,
): { readonly action: Action; readonly path: string } {
  const [name, path, ...rest] = operands;
  const names = Object.keys(ACTIONS).join(", ");
  if (name === undefined) throw new UsageError(`the action is missing: one of ${names}`);
  const action = (Object.keys(ACTIONS) as Action[]).find((known) => known === name);
  if (!action) throw new UsageError(`no action ${JSON.stringify(name)}; there are ${names}`);
  const { options: own, operand }: ActionShape = ACTIONS[action];
  const stray = Object.keys(options).find((option) => !(own as readonly string[]).includes(option));
  if (stray !== undefined) {
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`senaa ${action} takes no --${option}: see ampcore senaa --help`);
  }
  if (path === undefined) throw new UsageError(`senaa ${action} needs ${operand}`);
  if (rest.length > 0) throw new UsageError(`senaa ${action} takes no ${JSON.stringify(rest[0])}`);
  return { action, path };
}
