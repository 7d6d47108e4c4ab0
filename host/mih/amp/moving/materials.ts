/** The modules that stations which move are made of. */

import { builtModule, builtNames } from "../../../build/build.ts";
import { createPortableCrypto } from "../../../crypto/portable.ts";
import type { MoveMaterials } from "./measure.ts";

export async function moveMaterials(): Promise<MoveMaterials> {
  const of = async (build: "release" | "roaming") => ({
    octets: await builtModule(build),
    names: await builtNames(build),
  });
  return {
    crypto: createPortableCrypto(),
    release: await of("release"),
    roaming: await of("roaming"),
    rsn: await builtModule("rsn"),
  };
}
