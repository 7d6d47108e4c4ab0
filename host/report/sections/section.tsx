/** @jsxRuntime automatic @jsxImportSource #html */
/* A section of the report: a heading to link to, one sentence that says how to read it, and what it shows. */
import type { Children } from "../html/jsx-runtime.ts";

/** All sections in their order; `nav` is what the bar at the top calls it. */
export const SECTIONS = [
  { id: "voltage", nav: "Voltage" },
  { id: "closeups", nav: "Up close" },
  { id: "energy", nav: "Energy" },
  { id: "lives", nav: "Lives" },
  { id: "deaths", nav: "Deaths" },
  { id: "air", nav: "Air" },
  { id: "rules", nav: "Rules" },
  { id: "needs", nav: "Needs" },
  { id: "assumptions", nav: "Assumptions" },
  { id: "run", nav: "This run" },
] as const;

export type SectionId = (typeof SECTIONS)[number]["id"];

interface PartProps<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly says?: Children;
  readonly children: Children;
}

export function Section(props: PartProps<SectionId>) {
  return <Part {...props} />;
}

/** The same on another page. */
export function Part({ id, title, says, children }: PartProps<string>) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {says && <p class="says">{says}</p>}
      {children}
    </section>
  );
}

/** A table that scrolls by itself where the screen is narrower. */
export function Table({ heads, right = [], caption, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col" class={right.includes(head) ? "right" : ""}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

interface TableProps {
  readonly heads: readonly string[];
  readonly right?: readonly string[];
  readonly caption: string;
  readonly children: Children;
}
