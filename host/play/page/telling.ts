/*
 * For who hears the page and does not see it: what changed, in few words and not sixty times a second.
 */
import type { Begun, RunState, Seen } from "../protocol.ts";
import { byId, say } from "./dom.ts";
import { time } from "./events.ts";

/** What is shown, where the run is, for the head of the run. */
export function clockText({ now_s, state, strip, figures }: Seen, { duration_s }: Begun): string {
  // Of what nobody lives to see there need not be every digit.
  const whole = duration_s < 1e9 ? duration_s.toLocaleString("en") : duration_s.toPrecision(4);
  const parts = [`${time(now_s)} of ${whole} s`, strip ? "at an instruction" : state === "ended" ? "over" : state];
  if (figures.violations > 0) parts.push(`${figures.violations} violations of the protocol`);
  return parts.join(", ");
}

export class Telling {
  #state: RunState = "none";
  #at = "";

  /** A picture came. */
  seen({ state, now_s, strip, figures }: Seen): void {
    const here = strip?.lines.find(({ n }) => n === strip.at);
    const at = strip && here ? `${strip.call} ${here.n}` : "";
    const isNews = at !== this.#at || (state !== this.#state && state !== "stepping");
    this.#at = at;
    this.#state = state;
    if (!isNews) return;
    if (here && strip) {
      const dies = strip.diesHere ? ", power fails here" : "";
      this.say(`instruction ${here.n + 1}: ${here.text}, in ${here.function}, ${here.phase}${dies}`);
    } else if (state === "running") this.say("running");
    else
      this.say(
        `${state === "ended" ? "the run is over" : "paused"} at ${time(now_s)}, the station is ${figures.state}`,
      );
  }

  say(sentence: string): void {
    say(byId("told"), sentence);
  }
}
