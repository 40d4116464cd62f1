/** A function as text, one paragraph per block: for debugging and snapshots. */
import { operandsOf } from "./operands.ts";
import type {
  Argument,
  Block,
  ClassDefinition,
  Instruction,
  IrFunction,
  MemberKey,
  Operand,
  Slot,
  Terminator,
} from "./types.ts";

export function printFunction(fn: IrFunction): string {
  const slot = slotPrinter(fn);
  const head = [
    `${fn.kind} #${fn.id} ${JSON.stringify(fn.name)}(${[...fn.params.map(slot), ...(fn.rest === null ? [] : [`...${slot(fn.rest)}`])].join(", ")})`,
  ];
  if (!fn.strict) head.push("sloppy");
  for (const key of ["thisSlot", "argumentsSlot", "newTargetSlot", "selfSlot"] as const)
    if (fn[key] !== null) head.push(`${key.slice(0, -4)}=${slot(fn[key])}`);
  if (fn.captures.length > 0)
    head.push(`captures [${fn.captures.map((c) => (c.isCell ? `cell ${slot(c.slot)}` : slot(c.slot))).join(", ")}]`);
  if (fn.opaque !== null) return `${head.join(" ")} opaque: ${fn.opaque.reason}\n`;
  const paragraphs = [head.join(" ")];
  for (const region of fn.regions) {
    const parent = region.parent === null ? "" : ` in r${region.parent}`;
    paragraphs.push(
      region.kind === "try"
        ? `r${region.id}: try${parent}, handler b${region.handler}(${slot(region.exception)})`
        : `r${region.id}: ${region.kind}${parent}`,
    );
  }
  for (const block of fn.blocks) paragraphs.push(printBlock(block, slot, fn.entry));
  return `${paragraphs.join("\n")}\n`;
}

type SlotPrinter = (slot: Slot) => string;

function slotPrinter(fn: IrFunction): SlotPrinter {
  const counts = new Map<string, number>();
  for (const { name } of fn.slots) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (slot) => {
    const info = fn.slots[slot];
    if (info?.name === undefined) return `%${slot}`;
    const cell = info.kind === "cell" ? "@" : "";
    return (counts.get(info.name) ?? 0) > 1 ? `${cell}${info.name}%${slot}` : `${cell}${info.name}`;
  };
}

function printBlock(block: Block, slot: SlotPrinter, entry: number): string {
  const region = block.region === null ? "" : ` (r${block.region})`;
  const lines = block.instructions.map((i) => `  ${printInstruction(i, slot)}`);
  return [
    `b${block.id}${region}:${block.id === entry && entry !== 0 ? " entry" : ""}`,
    ...lines,
    `  ${printTerminator(block.terminator, slot)}`,
  ].join("\n");
}

function operandPrinter(slot: SlotPrinter): (operand: Operand) => string {
  return (operand) => {
    if (typeof operand === "number") return slot(operand);
    const { value } = operand;
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    return Object.is(value, -0) ? "-0" : String(value);
  };
}

function printInstruction(i: Instruction, slot: SlotPrinter): string {
  const op = operandPrinter(slot);
  const args = (list: readonly (Argument | null)[]): string =>
    list
      .map((a) => (a === null ? "hole" : typeof a === "object" && "spread" in a ? `...${slot(a.spread)}` : op(a)))
      .join(", ");
  switch (i.op) {
    case "copy":
      return `${slot(i.dst)} = ${op(i.value)}`;
    case "unary":
      return `${slot(i.dst)} = ${i.operator} ${op(i.value)}`;
    case "binary":
      return `${slot(i.dst)} = ${op(i.left)} ${i.operator} ${op(i.right)}`;
    case "getProp":
      return `${slot(i.dst)} = ${op(i.object)}[${op(i.key)}]`;
    case "setProp":
      return `${op(i.object)}[${op(i.key)}] = ${op(i.value)}`;
    case "getPrivate":
      return `${slot(i.dst)} = ${op(i.object)}.#${i.name} ${i.brand}`;
    case "setPrivate":
      return `${op(i.object)}.#${i.name} ${i.brand} = ${op(i.value)}`;
    case "hasPrivate":
      return `${slot(i.dst)} = #${i.name} ${i.brand} in ${op(i.object)}`;
    case "call":
      return `${slot(i.dst)} = call ${op(i.callee)} this ${op(i.receiver)} (${args(i.args)})`;
    case "construct":
      return `${slot(i.dst)} = new ${op(i.callee)}(${args(i.args)})`;
    case "superCall":
      return `${slot(i.dst)} = super(${args(i.args)})`;
    case "closure":
      return `${slot(i.dst)} = closure #${i.func} [${i.captures.map(op).join(", ")}]`;
    case "class":
      return `${slot(i.dst)} = ${printClass(i.definition, slot)}`;
    case "object":
      return `${slot(i.dst)} = {${i.properties.map((p) => (p.kind === "spread" ? `...${op(p.value)}` : `${p.kind === "init" ? "" : `${p.kind} `}[${op(p.key)}]: ${op(p.value)}`)).join(", ")}}`;
    case "array":
      return `${slot(i.dst)} = [${args(i.elements)}]`;
    case "arrayPattern":
      return `[${[...i.dsts.map((d) => (d === null ? "" : slot(d))), ...(i.rest === null ? [] : [`...${slot(i.rest)}`])].join(", ")}] = ${op(i.iterable)}`;
    case "objectPattern":
      return `{${i.keys.map((k, n) => `[${op(k)}]: ${slot(i.dsts[n] ?? i.rest)}`).join(", ")}, ...${slot(i.rest)}} = ${op(i.source)}`;
    case "iterStep":
      return `${slot(i.dst)}, done ${slot(i.done)} = iterStep ${slot(i.iterator)}`;
    case "iterClose":
      return `iterClose ${slot(i.iterator)}${i.quiet ? " quiet" : ""}`;
    case "template":
      return `${slot(i.dst)} = template ${JSON.stringify(i.quasis)} (${i.values.map(op).join(", ")})`;
    case "templateObject":
      return `${slot(i.dst)} = templateObject ${i.site} ${JSON.stringify(i.raw)}`;
    case "regexp":
      return `${slot(i.dst)} = /${i.pattern}/${i.flags}`;
    case "newCell":
      return `${slot(i.dst)} = newCell${i.initialized ? " undefined" : ""}`;
    case "initCell":
      return `init ${slot(i.cell)} = ${op(i.value)}`;
    case "getCell":
      return `${slot(i.dst)} = get${i.checked ? " checked" : ""} ${slot(i.cell)}`;
    case "setCell":
      return `set${i.checked ? " checked" : ""} ${slot(i.cell)} = ${op(i.value)}`;
    case "checkInit":
      return `checkInit ${slot(i.slot)}`;
    case "getBinding":
    case "getGlobal":
    case "typeofGlobal":
      return `${slot(i.dst)} = ${i.op} ${i.name}`;
    case "setBinding":
      return `${i.init ? "initBinding" : "setBinding"} ${i.name} = ${op(i.value)}`;
    case "setGlobal":
      return `setGlobal ${i.name} = ${op(i.value)}`;
    case "throwError":
      return `throwError ${i.error} ${JSON.stringify(i.message)}`;
    default:
      return `${"dst" in i ? `${slot(i.dst)} = ` : ""}${i.op} ${operandsOf(i).map(op).join(", ")}`;
  }
}

function printClass(definition: ClassDefinition, slot: SlotPrinter): string {
  const op = operandPrinter(slot);
  const closure = (c: { readonly func: number; readonly captures: readonly Operand[] } | null): string =>
    c === null ? "undefined" : `#${c.func} [${c.captures.map(op).join(", ")}]`;
  const key = (k: MemberKey | null): string =>
    k === null ? "" : typeof k === "object" && "privateName" in k ? `#${k.privateName}` : `[${op(k)}]`;
  const parts = [
    `constructor ${closure(definition.constructorFunction)}`,
    ...definition.members.map((m) => `${m.isStatic ? "static " : ""}${m.kind} ${key(m.key)} ${closure(m.closure)}`),
  ];
  const heritage = definition.superClass === null ? "" : ` extends ${op(definition.superClass)}`;
  const self = definition.selfCell === null ? "" : ` self ${slot(definition.selfCell)}`;
  return `class ${definition.name} ${definition.brand}${heritage}${self} {${parts.join("; ")}}`;
}

function printTerminator(terminator: Terminator, slot: SlotPrinter): string {
  const op = operandPrinter(slot);
  switch (terminator.op) {
    case "jump":
      return `jump b${terminator.to}`;
    case "branch":
      return `branch ${op(terminator.condition)} ? b${terminator.then} : b${terminator.else}`;
    case "switch":
      return `switch ${op(terminator.value)} {${terminator.cases.map((c) => `${op({ value: c.test })}: b${c.to}`).join(", ")}} default b${terminator.default}`;
    case "return":
    case "throw":
      return `${terminator.op} ${op(terminator.value)}`;
    case "enterTry":
      return `enterTry r${terminator.region} b${terminator.body}`;
    case "enterForOf":
      return `enterForOf r${terminator.region} ${op(terminator.iterable)} b${terminator.next}`;
    case "enterForIn":
      return `enterForIn r${terminator.region} ${op(terminator.object)} b${terminator.next}`;
    case "forOfNext":
    case "forInNext":
      return `${terminator.op} r${terminator.region} ${slot(terminator.value)} ? b${terminator.body} : b${terminator.exit}`;
    case "unreachable":
      return "unreachable";
  }
}
