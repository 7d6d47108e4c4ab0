/** The clock of a process: timers that are longer than JavaScript's. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { realClock } from "../../../host/datagrams/link.ts";

test("004-S10: what is to be done in 50 days is done then, once, and not if it is cancelled behind the 25th", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const [day_ms, kept]: [number, unknown[]] = [86_400_000, []];
    const clock = realClock((timer) => kept.push(timer));
    let [done, cancelled] = [0, 0];
    clock.after(50 * day_ms, () => done++);
    const cancel = clock.after(50 * day_ms, () => cancelled++);
    // In steps: a timer that is set in one counts from its end.
    const days = (count: number): void => {
      for (let day = 0; day < count; day++) mock.timers.tick(day_ms);
    };
    days(26);
    assert.equal(done, 0);
    cancel();
    days(23);
    assert.equal(done, 0);
    days(2);
    assert.deepEqual([done, cancelled], [1, 0]);
    days(100);
    assert.equal(done, 1);
    assert.ok(kept.length === 5, "each timer that it takes may be told not to keep the process");
  } finally {
    mock.timers.reset();
  }
});
