/** @jsxRuntime automatic @jsxImportSource #html */
/* Every cell: what it was, and its answer with the interval. */
import { Part, Table } from "../../report/sections/section.tsx";
import { count } from "../../text/units.ts";
import type { SweepResult } from "../result.ts";
import { answerColumn } from "../told.ts";
import { answerTold, shortNames, spoken, valuesTold } from "./words.ts";

/** Cells that are listed without being asked for, and at all. */
const [FEW, MANY] = [24, 2000];

export function Cells({ result }: { readonly result: SweepResult }) {
  const { cells, parameters, answer } = result;
  const column = answerColumn(result);
  const heads = [
    ...shortNames(result),
    spoken(answer, column.unit),
    "95 % interval",
    column.isShare ? "tries" : "runs",
  ];
  const told = parameters.map(valuesTold);
  const table = (
    <Table heads={heads} right={heads} caption="All cells">
      {cells.slice(0, MANY).map(({ values, results, refused }) => {
        const interval = results[answer];
        return (
          <tr>
            {values.map((value, at) => (
              <td class="right">{told[at](value)}</td>
            ))}
            <td class="right">
              {refused !== null ? "refused" : interval ? answerTold(interval.mean, column) : "none"}
            </td>
            <td class="right aside">
              {interval && interval.low !== null && interval.high !== null
                ? `${answerTold(interval.low, column)} to ${answerTold(interval.high, column)}`
                : "-"}
            </td>
            <td class="right">{interval ? interval.n.toLocaleString("en") : "-"}</td>
          </tr>
        );
      })}
    </Table>
  );
  return (
    <Part
      id="cells"
      title="Every cell"
      says={
        column.isShare
          ? "The interval is Wilson's (1927), over all tries of a cell; of several runs, over as many independent tries as their differences leave (Kish's design effect, with Student's quantile for few runs)."
          : "The interval is Student's, over the runs of a cell; one run has none."
      }
    >
      {cells.length <= FEW ? (
        table
      ) : (
        <details>
          <summary>
            {cells.length > MANY
              ? `the first ${count(MANY, "cell")} of ${cells.length.toLocaleString("en")}`
              : `all ${count(cells.length, "cell")}`}
          </summary>
          {table}
        </details>
      )}
    </Part>
  );
}
