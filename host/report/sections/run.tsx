/** @jsxRuntime automatic @jsxImportSource #html */
/* What is needed to run it again and get the same octets. */
import { stringify } from "yaml";
import { Figure, theResult } from "../figure.tsx";
import { Section, Table } from "./section.tsx";

const HASHES = [
  ["scenario", "the scenario below"],
  ["module", "the WebAssembly module"],
  ["profiles", "all numbers of the section above"],
  ["trace", "the trace's file"],
  ["power", "that trace as it was used"],
] as const;

export function Run() {
  const { hashes, scenario, stations } = theResult();
  return (
    <Section
      id="run"
      title="This run"
      says="The same scenario, module and profiles give the same result, to the last octet, on every machine. The whole result is in this page."
    >
      <p>
        <button type="button" data-save={`${scenario.name}.json`}>
          Save the result as JSON
        </button>
      </p>
      <Table heads={["SHA-256 of", "", "value"]} caption="Hashes">
        {HASHES.map(([key, what]) =>
          hashes[key] === null ? null : (
            <tr>
              <th scope="row">{key}</th>
              <td class="aside">{what}</td>
              <td class="mono hashvalue">{hashes[key]}</td>
            </tr>
          ),
        )}
      </Table>
      <h3>Stations</h3>
      <Stations few={stations.length <= FEW} />
      <h3>Scenario</h3>
      <details>
        <summary>
          as YAML, for <code>ampcore run</code>
        </summary>
        <pre>{stringify(scenario)}</pre>
      </details>
    </Section>
  );
}

/** Stations that are listed without being asked for. */
const FEW = 16;

function Stations({ few }: { readonly few: boolean }) {
  const { stations } = theResult();
  const heads = [
    "station",
    "address",
    "channel",
    "lives",
    "heard",
    "sent",
    "taken",
    "confirmed",
    "on",
    "spent",
    "harvested",
    "at the end",
  ];
  const table = (
    <Table heads={heads} right={heads.filter((head) => head !== "address")} caption="Stations">
      {stations.map(({ station, spa }, i) => (
        <tr>
          <td class="right">{station}</td>
          <td class="mono">{spa}</td>
          {(["channel", "lives", "m1Heard", "m2Sent", "taken", "confirmed"] as const).map((key) => (
            <td class="right">
              <Figure of={`stations.${i}.${key}`} />
            </td>
          ))}
          <td class="right">
            <Figure of={`stations.${i}.up_s`} as="s" />
          </td>
          <td class="right">
            <Figure of={`stations.${i}.spent_J`} as="J" />
          </td>
          <td class="right">
            <Figure of={`stations.${i}.harvested_J`} as="J" />
          </td>
          <td class="right">
            <Figure of={`stations.${i}.v_V`} as="V" />
          </td>
        </tr>
      ))}
    </Table>
  );
  if (few) return table;
  return (
    <details>
      <summary>all {stations.length.toLocaleString("en")}</summary>
      {table}
    </details>
  );
}
