/**
 * A mistake in what a user gave (a storage, a trace, a profile): the message is one sentence that says what is wrong,
 * where, and what would be right, without its full stop. The CLI ends with exit code 2 on it.
 */
export class EnergyError extends Error {
  override readonly name = "EnergyError";
}
