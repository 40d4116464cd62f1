/**
 * Which static values are needed to decide control, dispatch or indexing: a backward demand analysis over the blocks of
 * every division, through calls and (by property name) through the heap.
 *
 * A slot is demanded where its value decides a static branch or switch, what is called, what is iterated, the object or
 * the key of an access done early; or goes into a static computation whose result is demanded. These are the slots that
 * must be kept apart when paths meet on which they differ; every other one can be lifted there.
 *
 * After: Jones, Gomard & Sestoft 1993, section 4.9 (which variables are worth polyvariance); Bulyonkov 1988.
 */
import { Worklist } from "../base/worklist.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Instruction, Operand, Slot, Terminator } from "../ir/types.ts";
import type { Recorder } from "./executeBlock.ts";
import type { Division } from "./state.ts";
import type { CallFact, InstructionFact } from "./types.ts";

export interface Relevance {
  /** per division id, per block: slots demanded at its entry */
  readonly slots: ReadonlyMap<number, readonly ReadonlySet<Slot>[]>;
  /** property names whose values are demanded somewhere; "*": elements */
  readonly fields: ReadonlySet<string>;
  /** calls (`division|block.index`) whose result is demanded */
  readonly results: ReadonlySet<string>;
}

/** What is recorded of each reached block of each division. */
export type Records = ReadonlyMap<Division, readonly (Recorder | null)[]>;

export function controlRelevance(records: Records): Relevance {
  return new Demand(records).run();
}

class Demand {
  private readonly slots = new Map<number, Set<Slot>[]>();
  private readonly fields = new Set<string>();
  private readonly results = new Set<string>();
  private readonly returns = new Set<number>();
  /** slots demanded at entry, per function: closures do not know their division */
  private readonly captured = new Map<string, Set<Slot>>();
  private readonly byId = new Map<number, Division>();
  private readonly calls = new Map<Division, Map<string, CallFact>>();
  private readonly callers = new Map<number, Set<Division>>();
  private readonly work = new Worklist<Division>();
  private changed = false;

  constructor(private readonly records: Records) {
    for (const [division, blocks] of records) {
      this.byId.set(division.id, division);
      this.slots.set(
        division.id,
        division.ir.blocks.map(() => new Set<Slot>()),
      );
      const calls = new Map<string, CallFact>();
      blocks.forEach((record, block) =>
        record?.calls.forEach((c) => {
          calls.set(`${block}.${c.index}`, c.fact);
          for (const callee of c.fact.callees) {
            const known = this.callers.get(callee.division) ?? new Set();
            this.callers.set(callee.division, known.add(division));
          }
        }),
      );
      this.calls.set(division, calls);
    }
  }

  run(): Relevance {
    do {
      this.changed = false;
      for (const division of this.records.keys()) this.work.add(division);
      for (let next = this.work.take(); next !== undefined; next = this.work.take()) this.division(next);
    } while (this.changed);
    return { slots: this.slots, fields: this.fields, results: this.results };
  }

  private division(division: Division): void {
    const { rpo, successors } = division.flow;
    const demanded = this.slots.get(division.id)!;
    const entryBefore = demanded[division.ir.entry]!.size;
    for (let again = true; again;) {
      again = false;
      for (let i = rpo.length - 1; i >= 0; i--) {
        const block = rpo[i]!;
        const record = this.records.get(division)?.[block];
        if (record === null || record === undefined) continue;
        const live = new Set<Slot>();
        for (const to of successors[block]!) for (const slot of demanded[to]!) live.add(slot);
        this.block(division, block, record, live);
        const known = demanded[block]!;
        const before = known.size;
        for (const slot of live) known.add(slot);
        if (known.size !== before) again = true;
      }
    }
    if (demanded[division.ir.entry]!.size === entryBefore) return;
    const key = `${division.code.file}#${division.code.func}`;
    const captured = this.captured.get(key) ?? new Set();
    this.captured.set(key, captured);
    for (const slot of demanded[division.ir.entry]!) captured.add(slot);
    for (const caller of this.callers.get(division.id) ?? []) this.work.add(caller);
    this.changed = true;
  }

  private block(division: Division, block: number, record: Recorder, live: Set<Slot>): void {
    const { instructions, terminator, region } = division.ir.blocks[block]!;
    if (record.terminator !== null) this.terminator(division, terminator, record.terminator, live);
    for (let index = record.instructions.length - 1; index >= 0; index--) {
      const instruction = instructions[index]!;
      const written = writtenSlots(instruction);
      const isDemanded = written.some((slot) => live.has(slot));
      if (region === null) for (const slot of written) live.delete(slot);
      this.instruction(division, `${block}.${index}`, instruction, record, index, isDemanded, live);
    }
  }

  private terminator(division: Division, terminator: Terminator, fact: InstructionFact, live: Set<Slot>): void {
    if (terminator.op === "return" || terminator.op === "throw") {
      if (this.returns.has(division.id)) add(live, terminator.value);
    } else if (fact.time !== "dynamic") for (const operand of operandsOf(terminator)) add(live, operand);
  }

  private field(name: string): void {
    if (this.fields.has(name)) return;
    this.fields.add(name);
    this.changed = true;
  }

  private instruction(
    division: Division,
    at: string,
    instruction: Instruction,
    record: Recorder,
    index: number,
    isDemanded: boolean,
    live: Set<Slot>,
  ): void {
    const fact = record.instructions[index]!;
    const isEarly = fact.time !== "dynamic" || instruction.op === "copy";
    switch (instruction.op) {
      case "getProp":
      case "getPrivate":
      case "getSuper":
      case "getCell":
        if (!isEarly) return;
        for (const operand of operandsOf(instruction)) add(live, operand);
        if (isDemanded && fact.result !== "dynamic" && record.changing.has(index)) this.field(fieldName(instruction));
        return;
      case "setProp":
      case "setPrivate":
      case "setCell":
      case "initCell": {
        const operands = operandsOf(instruction);
        const value = operands[operands.length - 1]!;
        if (isEarly) for (const operand of operands.slice(0, -1)) add(live, operand);
        if (this.fields.has(fieldName(instruction))) add(live, value);
        return;
      }
      case "object":
        for (const property of instruction.properties)
          if (this.fields.has(keyName(property.key)) || property.kind === "spread") add(live, property.value);
        return;
      case "array":
        if (this.fields.has("*")) for (const operand of operandsOf(instruction)) add(live, operand);
        return;
      case "closure":
        this.closure(division, instruction.func, instruction.captures, live);
        return;
      case "class":
        for (const member of instruction.definition.members)
          if (member.closure !== null) this.closure(division, member.closure.func, member.closure.captures, live);
        return;
      case "call":
      case "construct":
      case "superCall":
        this.call(division, at, instruction, isDemanded, live);
        return;
      default:
        if (isDemanded) for (const operand of operandsOf(instruction)) add(live, operand);
    }
  }

  private closure(division: Division, func: number, captures: readonly Operand[], live: Set<Slot>): void {
    const demanded = this.captured.get(`${division.code.file}#${func}`);
    const ir = [...this.byId.values()].find((d) => d.code.file === division.code.file && d.code.func === func)?.ir;
    if (demanded === undefined || ir === undefined) return;
    ir.captures.forEach(({ slot }, i) => {
      const operand = captures[i];
      if (demanded.has(slot) && operand !== undefined) add(live, operand);
    });
  }

  private call(
    division: Division,
    at: string,
    instruction: Extract<Instruction, { op: "call" | "construct" | "superCall" }>,
    isDemanded: boolean,
    live: Set<Slot>,
  ): void {
    const fact = this.calls.get(division)?.get(at);
    if (isDemanded && !this.results.has(`${division.id}|${at}`)) this.results.add(`${division.id}|${at}`);
    if (fact === undefined || fact.action === "leave") return;
    if (instruction.op !== "superCall") add(live, instruction.callee);
    const args = instruction.args.map((a): Operand => (typeof a === "object" && "spread" in a ? a.spread : a));
    if (fact.builtin !== null) {
      if (instruction.op === "call") add(live, instruction.receiver);
      if (isDemanded) for (const arg of args) add(live, arg);
    }
    for (const callee of fact.callees) {
      const target = this.byId.get(callee.division);
      if (target === undefined) continue;
      if (isDemanded && !this.returns.has(target.id)) {
        this.returns.add(target.id);
        this.work.add(target);
        this.changed = true;
      }
      const demanded = this.slots.get(target.id)![target.ir.entry]!;
      if (instruction.args.some((a) => typeof a === "object" && "spread" in a)) args.forEach((arg) => add(live, arg));
      target.ir.params.forEach((slot, i) => {
        const arg = args[i];
        if (demanded.has(slot) && arg !== undefined) add(live, arg);
      });
      if (target.ir.rest !== null && demanded.has(target.ir.rest))
        args.slice(target.ir.params.length).forEach((arg) => add(live, arg));
      if (instruction.op === "call" && target.ir.thisSlot !== null && demanded.has(target.ir.thisSlot))
        add(live, instruction.receiver);
    }
  }
}

function add(live: Set<Slot>, operand: Operand): void {
  if (typeof operand === "number") live.add(operand);
}

function fieldName(
  instruction: Extract<
    Instruction,
    { op: "getProp" | "getPrivate" | "getSuper" | "getCell" | "setProp" | "setPrivate" | "setCell" | "initCell" }
  >,
): string {
  switch (instruction.op) {
    case "getCell":
    case "setCell":
    case "initCell":
      return "value";
    case "getPrivate":
    case "setPrivate":
      return `#${instruction.name}`;
    default:
      return keyName(instruction.key);
  }
}

/** Elements and computed keys share one name. */
export function keyName(key: Operand | string): string {
  if (typeof key === "number") return "*";
  const text = typeof key === "string" ? key : String(key.value);
  return /^\d+$/.test(text) || text === "*" ? "*" : text === "%length" ? "length" : text;
}
