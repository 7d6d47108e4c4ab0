/** @jsxRuntime automatic @jsxImportSource #html */
/* What one exchange takes on every MCU that has a profile, beside what a charge of the storage gives. */
import { Figure, theResult } from "../figure.tsx";
import { Section, Table } from "./section.tsx";

export function Needs() {
  const { needs, scenario } = theResult();
  if (needs.length === 0) return null;
  const heads = [
    "MCU",
    "PMK derived",
    "from",
    "to",
    "PMK cached",
    "time",
    "charges",
    "on one charge",
    "least capacitor",
  ];
  return (
    <Section
      id="needs"
      title="What one exchange takes"
      says={
        <>
          From power-up to its M3. A charge of {scenario.stations.storage} gives <Figure of="needs.0.charge_J" as="J" />
          . A station keeps nothing of an exchange that it does not finish: what needs more than a charge ends only
          where harvest adds the rest in the same life. Perhaps: at the least of its band, not at its most.
        </>
      }
    >
      <Table
        heads={heads}
        right={heads.filter((head) => !["MCU", "on one charge"].includes(head))}
        caption="What one exchange takes"
      >
        {needs.map(({ mcu, onOneCharge }, i) => (
          <tr>
            <th scope="row">{mcu}</th>
            <td class="right">
              <Figure of={`needs.${i}.cold.e_J`} as="J" />
            </td>
            <td class="right aside">
              <Figure of={`needs.${i}.cold.low_J`} as="J" />
            </td>
            <td class="right aside">
              <Figure of={`needs.${i}.cold.high_J`} as="J" />
            </td>
            <td class="right">
              <Figure of={`needs.${i}.warm.e_J`} as="J" />
            </td>
            <td class="right">
              <Figure of={`needs.${i}.time_s`} as="s" />
            </td>
            <td class="right">
              <Figure of={`needs.${i}.charges`} as="three" />
            </td>
            <td>
              <span class={`answer ${onOneCharge}`}>{onOneCharge}</span>
            </td>
            <td class="right">
              <Figure of={`needs.${i}.capacitance_F`} as="F" />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
