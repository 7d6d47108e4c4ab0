/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * A story as one HTML page that needs nothing else and runs nothing: what came of it, how its keys follow from each other, the
 * capacitor over time, and the ladder.
 */
import { stillPage } from "../../report/shell.tsx";
import type { Story } from "../story.ts";
import { Capacitor } from "./capacitor.tsx";
import { Head } from "./head.tsx";
import { Keys } from "./keys.tsx";
import { Ladder } from "./ladder.tsx";

/** Two access points and a way between. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 13V6M14 13V6M2 9.5h9" stroke="#0b7a75" stroke-width="2" fill="none"/><path d="M9 7l3 2.5L9 12" fill="#0b7a75"/></svg>';

export function storyHtml(story: Story): string {
  const body = (
    <>
      <a class="skip" href="#ladder">
        to the ladder
      </a>
      <main>
        <Head story={story} />
        <Keys story={story} />
        <Capacitor story={story} />
        <Ladder story={story} />
      </main>
    </>
  );
  return stillPage({
    title: `${story.scenario.name}: ampcore`,
    icon: ICON,
    style: new URL("story.css", import.meta.url),
    body,
  });
}
