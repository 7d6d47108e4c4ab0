/** @jsxRuntime automatic @jsxImportSource #html */
/* What is needed to run it again and get the same octets. */
import { stringify } from "yaml";
import { Part, Table } from "../../report/sections/section.tsx";
import type { SweepResult } from "../result.ts";

export function Provenance({ result }: { readonly result: SweepResult }) {
  const { hash, files, grid, columns } = result;
  const about = new Map(columns.map(({ name, says }) => [name, says]));
  return (
    <Part
      id="run"
      title="This sweep"
      says="The same grid, seed and version of ampcore give the same results, to the last octet, however many workers run it and on whatever machines."
    >
      <Table heads={["SHA-256 of", "value"]} caption="Hashes">
        {[
          ["the list of jobs", hash],
          ...Object.entries(files).map(([name, value]) => [name.includes(".") ? name : `the module ${name}`, value]),
        ].map(([what, value]) => (
          <tr>
            <th scope="row">{what}</th>
            <td class="mono hashvalue">{value}</td>
          </tr>
        ))}
      </Table>
      <h3>What is kept of each run</h3>
      <dl class="phases">
        {[...about].map(([name, says]) => (
          <>
            <dt class="mono">{name}</dt>
            <dd>{says}</dd>
          </>
        ))}
      </dl>
      <h3>Grid</h3>
      <details>
        <summary>
          as YAML, for <code>ampcore sweep</code>
        </summary>
        <pre>{stringify(grid)}</pre>
      </details>
    </Part>
  );
}
