/* What is used of asciichart 1.5.25, which has no declarations of its own. */
declare module "asciichart" {
  interface Settings {
    readonly height?: number;
    readonly min?: number;
    readonly max?: number;
    /** Columns of the labels, their axis included. */
    readonly offset?: number;
    readonly format?: (value: number) => string;
    /** Axis at 0, axis, two ends, a level line, four corners, an upright line. */
    readonly symbols?: readonly string[];
  }
  const asciichart: { plot(series: readonly number[], settings?: Settings): string };
  export default asciichart;
}
