/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * The page as one HTML text that needs nothing else: style, both programs, modules and scenarios are written into it. Its
 * policy lets it run these and no other, and load nothing: the same from a server, from a static host and from a file.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { toHtml } from "hast-util-to-html";
import { plotStyle } from "../report/script.ts";
import { headOf } from "../report/shell.tsx";
import { bundleOf } from "./bundle.node.ts";
import { playMaterials } from "./materials.node.ts";
import { Skeleton } from "./skeleton.tsx";

const STYLES = [
  ...["theme", "page", "charts", "tables"].map((name) => new URL(`../report/style/${name}.css`, import.meta.url)),
  ...["layout", "form", "stage", "print"].map((name) => new URL(`style/${name}.css`, import.meta.url)),
];
/** A capacitor, and play. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 8h4M4 2v12M8 2v12" stroke="#0b7a75" stroke-width="2" fill="none"/><path d="M10 4l6 4-6 4z" fill="#0b7a75"/></svg>';

export async function playHtml(): Promise<string> {
  const [page, worker, materials] = await Promise.all([bundleOf("page"), bundleOf("worker"), playMaterials()]);
  const style = [plotStyle(), ...STYLES.map((file) => readFileSync(file, "utf8"))].join("\n");
  const hash = createHash("sha256").update(page.text).digest("base64");
  // A worker made of a blob has the policy of its page, and compiles the station's module.
  const policy =
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}' 'wasm-unsafe-eval'; ` +
    "worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'";
  const head = headOf({ policy, title: "ampcore play", icon: ICON, style });
  return `<!doctype html>
<html lang="en">
${head}
<body>
${toHtml(<Skeleton />)}
<script type="application/json" id="materials">${JSON.stringify(materials).replaceAll("<", "\\u003c")}</script>
<script type="text/plain" id="worker">${worker.text}</script>
<script>${page.text}</script>
</body>
</html>
`;
}
