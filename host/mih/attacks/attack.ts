/** An attack on the way of a key to an MN and its target: tried in a scene, for each scheme, and what came of it. */

import type { Prepared } from "../roles/mobile.ts";
import { ID, LINK, Scene, type SceneOptions } from "../scene.ts";
import type { Scheme } from "../schemes/scheme.ts";
import type { Timing } from "../transport/reliable.ts";

export interface Result {
  /** The attacker has what he wanted. */
  readonly succeeds: boolean;
  /** One sentence: by what that was seen. */
  readonly seen: string;
}

export interface Attack {
  readonly name: string;
  /** What the attacker can do, and wants. */
  readonly wants: string;
  /** The seed's checklist. */
  readonly tags: readonly string[];
  /** undefined: the scheme has nothing that could be attacked so. */
  run(scheme: Scheme, seed: number): Promise<Result | undefined>;
}

/** For a network without delay. Whoever waits for an answer that will not come waits for that long. */
export const PATIENCE: Timing = { rto_ms: 40, retries: 5, transaction_ms: 2_500 };

/** A scene for the time of a story. */
export async function inScene<T>(options: SceneOptions, story: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = new Scene({ timing: PATIENCE, ...options });
  try {
    return await story(scene);
  } finally {
    scene.close();
  }
}

/** The MN attaches and prepares for the target of another domain. @throws Error when it cannot attach: that is no attack's end. */
export async function prepare(scene: Scene): Promise<Prepared | string> {
  const association = await scene.mn.attach(scene.partner("mn", "sp"));
  if (typeof association === "string") throw new Error(`the MN is not attached: ${association}`);
  return scene.mn.prepare({ targetLink: LINK.tp, candidateLinks: [LINK.tp] });
}

/** Do the MN and its target have the same PMK? undefined: one of them has none. */
export function haveSamePmk(scene: Scene): boolean | undefined {
  const [own, theirs] = [scene.tables.mn.of(ID.mn, LINK.tp), scene.tables.tp.of(ID.mn, LINK.tp)];
  return own && theirs && Buffer.compare(own.pmk, theirs.pmk) === 0;
}

/** Some time for what nobody waits for. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2 * PATIENCE.rto_ms));
}
