/** @jsxRuntime automatic @jsxImportSource #html */
/* A page that is one file: what it may load, how it looks, its picture in a tab, and what stands in it. */
import { readFileSync } from "node:fs";
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

const STYLES = ["theme", "page", "tables", "narrow"].map((name) => new URL(`style/${name}.css`, import.meta.url));
const STILL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export interface StillPage extends Pick<Shell, "title" | "icon"> {
  /** A style sheet of its own, behind those of every page. */
  readonly style: URL;
  readonly body: Parameters<typeof toHtml>[0];
}

/** A page that needs nothing else and runs nothing. */
export function stillPage({ title, icon, style: own, body }: StillPage): string {
  const style = [...STYLES, own].map((file) => readFileSync(file, "utf8")).join("\n");
  const head = headOf({ policy: STILL, title, icon, style });
  return `<!doctype html>\n<html lang="en">\n${head}\n<body>\n${toHtml(body)}\n</body>\n</html>\n`;
}
