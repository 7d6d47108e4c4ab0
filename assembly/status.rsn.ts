/** Takes the place of status.ts when the RSN module is built (host/build/targets.ts): the shared sources' statuses. */
export { ENTROPY_FAILED, NVM_FAILED } from "./rsn/status";
