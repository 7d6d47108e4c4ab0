/** Waits for what others do in their own time. */

import assert from "node:assert/strict";

const LOOK_ms = 5;

export async function eventually(what: string, isSo: () => boolean, within_ms = 2000): Promise<void> {
  const until = performance.now() + within_ms;
  while (!isSo() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, LOOK_ms));
  assert.ok(isSo(), what);
}
