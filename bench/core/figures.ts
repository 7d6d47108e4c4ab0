/*
 * What must not get worse: octets, memory, every cost. Not where within a call the instructions went.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { BUILDS } from "./builds.ts";
import type { BuildResult, CoreResult } from "./result.ts";

/** By names like "release, worst amp_boot: instructions". A result of another shape lacks figures instead of failing. */
export function coreFigures(result: Partial<CoreResult>): Figures {
  const figures: Record<string, number> = {};
  for (const build of BUILDS) {
    const { module, constantTime, jobs, worst, primitives }: Partial<BuildResult> = result[build] ?? {};
    collect(figures, `${build}, module`, module);
    collect(figures, `${build}, constant time`, constantTime && { traces: constantTime.traces });
    for (const [name, cost] of Object.entries(jobs ?? {})) collect(figures, `${build}, ${name}`, cost);
    for (const [name, cost] of Object.entries({ ...worst?.exports, ...worst?.input })) {
      collect(figures, `${build}, worst ${name}`, cost);
    }
    collect(figures, `${build}, primitives`, primitives);
  }
  return figures;
}

/** The numbers among the values. */
function collect(figures: Record<string, number>, name: string, values: object = {}): void {
  for (const [key, value] of Object.entries(values)) if (typeof value === "number") figures[`${name}: ${key}`] = value;
}
