/** @jsxRuntime automatic @jsxImportSource #html */
/* A figure that everybody asks for, in a box of its own. */
import type { Children } from "../html/jsx-runtime.ts";

export function Tile({ label, value, children }: { label: string; value: Children; children: Children }) {
  return (
    <div class="tile">
      <p class="label">{label}</p>
      <p class="value">{value}</p>
      <p class="more">{children}</p>
    </div>
  );
}
