/** Verbs whose first operand is an action, and whose second is the one file or folder that it is about. */

import { UsageError } from "./verb.ts";

export interface ActionShape<Option extends string> {
  readonly options: readonly Option[];
  readonly operand: string;
}

export interface Call<Action extends string> {
  readonly action: Action;
  /** The file or the folder that it is about. */
  readonly path: string;
}

/** Refuses an action that is none, an option that is another action's, and operands that are too many or too few. */
export function checkAction<Action extends string>(
  verb: string,
  actions: Readonly<Record<Action, ActionShape<string>>>,
  operands: readonly string[],
  options: object,
): Call<Action> {
  const [name, path, ...rest] = operands;
  const known = Object.keys(actions) as Action[];
  const names = known.join(", ");
  if (name === undefined) throw new UsageError(`the action is missing: one of ${names}`);
  const action = known.find((one) => one === name);
  if (!action) throw new UsageError(`no action ${JSON.stringify(name)}; there are ${names}`);
  const { options: own, operand } = actions[action];
  const stray = Object.keys(options).find((option) => !own.includes(option));
  if (stray !== undefined) {
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`${verb} ${action} takes no --${option}: see ampcore ${verb} --help`);
  }
  if (path === undefined) throw new UsageError(`${verb} ${action} needs ${operand}`);
  if (rest.length > 0) throw new UsageError(`${verb} ${action} takes no ${JSON.stringify(rest[0])}`);
  return { action, path };
}
