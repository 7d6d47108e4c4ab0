/* Ctrl-C in the middle of something long: what is done by then is not lost. */

/** On Ctrl-C says what is kept. What is returned takes that back. */
export function tellWhenStopped(told: () => string): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    process.stderr.write(`${told()}\n`);
    // As the signal itself would have ended it.
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  return () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  };
}
