/** An instruction with its operands replaced; slots it writes stay. Spread slots and iterators must map to slots. */
import type { Argument, ClassDefinition, ClosureRef, Instruction, Operand, Slot, Terminator } from "./types.ts";

type Map = (operand: Operand) => Operand;

/** Applies `map` to every operand that is read. */
export function mapOperands(at: Instruction, map: Map): Instruction {
  const slot = (operand: Slot): Slot => {
    const to = map(operand);
    if (typeof to !== "number") throw new Error(`a constant cannot stand in ${at.op}`);
    return to;
  };
  const argument = (a: Argument): Argument =>
    typeof a === "object" && "spread" in a ? { spread: slot(a.spread) } : map(a);
  switch (at.op) {
    case "copy":
    case "unary":
    case "requireObject":
    case "setBinding":
    case "setGlobal":
      return { ...at, value: map(at.value) };
    case "binary":
      return { ...at, left: map(at.left), right: map(at.right) };
    case "getProp":
    case "deleteProp":
      return { ...at, object: map(at.object), key: map(at.key) };
    case "setProp":
      return { ...at, object: map(at.object), key: map(at.key), value: map(at.value) };
    case "getPrivate":
    case "hasPrivate":
      return { ...at, object: map(at.object) };
    case "setPrivate":
      return { ...at, object: map(at.object), value: map(at.value) };
    case "getSuper":
      return { ...at, receiver: map(at.receiver), key: map(at.key) };
    case "setSuper":
      return { ...at, receiver: map(at.receiver), key: map(at.key), value: map(at.value) };
    case "call":
      return { ...at, callee: map(at.callee), receiver: map(at.receiver), args: at.args.map(argument) };
    case "construct":
      return { ...at, callee: map(at.callee), args: at.args.map(argument) };
    case "superCall":
      return { ...at, args: at.args.map(argument) };
    case "closure":
      return { ...at, captures: at.captures.map(map) };
    case "class":
      return { ...at, definition: mapClass(at.definition, map, slot) };
    case "object":
      return { ...at, properties: at.properties.map((p) => ({ ...p, key: map(p.key), value: map(p.value) })) };
    case "array":
      return { ...at, elements: at.elements.map((e) => (e === null ? null : argument(e))) };
    case "iterToList":
    case "arrayPattern":
    case "iterOpen":
      return { ...at, iterable: map(at.iterable) };
    case "copyProperties":
      return { ...at, source: map(at.source) };
    case "objectRest":
      return { ...at, source: map(at.source), excluded: at.excluded.map(map) };
    case "objectPattern":
      return { ...at, source: map(at.source), keys: at.keys.map(map) };
    case "iterStep":
    case "iterRest":
    case "iterClose":
      return { ...at, iterator: slot(at.iterator) };
    case "template":
      return { ...at, values: at.values.map(map) };
    case "initCell":
    case "setCell":
      return { ...at, cell: slot(at.cell), value: map(at.value) };
    case "getCell":
      return { ...at, cell: slot(at.cell) };
    case "checkInit":
      return { ...at, slot: slot(at.slot) };
    default:
      return at;
  }
}

/** Applies `map` to what the end of a block reads. */
export function mapEnd(end: Terminator, map: Map): Terminator {
  switch (end.op) {
    case "branch":
      return { ...end, condition: map(end.condition) };
    case "switch":
    case "return":
    case "throw":
      return { ...end, value: map(end.value) };
    case "enterForOf":
      return { ...end, iterable: map(end.iterable) };
    case "enterForIn":
      return { ...end, object: map(end.object) };
    default:
      return end;
  }
}

function mapClass(definition: ClassDefinition, map: Map, slot: (s: Slot) => Slot): ClassDefinition {
  const closure = (ref: ClosureRef): ClosureRef => ({ ...ref, captures: ref.captures.map(map) });
  return {
    ...definition,
    superClass: definition.superClass === null ? null : map(definition.superClass),
    constructorFunction: definition.constructorFunction === null ? null : closure(definition.constructorFunction),
    members: definition.members.map((m) => {
      if (m.kind === "staticBlock") return { ...m, closure: closure(m.closure) };
      const key = typeof m.key === "object" && "privateName" in m.key ? m.key : map(m.key);
      if (m.kind === "field") return { ...m, key, closure: m.closure === null ? null : closure(m.closure) };
      return { ...m, key, closure: closure(m.closure) };
    }),
    selfCell: definition.selfCell === null ? null : slot(definition.selfCell),
  };
}
