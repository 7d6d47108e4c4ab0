import { Binding } from "../../../assembly/frame/binding";
import { amp_state } from "../../../assembly/index";
import { Root } from "../../../assembly/station/record";
import { IDLE, OFF, SECURE, Session, WAITING } from "../../../assembly/station/session";
import { Cycle } from "../../../assembly/station/snonce";
import { confirm, powerUp, respond } from "../air";

// First of all, before anything of the station runs: what the module's globals start as.
const STARTS_ZERO: bool =
  !(Session.state | Session.keptM2 | Session.dlPn | Session.ulPn | Session.receivedLength | Session.readingLength) &&
  !(Session.cacheMissed || Session.cacheWritten || Session.encrypt) &&
  !(Root.newest | Cycle.counter | Cycle.sNonces | Binding.length | Binding.generation | Binding.tdc);

describe("Session", () => {
  it("starts as zeros, as small runtimes ask of mutable globals: the station is off", () => {
    expect(STARTS_ZERO).toBeTruthy();
  });

  it("has the states of the ABI", () => {
    expect(OFF).toBe(0);
    expect(IDLE).toBe(1);
    expect(WAITING).toBe(2);
    expect(SECURE).toBe(3);
  });

  it("goes from state to state as an exchange does", () => {
    powerUp();
    expect(amp_state()).toBe(IDLE);
    respond();
    expect(amp_state()).toBe(WAITING);
    powerUp();
    confirm();
    expect(amp_state()).toBe(SECURE);
    respond();
    expect(amp_state()).toBe(WAITING, "a new M1 ends the session");
  });
});
