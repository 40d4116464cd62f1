/**
 * Where each variable is declared.
 *
 * Needs: every read of a slot is preceded by a write on every path. Promises: a variable is declared in the innermost list
 * that holds all its uses: by its first assignment if that stands in the list itself (`const` if it is the only one), else
 * by `let` in front of the first statement that uses it. A cell is declared where it is initialized, if that stands in
 * the list in which the cell is made, so that its dead zone and its renewal in each iteration are the language's own.
 * What cannot be had in this way is refused.
 */
import type { IrFunction, Slot } from "../ir/types.ts";
import type { CellUses } from "./cellUses.ts";
import { closuresIn } from "./closuresIn.ts";
import { entrySlots } from "./slotFacts.ts";
import type { Line, List, Loop, Operation, Statement, Tree } from "./tree.ts";
import { eachSlot, partsOf, Refusal } from "./tree.ts";

export interface Scope {
  /** positions of statements, in the order of the text; the end is exclusive */
  readonly start: number;
  end: number;
}

export interface Declarations {
  /** lines that declare what they assign */
  readonly atLine: ReadonlyMap<Line, "const" | "let">;
  /** declared by the head of a for-of or by a catch clause */
  readonly atHead: ReadonlyMap<Statement, "const" | "let">;
  /** declared without a value in front of a statement */
  readonly before: ReadonlyMap<Statement, readonly Slot[]>;
  /** lines of which nothing is to be written */
  readonly silent: ReadonlySet<Line>;
  /** where each slot that has a name is visible */
  readonly scopes: ReadonlyMap<Slot, Scope>;
  /** slots of the inner names of classes */
  readonly selfCells: ReadonlyMap<Slot, string>;
}

interface Place {
  readonly parent: Place | null;
  /** index of the statement in the parent that this list belongs to */
  readonly at: number;
  readonly depth: number;
  readonly list: readonly (Statement | Line)[];
  readonly owner: Statement | null;
  readonly isLoop: boolean;
  readonly isHead: boolean;
  readonly scope: Scope;
}

interface Use {
  place: Place;
  first: number;
  /** the line that is the first thing to mention the slot, in `place` itself */
  line: Line | null;
  head: Statement | null;
  writes: number;
}

export function placeDeclarations(fn: IrFunction, body: List, cellUses: CellUses): Declarations {
  return new Placer(fn, cellUses).place(body);
}

class Placer {
  readonly #uses = new Map<Slot, Use>();
  readonly #made = new Map<Slot, { place: Place; index: number; line: Line; initialized: boolean }[]>();
  readonly #initialized = new Map<Slot, { place: Place; index: number; line: Line }[]>();
  readonly #selfCells = new Map<Slot, string>();
  readonly #checked = new Set<Slot>();
  readonly #changed = new Set<Slot>();
  #clock = 0;

  readonly #atLine = new Map<Line, "const" | "let">();
  readonly #atHead = new Map<Statement, "const" | "let">();
  readonly #before = new Map<Statement, Slot[]>();
  readonly #silent = new Set<Line>();
  readonly #scopes = new Map<Slot, Scope>();

  constructor(
    private readonly fn: IrFunction,
    private readonly cellUses: CellUses,
  ) {}

  place(body: List): Declarations {
    const root = this.#open(null, 0, body, null);
    this.#walk(root, body);
    root.scope.end = this.#clock;
    const given = new Set(entrySlots(this.fn));
    for (const slot of given) this.#scopes.set(slot, root.scope);
    for (const [slot, use] of this.#uses) {
      if (given.has(slot)) continue;
      if (this.#made.has(slot)) this.#placeCell(slot, use);
      else this.#placeSlot(slot, use);
    }
    return {
      atLine: this.#atLine,
      atHead: this.#atHead,
      before: this.#before,
      silent: this.#silent,
      scopes: this.#scopes,
      selfCells: this.#selfCells,
    };
  }

  #open(
    parent: Place | null,
    at: number,
    list: Place["list"],
    owner: Statement | null,
    isLoop = false,
    isHead = false,
  ): Place {
    const depth = parent === null ? 0 : parent.depth + 1;
    return { parent, at, depth, list, owner, isLoop, isHead, scope: { start: this.#clock++, end: Infinity } };
  }

  #inside(parent: Place, at: number, list: List, owner: Statement, isLoop: boolean): Place {
    const place = this.#open(parent, at, list, owner, isLoop);
    this.#walk(place, list);
    place.scope.end = this.#clock++;
    return place;
  }

  #walk(place: Place, list: List): void {
    list.forEach((at, index) => {
      this.#clock++;
      this.#statement(place, index, at);
    });
  }

  #statement(place: Place, index: number, at: Statement): void {
    switch (at.kind) {
      case "line":
        this.#line(place, index, at.line);
        return;
      case "if":
        this.#tree(place, index, at.test);
        this.#inside(place, index, at.then, at, false);
        this.#inside(place, index, at.else, at, false);
        return;
      case "block":
        this.#inside(place, index, at.body, at, false);
        return;
      case "loop":
        this.#loop(place, index, at);
        return;
      case "forEach": {
        this.#tree(place, index, at.iterable);
        const body = this.#open(place, index, at.body, at, true);
        this.#see(body, -1, at.value, null, at);
        this.#walk(body, at.body);
        body.scope.end = this.#clock++;
        return;
      }
      case "switch":
        this.#tree(place, index, at.value);
        for (const clause of at.clauses) this.#inside(place, index, clause.body, at, false);
        return;
      case "try": {
        this.#inside(place, index, at.body, at, false);
        const handler = this.#open(place, index, at.handler, at);
        this.#see(handler, -1, at.exception, null, at);
        this.#walk(handler, at.handler);
        handler.scope.end = this.#clock++;
        return;
      }
      case "return":
      case "throw":
        this.#tree(place, index, at.value);
        return;
      case "jump":
        return;
    }
  }

  #loop(place: Place, index: number, at: Loop): void {
    let outer = place;
    let where = index;
    if (at.form === "for") {
      outer = this.#open(place, index, at.init, at, false, true);
      at.init.forEach((line, i) => this.#line(outer, i, line));
      where = at.init.length;
    }
    if (at.test !== null && at.form !== "doWhile") this.#tree(outer, where, at.test);
    this.#inside(outer, where, at.body, at, true);
    for (const line of at.update) this.#line(outer, where, line, false);
    if (at.test !== null && at.form === "doWhile") this.#tree(outer, where, at.test);
    if (outer !== place) outer.scope.end = this.#clock++;
  }

  #line(place: Place, index: number, line: Line, isDirect = true): void {
    const { tree, dst } = line;
    if (tree.kind === "operation" && tree.step.op === "newCell") {
      const made = this.#made.get(dst!) ?? [];
      this.#made.set(dst!, made);
      made.push({ place, index, line, initialized: tree.step.initialized });
      this.#see(place, index, dst!, null, null);
      return;
    }
    if (tree.kind === "operation" && tree.step.op === "initCell") {
      const cell = (tree.operands[0] as Tree & { kind: "slot" }).slot;
      const inits = this.#initialized.get(cell) ?? [];
      this.#initialized.set(cell, inits);
      if (isDirect) inits.push({ place, index, line });
      else this.#changed.add(cell);
    }
    this.#tree(place, index, tree);
    if (dst !== null) this.#see(place, index, dst, isDirect ? line : null, null, true);
  }

  #tree(place: Place, index: number, tree: Tree): void {
    eachSlot(tree, (slot, written) => this.#see(place, index, slot, null, null, written));
    const pending = [tree];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at.kind === "operation") this.#operation(at);
      if (at.kind === "compound" || at.kind === "update") {
        const target = at.target;
        if (target.kind === "operation" && target.step.op === "getCell" && target.operands[0]!.kind === "slot")
          this.#changed.add(target.operands[0]!.slot);
      }
      pending.push(...partsOf(at));
    }
  }

  #operation(tree: Operation): void {
    const { step, operands } = tree;
    const [first] = operands;
    if ((step.op === "getCell" || step.op === "setCell") && first?.kind === "slot") {
      if (step.checked) this.#checked.add(first.slot);
      if (step.op === "setCell") this.#changed.add(first.slot);
    }
    if (step.op === "checkInit" && this.fn.slots[step.slot]!.kind !== "this")
      throw new Refusal("a variable in its dead zone");
    for (const made of closuresIn(tree)) if (made !== null) this.#captures(made.func, made.captures);
    if (step.op === "class" && step.definition.selfCell !== null)
      this.#selfCells.set(step.definition.selfCell, step.definition.name);
  }

  #captures(func: number, captures: readonly Tree[]): void {
    captures.forEach((capture, i) => {
      if (capture.kind !== "slot") return;
      const use = this.cellUses(func, i);
      if (use.checked) this.#checked.add(capture.slot);
      if (use.changed) this.#changed.add(capture.slot);
    });
  }

  #see(place: Place, index: number, slot: Slot, line: Line | null, head: Statement | null, written = false): void {
    const use = this.#uses.get(slot);
    if (use === undefined) {
      this.#uses.set(slot, { place, first: index, line, head, writes: written || head !== null ? 1 : 0 });
      return;
    }
    if (written || head !== null) use.writes++;
    let other = place;
    while (other.depth > use.place.depth) other = other.parent!;
    while (use.place.depth > other.depth) raise(use);
    while (use.place !== other) {
      raise(use);
      other = other.parent!;
    }
  }

  #placeSlot(slot: Slot, use: Use): void {
    if (use.head !== null) {
      this.#atHead.set(use.head, use.writes === 1 ? "const" : "let");
    } else if (use.line !== null) {
      this.#atLine.set(use.line, use.writes === 1 ? "const" : "let");
    } else {
      while (use.place.isHead) raise(use);
      this.#declareBefore(use.place, Math.max(use.first, 0), slot);
    }
    this.#scopes.set(slot, use.place.scope);
  }

  #declareBefore(place: Place, index: number, slot: Slot): void {
    const at = place.list[index] as Statement;
    const known = this.#before.get(at);
    if (known === undefined) this.#before.set(at, [slot]);
    else known.push(slot);
  }

  #placeCell(slot: Slot, use: Use): void {
    const made = this.#made.get(slot)!;
    for (const { line } of made) this.#silent.add(line);
    const [only] = made;
    if (made.length !== 1 || only === undefined) throw new Refusal("a variable that is renewed in several places");
    const inits = this.#initialized.get(slot) ?? [];
    const [init] = inits;
    const isConst = !this.#changed.has(slot) && inits.length === 1;
    this.#scopes.set(slot, use.place.scope);
    if (this.#selfCells.has(slot)) return;
    const isHere = init !== undefined && inits.length === 1 && init.place === use.place && only.place === use.place;
    if (isHere && (!only.initialized || init.index === only.index + 1)) {
      this.#atLine.set(init.line, isConst ? "const" : "let");
      return;
    }
    if (this.#checked.has(slot)) throw new Refusal("a dead zone that no block has");
    for (let place: Place | null = only.place; place !== null && place !== use.place; place = place.parent) {
      if (place.isLoop) throw new Refusal("a variable of a loop that is used outside of it");
    }
    while (use.place.isHead) raise(use);
    this.#declareBefore(use.place, use.first, slot);
  }
}

function raise(use: Use): void {
  use.first = use.place.at;
  use.place = use.place.parent!;
  use.line = null;
  use.head = null;
}
