import type { Scheme } from "../../mih/schemes/scheme.ts";
import { type ActionShape, type Call, checkAction } from "../actions.ts";
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
} as const satisfies Record<string, ActionShape<keyof MihOptions>>;
export type Action = keyof typeof ACTIONS;

/** As checkAction has it. */
export function checkCall(operands: readonly string[], options: MihOptions): Call<Action> {
  return checkAction("mih", ACTIONS, operands, options);
}

/** The original scheme is here to be looked at; nobody is to come to it by a default or a slip. */
export function checkOriginal(scheme: Scheme, { insecureOriginal = false }: MihOptions): void {
  if (scheme !== "xor" || insecureOriginal) return;
  throw new UsageError(
    "scheme xor is the original of 802.21.1 5.14, whose keys anybody on the way can change unseen: " +
      "give --insecure-original to run it all the same",
  );
}
