/**
 * Which slots an instruction or terminator reads and writes, in order of evaluation. One table for liveness, verification,
 * restructuring and the specializer.
 */
import { keepTime } from "../base/exhausted.ts";
import type { Argument, ClassDefinition, Instruction, Operand, Slot, Terminator } from "./types.ts";

/** Operands read, in order (constants included). */
export function operandsOf(step: Instruction | Terminator): readonly Operand[] {
  keepTime();
  switch (step.op) {
    case "copy":
    case "unary":
    case "requireObject":
      return [step.value];
    case "binary":
      return [step.left, step.right];
    case "getProp":
    case "deleteProp":
      return [step.object, step.key];
    case "setProp":
      return [step.object, step.key, step.value];
    case "getPrivate":
    case "hasPrivate":
      return [step.object];
    case "setPrivate":
      return [step.object, step.value];
    case "getSuper":
      return [step.receiver, step.key];
    case "setSuper":
      return [step.receiver, step.key, step.value];
    case "call":
      return [step.callee, step.receiver, ...step.args.map(argumentOperand)];
    case "construct":
      return [step.callee, ...step.args.map(argumentOperand)];
    case "superCall":
      return step.args.map(argumentOperand);
    case "closure":
      return step.captures;
    case "class":
      return classOperands(step.definition);
    case "object":
      return step.properties.flatMap((p) => [p.key, p.value]);
    case "array":
      return step.elements.flatMap((e) => (e === null ? [] : [argumentOperand(e)]));
    case "iterToList":
    case "arrayPattern":
    case "iterOpen":
    case "enterForOf":
      return [step.iterable];
    case "copyProperties":
      return [step.source];
    case "objectRest":
      return [step.source, ...step.excluded];
    case "objectPattern":
      return [step.source, ...step.keys];
    case "iterStep":
    case "iterRest":
    case "iterClose":
      return [step.iterator];
    case "template":
      return step.values;
    case "initCell":
    case "setCell":
      return [step.cell, step.value];
    case "getCell":
      return [step.cell];
    case "checkInit":
      return [step.slot];
    case "setBinding":
    case "setGlobal":
      return [step.value];
    case "branch":
      return [step.condition];
    case "switch":
    case "return":
    case "throw":
      return [step.value];
    case "enterForIn":
      return [step.object];
    default:
      return [];
  }
}

/** Slots written, in order. A try region's exception slot is written by the throw, not by an instruction. */
export function writtenSlots(step: Instruction | Terminator): readonly Slot[] {
  switch (step.op) {
    case "arrayPattern":
      return [...step.dsts.filter((d): d is Slot => d !== null), ...(step.rest === null ? [] : [step.rest])];
    case "iterStep":
      return [step.dst, step.done];
    case "objectPattern":
      return [...step.dsts, step.rest];
    case "forOfNext":
    case "forInNext":
      return [step.value];
    default:
      return "dst" in step ? [step.dst] : [];
  }
}

function argumentOperand(argument: Argument): Operand {
  return typeof argument === "object" && "spread" in argument ? argument.spread : argument;
}

function classOperands(definition: ClassDefinition): Operand[] {
  const operands: Operand[] = definition.superClass === null ? [] : [definition.superClass];
  operands.push(...(definition.constructorFunction?.captures ?? []));
  for (const member of definition.members) {
    if (member.key !== null && !(typeof member.key === "object" && "privateName" in member.key))
      operands.push(member.key);
    operands.push(...(member.closure?.captures ?? []));
  }
  if (definition.selfCell !== null) operands.push(definition.selfCell);
  return operands;
}
