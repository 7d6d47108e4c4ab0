/** What a non-AP AMP STA is. The draft lets only one class take part in the secure exchange (002-A12). */

export type DeviceClass = "active-tx" | "backscatter";

/** Text of 3.5.1. */
export const BACKSCATTER_SENTENCE =
  "backscatter non-AP AMP STAs may not use the security method described in this specification";

/** Throws RangeError for a backscatter device, in the draft's words. */
export function checkDeviceClass(deviceClass: DeviceClass): void {
  if (deviceClass === "active-tx") return;
  throw new RangeError(`class: ${deviceClass} is refused, as 3.5.1 has it: "${BACKSCATTER_SENTENCE}"`);
}
