// Holds a station module to the vectors: any module with the same ABI, or the shipped one. node conformance.mjs [file.wasm]
import { readFileSync } from "node:fs";
import { loadStation, Nvm, parseHex, readVectors, statusName, toHex, VECTOR_FILES } from "ampcore";

const [, , file] = process.argv;
const module = file === undefined ? "release" : new Uint8Array(readFileSync(file));

/** Calls of the ABI by their names in a script. */
const CALLS = {
  boot: (station) => ({ status: station.boot() }),
  setPayload: (station, { reading = "", encrypt = 0 }) => ({
    status: station.setPayload(octets(reading), encrypt === 1),
  }),
  setPayloadLength: (station, { length, encrypt = 0 }) => ({
    status: station.exports.amp_set_payload(length, encrypt),
  }),
  receive: (station, { frame }) => answer(station.receive(octets(frame))),
  send: (station) => answer(station.send()),
  received: (station) => ({ payload: station.received() }),
  triggerData: (station) => ({ payload: station.triggerData() }),
};

/** As amp_receive and amp_send say it: a status, or how many octets there are to send. */
function answer({ status, frame }) {
  return { status: frame?.length ?? status, frame };
}

let steps = 0;
for (const name of VECTOR_FILES.filter((one) => one !== "example")) {
  for (const one of readVectors(name).cases) await play(`${name}: ${one.name}`, one.script);
}
console.log(`${steps} steps, all as the vectors say`);

async function play(name, script) {
  const nvm = new Nvm(octets(script.nvm));
  const noise = [...script.entropy];
  const entropy = (into) => {
    const next = noise.shift() ?? null;
    if (next === null) return false;
    into.set(octets(next));
    return true;
  };
  let station = await loadStation({ nvm, entropy, module });
  const step = async (wanted, isCompared = true) => {
    nvm.failRead = wanted.unreadable && ((offset, length) => meets(wanted.unreadable, offset, length));
    nvm.failWrite = (offset, { length }) => (meets(wanted.unwritable, offset, length) ? { written: 0 } : undefined);
    if (wanted.call === "powerLoss") {
      nvm.powerUp();
      station = await loadStation({ nvm, entropy, module });
    } else if (wanted.call === "damage") nvm.octets.set(octets(wanted.octets), wanted.offset);
    else if (wanted.call === "repeat") {
      for (let i = 0; i < wanted.times; i++) for (const inner of wanted.steps) await step(inner, false);
    } else compare(CALLS[wanted.call](station, wanted), wanted, isCompared);
  };
  const compare = ({ status, frame, payload }, wanted, isCompared) => {
    steps++;
    const found = { status, reply: isCompared && frame && toHex(frame), payload: payload && toHex(payload) };
    for (const [key, value] of Object.entries({ ...found, state: station.state() })) {
      const isRight = value === wanted[key] || value === undefined || wanted[key] === undefined || value === false;
      if (!isRight)
        throw new Error(`${name}, ${wanted.call}: ${key} ${value}, not ${wanted[key]} ${statusName(status) ?? ""}`);
    }
  };
  for (const wanted of script.steps) await step(wanted);
  const after = script.nvmAfter ?? script.nvm;
  if (toHex(nvm.octets) !== after) throw new Error(`${name}: NVM is other than it should be`);
}

/** Does an access touch that range of NVM? */
function meets(range, offset, length) {
  return range !== undefined && offset < range.offset + range.length && range.offset < offset + length;
}

function octets(hex) {
  return hex === "" ? new Uint8Array(0) : parseHex(hex);
}

/* Prints:
198385 steps, all as the vectors say
*/
