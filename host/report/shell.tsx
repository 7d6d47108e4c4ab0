/** @jsxRuntime automatic @jsxImportSource #html */
/* The head of a page that is one file: what it may load, how it looks, and its picture in a tab. */
import { toHtml } from "hast-util-to-html";

export interface Shell {
  /** Of its Content-Security-Policy, which allows nothing else. */
  readonly policy: string;
  readonly title: string;
  /** An SVG document. */
  readonly icon: string;
  readonly style: string;
}

export function headOf({ policy, title, icon, style }: Shell): string {
  return toHtml(
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policy} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      <link rel="icon" href={`data:image/svg+xml,${encodeURIComponent(icon)}`} />
      <style>{style}</style>
    </head>,
  );
}
