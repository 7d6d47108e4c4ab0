/**
 * The package: everything that `import ... from "ampcore"` gives.
 *
 * - A station: {@link loadStation}, {@link Nvm}, {@link stationModule}; its exact costs: {@link meterStation}.
 * - Its access point: {@link createAccessPoint}; octets of any frame explained: {@link explainFrames}.
 * - Whole runs on harvested power: {@link runScenario}, with an attacker of one's own on the air ({@link AirAttacker}).
 * - Vectors to hold another implementation to: {@link readVectors}.
 *
 * Files beside it: `ampcore/station.wasm`, `ampcore/station.small.wasm`, `ampcore/station.roaming.wasm`,
 * `ampcore/station.h`, `ampcore/vectors/<name>.json`. The command line is `npx ampcore`.
 *
 * @packageDocumentation
 */
export type { AccessPoint, DataFrame, Received, TriggerRequest } from "../ap/accesspoint.ts";
export type { Confirmation, Reading } from "../ap/reading.ts";
export type { ApReason } from "../ap/reasons.ts";
export { forgedTriggers, type Plan as AirAttacker, replayedFrames, type Schedule } from "../channel/attacker.ts";
export type { Air, Direction, Party } from "../channel/medium.ts";
export { AttackerError } from "../channel/ownattacker.ts";
export { STATES, STATUS, type StatusName, statusName } from "../device/abi.ts";
export type { Counts } from "../device/count.ts";
export type { StationHost } from "../device/host.ts";
export type { Answer, Station } from "../device/load.ts";
export { Nvm, type NvmFault, type NvmWrite, PowerFailure, type Torn } from "../device/nvm.ts";
export type { Death } from "../device/powered.ts";
export type { KeyService } from "../keys/service.ts";
export { type KeyStore, MemoryStore } from "../keys/store.ts";
export type { Verdict as RuleVerdict } from "../observer/rules.ts";
export type { Need } from "../sim/needs.ts";
export type { Plan as RunPlan } from "../sim/plan.ts";
export type { Timeline } from "../sim/record/timeline.ts";
export type { Deaths, EnergyAccount, Exchanges, Result, StationRow } from "../sim/result.ts";
export type { Scenario } from "../sim/scenario/schema.ts";
export type { Life } from "../sim/tally.ts";
export type { AirFacts } from "../sim/world.ts";
export type { Known } from "../wire/explain/exchange.ts";
export type { Explanation, Verdict } from "../wire/explain/explain.ts";
export type { Row } from "../wire/explain/row.ts";
export type { FrameType, Side } from "../wire/fc.ts";
export { parseHex } from "../wire/hex.ts";
export { toHex } from "../wire/octets.ts";
export { PROFILES, type Profile } from "../wire/profile.ts";
export type { Response } from "../wire/response.ts";
export type { Trigger } from "../wire/trigger.ts";
export type { TriggerInfo } from "../wire/triggerinfo.ts";
export { type AccessPointWishes, createAccessPoint, type LocalAccessPoint, type TriggerWishes } from "./accesspoint.ts";
export { explainFrames } from "./explain.ts";
export { type Measured, type MeteredStation, type MeterParts, meterStation } from "./meter.ts";
export { type RunOptions, runScenario, type ScenarioWish } from "./scenario.ts";
export { loadStation, type StationBuild, type StationParts, stationModule } from "./station.ts";
export {
  readVectors,
  VECTOR_FILES,
  type VectorCase,
  type VectorFile,
  type VectorStep,
  type Vectors,
} from "./vectors.ts";
