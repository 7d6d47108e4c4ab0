/*
 * The part of the WebAssembly JavaScript Interface (W3C Recommendation, 5 December 2019) that host/device uses.
 * Node and every browser have it; TypeScript declares it only together with the whole DOM, which device code must not see.
 */
declare namespace WebAssembly {
  type ImportExportKind = "function" | "table" | "memory" | "global";
  type ImportValue = Global | Memory | Table | ((...operands: never[]) => unknown);
  type Imports = Record<string, Record<string, ImportValue>>;
  type Exports = Record<string, unknown>;

  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  const Module: {
    new (octets: Uint8Array): Module;
    imports(module: Module): { module: string; name: string; kind: ImportExportKind }[];
    exports(module: Module): { name: string; kind: ImportExportKind }[];
  };

  interface Instance {
    readonly exports: Exports;
  }
  const Instance: new (module: Module, imports?: Imports) => Instance;

  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  const Memory: new (limits: { initial: number; maximum?: number }) => Memory;

  interface Table {
    readonly length: number;
  }
  const Table: new (limits: { element: "anyfunc"; initial: number; maximum?: number }) => Table;

  interface Global<Value = number> {
    value: Value;
  }
  const Global: new <Value>(
    type: { value: "i32" | "i64" | "f32" | "f64"; mutable?: boolean },
    value: Value,
  ) => Global<Value>;

  interface RuntimeError extends Error {
    readonly name: "RuntimeError";
  }
  const RuntimeError: new (message?: string) => RuntimeError;

  function validate(octets: Uint8Array): boolean;
}
