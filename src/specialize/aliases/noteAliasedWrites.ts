/**
 * What residual code writes of known objects under names that only the run time knows: such a field is dynamic too.
 *
 * Needs: the residual functions of a round, and which live objects each of them captures. Promises: every field, element
 * and entry of an object of the evaluated modules (or of a context) that the functions may assign by way of a reference
 * that they read, were returned, or got back from code that they called, is filed as written. What the caller hands in, and
 * what unknown code was given before, is taken to be none of these objects (docs/ASSUMPTIONS.md, 8).
 *
 * Algorithm: inclusion-based points-to analysis, flow- and context-insensitive, objects made at run time by field only; the
 * generic functions that are called are looked into with the residual ones. All steps are repeated until nothing is added.
 *
 *   const r = table[d]; r.count = 1; return table[0].count      `count` of every element of `table` is read at run time
 *
 * After: Andersen, "Program analysis and specialization for the C programming language", thesis, DIKU 1994, chapter 4;
 * objects by field: Heintze and Tardieu, "Ultra-fast aliasing analysis using CLA", PLDI 2001.
 */
import type { Argument, ClosureRef, Instruction, IrFunction, Operand, Slot, Terminator } from "../../ir/types.ts";
import { TYPE, isOnly } from "../facts.ts";
import type { FieldDefinition } from "../heap.ts";
import type { Code } from "../program.ts";
import { isSlot } from "../program.ts";
import type { LiveObjects } from "../live.ts";
import { arrayIndex, isInner } from "../lookup.ts";
import type { Session } from "../session.ts";
import { fileWrite } from "../stays/fileWrite.ts";
import { slotNumbers } from "../stays/slotNumbers.ts";
import type { Address } from "../values.ts";
import { ALL, ELEMENTS } from "../world.ts";
import { bindingItems, referenceItems } from "./bindingItems.ts";
import { callBuiltinFlow } from "./callBuiltinFlow.ts";
import type { Item, Items } from "./heapFlow.ts";
import { HeapFlow, UNKNOWN, instanceOf, iteratedPlace, itemsOf, resultPlace, shownBy, slotPlace } from "./heapFlow.ts";
import { onlyBindings } from "./onlyBindings.ts";

/** A residual function, and the live objects of its context that it captures, in the order of its captures. */
export interface ResidualPart {
  readonly fn: IrFunction;
  readonly captured: readonly Address[];
  readonly live: LiveObjects | null;
}

/** Files what residual functions may write under other names. */
export function noteAliasedWrites(session: Session, parts: readonly ResidualPart[]): void {
  if (!session.knowledge.assume.statics) return;
  new Aliases(session).solve(parts);
}

/** A function that is looked into; `file`: of generic code, whose variables and closures are those of that file. */
interface Part {
  readonly item: Item;
  readonly ir: IrFunction;
  readonly file: string | null;
  /** slots that only a name leads to: what is written to those is filed where it is written */
  readonly named: ReadonlySet<Slot>;
  readonly isNumber: (operand: Operand) => boolean;
  /** of a class: what its instances get */
  readonly fields: readonly FieldDefinition[];
  /** parameters that are declared to be primitive */
  readonly primitive: ReadonlySet<Slot>;
}

const PRIMITIVE = ~(TYPE.object | TYPE.function);
const ESCAPED = "escaped";
const THROWN = "thrown";

class Aliases {
  private readonly flow: HeapFlow;
  private readonly parts = new Map<Item, Part>();
  private readonly writes = new Map<Address, Set<string>>();

  constructor(private readonly session: Session) {
    this.flow = new HeapFlow(session);
  }

  solve(residual: readonly ResidualPart[]): void {
    for (const { fn, captured } of residual) {
      const item = residualItem(fn.id);
      this.enter(item, fn, null, new Set(fn.captures.slice(0, captured.length).map(({ slot }) => slot)));
      captured.forEach((address, i) => this.flow.add(this.captureOf(item, i), new Set([address])));
      for (const slot of [...fn.params, fn.rest, fn.thisSlot, fn.argumentsSlot])
        if (slot !== null) this.flow.add(this.place(item, slot), new Set([UNKNOWN]));
    }
    do {
      this.flow.changed = false;
      for (const part of this.parts.values()) this.run(part);
      this.callEscaped();
      for (const item of this.flow.iterated) this.callIterator(item);
      for (const [getter, receivers] of this.flow.getters) this.enterCall(getter, receivers, [], null);
    } while (this.flow.changed);
    const store = this.session.world.store();
    for (const [address, changes] of this.writes)
      for (const change of changes)
        if (!residual.some(({ live }) => live?.holdsStatic(address, change) === true))
          fileWrite(this.session, store, address, change);
  }

  private place(fn: Item, slot: Slot): string {
    return slotPlace(String(fn), slot);
  }
  private captureOf(fn: Item, i: number): string {
    return `capture ${i} ${fn}`;
  }

  private enter(
    item: Item,
    ir: IrFunction,
    code: Code | null,
    captured: ReadonlySet<Slot>,
    fields: readonly FieldDefinition[] = [],
  ): void {
    if (this.parts.has(item)) return;
    const file = code?.file ?? null;
    const named = new Set(code === null ? [...captured, ...onlyBindings(ir)] : []);
    const types = code === null ? [] : this.session.knowledge.paramTypes(code);
    const declared = (only: number): Set<Slot> =>
      new Set(ir.params.filter((slot, i) => types[i] != null && isOnly(types[i].fact, only)));
    const isNumber = slotNumbers(ir, declared(TYPE.number));
    this.parts.set(item, { item, ir, file, named, isNumber, fields, primitive: declared(PRIMITIVE) });
    this.flow.changed = true;
  }

  /** A function may run: it is looked into. */
  private reach(item: Item): IrFunction | null {
    const known = this.parts.get(item);
    if (known !== undefined) return known.ir;
    if (typeof item === "number") {
      const code = this.flow.get(item)?.code ?? null;
      if (code === null || this.isExtern(item)) return null;
      this.enter(item, code.code.ir, code.code, new Set(), code.fields ?? []);
      code.captures.forEach((value, i) => this.flow.add(this.captureOf(item, i), itemsOf(value)));
      return code.code.ir;
    }
    const id = /^f(\d+)$/.exec(item)?.[1];
    const fn = id === undefined ? undefined : this.session.functions[Number(id)];
    if (fn !== undefined) this.enter(item, fn, null, new Set());
    return fn ?? null;
  }

  // --- one function ----------------------------------------------------------------------------------------------

  private run(part: Part): void {
    const { item, ir, fields } = part;
    // what initializers give is known only once they have been looked into
    for (const { key, initializer } of fields)
      if (initializer !== null && this.enterCall(initializer, this.flow.at(madeBy(item)), [], null))
        this.flow.store(arrayIndex(key) === null ? key : ELEMENTS, this.flow.at(resultPlace(initializer)));
    if (ir.opaque !== null) return this.runOpaque(part);
    ir.captures.forEach(({ slot }, i) => this.flow.add(this.place(item, slot), this.flow.at(this.captureOf(item, i))));
    if (ir.selfSlot !== null) this.flow.add(this.place(item, ir.selfSlot), new Set([item]));
    for (const region of ir.regions)
      if (region.kind === "try")
        this.flow.add(this.place(item, region.exception), new Set([UNKNOWN, ...this.flow.at(THROWN)]));
    for (const { instructions, terminator } of ir.blocks) {
      for (const step of instructions) this.step(part, step);
      this.end(part, terminator);
    }
  }

  /** Code that was not lowered may give back what its names lead to, or what it was handed. */
  private runOpaque({ item, ir, file }: Part): void {
    const held = (ir.opaque?.mentions?.names ?? []).flatMap((name) =>
      file === null ? [] : [...bindingItems(this.session, this.flow, file, name)],
    );
    const captured = ir.captures.flatMap((_, i) => [...this.flow.at(this.captureOf(item, i))]);
    this.flow.add(resultPlace(item), new Set([UNKNOWN, ...held, ...captured, ...this.flow.at(`handed ${item}`)]));
  }

  private end({ item, ir }: Part, end: Terminator): void {
    const { flow } = this;
    const of = (operand: Operand): Items => flow.operand(String(item), operand);
    if (end.op === "return") flow.add(resultPlace(item), of(end.value));
    else if (end.op === "throw") flow.add(THROWN, of(end.value));
    else if (end.op === "enterForOf") flow.add(`region ${end.region} ${item}`, of(end.iterable));
    else if (end.op === "forOfNext" && ir.regions[end.region]?.kind === "forOf")
      flow.add(this.place(item, end.value), flow.contents(flow.at(`region ${end.region} ${item}`)));
  }

  private step(part: Part, step: Instruction): void {
    const { flow } = this;
    const { item } = part;
    const of = (operand: Operand): Items => flow.operand(String(item), operand);
    const give = (slot: Slot | null, items: Items): void => {
      if (slot !== null) flow.add(this.place(item, slot), items);
    };
    switch (step.op) {
      case "copy":
        return give(step.dst, of(step.value));
      case "unary":
        return step.operator === "toThis" ? give(step.dst, of(step.value)) : undefined;
      case "getBinding":
        return give(step.dst, this.binding(part, step.name));
      case "setBinding":
        return flow.add(`binding ${part.file ?? ""} ${step.name}`, of(step.value));
      case "getGlobal": {
        const value = this.session.global(step.name);
        return give(step.dst, value === null ? new Set([UNKNOWN]) : itemsOf(value));
      }
      case "getProp":
        return give(step.dst, flow.read(of(step.object), nameOf(part, step.key, step.byIndex)));
      case "getPrivate":
        return give(step.dst, flow.read(of(step.object), privateName(step)));
      case "getSuper":
        return give(step.dst, flow.readAbove(of(step.receiver), nameOf(part, step.key)));
      case "setProp":
        flow.storeIn(of(step.object), nameOf(part, step.key, step.byIndex), of(step.value));
        return this.write(part, step.object, changeOf(part, step.key, step.byIndex));
      case "setSuper":
        flow.store(nameOf(part, step.key), of(step.value));
        return this.write(part, step.receiver, changeOf(part, step.key));
      case "setPrivate":
        flow.store(privateName(step), of(step.value));
        return this.write(part, step.object, privateName(step));
      case "deleteProp":
        return this.write(part, step.object, changeOf(part, step.key));
      case "closure":
        return give(step.dst, new Set([this.close(part, step)]));
      case "class": {
        const { constructorFunction, members } = step.definition;
        const made = constructorFunction === null ? UNKNOWN : this.close(part, constructorFunction);
        for (const { kind, key, closure } of members)
          if (closure !== null)
            this.define(
              kind,
              key === null || typeof key === "object" ? null : nameOf(part, key),
              new Set([this.close(part, closure)]),
            );
        return give(step.dst, new Set([made, UNKNOWN]));
      }
      case "object":
        for (const { kind, key, value } of step.properties)
          if (kind === "spread" || kind === "proto") flow.store(null, flow.read(of(value), null));
          else this.define(kind, nameOf(part, key), of(value));
        return;
      case "array":
        for (const element of step.elements) if (element !== null) flow.store(ELEMENTS, this.argument(part, element));
        return;
      case "iterToList":
        return flow.store(ELEMENTS, flow.contents(of(step.iterable)));
      case "copyProperties":
      case "objectRest":
        return flow.store(null, flow.read(of(step.source), null));
      case "objectPattern":
        step.dsts.forEach((dst, i) =>
          give(dst, flow.read(of(step.source), nameOf(part, step.keys[i] ?? { value: "" }))),
        );
        return flow.store(null, flow.read(of(step.source), null));
      case "arrayPattern":
        for (const dst of step.dsts) give(dst, flow.contents(of(step.iterable)));
        return flow.store(ELEMENTS, flow.contents(of(step.iterable)));
      case "iterOpen":
        return give(step.dst, of(step.iterable));
      case "iterStep":
        return give(step.dst, flow.contents(of(step.iterator)));
      case "iterRest":
        return flow.store(ELEMENTS, flow.contents(of(step.iterator)));
      case "newCell":
        return give(step.dst, new Set([`cell ${item}:${step.dst}`]));
      case "initCell":
      case "setCell":
        for (const cell of of(step.cell)) flow.add(`in ${cell}`, of(step.value));
        return;
      case "getCell":
        for (const cell of of(step.cell)) give(step.dst, this.inCell(cell));
        return;
      case "call":
        return this.call(part, step.dst, of(step.callee), of(step.receiver), step.args);
      case "construct":
        for (const callee of of(step.callee)) {
          const prototype = typeof callee === "number" ? flow.get(callee)?.properties.get("prototype")?.value : null;
          const made = prototype?.kind === "object" ? instanceOf(prototype.address) : null;
          this.construct(part, step.dst, callee, made === null ? new Set() : new Set([made]), step.args);
        }
        return;
      case "superCall": {
        const parent = typeof item === "number" ? flow.get(item)?.prototype : null;
        return this.construct(part, step.dst, parent ?? UNKNOWN, flow.at(madeBy(item)), step.args);
      }
      case "setGlobal":
        return this.escape(of(step.value));
      default:
        return;
    }
  }

  private binding({ file }: Part, name: string): Items {
    const { session, flow } = this;
    const assigned = flow.at(`binding ${file ?? ""} ${name}`);
    const reference = session.references.get(name);
    const found =
      reference !== undefined
        ? referenceItems(session, flow, reference)
        : file === null
          ? new Set([UNKNOWN])
          : bindingItems(session, flow, file, name);
    return new Set([...found, ...assigned]);
  }

  private inCell(cell: Item): Items {
    const stored = this.flow.at(`in ${cell}`);
    if (typeof cell !== "number") return stored;
    const held = itemsOf(this.flow.get(cell)?.elements?.[0]);
    return new Set([...held, ...stored, ...(this.session.world.isCellAssigned(cell) ? [UNKNOWN] : [])]);
  }

  /** A function that the code makes, with what it captures. */
  private close({ item, file }: Part, { func, captures }: ClosureRef): Item {
    const code = file === null ? null : this.session.program.code(file, func);
    const made: Item = code === null ? residualItem(func) : code.key;
    if (code === null) this.reach(made);
    else this.enter(made, code.ir, code, new Set());
    captures.forEach((operand, i) => this.flow.add(this.captureOf(made, i), this.flow.operand(String(item), operand)));
    return made;
  }

  private argument({ item }: Part, argument: Argument): Items {
    if (typeof argument === "object" && "spread" in argument)
      return this.flow.contents(this.flow.operand(String(item), argument.spread));
    return this.flow.operand(String(item), argument);
  }

  // --- calls -----------------------------------------------------------------------------------------------------

  private call(part: Part, dst: Slot, callees: Items, receiver: Items, given: readonly Argument[]): void {
    const at = given.findIndex((one) => typeof one === "object" && "spread" in one);
    const args = given.map((one) => this.argument(part, one));
    const spread = at === -1 ? null : { from: at, items: new Set(args.slice(at).flatMap((items) => [...items])) };
    const result = this.place(part.item, dst);
    this.shareBytes([receiver, ...args]);
    for (const callee of callees) {
      const builtin = typeof callee === "number" ? (this.flow.get(callee)?.builtin ?? null) : null;
      if (builtin !== null)
        callBuiltinFlow(
          this.flow,
          builtin,
          { receiver, args: spread === null ? args : [...args, spread.items] },
          result,
          {
            write: (items, change) => this.writeAll(items, change),
            run: (callback, self, handed) => this.enterCall(callback, self, handed, null),
          },
        );
      else if (this.isExtern(callee)) this.flow.add(result, new Set([UNKNOWN]));
      else if (this.enterCall(callee, receiver, args, spread)) this.flow.add(result, this.flow.at(resultPlace(callee)));
      else this.unknownCall(new Set([...receiver, ...args.flatMap((items) => [...items])]), result);
    }
  }

  /** What is made is `this` in the constructor and in those above it, and what comes out unless they give something else. */
  private construct(part: Part, dst: Slot, callee: Item, made: Items, args: readonly Argument[]): void {
    this.flow.add(madeBy(callee), made);
    if (typeof callee !== "number" || this.flow.get(callee)?.builtin === null)
      this.flow.add(this.place(part.item, dst), made);
    this.call(part, dst, new Set([callee]), made, args);
  }

  /** A member of an object or a class that is made at run time; what it is called on has the names that were stored. */
  private define(kind: string, name: string | null, functions: Items): void {
    const { flow } = this;
    flow.store(name, functions);
    if (kind !== "get" && kind !== "set") return;
    for (const one of functions)
      if (this.enterCall(one, new Set(), kind === "set" ? [flow.read(new Set(), name)] : [], null) && kind === "get")
        flow.store(name, flow.at(resultPlace(one)));
  }

  /** Left as it is by declaration; what it changes is listed there. */
  private isExtern(item: Item): boolean {
    const code = typeof item === "number" ? (this.flow.get(item)?.code ?? null) : null;
    return code !== null && this.session.knowledge.isExtern(code.code);
  }

  /** Hands arguments to a function; false: it is not known. */
  private enterCall(
    callee: Item,
    receiver: Items,
    args: readonly Items[],
    spread: { readonly from: number; readonly items: Items } | null,
  ): boolean {
    const ir = callee === UNKNOWN ? null : this.reach(callee);
    if (ir === null) return false;
    const { flow } = this;
    const all = new Set([...args.flatMap((items) => [...items]), ...(spread?.items ?? [])]);
    flow.add(`handed ${callee}`, new Set([...receiver, ...all]));
    if (ir.thisSlot !== null) flow.add(this.place(callee, ir.thisSlot), receiver);
    ir.params.forEach((slot, i) => {
      const own = spread !== null && i >= spread.from ? spread.items : args[i];
      if (own !== undefined && this.parts.get(callee)?.primitive.has(slot) !== true)
        flow.add(this.place(callee, slot), own);
    });
    if (ir.rest !== null || ir.argumentsSlot !== null) flow.store(ELEMENTS, all);
    return true;
  }

  /** Code that nobody knows gives back what such code was handed. */
  private unknownCall(handed: Items, result: string): void {
    this.escape(handed);
    this.flow.add(result, new Set([UNKNOWN, ...this.flow.at(ESCAPED)]));
  }

  private escape(items: Items): void {
    this.flow.add(ESCAPED, items);
  }

  /** What code that nobody knows was handed may be called by it, with the rest of that. */
  private callEscaped(): void {
    const { flow } = this;
    const unknown = new Set([UNKNOWN, ...flow.at(ESCAPED)]);
    for (const item of unknown) {
      const isFunction = typeof item === "string" ? this.parts.has(item) : (flow.get(item)?.code ?? null) !== null;
      const ir = isFunction ? this.reach(item) : null;
      if (ir === null) continue;
      const args = ir.params.map(() => unknown);
      this.enterCall(item, unknown, args, { from: args.length, items: unknown });
      flow.add(ESCAPED, flow.at(resultPlace(item)));
    }
  }

  /** What an iterator of the program gives: its results' values, and all that a generator may hand out. */
  private callIterator(over: Item): void {
    const { flow } = this;
    const self = new Set([over]);
    let isKnown = false;
    const call = (callees: Items, receiver: Items): Items => {
      const found = [...callees].flatMap((callee) => {
        if (!this.enterCall(callee, receiver, [], null)) return [];
        isKnown = true;
        return [...flow.at(resultPlace(callee))];
      });
      return new Set(found);
    };
    const iterators = call(flow.read(self, "@@Symbol.iterator"), self);
    if (!isKnown) return;
    // those that code makes are no items: what they have is found under its name
    const results = call(flow.read(iterators, "next"), iterators);
    flow.add(iteratedPlace(over), new Set([...iterators, ...flow.read(results, "value")]));
  }

  // --- writes ----------------------------------------------------------------------------------------------------

  private write(part: Part, object: Operand, change: string): void {
    if (!isSlot(object) || part.named.has(object)) return;
    this.writeAll(this.flow.operand(String(part.item), object), change);
  }

  /** Whoever is handed a buffer may write what is in it: a view that is made on it, or code that nobody knows. */
  private shareBytes(handed: readonly Items[]): void {
    for (const items of handed)
      for (const item of items) {
        const typed = shownBy(item);
        if (typed !== null) this.writeAll(new Set([typed]), ELEMENTS);
      }
  }

  /** The bytes that a view shows are those of what it is on, and that may be a view. */
  private ownerOf(address: Address): Address {
    const object = this.flow.get(address);
    const on = object?.kind === "typed" ? object.elements?.[0] : undefined;
    return on?.kind === "object" ? this.ownerOf(on.address) : address;
  }

  private writeAll(objects: Items, change: string): void {
    for (const object of objects) {
      if (typeof object !== "number") continue;
      const known = this.flow.get(object);
      const address = this.ownerOf(object);
      let changes = this.writes.get(address);
      if (changes === undefined) this.writes.set(address, (changes = new Set()));
      changes.add(known?.kind === "typed" && change === ALL ? ELEMENTS : change);
    }
  }
}

/** What a constructor has been called to make. */
function madeBy(fn: Item): string {
  return `made by ${fn}`;
}

function residualItem(id: number): Item {
  return `f${id}`;
}

/** The name under which a key stores; elements all under one; null: not known. */
function nameOf(part: Part, key: Operand, isIndex = false): string | null {
  if (isSlot(key)) return isIndex || part.isNumber(key) ? ELEMENTS : null;
  const name = String(key.value);
  if (isInner(name)) return null;
  return arrayIndex(name) === null ? name : ELEMENTS;
}

function changeOf(part: Part, key: Operand, isIndex = false): string {
  const name = nameOf(part, key, isIndex);
  if (name === null) return ALL;
  return name === "length" ? ELEMENTS : name;
}

function privateName({ name, brand }: { readonly name: string; readonly brand: string }): string {
  return `\u0000${name}@${brand}`;
}
