/** @jsxRuntime automatic @jsxImportSource #html */
/* What became of frames, and what was refused for which reason. */
import { Figure, theResult } from "../figure.tsx";
import { Section, Table } from "./section.tsx";

export function Air() {
  const { air, refusals, exchanges } = theResult();
  const fates = namesOf(air.down, air.up);
  const reasons = namesOf(refusals.stations, refusals.accessPoints);
  return (
    <Section id="air" title="On the air">
      <p class="says">
        <Figure of="exchanges.triggers" /> triggers went out, and stations heard <Figure of="exchanges.m1Heard" /> times
        one that was for them; <Figure of="exchanges.m2Sent" /> M2s were sent, <Figure of="exchanges.m1Silent" />{" "}
        triggers left no slot, <Figure of="exchanges.m2Late" /> M2s were ready too late.
        {exchanges.m1Strange > 0 && (
          <>
            {" "}
            <Figure of="exchanges.m1Strange" /> triggers that were heard were a stranger's.
          </>
        )}
      </p>
      <div class="two">
        <div>
          <h3>Frames by fate</h3>
          <Table heads={["fate", "down", "up"]} right={["down", "up"]} caption="Frames by fate">
            {fates.map((fate) => (
              <tr>
                <th scope="row">{fate}</th>
                <td class="right">{fate in air.down && <Figure of={`air.down.${fate}`} />}</td>
                <td class="right">{fate in air.up && <Figure of={`air.up.${fate}`} />}</td>
              </tr>
            ))}
          </Table>
        </div>
        <div>
          <h3>Refused and dropped</h3>
          {reasons.length === 0 ? (
            <p class="empty">Nothing was refused.</p>
          ) : (
            <Table
              heads={["reason", "by stations", "by the AP"]}
              right={["by stations", "by the AP"]}
              caption="Refusals by reason"
            >
              {reasons.map((reason) => (
                <tr>
                  <th scope="row">{reason}</th>
                  <td class="right">{reason in refusals.stations && <Figure of={`refusals.stations.${reason}`} />}</td>
                  <td class="right">
                    {reason in refusals.accessPoints && <Figure of={`refusals.accessPoints.${reason}`} />}
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </div>
      </div>
    </Section>
  );
}

/** What was sent comes first. */
function namesOf(...counts: readonly object[]): string[] {
  const names = new Set(counts.flatMap((one) => Object.keys(one)));
  return [...names].sort((a, b) => Number(b === "sent") - Number(a === "sent") || (a < b ? -1 : 1));
}
