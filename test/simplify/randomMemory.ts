/**
 * Random graphs that read and write fields of objects that may be the same, compute and test what they hold, and hand
 * everything to outsiders now and then; with a run of their own to compare with.
 */
import type { Block, Instruction, IrFunction, Operand, Slot, Terminator } from "../../src/ir/types.ts";
import { randomNumbers } from "../restructure/randomGraphs.ts";

type Numbers = (bound: number) => number;

const OBJECTS = 3;
const VARIABLES = 4;
/** slots: objects, the outsider, variables, one object variable, temporaries */
const outsider: Slot = OBJECTS;
const firstVariable: Slot = OBJECTS + 1;
const objectVariable: Slot = firstVariable + VARIABLES;
const NAMES = ["a", "b", "c"] as const;
const MAY_BE_MISSING = "c";
/** what fields hold and tests ask for */
const CONSTANTS = [0, -0, 1, 2, null, undefined, true, ""] as const;

/** the last entry of a run that does not end */
export const OUT_OF_FUEL = "out of fuel";

/** `function (o0, o1, o2, outsider)`; a fuel counter of the run ends what does not end by itself. */
export function randomMemory(seed: number, size: number): IrFunction {
  const random = randomNumbers(seed);
  let slots = objectVariable + 1;
  const temporary = (): Slot => slots++;
  const variable = (): Slot => firstVariable + random(VARIABLES);
  const constant = (): Operand => ({ value: CONSTANTS[random(CONSTANTS.length)]! });
  const operand = (): Operand => (random(3) === 0 ? constant() : variable());
  const object = (): Slot => (random(4) === 0 ? objectVariable : random(OBJECTS));
  const key = (): Operand => ({ value: NAMES[random(NAMES.length)]! });
  /** of what is computed, so that some of it is again */
  const computed: number[] = [];
  const step = (): Instruction[] => {
    switch (random(15)) {
      case 0:
      case 1:
      case 2:
        return [put(object(), key(), operand())];
      case 3:
      case 4:
        return [{ op: "getProp", dst: variable(), object: object(), key: key(), isPlain: true }];
      case 5:
        return changeInPlace(object(), key(), temporary(), temporary());
      case 6:
        return [{ op: "copy", dst: variable(), value: operand() }];
      case 7:
        return [{ op: "copy", dst: objectVariable, value: random(OBJECTS) }];
      case 8:
        return [random(2) === 0 ? get(variable(), object(), key()) : set(object(), key(), operand())];
      case 9:
        return random(2) === 0 ? [callOut(temporary(), variable())] : [];
      case 10:
        return [{ op: "setProp", object: object(), key: { value: random(3) }, value: operand(), isPlain: true }];
      case 11:
      case 12:
        computed.push(computed.length > 0 && random(2) === 0 ? computed[random(computed.length)]! : random(1 << 20));
        return compute(randomNumbers(computed.at(-1)!), temporary(), variable());
      case 13:
        return [compare(random, variable(), operand(), random(5) === 0 ? operand() : variable())];
      default:
        return test(random, variable(), operand, variable);
    }
  };
  const blocks: Block[] = [];
  for (let id = 0; id < size; id++) {
    const instructions: Instruction[] = [];
    if (id === 0) {
      for (let n = 0; n < VARIABLES; n++) instructions.push({ op: "copy", dst: firstVariable + n, value: constant() });
      instructions.push({ op: "copy", dst: objectVariable, value: 0 });
    }
    for (let n = random(5); n > 0; n--) instructions.push(...step());
    const target = (): number => (random(4) === 0 ? random(size - 1) + 1 : Math.min(size - 1, id + 1 + random(3)));
    blocks.push({ id, region: null, instructions, terminator: id === size - 1 ? end() : terminate(target) });
  }
  function end(): Terminator {
    return { op: "return", value: variable() };
  }
  function terminate(target: () => number): Terminator {
    switch (random(7)) {
      case 0:
        return { op: "switch", value: variable(), cases: [0, 1, null].map((one) => ({ test: one, to: target() })), default: target() }; // prettier-ignore
      case 1:
        return { op: "jump", to: target() };
      case 2:
        return random(4) === 0 ? end() : { op: "jump", to: target() };
      default:
        return { op: "branch", condition: variable(), then: target(), else: target() };
    }
  }
  return {
    id: 0,
    name: "random",
    kind: "function",
    strict: true,
    length: OBJECTS + 1,
    parent: null,
    slots: Array.from({ length: slots }, (_, slot) => ({ kind: slot <= outsider ? "param" : "temporary" })),
    params: [...Array.from({ length: OBJECTS }, (_, n) => n), outsider],
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    blocks,
    regions: [],
    opaque: null,
  };
}

const get = (dst: Slot, object: Slot, key: Operand): Instruction => ({ op: "getProp", dst, object, key });
const set = (object: Slot, key: Operand, value: Operand): Instruction => ({ op: "setProp", object, key, value });
/** A write of plain data; what may be missing is not marked as there. */
function put(object: Slot, key: Operand, value: Operand): Instruction {
  const isThere = typeof key !== "number" && key.value !== MAY_BE_MISSING;
  return { op: "setProp", object, key, value, isPlain: true, ...(isThere ? { isThere } : {}) };
}
function callOut(dst: Slot, value: Slot): Instruction {
  return { op: "call", dst, callee: outsider, receiver: { value: undefined }, args: [value] };
}

/** Of primitives, which is the same each time, in a variable. */
function compute(random: Numbers, t: Slot, dst: Slot): Instruction[] {
  const variable = (): Slot => firstVariable + random(VARIABLES);
  const copy: Instruction = { op: "copy", dst, value: t };
  if (random(3) === 0) {
    const key: Operand = random(2) === 0 ? { value: "length" } : variable();
    return [{ op: "getProp", dst: t, object: { value: "ab" }, key, isPlain: true, isFixed: true }, copy];
  }
  if (random(4) === 0) return [{ op: "unary", operator: "-", dst: t, value: variable(), isPlain: true }, copy];
  const operator = random(2) === 0 ? "+" : "*";
  const made = { op: "binary", operator, left: variable(), right: variable(), isPlain: true } as const;
  return random(3) === 0 ? [{ ...made, dst }] : [{ ...made, dst: t }, copy];
}

const COMPARISONS = ["<", "<=", ">", ">=", "==", "!=", "===", "!=="] as const;

function compare(random: Numbers, dst: Slot, left: Operand, right: Operand): Instruction {
  return { op: "binary", operator: COMPARISONS[random(COMPARISONS.length)]!, dst, left, right, isPlain: true };
}

/** `object.key += 1` */
function changeInPlace(object: Slot, key: Operand, t: Slot, sum: Slot): Instruction[] {
  return [
    { op: "getProp", dst: t, object, key, isPlain: true },
    { op: "binary", operator: "+", dst: sum, left: t, right: { value: 1 }, isPlain: true },
    put(object, key, sum),
  ];
}

function test(random: Numbers, dst: Slot, operand: () => Operand, variable: () => Slot): Instruction[] {
  switch (random(4)) {
    case 0:
      return [{ op: "unary", operator: "!", dst, value: variable() }];
    case 1:
      return [{ op: "unary", operator: "isNullish", dst, value: variable() }];
    default:
      return [
        { op: "binary", operator: random(2) === 0 ? "===" : "!==", dst, left: variable(), right: operand() },
        ...(random(2) === 0 ? [{ op: "unary", operator: "!", dst: variable(), value: dst } as const] : []),
      ];
  }
}

/**
 * What the graph does: its result, what an outsider sees at each call (which changes fields by chance), each access that is
 * not plain, and the objects at the end, with the order of their fields. `same`: which of the objects are one.
 */
export function runMemory(fn: IrFunction, seed: number, fuel = 60): unknown[] {
  const random = randomNumbers(seed);
  const objects = Array.from({ length: OBJECTS }, (): Record<string, unknown> => ({}));
  // half of the fields are missing where a write may add them
  const made = objects.map((object, n) => (n > 0 && random(3) === 0 ? objects[0]! : object));
  for (const object of made)
    for (const name of NAMES) if (name !== MAY_BE_MISSING || random(2) === 0) object[name] = random(3);
  const log: unknown[] = [];
  const seen = (): unknown => made.map((object) => Object.entries(object).map(([name, value]) => [name, shown(value)]));
  const values: unknown[] = [...made];
  const read = (operand: Operand): any => (typeof operand === "number" ? values[operand] : operand.value);
  let steps = 0;
  for (let block = fn.blocks[fn.entry]!; ;) {
    for (const step of block.instructions) {
      switch (step.op) {
        case "copy":
          values[step.dst] = read(step.value);
          break;
        case "unary":
          values[step.dst] = unary(step.operator, read(step.value));
          break;
        case "binary":
          values[step.dst] = binary(step.operator, read(step.left), read(step.right));
          break;
        case "getProp":
          if (step.isPlain !== true) log.push("get", seen());
          values[step.dst] = read(step.object)[read(step.key)];
          break;
        case "setProp":
          if (step.isPlain !== true) log.push("set", seen());
          read(step.object)[read(step.key)] = read(step.value);
          break;
        case "call":
          log.push(seen(), shown(read(step.args[0] as Operand)));
          made[random(OBJECTS)]![NAMES[random(2)]!] = random(3);
          break;
        default:
          throw new Error(step.op);
      }
    }
    if (++steps > fuel) return [...log, OUT_OF_FUEL];
    const end = block.terminator;
    if (end.op === "return") return [...log, shown(read(end.value)), seen()];
    if (end.op === "jump") block = fn.blocks[end.to]!;
    else if (end.op === "branch") block = fn.blocks[read(end.condition) ? end.then : end.else]!;
    else if (end.op === "switch")
      block = fn.blocks[end.cases.find((c) => c.test === read(end.value))?.to ?? end.default]!;
    else throw new Error(end.op);
  }
}

function unary(operator: string, value: any): unknown {
  if (operator === "!") return !value;
  if (operator === "isNullish") return (value ?? null) === null;
  return -value;
}

function binary(operator: string, left: any, right: any): unknown {
  switch (operator) {
    case "===":
      return left === right;
    case "!==":
      return left !== right;
    case "==":
      return left == right;
    case "!=":
      return left != right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "*":
      return left * right;
    default:
      return left + right;
  }
}

function shown(value: unknown): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
