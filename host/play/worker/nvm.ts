/* What a station's NVM keeps through every death, as the rows of a table. */
import { addressText } from "../../keys/address.ts";
import { decodeRecord } from "../../keys/record.ts";
import type { KeyRow } from "../protocol.ts";

/** `before`: what it was; what became otherwise is said. */
export function nvmRows(octets: Uint8Array): KeyRow[] {
  const { counter, slots, cache, handover, failure } = decodeRecord(octets);
  const row = (name: string, state: KeyRow["state"], told: string): KeyRow => ({ name, where: "NVM", state, told });
  const entry = (name: string, { valid, empty, generation, aa }: typeof cache): KeyRow =>
    valid
      ? row(name, "there", `for ${addressText(aa)}, of root generation ${generation}, as HMAC midstates`)
      : row(
          name,
          empty ? "empty" : "wiped",
          empty ? "none is kept" : "not whole: torn by a power failure, or being written",
        );
  return [
    row("boot counter", "there", `${counter}: the power cycles that drew an SNonce`),
    ...slots.map(({ name, generation, valid, empty, newest }) => {
      const where = `root slot ${name}`;
      if (valid)
        return row(where, "there", `generation ${generation}${newest ? ", the newest" : ""}, as HMAC midstates`);
      return row(where, empty ? "empty" : "wiped", empty ? "nothing" : "not whole: torn by a power failure");
    }),
    entry("PMK cache", cache),
    ...(handover ? [entry("handover", handover)] : []),
    ...(failure ? [row("record", "wiped", `the station would not boot: ${failure}`)] : []),
  ];
}
