/**
 * Everything that an object holds, private fields too, as one text: what no export shows, a debugger sees. For claims
 * that something changed nothing at all.
 */
import { type Runtime, Session } from "node:inspector";

/** Code, not state; or state of the caller's: crypto, clock, counters, and whom the key service was asked about. */
const LEFT_OUT = [
  "#crypto",
  "#service",
  "#triggerSpan_s",
  "#hash",
  "#serves",
  "#confirm",
  "#now_s",
  "#asked",
  "refused",
];

const OCTETS = "function () { return Array.from(this, (octet) => octet.toString(16).padStart(2, '0')).join(''); }";
const ENTRIES = "function () { return [...this]; }";

/** A text that differs if any field of the object, or of what it leads to, differs. */
export function innardsOf(object: object): string {
  const session = new Session();
  session.connect();
  try {
    const slot = globalThis as { innards?: object };
    slot.innards = object;
    const { result } = post(session, "Runtime.evaluate", { expression: "innards" }) as Runtime.EvaluateReturnType;
    delete slot.innards;
    return tell(session, result);
  } finally {
    session.disconnect();
  }
}

function tell(session: Session, value: Runtime.RemoteObject): string {
  const { objectId, type, subtype } = value;
  if (type === "function") return "function";
  if (objectId === undefined) return `${value.unserializableValue ?? value.value}`;
  if (subtype === "typedarray") return call(session, objectId, OCTETS, true).value;
  if (subtype === "map" || subtype === "set") return tell(session, call(session, objectId, ENTRIES, false));
  const found = post(session, "Runtime.getProperties", { objectId, ownProperties: true });
  const { result, privateProperties = [] } = found as Runtime.GetPropertiesReturnType & {
    privateProperties?: Runtime.PropertyDescriptor[];
  };
  const told = [...result, ...privateProperties]
    .filter(({ name, value }) => value !== undefined && !LEFT_OUT.includes(name) && name !== "__proto__")
    .map(({ name, value }) => `${name}: ${value && tell(session, value)}`);
  return `${value.className} {${told.join(", ")}}`;
}

function call(session: Session, objectId: string, functionDeclaration: string, returnByValue: boolean) {
  const returned = post(session, "Runtime.callFunctionOn", { objectId, functionDeclaration, returnByValue });
  return (returned as Runtime.CallFunctionOnReturnType).result;
}

/** The inspector of the own thread answers before post returns. */
function post(session: Session, method: string, params: object): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
}
