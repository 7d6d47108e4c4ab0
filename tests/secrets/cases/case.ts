/** A case of the table: one way to one answer of one export in one state. Its last call is the one that it is about. */
import type { FUNCTIONS, StatusName } from "../../../host/device/abi.ts";
import type { Story } from "../bed.ts";
import type { Variant } from "../rounds.ts";

export type ExportName = keyof typeof FUNCTIONS;
export type StateNumber = 0 | 1 | 2 | 3;
/** A status, "0", or "> 0": a length, an address or a state. */
export type AnswerKind = StatusName | "0" | "> 0";

export interface Case {
  readonly call: ExportName;
  /** The state before the call. */
  readonly state: StateNumber;
  readonly answer: AnswerKind;
  /** How it comes to that, in words. */
  readonly path: string;
  /** The variants that have this way; all if left out. */
  readonly only?: (variant: Variant) => boolean;
  readonly play: Story;
}

/** "amp_receive in state 2 answers bad MIC: an encrypted Confirm". */
export function caseName({ call, state, answer, path }: Case): string {
  return `${call} in state ${state} answers ${answer}: ${path}`;
}

/** Whether a PMK is made and cached: the triggers carry a Modifier. */
export const withModifier = ({ exchange }: Variant): boolean => exchange.modifier !== null;
export const inDirectMode = (variant: Variant): boolean => !withModifier(variant);
