/* Asks every question, one after the other. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../host/energy/profiles/profile.ts";
import { KNOWN_PROFILES } from "../../host/sim/profiles.ts";
import { AIR, openedLab, READING_octets } from "./lab.ts";
import { QUESTIONS, type QuestionsResult } from "./result.ts";

export async function measuredQuestions(onStep: (step: string) => void): Promise<QuestionsResult> {
  onStep("the ways to a reading, on the metered module and on a Cortex-M4");
  const lab = await openedLab(true);
  const data: Record<string, unknown> = {};
  for (const question of QUESTIONS) {
    onStep(question.name);
    data[question.name] = await question.measured(lab);
  }
  return {
    hashes: { module: sha256(lab.module), profiles: sha256(canonicalJson(KNOWN_PROFILES)) },
    air: AIR,
    reading_octets: READING_octets,
    data,
  };
}

function sha256(octets: Uint8Array | string): string {
  return createHash("sha256").update(octets).digest("hex");
}
