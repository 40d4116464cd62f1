/** delete object[key] */
import type { Instruction, Operand } from "../ir/types.ts";
import { TYPE } from "../semantics/numberFacts.ts";
import { raise } from "./control.ts";
import { emitWrite } from "./emitWrite.ts";
import { read } from "./frames.ts";
import { CONFIGURABLE } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { arrayIndex, keyOf, ownProperty } from "./lookup.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import { constant, dynamic } from "./values.ts";
import { noteComputedWrite, noteFieldWrite } from "./worldWrites.ts";

export function stepDeleteProp(run: Run, state: State, step: Extract<Instruction, { op: "deleteProp" }>): Flow {
  const object = read(state, step.object);
  const key = read(state, step.key);
  const name = keyOf(key);
  if (object.kind === "object" && name !== null && state.store.isOwn(object.address)) {
    const known = state.store.get(object.address);
    if (known.kind === "plain" || known.kind === "array") {
      const index = known.elements === null ? null : arrayIndex(name);
      const own = ownProperty(run, state, object.address, known, name);
      const stays =
        own !== null && own !== "unknown" && (index === null ? (own.flags & CONFIGURABLE) === 0 : !known.extensible);
      if (own === "unknown")
        throw new Bailout(`${name} is deleted, of which it is not known whether it can be`, step.origin);
      if (stays && !top(state).code.ir.strict) return set(run, state, step.dst, constant(false));
      if (stays) {
        const tag = known.kind === "array" ? "[object Array]" : "#<Object>";
        const message = `Cannot delete property '${name}' of ${tag}`;
        return raise(run, state, run.session.newError(state, "TypeError", message), step.origin);
      }
      const edited = state.store.edit(object.address);
      if (index !== null && edited.elements !== null) {
        if (index < edited.elements.length) edited.elements[index] = null;
      } else edited.properties.delete(name);
      return set(run, state, step.dst, constant(true));
    }
  }
  if (object.kind === "object" && state.store.isFixed(object.address)) {
    if (name === null) noteComputedWrite(run, state, object.address, key);
    else noteFieldWrite(run, state, object.address, name, true);
  }
  const temp = run.newTemp();
  const operands: [Operand, Operand] = [lift(run, state, object), lift(run, state, key)];
  emitWrite(
    run,
    state,
    { op: "deleteProp", dst: temp, object: operands[0], key: operands[1], origin: step.origin },
    true,
  );
  run.session.forgetFields(state);
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, causeOf([object, key], "delete", step.origin), { types: TYPE.boolean }),
  );
}
