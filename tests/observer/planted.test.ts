/** Every rule that the observer holds, broken on purpose: it is counted under its name, with its sentence, once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS } from "../../host/device/abi.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { Observer, type Receipt } from "../../host/observer/observer.ts";
import type { Rule } from "../../host/observer/rules.ts";

const [IDLE, WAITING, SECURE] = [1, 2, 3];
const [TRIGGER, RESPONSE, CONFIRM, DATA] = [0x08, 0x19, 0x1a, 0x1b];
const NONCE_OCTETS = 16;

/** FC ‖ ID(2) ‖ TDC(2) ‖ body ‖ FCS(2); what is in the last five octets of the header and trailer is nobody's business here. */
function frame(fc: number, ...body: readonly number[]): Uint8Array {
  return Uint8Array.of(fc, 1, 2, 0, 0, ...body, 9, 9);
}

const m1Of = (aNonce: number): Uint8Array => frame(TRIGGER, ...new Array(12).fill(0), ...new Array(16).fill(aNonce));
const m2Of = (sNonce: number, rest = 0): Uint8Array => frame(RESPONSE, ...new Array(NONCE_OCTETS).fill(sNonce), rest);
const m3Of = (mic: number): Uint8Array => frame(CONFIRM, 0, 1, mic);
const dataOf = (pn: number): Uint8Array => frame(DATA, pn >> 8, pn & 0xff, 7);

const [M1, M2, M3] = [m1Of(1), m2Of(1), m3Of(1)];
const NOTHING = new Uint8Array();
const PSK = new Uint8Array(32).fill(7);

/** A station that says what a test has it say, over an observer of its own. */
class Puppet {
  readonly observer = new Observer();
  readonly index = 5;
  reading: Uint8Array = Uint8Array.of(1, 2, 3);
  readonly nvm = {
    octets: encodeRecord({ spa: Uint8Array.of(2, 0, 0, 0, 0, 5), psk: PSK, counter: 0 }),
  };

  boots(status = 0, state = IDLE): this {
    this.observer.booted(this, status, state);
    return this;
  }

  /** Takes an intact M1 and answers it. */
  answers(m1: Uint8Array, m2: Uint8Array, before = IDLE): this {
    const effect = { before, after: WAITING, wrote: before === IDLE ? 8 : 0 };
    this.observer.took(this, m1, { status: m2.length, frame: m2 }, effect, m1);
    return this;
  }

  /** The AP takes the reading of an M2, delivers it and answers. */
  isTaken(m2: Uint8Array, m3 = M3, reading = this.reading): this {
    this.observer.taken(this, m2, reading);
    this.observer.delivered(this, m2);
    return this.isAnswered(m2, { octets: m3, dlData: NOTHING, triggerData: NOTHING });
  }

  isAnswered(m2: Uint8Array, receipt: Receipt): this {
    this.observer.answered(this, m2, receipt);
    return this;
  }

  confirms(m3 = M3, wrote = 0, before = WAITING): this {
    this.observer.took(this, m3, { status: 0 }, { before, after: SECURE, wrote });
    return this;
  }

  refuses(octets: Uint8Array, status: number, before = WAITING, after = before, wrote = 0): this {
    this.observer.took(this, octets, { status }, { before, after, wrote });
    return this;
  }

  sends(pn: number): this {
    this.observer.sentData(this, dataOf(pn));
    return this;
  }

  releases(received: Uint8Array, triggerData = NOTHING, state = SECURE): this {
    this.observer.released(this, { triggerData, received }, state);
    return this;
  }
}

const puppet = (): Puppet => new Puppet().boots();
const waiting = (): Puppet => puppet().answers(M1, M2);
const taken = (): Puppet => waiting().isTaken(M2);
const secure = (): Puppet => taken().confirms();

function violationsOf({ observer }: Puppet): [Rule, number, string | undefined][] {
  const all = observer.verdicts().filter(({ violations }) => violations > 0);
  assert.equal(
    observer.violations,
    all.reduce((sum, { violations }) => sum + violations, 0),
    "the sum is that of the rules",
  );
  return all.map(({ rule, violations, first }) => [rule, violations, first]);
}

test("a clean life breaks nothing, and every rule but R6 was looked at", () => {
  const one = puppet()
    .refuses(frame(TRIGGER, 1), STATUS["bad FCS"], IDLE)
    .answers(M1, M2)
    // The same M1 gets the same M2; a refused M3 leaves no trace.
    .answers(M1, M2, WAITING)
    .refuses(m3Of(9), STATUS["bad MIC"])
    .isTaken(M2)
    .isAnswered(M2, { octets: M3, dlData: NOTHING, triggerData: NOTHING })
    .confirms(M3, 92)
    .refuses(M3, STATUS["replayed PN"], SECURE)
    .releases(NOTHING)
    .sends(2)
    .sends(5)
    // Another M1 in the secure state, whose M3 is lost, and a death.
    .answers(m1Of(2), m2Of(2), SECURE)
    .isTaken(m2Of(2), m3Of(2))
    .boots()
    // The same M1 again after it: another SNonce, and the AP refuses this one.
    .answers(m1Of(2), m2Of(3))
    // An M3 whose command is refused makes the session secure all the same.
    .answers(m1Of(3), m2Of(4), WAITING)
    .isTaken(m2Of(4), m3Of(4))
    .refuses(m3Of(4), STATUS["bad command"], WAITING, SECURE, 70);
  one.observer.shares(one, [{ generation: 0, root: PSK }]);
  one.observer.balances(one, 1e-12, 1e-12);
  assert.deepEqual(violationsOf(one), []);
  for (const { rule, checked, says } of one.observer.verdicts()) {
    assert.equal(checked > 0, rule !== "AMP-R6", `${rule} was looked at ${checked} times`);
    assert.ok(says.length > 10, "it says what it is");
  }
});

test("what is no answer to an M1 has an excuse only where the protocol has one", () => {
  for (const status of ["payload too long", "entropy failed", "NVM failed", "PN exhausted"] as const) {
    const one = puppet();
    one.observer.took(one, M1, { status: STATUS[status] }, { before: IDLE, after: IDLE, wrote: 0 }, M1);
    assert.deepEqual(violationsOf(one), [], status);
  }
});

const DL = Uint8Array.of(4, 5);

/** What is done, the rule that it breaks, and the sentence. */
const PLANTED: readonly (readonly [title: string, rule: Rule, sentence: RegExp, play: () => Puppet])[] = [
  ["an SNonce twice", "AMP-R2", /station 5 used an SNonce twice/, () => secure().answers(m1Of(2), m2Of(1, 3), SECURE)],
  ["an SNonce of an earlier life", "AMP-R2", /an SNonce twice/, () => waiting().boots().answers(m1Of(2), m2Of(1, 3))],
  [
    "two M2s for one M1",
    "AMP-R1",
    /answered one M1 of its session with another M2/,
    () => waiting().answers(M1, m2Of(2), WAITING),
  ],
  [
    "a fresh M2 for the M1 of a session that is secure already",
    "AMP-R1",
    /station 5/,
    () => secure().answers(M1, m2Of(2), SECURE),
  ],
  ["a reading taken twice", "AMP-R3", /01 ?02 ?03 was taken/, () => taken().isTaken(M2)],
  ["a reading that was never sent", "AMP-R3", /was taken/, () => waiting().isTaken(m2Of(7))],
  ["another reading than was sent", "AMP-R3", /09 was taken/, () => waiting().isTaken(M2, M3, Uint8Array.of(9))],
  [
    "a reading of another station",
    "AMP-R3",
    /station 6/,
    () => {
      const one = waiting();
      one.observer.taken({ ...one, index: 6 }, M2, one.reading);
      return one;
    },
  ],
  [
    "two readings under one ANonce",
    "AMP-R3",
    /two readings of station 5 under one ANonce/,
    () => taken().boots().answers(M1, m2Of(2)).isTaken(m2Of(2), m3Of(2)),
  ],
  [
    "an M3 before its reading is delivered",
    "AMP-R3",
    /not delivered/,
    () => {
      const one = waiting();
      one.observer.taken(one, M2, one.reading);
      return one.isAnswered(M2, { octets: M3, dlData: NOTHING, triggerData: NOTHING });
    },
  ],
  [
    "an M3 for an M2 that nobody took",
    "AMP-R3",
    /not delivered/,
    () => waiting().isAnswered(M2, { octets: M3, dlData: NOTHING, triggerData: NOTHING }),
  ],
  [
    "two different M3s for one M2",
    "AMP-R1",
    /two different M3/,
    () => taken().isAnswered(M2, { octets: m3Of(2), dlData: NOTHING, triggerData: NOTHING }),
  ],
  ["an M3 that no AP sent", "AMP-R4", /took an M3 that no AP sent/, () => taken().confirms(m3Of(2))],
  ["an M3 before the AP answered", "AMP-R4", /took an M3 that no AP sent/, () => waiting().confirms()],
  [
    "the M3 of an earlier session",
    "AMP-R4",
    /took an M3 that no AP sent/,
    () => taken().answers(m1Of(2), m2Of(2), WAITING).confirms(M3),
  ],
  ["an M3 without any session", "AMP-R4", /took an M3 that no AP sent/, () => puppet().confirms(M3, 0, IDLE)],
  [
    "a state changed by a refused frame",
    "AMP-R4",
    /changed by a frame it refused \(-15\)/,
    () => waiting().refuses(m3Of(3), STATUS["bad MIC"], WAITING, IDLE),
  ],
  [
    "a secure session out of a refused frame",
    "AMP-R4",
    /changed by a frame it refused/,
    () => waiting().refuses(m3Of(3), STATUS["bad FCS"], WAITING, SECURE),
  ],
  [
    "NVM written by a refused frame",
    "AMP-R4",
    /changed by a frame it refused/,
    () => waiting().refuses(m3Of(3), STATUS["bad MIC"], WAITING, WAITING, 1),
  ],
  [
    "a boot that fails",
    "AMP-R7",
    /station 5: amp_boot answered -12/,
    () => new Puppet().boots(STATUS["NVM failed"], 0),
  ],
  ["a boot that wakes up in a session", "AMP-R5", /woke up in state 3/, () => new Puppet().boots(0, SECURE)],
  ["a boot that wakes up off", "AMP-R5", /woke up in state 0/, () => new Puppet().boots(0, 0)],
  [
    "an M1 that is not answered",
    "AMP-R7",
    /answered an M1 with status -6/,
    () => {
      const one = puppet();
      one.observer.took(one, M1, { status: STATUS["bad FCS"] }, { before: IDLE, after: IDLE, wrote: 0 }, M1);
      return one;
    },
  ],
  [
    "an M1 that is taken without a word",
    "AMP-R7",
    /answered an M1 with status 0/,
    () => {
      const one = puppet();
      one.observer.took(one, M1, { status: 0 }, { before: IDLE, after: IDLE, wrote: 0 }, M1);
      return one;
    },
  ],
  ["a PN twice", "AMP-R1", /sent PN 2 after 2/, () => secure().sends(2).sends(2)],
  ["a PN that goes back", "AMP-R1", /sent PN 3 after 4/, () => secure().sends(4).sends(3)],
  ["the PN of the M2 once more", "AMP-R1", /sent PN 1 after 1/, () => secure().sends(1)],
  ["Data before the AP is known", "AMP-R1", /sent PN 2/, () => waiting().sends(2)],
  ["other DL data than the M3 had", "AMP-R5", /handed out .* and 0405/, () => secure().releases(DL)],
  ["DL data of an M1 that had none", "AMP-R5", /handed out 0405 and/, () => secure().releases(NOTHING, DL)],
  ["DL data before the M3", "AMP-R5", /in state 2/, () => taken().releases(NOTHING, NOTHING, WAITING)],
  ["DL data in a session that the AP never answered", "AMP-R5", /handed out/, () => waiting().releases(NOTHING)],
  [
    "a generation that the key service has not",
    "section 6",
    /station 5 uses a root of generation 0 that is not the key service's 1 and 2/,
    () => {
      const one = puppet();
      one.observer.shares(
        one,
        [1, 2].map((generation) => ({ generation, root: PSK })),
      );
      return one;
    },
  ],
  ["energy out of nowhere", "energy", /imbalance 0\.1/, () => after((one) => one.observer.balances(one, 0.1, 0))],
  ["a balance that is no number", "energy", /NaN/, () => after((one) => one.observer.balances(one, Number.NaN, 0))],
  ["joules that no phase has", "energy", /unaccounted 0\.1/, () => after((one) => one.observer.balances(one, 0, 0.1))],
  [
    "DL data that could be asked for too early",
    "AMP-R5",
    /would hand out 3 octets in state 2/,
    () => after((one) => one.observer.withholds(one, 3, WAITING)),
  ],
  [
    "Data that nobody sent",
    "AMP-R3",
    /Data of station 5 were taken/,
    () => after((one) => one.observer.dataTaken(one, dataOf(2), NOTHING)),
  ],
  [
    "Data taken twice",
    "AMP-R3",
    /Data of station 5 were taken/,
    () =>
      after((one) => {
        one.observer.sentData(one, dataOf(2), one.reading);
        one.observer.dataTaken(one, dataOf(2), one.reading);
        one.observer.dataTaken(one, dataOf(2), one.reading);
      }, taken().confirms()),
  ],
  [
    "another root of the right generation",
    "section 6",
    /station 5 uses a root of generation 0/,
    () => {
      const one = puppet();
      one.observer.shares(one, [{ generation: 0, root: new Uint8Array(32).fill(8) }]);
      return one;
    },
  ],
  [
    "no root at all",
    "section 6",
    /station 5 uses a root of generation undefined/,
    () => {
      const one = puppet();
      one.nvm.octets.fill(0, 32, 176);
      one.observer.shares(one, [{ generation: 0, root: PSK }]);
      return one;
    },
  ],
];

/** A station after what is done to it. */
function after(play: (one: Puppet) => void, one = puppet()): Puppet {
  play(one);
  return one;
}

for (const [title, rule, sentence, play] of PLANTED) {
  test(`${title}: it is seen (${rule})`, () => {
    const seen = violationsOf(play());
    const own = seen.filter(([name]) => name === rule);
    assert.equal(own.length, 1, `${rule} is broken, and seen was ${JSON.stringify(seen)}`);
    const [[, violations, first]] = own;
    assert.ok(violations >= 1, `${violations}`);
    assert.match(first ?? "", sentence);
    assert.ok(!first?.includes("\n"), "one sentence");
  });
}

test("violations add up, and the first one is the one that is told", () => {
  const one = secure().sends(2).sends(2).sends(1);
  assert.deepEqual(violationsOf(one), [["AMP-R1", 2, "station 5 sent PN 2 after 2"]]);
});

test("stations are told apart: the same SNonce, M1 and PN of another is no violation", () => {
  const one = secure();
  const other = { index: 6, reading: one.reading, nvm: one.nvm };
  one.observer.booted(other, 0, IDLE);
  one.observer.took(
    other,
    M1,
    { status: M2.length, frame: m2Of(1, 1) },
    { before: IDLE, after: WAITING, wrote: 8 },
    M1,
  );
  assert.deepEqual(violationsOf(one), []);
});

test("an M2 is remembered for as long as its M1 may be answered, however many came after it", () => {
  const one = waiting();
  // Strangers' triggers take the station elsewhere; then the first M2 arrives late.
  for (let stranger = 2; stranger < 40; stranger++) one.answers(m1Of(stranger), m2Of(stranger), WAITING);
  assert.deepEqual(violationsOf(one.isTaken(M2)), []);
});
