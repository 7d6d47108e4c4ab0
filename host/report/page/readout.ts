/* What a chart says of the instant under the pointer. */
import type { StationTimeline, Timeline } from "../../sim/record/timeline.ts";
import type { View } from "./view.ts";

export function readoutOf({ stations }: View, { bucket_s }: Timeline, track: StationTimeline): (t_s: number) => string {
  const all = stations[track.station].lives;
  // A tenth of a bucket.
  const places = Math.max(3, Math.ceil(-Math.log10(bucket_s)) + 1);
  return (t_s) => {
    const bucket = Math.min(Math.max(Math.floor(t_s / bucket_s), 0), track.vMin_mV.length - 1);
    const [low, high] = [track.vMin_mV[bucket], track.vMax_mV[bucket]].map((mV) => (mV / 1000).toFixed(3));
    const voltage = low === high ? `${low} V` : `${low} to ${high} V`;
    return [`${t_s.toFixed(places)} s`, voltage, framesAt(track, bucket), lifeAt(track, t_s, all)]
      .filter((part) => part !== "")
      .join(" · ");
  };
}

function framesAt({ heard, sent, cut, confirmed }: StationTimeline, bucket: number): string {
  const told = [
    [heard[bucket], "heard"],
    [sent[bucket], "sent"],
    [cut[bucket], "cut short"],
    [confirmed[bucket], "confirmed"],
  ] as const;
  return told.flatMap(([n, what]) => (n > 0 ? [`${n} ${what}`] : [])).join(", ");
}

function lifeAt({ lives, livesLeftOut }: StationTimeline, t_s: number, all: number): string {
  const index = lives.findIndex(({ up_s, down_s }) => up_s <= t_s && t_s <= down_s);
  if (index < 0) return livesLeftOut > 0 && t_s > lives[lives.length - 1].down_s ? "" : "off, charging";
  const { down_s, phase, confirmed } = lives[index];
  const end = phase === null ? "lives at the end of the run" : `dies in ${phase} at ${down_s.toFixed(3)} s`;
  return `life ${index + 1} of ${all}, ${confirmed} readings, ${end}`;
}
