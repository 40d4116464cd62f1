/**
 * Code that stands in a residual function several times is written once, as a function that is called. Unfolding makes
 * such copies: what a call depends on may be the same at several places.
 *
 *   heads.hot = a.next; heads.count -= 1; …         take(a);
 *   heads.hot = b.next; heads.count -= 1; …         take(b);
 *
 * Needs: a residual function; names that are free where the functions made here go, and the name of the function that code
 * comes from. Promises: same effects in the same order. No function is made at run time, so what stands in inner functions
 * is left alone. Nothing small is taken out, in loops nothing but what is large: a call costs an interpreter as much as some
 * ten reads.
 *
 * Algorithm: statements are compared by their text, variables of the function numbered in the order in which they occur. Of
 * equal runs of statements the best one is taken out, and the function is looked at again, with what was taken out of it. A run can be taken out
 * if control leaves it at its end only, and if no more than one variable that it gives a value is used behind it.
 *
 * After: Fraser, Myers, Wendt, "Analyzing and compressing assembly code", SIGPLAN 1984.
 */
import type * as t from "@babel/types";
import { keepTime } from "../base/exhausted.ts";
import { t as build } from "../syntax/babel.ts";
import { collectNames, FreshNames } from "../syntax/freshNames.ts";
import { isLoop, isNumber, keyOf, readLine, type Line } from "./readLine.ts";
import { readVariables, type Variable } from "./readVariables.ts";

/** Nodes of a run that is taken out: a call has to be little beside it. Chosen, not measured: a dozen plain statements. */
export interface Sizes {
  readonly least: number;
  readonly leastInLoop: number;
}
const SIZES: Sizes = { least: 90, leastInLoop: 300 };
const MOST_INPUTS = 8;
/** larger functions are left alone, and of more equal statements the first ones are compared: it is done pair by pair */
const MOST_STATEMENTS = 4000;
const MOST_EQUAL = 24;

export function shareRepeats<F extends t.FunctionExpression | t.FunctionDeclaration>(
  given: F,
  fresh: FreshNames,
  nameOf: (code: t.Node) => string | null,
  sizes: Sizes = SIZES,
): Shared<F> {
  const none = { fn: given, shared: [] };
  // it stands twice, at least
  if (sizeOf(none) < 2 * sizes.least) return none;
  let best: Shared<F> = none;
  for (const rank of RANKS) {
    const next = shareBy(rank, given, fresh.copy(), nameOf, sizes);
    // where one finds nothing the others do not either
    if (next.shared.length === 0) break;
    if (best === none || sizeOf(next) < sizeOf(best)) best = next;
  }
  for (const { id } of best.shared) fresh.reserve(id!.name);
  return best;
}

/**
 * Which of several repeats is taken out first: that which saves most; or of which there are most, for a long one may take in
 * part of what stands more often. What gives less code at the end is chosen.
 */
const RANKS: readonly ((repeat: { readonly saved: number; readonly runs: { readonly length: number } }) => number)[] = [
  ({ saved }) => saved,
  ({ saved, runs }) => saved * (runs.length - 1),
];
type Rank = (typeof RANKS)[number];

interface Shared<F> {
  readonly fn: F;
  readonly shared: readonly t.FunctionDeclaration[];
}

function sizeOf({ fn, shared }: Shared<t.Node>): number {
  let size = 0;
  for (const node of [fn, ...shared]) build.traverseFast(node, () => void size++);
  return size;
}

function shareBy<F extends t.FunctionExpression | t.FunctionDeclaration>(
  rank: Rank,
  given: F,
  fresh: FreshNames,
  nameOf: (code: t.Node) => string | null,
  sizes: Sizes,
): Shared<F> {
  // nodes that have been traversed are not handed on
  const draft = build.cloneNode(given, true);
  const shared: t.FunctionDeclaration[] = [];
  // "use strict" is for this function; where others go is not known to be strict
  const ids = new Map<string, number>();
  let lists = draft.body.directives.length > 0 ? [] : listsOf(draft, ids);
  for (;;) {
    const repeat = bestRepeat(rank, lists, sizes);
    if (repeat === null) break;
    const name = fresh.fresh(nameOfRun(repeat.runs[0]!, nameOf) ?? "shared");
    const declaration = declare(name, repeat);
    const gone = new Set<t.Statement>();
    // from the last to the first, so that places stay what they are
    for (const run of [...repeat.runs].reverse()) for (const one of replaceRun(name, repeat, run)) gone.add(one);
    lists = [...lists.filter((list) => !isWithin(list, gone)), ...listsOf(declaration, ids)];
    shared.push(declaration);
  }
  if (shared.length === 0) return { fn: given, shared };
  return { fn: build.cloneNode(draft, true), shared: shared.map((one) => build.cloneNode(one, true)) };
}

/** Puts the call in the place of a run, and says so to the variables and to the lines around; gives what is gone. */
function replaceRun(name: string, repeat: Repeat, run: RunOf): readonly t.Statement[] {
  const { list, start, lines } = run;
  const { variables, known, ids } = list;
  for (const { identifiers } of lines)
    for (const identifier of identifiers) {
      const variable = variables.get(identifier);
      variable?.uses.delete(identifier);
      variable?.writes.delete(identifier);
      variables.delete(identifier);
    }
  const call = callOf(name, repeat, run);
  const gone = list.statements.splice(start, repeat.length, call);
  const called = readLine(call, variables, known, ids);
  known.set(call, called);
  list.lines.splice(start, repeat.length, called);
  for (let at = list.parent; at !== null; at = at.list.parent) {
    const line = readLine(at.statement, variables, known, ids);
    known.set(at.statement, line);
    at.list.lines[at.list.statements.indexOf(at.statement)] = line;
  }
  return gone;
}

/** The list stands in one of the statements. */
function isWithin(list: List, statements: ReadonlySet<t.Statement>): boolean {
  for (let at = list.parent; at !== null; at = at.list.parent) if (statements.has(at.statement)) return true;
  return false;
}

/** The function that it begins and ends in: what stands between may be calls of that which were unfolded. */
function nameOfRun({ list, lines, start }: RunOf, nameOf: (code: t.Node) => string | null): string | null {
  const name = nameOf(list.statements[start]!);
  return name === nameOf(list.statements[start + lines.length - 1]!) ? name : null;
}

interface List {
  readonly statements: t.Statement[];
  readonly lines: Line[];
  /** of the function */
  readonly variables: Map<t.Identifier, Variable>;
  /** the lines of all statements of the function */
  readonly known: Map<t.Node, Line>;
  /** as `readLine` numbers them; of all lists that are compared */
  readonly ids: Map<string, number>;
  /** the statement that it stands in; null: it is the function's own */
  readonly parent: { readonly list: List; readonly statement: t.Statement } | null;
  readonly inLoop: boolean;
  readonly inTry: boolean;
}

interface Repeat {
  /** in the order in which they stand */
  readonly runs: readonly RunOf[];
  readonly length: number;
  /** variables of a run, by their numbers in it */
  readonly inputs: readonly number[];
  readonly output: number | null;
  /** numbers that are not the same everywhere, by their places in a run; such as are the same in each run together */
  readonly numbers: readonly (readonly number[])[];
  readonly saved: number;
}

/** Statements that stand behind each other. */
class RunOf {
  /** in the order in which they occur */
  readonly variables: readonly Variable[];
  readonly numbers: readonly t.NumericLiteral[];
  readonly lines: readonly Line[];

  constructor(
    readonly list: List,
    readonly start: number,
    private readonly length: number,
  ) {
    this.lines = list.lines.slice(start, start + length);
    const parts = this.lines.flatMap(({ text }) => text);
    this.numbers = parts.filter(isNumber);
    this.variables = [
      ...new Set(parts.filter((part): part is Variable => typeof part !== "string" && !isNumber(part))),
    ];
  }

  has(identifier: t.Identifier): boolean {
    return this.lines.some(({ identifiers }) => identifiers.has(identifier));
  }
  /** The variable is declared in it. */
  declares({ declaration }: Variable): boolean {
    return this.has(declaration);
  }
  /** What becomes of the variable in it matters behind it. */
  gives(variable: Variable): boolean {
    if (this.declares(variable)) return [...variable.uses].some((use) => !this.has(use));
    return [...variable.writes].some((write) => this.has(write));
  }
  overlaps({ list, start }: RunOf, length: number): boolean {
    return list === this.list && start < this.start + this.length && this.start < start + length;
  }
}

/** Where a run begins, with the variables of as much of it as has been compared. */
interface Place {
  readonly list: List;
  readonly index: number;
  readonly numbers: Map<Variable, number>;
}

/** The best in a function and those that were taken out of it. */
function bestRepeat(rank: Rank, lists: readonly List[], sizes: Sizes): Repeat | null {
  if (lists.reduce((sum, { lines }) => sum + lines.length, 0) > MOST_STATEMENTS) return null;
  const places = new Map<string, Place[]>();
  for (const list of lists)
    for (const [index, { key, canMove }] of list.lines.entries()) {
      const equal = places.get(key);
      if (canMove && equal === undefined) places.set(key, [{ list, index, numbers: new Map() }]);
      else if (canMove && equal!.length < MOST_EQUAL) equal!.push({ list, index, numbers: new Map() });
    }
  let best: Repeat | null = null;
  let most = 0;
  for (const equal of places.values()) {
    // from short to long: a run of statements that stands once only is no beginning of one that stands more often
    for (let length = 1, groups = [equal]; groups.length > 0; length++) {
      keepTime();
      groups = groups.flatMap((group) => longer(group, length));
      for (const group of groups) {
        const nodes = nodesIn(group[0]!.list, group[0]!.index, length);
        const atMost = { saved: nodes * (group.length - 1), runs: group };
        if (nodes < sizes.least || rank(atMost) <= most) continue;
        const runs = group.map(({ list, index }) => new RunOf(list, index, length));
        const repeat = repeatOf(runs, length, sizes);
        if (repeat === null || repeat.saved <= 0 || rank(repeat) <= most) continue;
        best = repeat;
        most = rank(repeat);
      }
    }
  }
  return best;
}

/** Those of the places whose runs are equal for one statement more, apart by what that is. */
function longer(places: readonly Place[], length: number): Place[][] {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const line = place.list.lines[place.index + length - 1];
    if (line?.canMove !== true) continue;
    const key = keyOf(line.text, place.numbers);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function nodesIn({ lines }: List, start: number, length: number): number {
  return lines.slice(start, start + length).reduce((sum, { nodes }) => sum + nodes, 0);
}

/** Runs that do not overlap, if they can be taken out. */
function repeatOf(equal: readonly RunOf[], length: number, { leastInLoop }: Sizes): Repeat | null {
  const runs: RunOf[] = [];
  for (const run of equal) if (!runs.some((other) => other.overlaps(run, length))) runs.push(run);
  const [first] = runs;
  if (first === undefined || runs.length === 1) return null;
  const nodes = nodesIn(first.list, first.start, length);
  if (nodes < leastInLoop && runs.some(({ list }) => list.inLoop)) return null;
  const all = [...first.variables.keys()];
  const inputs = all.filter((n) => !first.declares(first.variables[n]!));
  const outputs = all.filter((n) => runs.some((run) => run.gives(run.variables[n]!)));
  const [output = null] = outputs;
  const numbers = unlikeNumbers(runs);
  if (outputs.length > 1 || inputs.length + numbers.length > MOST_INPUTS) return null;
  for (const run of runs) {
    // what an inner function changes meanwhile is not seen in a parameter
    if (inputs.some((n) => run.variables[n]!.isCaptured && run.variables[n]!.writes.size > 0)) return null;
    // who catches an exception sees what was written before it
    if (output !== null && inputs.includes(output) && run.list.inTry) return null;
  }
  const cost = 4 + inputs.length + numbers.length;
  return { runs, length, inputs, output, numbers, saved: (runs.length - 1) * nodes - runs.length * cost - cost };
}

function unlikeNumbers(runs: readonly RunOf[]): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  for (const n of runs[0]!.numbers.keys()) {
    const values = runs.map(({ numbers }) => numbers[n]!.value);
    if (values.every((value) => value === values[0])) continue;
    const key = values.join();
    const places = found.get(key);
    if (places === undefined) found.set(key, [n]);
    else places.push(n);
  }
  return [...found.values()];
}

/** Lists of statements of a function, not of those in it. */
function listsOf(fn: t.FunctionExpression | t.FunctionDeclaration, ids: Map<string, number>): List[] {
  const variables = readVariables(fn);
  const lists: List[] = [];
  const known = new Map<t.Node, Line>();
  const visit = (node: t.Node, inLoop: boolean, inTry: boolean, parent: List["parent"]): void => {
    if (build.isFunction(node) || build.isClass(node)) return;
    let list: List | null = null;
    if (node.type === "BlockStatement")
      lists.push((list = { statements: node.body, lines: [], variables, known, ids, parent, inLoop, inTry }));
    for (const key of build.VISITOR_KEYS[node.type] ?? []) {
      const children = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key];
      for (const child of Array.isArray(children) ? children : [children]) {
        if (child == null) continue;
        const around = list === null ? parent : { list, statement: child as t.Statement };
        visit(child, inLoop || isLoop(node), inTry || node.type === "TryStatement", around);
      }
    }
    // from the inside out: what is read is not read again
    for (const statement of list?.statements ?? []) {
      const line = readLine(statement, variables, known, ids);
      known.set(statement, line);
      list?.lines.push(line);
    }
  };
  visit(fn.body, false, false, null);
  return lists;
}

function declare(name: string, { runs, length, inputs, output, numbers }: Repeat): t.FunctionDeclaration {
  const { list, start, variables, numbers: literals } = runs[0]!;
  const nameOf = (n: number): t.Identifier => build.identifier(variables[n]!.declaration.name);
  const statements = list.statements.slice(start, start + length);
  const fresh = new FreshNames(statements.flatMap((statement) => [...collectNames(statement)]));
  const replaced = new Map<t.Node, string>();
  const given = numbers.map((places) => {
    const own = fresh.fresh("n");
    for (const n of places) replaced.set(literals[n]!, own);
    return build.identifier(own);
  });
  const body = statements.map((statement) => withNames(statement, replaced));
  if (output !== null) body.push(build.returnStatement(nameOf(output)));
  const parameters = [...inputs.map(nameOf), ...given];
  return build.functionDeclaration(build.identifier(name), parameters, build.blockStatement(body));
}

/** A copy with names in place of some numbers. */
function withNames<N extends t.Node>(original: N, names: ReadonlyMap<t.Node, string>): N {
  const copy = build.cloneNode(original, false);
  const replaced = (child: t.Node | null | undefined): t.Node | null | undefined => {
    const name = child == null ? undefined : names.get(child);
    return name !== undefined ? build.identifier(name) : child == null ? child : withNames(child, names);
  };
  const [from, to] = [original, copy] as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>[];
  for (const key of build.VISITOR_KEYS[original.type] ?? []) {
    const value = from![key];
    to![key] = Array.isArray(value) ? value.map((one) => replaced(one) ?? null) : replaced(value);
  }
  return copy;
}

function callOf(name: string, { inputs, output, numbers }: Repeat, run: RunOf): t.Statement {
  const nameOf = (n: number): t.Identifier => {
    const variable = run.variables[n]!;
    const identifier = build.identifier(variable.declaration.name);
    variable.uses.add(identifier);
    run.list.variables.set(identifier, variable);
    return identifier;
  };
  const given = numbers.map(([n]) => build.numericLiteral(run.numbers[n!]!.value));
  const call = build.callExpression(build.identifier(name), [...inputs.map(nameOf), ...given]);
  if (output === null) return build.expressionStatement(call);
  const result = nameOf(output);
  const variable = run.variables[output]!;
  if (inputs.includes(output)) {
    variable.writes.add(result);
    return build.expressionStatement(build.assignmentExpression("=", result, call));
  }
  variable.declaration = result;
  const changes = variable.writes.size > 0;
  return build.variableDeclaration(changes ? "let" : "const", [build.variableDeclarator(result, call)]);
}
