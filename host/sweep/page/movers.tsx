/** @jsxRuntime automatic @jsxImportSource #html */
/* Which parameter moves the answer most, and how far. */
import { Part, Table } from "../../report/sections/section.tsx";
import { percent } from "../../text/units.ts";
import type { SweepResult } from "../result.ts";
import { answerColumn, unmoved } from "../told.ts";
import { answerTold, levelTold, spoken, unitOf } from "./words.ts";

export function Movers({ result }: { readonly result: SweepResult }) {
  const { movers, answer } = result;
  const column = answerColumn(result);
  if (movers.length === 0) return <p class="empty">No cell has an answer.</p>;
  const alone = movers.reduce((sum, { share }) => sum + (share ?? 0), 0);
  return (
    <Part
      id="movers"
      title={`What moves ${spoken(answer, column.unit)} most`}
      says="The share of its variance over all cells that each parameter explains by itself (first-order index of Sobol', Var(E[Y|X]) / Var(Y)), and its means where they are least and most."
    >
      <Table heads={["parameter", "", "share", "least", "most"]} right={["share"]} caption="What moves the answer most">
        {movers.map(({ path, share, least, most }, i) => {
          const unit = unitOf(result, path);
          return (
            <tr class={i === 0 ? "mover" : ""}>
              <th scope="row" class="path">
                {path}
              </th>
              <td class="bars">
                <div>
                  <span class="bar cpu" style={{ width: `${100 * (share ?? 0)}%` }} />
                </div>
              </td>
              <td class="right">{share === null ? "-" : percent(share)}</td>
              <td>
                {answerTold(least.mean, column)} <span class="aside">at {levelTold(least, unit)}</span>
              </td>
              <td>
                {answerTold(most.mean, column)} <span class="aside">at {levelTold(most, unit)}</span>
              </td>
            </tr>
          );
        })}
      </Table>
      <p class="says">
        {unmoved(result) !== undefined
          ? `${unmoved(result)}.`
          : alone < 1
            ? `What is left, ${percent(1 - alone)}, belongs to parameters together and to chance.`
            : "Together they come to a little more than all of it: cells without an answer unbalance the grid, or it is an estimate."}
      </p>
    </Part>
  );
}
