/*
 * How far a sweep is, on stderr: nothing in the first two seconds, then about every second on a terminal and every five
 * elsewhere, with the time that is left if it goes on like that.
 */
import { count, percent } from "../../text/units.ts";
import { EVERY_ms, Teller } from "../run/progress.ts";

const EVERY_ELSEWHERE_ms = 5000;

export class SweepProgress {
  readonly #jobs: number;
  readonly #teller: Teller;
  /** Jobs that were done at the first of its own or when it began, and when that was. */
  #from: readonly [done: number, at_ms: number] | undefined;

  constructor(jobs: number, isQuiet: boolean) {
    this.#jobs = jobs;
    this.#teller = new Teller(isQuiet, process.stderr.isTTY ? EVERY_ms : EVERY_ELSEWHERE_ms);
  }

  /** From here on it counts: so many were known before, and took no time of this run. */
  begin(done: number): void {
    this.#from = [done, performance.now()];
  }

  tell(done: number, remark = ""): void {
    const now_ms = performance.now();
    this.#from ??= [done, now_ms];
    const [before, since_ms] = this.#from;
    this.#teller.tell(() => {
      const left = leftOf(done - before, this.#jobs - done, (now_ms - since_ms) / 1000);
      return `${done.toLocaleString("en")} of ${count(this.#jobs, "job")}, ${percent(done / this.#jobs)}${left}${remark}`;
    });
  }

  end(): void {
    this.#teller.end();
  }
}

/** ", 2 min 5 s left" when that many took so long; nothing before there is one. */
export function leftOf(done: number, jobs: number, took_s: number): string {
  if (done <= 0) return "";
  const left_s = Math.ceil((took_s / done) * jobs);
  if (left_s < 60) return `, ${left_s} s left`;
  const [h, min, s] = [Math.floor(left_s / 3600), Math.floor(left_s / 60) % 60, left_s % 60];
  return h > 0 ? `, ${h} h ${min} min left` : `, ${min} min ${s} s left`;
}
