const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What ends a daemon: a signal, the end of its time, or a failure. A second signal ends it at once. */
export class Stop {
  /** When it is to end, and why; rejected with what went wrong. */
  readonly asked: Promise<string>;
  /** It can go on no more. */
  readonly fail: (error: unknown) => void;
  /** There is nothing left to do. */
  readonly end: (why: string) => void;

  /** Signals are the system's again. */
  readonly letGo: () => void;

  /** `for_s`: undefined, until it is told. */
  constructor(for_s: number | undefined) {
    let fail: (error: unknown) => void = () => {};
    let end: (why: string) => void = () => {};
    let letGo: () => void = () => {};
    this.asked = new Promise((resolve, reject) => {
      fail = reject;
      end = resolve;
      const timer =
        for_s === undefined ? undefined : setTimeout(() => resolve(`its ${for_s} s are over`), for_s * 1000);
      const onSignal = (signal: NodeJS.Signals): void => {
        clearTimeout(timer);
        resolve(signal);
      };
      for (const signal of SIGNALS) process.once(signal, onSignal);
      letGo = () => {
        clearTimeout(timer);
        for (const signal of SIGNALS) process.off(signal, onSignal);
      };
    });
    this.fail = fail;
    this.end = end;
    this.letGo = letGo;
    // Whoever fails before anybody waits is heard all the same.
    this.asked.catch(() => {});
  }
}
