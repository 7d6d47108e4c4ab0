/* A mistake of whoever wrote a scenario, or an attacker, told in one sentence: by its name, as one out of a thread has lost its class. */
export function isMisfit(error: unknown): error is Error {
  return error instanceof Error && ["ScenarioError", "EnergyError", "AttackerError"].includes(error.name);
}
