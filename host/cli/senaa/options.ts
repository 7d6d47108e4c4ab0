import { type ActionShape, type Call, checkAction } from "../actions.ts";

/** All that `ampcore senaa` knows; each action takes its own. */
export interface SenaaOptions {
  readonly port?: string;
  readonly once?: boolean;
  readonly insecureFallback?: boolean;
  readonly for?: string;
  readonly logLevel?: string;
  readonly json?: boolean;
}

export const ACTIONS = {
  site: { options: ["port", "json"], operand: "the folder that it is made in" },
  paa: { options: ["for", "logLevel"], operand: "the YAML file of a PAA" },
  pac: { options: ["once", "insecureFallback", "for", "logLevel", "json"], operand: "the YAML file of a PaC" },
  relay: { options: ["for", "logLevel"], operand: "the YAML file of a relay" },
} as const satisfies Record<string, ActionShape<keyof SenaaOptions>>;
export type Action = keyof typeof ACTIONS;

/** As checkAction has it. */
export function checkCall(operands: readonly string[], options: SenaaOptions): Call<Action> {
  return checkAction("senaa", ACTIONS, operands, options);
}
