/** @jsxRuntime automatic @jsxImportSource #html */
/* Which key follows from which, and who has it. */
import { type Key, keysOf } from "../keys.ts";
import type { Story } from "../story.ts";

export function Keys({ story }: { readonly story: Story }) {
  return (
    <section id="keys">
      <h2>The chain of keys</h2>
      <p class="says">
        Each key follows from the ones above it. An access point and the key service are in one process here: what they
        say to each other of roots and PMKs is no message of the ladder. AP 1 has the MSK, and so nothing of this
        station is secret from it. A print is the beginning of a key's SHA-256: it tells two keys apart and gives none
        away.
      </p>
      <div class="scroll">
        <table class="keys">
          <thead>
            <tr>
              <th>key</th>
              <th>follows from</th>
              <th>held by</th>
              <th>lives until</th>
              <th>print</th>
            </tr>
          </thead>
          <tbody>{keysOf(story).map(Row)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ name, from, heldBy, until, print, isMade }: Key) {
  return (
    <tr class={isMade ? "" : "unmade"}>
      <th scope="row">{name}</th>
      <td>{from}</td>
      <td>{heldBy}</td>
      <td>{until}</td>
      <td class="mono">{isMade ? (print ?? "") : "never made"}</td>
    </tr>
  );
}
