/** Of which kind an exchange is: security profile, mode of its frames, and where the device has its PMK from. */
import { PROFILES, type Profile } from "../wire/profile.ts";

/** The PMK is derived from the root, found in the cache of the NVM record, or the root itself. */
const KEYINGS = ["cold", "cached", "direct"] as const;
type Keying = (typeof KEYINGS)[number];

const MODES = ["mic", "ccm"] as const;

export interface Variant {
  readonly profile: Profile;
  /** "ccm": the reading is encrypted; "mic": it goes in clear. */
  readonly mode: (typeof MODES)[number];
  readonly keying: Keying;
}

/** All 18. */
export const VARIANTS: readonly Variant[] = PROFILES.flatMap((profile) =>
  MODES.flatMap((mode) => KEYINGS.map((keying) => ({ profile, mode, keying }))),
);

/** "compact-ccm-cold" */
export function variantName({ profile, mode, keying }: Variant): string {
  return `${profile.name}-${mode}-${keying}`;
}

/** The inverse; undefined: there is none of that name. */
export function variantNamed(name: string): Variant | undefined {
  return VARIANTS.find((variant) => variantName(variant) === name);
}
