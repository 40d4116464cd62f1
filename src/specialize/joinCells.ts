/**
 * Captured variables that come from several places where control joins.
 *
 * A parameter of a version is assigned at each edge; a captured variable cannot be, since its closures go on with the one
 * that they captured. Needs: the blocks of a finished run, with what its parameters stand for. Promises: for each parameter
 * that holds a variable of its own from there on, the parameter that gets the content instead; Bailout where neither the
 * content nor a variable of its own will do.
 *
 * Algorithm: variables and the parameters they come to are put together (`let i` of each round, and the head of the loop).
 * Nothing is to be done for those that no closure captures, or that nobody writes behind a capture: their content is
 * passed. Else a parameter that a closure captures is made a variable of its own, if no closure has captured what comes to
 * it: then there is nobody who could tell the two apart.
 *
 * Example: `for (let i = 0; i < n; i++) for (const x of list) all.push(() => i++)`: the head gets a number and makes a variable.
 */
import type { ClosureRef, Instruction, IrFunction, Operand } from "../ir/types.ts";
import { assignedCaptures, closuresIn } from "../ir/assignedCaptures.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { ResidualBlock, ResidualEdge } from "./state.ts";
import type { Temp } from "./values.ts";

/** The parameters to make variables of, each with the parameter that is assigned in its stead. */
export function joinCells(
  run: Run,
  blocks: readonly ResidualBlock[],
  edgesInto: ReadonlyMap<ResidualBlock, readonly ResidualEdge[]>,
  resolve: (operand: Operand) => Operand,
  isGone: (param: Temp) => boolean,
): ReadonlyMap<Temp, Temp> {
  const uses = usesOf(run.session.functions, blocks, resolve);
  const contents = new Map<Temp, Temp>();
  for (const web of websOf(blocks, edgesInto, resolve, isGone, uses.made)) {
    const members = [...web.params.keys(), ...web.variables];
    for (const variable of web.variables)
      if (!uses.initialized.has(variable))
        throw new Bailout("a captured variable may not be initialized where control joins");
    const isWritten =
      members.some((temp) => uses.assigned.has(temp)) || [...web.params.keys()].some((temp) => uses.written.has(temp));
    const captured = members.filter((temp) => uses.captured.has(temp));
    if (captured.length === 0 || !(isWritten || captured.some((temp) => uses.written.has(temp)))) continue;
    for (const [param, sources] of web.params) {
      if (sources.some((temp) => uses.captured.has(temp)))
        throw new Bailout("a captured variable comes from several places");
      if (uses.captured.has(param)) contents.set(param, run.newTemp(run.nameOf(param)));
    }
  }
  return contents;
}

interface Uses {
  /** variables that are made, and those that hold something from there on */
  readonly made: ReadonlySet<Temp>;
  readonly initialized: ReadonlySet<Temp>;
  /** what closures capture, and what a closure may assign */
  readonly captured: ReadonlySet<Temp>;
  readonly assigned: ReadonlySet<Temp>;
  /** what the function itself assigns */
  readonly written: ReadonlySet<Temp>;
}

function usesOf(
  functions: readonly IrFunction[],
  blocks: readonly ResidualBlock[],
  resolve: (operand: Operand) => Operand,
): Uses {
  const [made, initialized, captured, assigned, written] = [1, 2, 3, 4, 5].map(() => new Set<Temp>()) as [
    Set<Temp>,
    Set<Temp>,
    Set<Temp>,
    Set<Temp>,
    Set<Temp>,
  ];
  const add = (set: Set<Temp>, operand: Operand | undefined): void => {
    const to = operand === undefined ? operand : resolve(operand);
    if (typeof to === "number") set.add(to);
  };
  const capture = ({ func, captures }: ClosureRef): void => {
    const assigns = assignedCaptures((id) => functions[id], func);
    captures.forEach((operand, nth) => {
      add(captured, operand);
      if (assigns.has(nth)) add(assigned, operand);
    });
  };
  for (const block of blocks) {
    const here = new Set<Temp>();
    for (const { instruction } of block.instructions) {
      note(instruction, here);
      closuresIn(instruction).forEach(capture);
    }
  }
  return { made, initialized, captured, assigned, written };

  function note(step: Instruction, here: Set<Temp>): void {
    if (step.op === "newCell") {
      made.add(step.dst);
      here.add(step.dst);
      if (step.initialized) initialized.add(step.dst);
    } else if (step.op === "initCell") {
      const cell = resolve(step.cell);
      if (typeof cell === "number" && here.has(cell)) initialized.add(cell);
      // what had been made before may be captured by now
      else add(written, step.cell);
    } else if (step.op === "setCell") add(written, step.cell);
  }
}

interface Web {
  /** parameters that hold a variable, and what comes to each */
  readonly params: Map<Temp, readonly Temp[]>;
  readonly variables: Set<Temp>;
}

/** Variables and the parameters that they come to, put together; those that come to none are in no web. */
function websOf(
  blocks: readonly ResidualBlock[],
  edgesInto: ReadonlyMap<ResidualBlock, readonly ResidualEdge[]>,
  resolve: (operand: Operand) => Operand,
  isGone: (param: Temp) => boolean,
  made: ReadonlySet<Temp>,
): readonly Web[] {
  if (made.size === 0) return [];
  const sources = new Map<Temp, readonly Temp[]>();
  for (const block of blocks)
    block.params.forEach((param, i) => {
      if (isGone(param)) return;
      const args = (edgesInto.get(block) ?? []).map((edge) => resolve(edge.args[i] ?? { value: undefined }));
      sources.set(param, [...new Set(args.filter((arg) => typeof arg === "number" && arg !== param))] as Temp[]);
    });
  const webs = new Map<Temp, Web>();
  const isCell = (temp: Temp): boolean => made.has(temp) || webs.has(temp);
  for (let changed = true; changed;) {
    changed = false;
    for (const [param, from] of sources) {
      if (webs.has(param) || !from.some(isCell)) continue;
      const web: Web = { params: new Map([[param, from]]), variables: new Set(from.filter((temp) => made.has(temp))) };
      for (const other of new Set(from.map((temp) => webs.get(temp)))) if (other !== undefined) unite(web, other);
      for (const temp of [...web.params.keys(), ...web.variables]) webs.set(temp, web);
      changed = true;
    }
  }
  for (const [param, from] of sources) {
    const web = webs.get(param);
    for (const temp of web === undefined ? [] : from) {
      const other = webs.get(temp);
      if (web === undefined || other === undefined || other === web) continue;
      unite(web, other);
      for (const member of [...other.params.keys(), ...other.variables]) webs.set(member, web);
    }
  }
  return [...new Set(webs.values())];
}

function unite(into: Web, other: Web): void {
  for (const [param, from] of other.params) into.params.set(param, from);
  for (const variable of other.variables) into.variables.add(variable);
}
