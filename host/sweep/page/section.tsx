/** @jsxRuntime automatic @jsxImportSource #html */
/* A part of the page: a heading to link to, one sentence that says how to read it, and what it shows. */
import type { Children } from "../../report/html/jsx-runtime.ts";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly says?: Children;
  readonly children: Children;
}

export function Section({ id, title, says, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {says && <p class="says">{says}</p>}
      {children}
    </section>
  );
}
