/** What ends a daemon: a signal, the end of its time, or a failure. A second signal ends it at once. */
export class Stop {
  /** When it is to end, and why; rejected with what went wrong. */
  readonly asked: Promise<string>;
  /** It can go on no more. */
  readonly fail: (error: unknown) => void;

  /** `for_s`: undefined, until it is told. */
  constructor(for_s: number | undefined) {
    let fail: (error: unknown) => void = () => {};
    this.asked = new Promise((resolve, reject) => {
      fail = reject;
      const timer =
        for_s === undefined ? undefined : setTimeout(() => resolve(`its ${for_s} s are over`), for_s * 1000);
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          clearTimeout(timer);
          resolve(signal);
        });
      }
    });
    this.fail = fail;
    // Whoever fails before anybody waits is heard all the same.
    this.asked.catch(() => {});
  }
}
