/** The two phases: the modules are evaluated abstractly, then the entry is called with values of its declared shapes. */
import { assignedCaptures } from "../ir/assignedCaptures.ts";
import { entryState } from "./calls.ts";
import { changeGlobal } from "./changeGlobal.ts";
import type { ProgramWrites } from "./collectWrites.ts";
import type { Engine } from "./engine.ts";
import { canonicalEntry } from "./entry.ts";
import type { Heap } from "./heap.ts";
import { abstractObject } from "./heap.ts";
import type { Division } from "./state.ts";
import type { EntryDivision, EntryShape } from "./types.ts";
import type { Value } from "./value.ts";
import { constantValue, dynamicValue, objectValue } from "./value.ts";

/** Runs the top level of every module, in order. */
export function evaluateModules(engine: Engine): void {
  for (const file of engine.program.order) {
    const ir = engine.program.modules.get(file)?.ir.functions[0];
    if (ir === undefined || ir.opaque !== null || ir.blocks.length === 0) continue;
    const code = { file, func: 0 };
    const self = objectValue(engine.locations.intern(`g!module ${file}`), 0);
    engine.addGlobal(self.locations[0]!, abstractObject("function", { code }));
    const entry = canonicalEntry(engine.locations, new Map(), [self, constantValue(undefined)], [], true);
    engine.visitNow(engine.division(code, ir, entry, entryState(engine, ir, entry, false), self.locations[0]!, null));
  }
  engine.run();
}

/** From now on writes to objects of modules are changes at run time. */
export function leaveEvaluation(engine: Engine, writes: ProgramWrites): void {
  engine.isInit = false;
  for (const [binding, { cause, isMethod }] of writes.mutableElements)
    for (const location of engine.bindings.get(binding)?.locations ?? []) {
      const kind = engine.global(location)?.kind;
      if (isMethod && kind !== "array" && kind !== "map") continue;
      const what = "an element of an object of the module, which changes while the program runs";
      changeGlobal(engine, location, null, { what, origin: null, from: cause });
    }
  changeCells(engine);
}

/** Variables that functions of the modules have captured and assign when they are called. */
function changeCells(engine: Engine): void {
  for (const { code, fields } of [...engine.globals.values()]) {
    if (code === null) continue;
    const functions = engine.program.modules.get(code.file)?.ir.functions;
    for (const nth of assignedCaptures((id) => functions?.[id], code.func))
      for (const cell of fields.get(`%capture${nth}`)?.locations ?? [])
        changeGlobal(engine, cell, "value", {
          what: "a variable that a function of the module has captured and assigns when it is called",
          origin: functions?.[code.func]?.origin ?? null,
          from: null,
        });
  }
}

/** The division of the entry. */
export function makeEntry(engine: Engine, entry: EntryDivision): Division | null {
  const ir = engine.functionOf(entry.code);
  if (ir === null || ir.opaque !== null || ir.blocks.length === 0) return null;
  const heap: Heap = new Map();
  const shapes = new Map<EntryShape, Value>();
  const valueOf = (shape: EntryShape): Value => shapes.get(shape) ?? shapeValue(engine, heap, shapes, shape);
  const own = engine.locations.intern("entry function");
  heap.set(own, abstractObject("function", { code: entry.code, existing: true }));
  const receiver = entry.receiver === null ? constantValue(undefined) : valueOf(entry.receiver);
  const params = ir.params.map((slot, i) =>
    valueOf(
      entry.params[i] ?? {
        kind: "dynamic",
        cause: {
          what: `parameter ${ir.slots[slot]?.name ?? String(i + 1)} is dynamic`,
          origin: ir.origin ?? null,
          from: null,
        },
      },
    ),
  );
  const others = [ir.rest, ir.kind === "arrow" ? null : ir.argumentsSlot].filter((s) => s !== null);
  const roots = [
    objectValue(own, 1),
    receiver,
    ...params,
    ...others.map(() => dynamicValue({ what: "the list of arguments", origin: ir.origin ?? null, from: null })),
  ];
  const canonical = canonicalEntry(engine.locations, heap, roots, [], true);
  const kept = {
    ...canonical,
    roots: canonical.roots.map((v, i) => (v.cause !== null ? { ...v, cause: roots[i]!.cause } : v)),
  };
  return engine.division(entry.code, ir, kept, entryState(engine, ir, kept, false), kept.roots[0]!.locations[0]!, null);
}

function shapeValue(engine: Engine, heap: Heap, shapes: Map<EntryShape, Value>, shape: EntryShape): Value {
  const remember = (value: Value): Value => {
    shapes.set(shape, value);
    return value;
  };
  const name = `entry ${shapes.size}`;
  switch (shape.kind) {
    case "dynamic":
      return dynamicValue(shape.cause);
    case "constant":
      return constantValue(shape.value);
    case "static": {
      const location = engine.locations.intern(name);
      const value = remember({ cause: null, locations: [location], constants: null, def: 2, varies: false });
      heap.set(location, abstractObject("deep", { existing: true, multiple: true, rest: value }));
      return value;
    }
    case "function": {
      const location = engine.locations.intern(name);
      const value = remember(objectValue(location, 2));
      const made = abstractObject("function", {
        existing: true,
        code: shape.code,
        prototype: [engine.locations.builtin("Function.prototype")],
      });
      heap.set(location, made);
      const captures = (shape.captures ?? []).map((c, i): [string, Value] => [
        `%capture${i}`,
        shapes.get(c) ?? shapeValue(engine, heap, shapes, c),
      ]);
      heap.set(location, { ...made, fields: new Map(captures) });
      return value;
    }
    case "binding":
      return (
        engine.bindings.get(`${shape.file}\0${shape.name}`) ??
        dynamicValue({ what: `${shape.name} has no value when the program starts`, origin: null, from: null })
      );
    case "object": {
      const location = engine.locations.intern(name);
      const value = remember(objectValue(location, 2));
      const fields = new Map<string, Value>();
      const made = abstractObject(shape.isArray ? "array" : "plain", {
        existing: true,
        prototype: [engine.locations.builtin(shape.isArray ? "Array.prototype" : "Object.prototype")],
      });
      heap.set(location, made);
      for (const [key, field] of shape.fields)
        fields.set(key, shapes.get(field) ?? shapeValue(engine, heap, shapes, field));
      const rest =
        shape.rest === null ? null : (shapes.get(shape.rest) ?? shapeValue(engine, heap, shapes, shape.rest));
      const chain =
        shape.prototype === undefined
          ? made.prototype
          : (shapes.get(shape.prototype) ?? shapeValue(engine, heap, shapes, shape.prototype)).locations;
      // what the caller passes is its own: code that is not known may write to it by another way
      const written = new Set(shape.isShared === false ? ["*", ...fields.keys()] : []);
      const whole = { ...made, fields, rest, prototype: chain, written };
      if (shape.isShared !== true) heap.set(location, whole);
      else {
        heap.delete(location);
        engine.addGlobal(location, whole);
      }
      return value;
    }
  }
}
