/** @jsxRuntime automatic @jsxImportSource #html */
/* Every rule with what it says, how often it could be checked, and how often it was broken. */
import { Figure, theResult } from "../figure.tsx";
import { Section, Table } from "./section.tsx";

export function Rules() {
  const { invariants } = theResult();
  return (
    <Section
      id="rules"
      title="Rules"
      says="An observer that sees every frame and every key checks them as the run goes. A rule that nothing in this run could show is marked so: it is neither held nor broken."
    >
      <Table
        heads={["rule", "what it says", "checked", "broken"]}
        right={["checked", "broken"]}
        caption="Rules of the protocol and how they fared"
      >
        {invariants.map(({ rule, says, checked, violations, first }, i) => (
          <tr class={violations > 0 ? "broken" : checked === 0 ? "unseen" : ""}>
            <th scope="row">{rule}</th>
            <td>
              {says}
              {first !== undefined && <p class="first">first: {first}</p>}
            </td>
            <td class="right">{checked === 0 ? "not seen" : <Figure of={`invariants.${i}.checked`} />}</td>
            <td class="right">
              <Figure of={`invariants.${i}.violations`} />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
