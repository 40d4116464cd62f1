/**
 * A finished run becomes a function of the control-flow graph.
 *
 * Needs: every reachable block ends in a terminator and every edge has its arguments. Promises: a function in which each
 * slot is a temporary; parameters of versions that are the same on all edges, or that nobody reads, are gone; the others
 * are assigned at the end of each edge (in parallel: cycles go through a fresh slot), for a handler's in front of each
 * instruction that may throw.
 *
 * Trivial parameters: Braun et al., "Simple and Efficient Construction of SSA Form", CC 2013, section 3.
 */
import { mapOperands } from "../ir/mapOperands.ts";
import { operandsOf } from "../ir/operands.ts";
import type {
  Block,
  BlockId,
  Instruction,
  IrFunction,
  Operand,
  Region,
  RegionId,
  Slot,
  SlotInfo,
  Terminator,
} from "../ir/types.ts";
import { joinCells } from "./joinCells.ts";
import type { Run } from "./run.ts";
import type { ResidualBlock, ResidualEdge, ResidualInstruction, ResidualRegion, ResidualTerminator } from "./state.ts";
import type { Temp } from "./values.ts";

export interface Signature {
  readonly name: string;
  readonly kind: IrFunction["kind"];
  readonly length: number;
  readonly params: readonly Temp[];
  readonly rest: Temp | null;
  readonly thisTemp: Temp | null;
  /** its own `arguments`, where it needs them */
  readonly ownArguments: Temp | null;
  readonly captures: IrFunction["captures"];
  readonly origin: IrFunction["origin"];
}

/** The residual function of a run that starts at `entry`. */
export function finishResidual(run: Run, entry: ResidualBlock, id: number, signature: Signature): IrFunction {
  const blocks = reachable(entry);
  const substitution = trivialParams(blocks);
  const dead = deadParams(blocks, substitution);
  const contents = joinCells(
    run,
    blocks,
    edgesInto(blocks),
    (operand) => resolve(substitution, operand),
    (param) => substitution.has(param) || dead.has(param),
  );
  return new Finisher(run, blocks, substitution, dead, contents).finish(id, signature);
}

function edgesOf(block: ResidualBlock): ResidualEdge[] {
  const edges: ResidualEdge[] = [];
  for (const { exceptional } of block.instructions) if (exceptional !== null) edges.push(exceptional);
  edges.push(...block.exceptional);
  if (block.terminator?.op === "edge") edges.push(block.terminator.edge);
  return edges;
}

function nextBlocks(terminator: ResidualTerminator | null): ResidualBlock[] {
  switch (terminator?.op) {
    case "goto":
      return [terminator.block];
    case "edge":
      return [terminator.edge.to.block];
    case "branch":
      return [terminator.then, terminator.else];
    case "switch":
      return [...terminator.cases.map((c) => c.to), terminator.default];
    case "enterTry":
      return [terminator.body];
    case "enterLoop":
      return [terminator.next];
    case "nextLoop":
      return [terminator.body, terminator.exit];
    default:
      return [];
  }
}

function reachable(entry: ResidualBlock): ResidualBlock[] {
  const seen = new Set<ResidualBlock>([entry]);
  const order: ResidualBlock[] = [];
  const stack = [entry];
  for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
    order.push(block);
    const next = [...nextBlocks(block.terminator)].reverse();
    for (const { exceptional } of block.instructions) if (exceptional !== null) next.unshift(exceptional.to.block);
    for (const edge of block.exceptional) next.unshift(edge.to.block);
    for (const to of next) {
      if (seen.has(to)) continue;
      seen.add(to);
      stack.push(to);
    }
  }
  return order;
}

type Substitution = Map<Temp, Operand>;

function resolve(substitution: Substitution, operand: Operand): Operand {
  let at = operand;
  for (let n = 0; typeof at === "number" && n < 100_000; n++) {
    const to = substitution.get(at);
    if (to === undefined) return at;
    at = to;
  }
  return at;
}

function sameOperand(a: Operand, b: Operand): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return Object.is(a.value, b.value);
}

/**
 * Parameters that hold one and the same value whichever way their block is reached, groups of parameters that only feed
 * each other included: each starts out undecided, takes the value its decided edges agree on, and stands for itself as
 * soon as two of them differ.
 */
function trivialParams(blocks: readonly ResidualBlock[]): Substitution {
  const edges = edgesInto(blocks);
  const value = new Map<Temp, Operand | null>();
  for (const block of blocks) for (const param of block.params) value.set(param, null);
  const valueOf = (operand: Operand): Operand | null =>
    typeof operand === "number" && value.has(operand) ? (value.get(operand) ?? null) : operand;
  for (let changed = true; changed;) {
    changed = false;
    for (const block of blocks)
      block.params.forEach((param, i) => {
        if (value.get(param) === param) return;
        const next = agreed(edges.get(block) ?? [], i, valueOf);
        const known = value.get(param) ?? null;
        if (next === "none") return;
        const to = next === "differ" ? param : next;
        if (known !== null && sameOperand(known, to)) return;
        value.set(param, known === null ? to : param);
        changed = true;
      });
  }
  const substitution: Substitution = new Map();
  for (const [param, to] of value) if (to !== null && to !== param) substitution.set(param, to);
  return substitution;
}

function edgesInto(blocks: readonly ResidualBlock[]): ReadonlyMap<ResidualBlock, readonly ResidualEdge[]> {
  const edges = new Map<ResidualBlock, ResidualEdge[]>();
  for (const block of blocks)
    for (const edge of edgesOf(block)) {
      const known = edges.get(edge.to.block);
      if (known === undefined) edges.set(edge.to.block, [edge]);
      else known.push(edge);
    }
  return edges;
}

/** What the decided edges give for a parameter. */
function agreed(
  edges: readonly ResidualEdge[],
  i: number,
  valueOf: (operand: Operand) => Operand | null,
): Operand | "none" | "differ" {
  let agreement: Operand | null = null;
  for (const edge of edges) {
    const value = valueOf(edge.args[i] ?? { value: undefined });
    if (value === null) continue;
    if (agreement !== null && !sameOperand(agreement, value)) return "differ";
    agreement = value;
  }
  return agreement ?? "none";
}

function deadParams(blocks: readonly ResidualBlock[], substitution: Substitution): ReadonlySet<Temp> {
  const params = new Map<Temp, { block: ResidualBlock; index: number }>();
  for (const block of blocks) block.params.forEach((param, index) => params.set(param, { block, index }));
  const edges = edgesInto(blocks);
  const live = new Set<Temp>();
  const work: Temp[] = [];
  const use = (operand: Operand): void => {
    const at = resolve(substitution, operand);
    if (typeof at === "number" && params.has(at) && !live.has(at)) {
      live.add(at);
      work.push(at);
    }
  };
  for (const block of blocks) {
    for (const { instruction } of block.instructions) operandsOf(instruction).forEach(use);
    terminatorOperands(block.terminator).forEach(use);
  }
  for (let temp = work.pop(); temp !== undefined; temp = work.pop()) {
    const place = params.get(temp);
    if (place === undefined) continue;
    for (const edge of edges.get(place.block) ?? []) use(edge.args[place.index] ?? { value: undefined });
  }
  return new Set([...params.keys()].filter((p) => !live.has(p)));
}

function terminatorOperands(terminator: ResidualTerminator | null): Operand[] {
  switch (terminator?.op) {
    case "branch":
      return [terminator.condition];
    case "switch":
    case "return":
    case "throw":
      return [terminator.value];
    case "enterLoop":
      return [terminator.iterable];
    default:
      return [];
  }
}

/**
 * What stands between entering a loop and its head: what the head needs made for it, and the edge. It belongs in front of
 * the loop: nobody sees the difference, for getting the iterator runs other code, which knows nothing of what is made here.
 */
function wayInto(next: ResidualBlock): {
  readonly instructions: ResidualInstruction[];
  readonly exceptional: readonly ResidualEdge[];
  readonly edge: ResidualEdge | null;
} {
  const instructions: ResidualInstruction[] = [];
  const exceptional: ResidualEdge[] = [];
  for (let at = next; ;) {
    instructions.push(...at.instructions);
    exceptional.push(...at.exceptional);
    if (at.terminator?.op === "edge") return { instructions, exceptional, edge: at.terminator.edge };
    if (at.terminator?.op !== "goto") return { instructions: [], exceptional: [], edge: null };
    at = at.terminator.block;
  }
}

class Finisher {
  private readonly ids = new Map<ResidualBlock, BlockId>();
  private readonly regionIds = new Map<ResidualRegion, RegionId>();
  private readonly regions: Region[] = [];
  private readonly slots: SlotInfo[];

  constructor(
    private readonly run: Run,
    private readonly blocks: readonly ResidualBlock[],
    private readonly substitution: Substitution,
    private readonly dead: ReadonlySet<Temp>,
    /** parameters that are variables of their own, and what is assigned instead */
    private readonly contents: ReadonlyMap<Temp, Temp>,
  ) {
    blocks.forEach((block, i) => this.ids.set(block, i));
    this.slots = run.temps.map(({ name }): SlotInfo =>
      name === undefined ? { kind: "temporary" } : { kind: "variable", name },
    );
  }

  finish(id: number, signature: Signature): IrFunction {
    for (const param of signature.params) this.slots[param] = { ...this.slots[param], kind: "param" };
    if (signature.thisTemp !== null) this.slots[signature.thisTemp] = { kind: "this" };
    if (signature.ownArguments !== null) this.slots[signature.ownArguments] = { kind: "arguments" };
    for (const { slot, isCell, name } of signature.captures)
      this.slots[slot] = { kind: isCell ? "cell" : "variable", name };
    const blocks = this.blocks.map((block, i) => this.block(block, i));
    return {
      id,
      name: signature.name,
      kind: signature.kind,
      strict: true,
      length: signature.length,
      parent: null,
      slots: this.slots,
      params: signature.params,
      rest: signature.rest,
      thisSlot: signature.thisTemp,
      argumentsSlot: signature.ownArguments,
      newTargetSlot: null,
      usesSuper: false,
      selfSlot: null,
      captures: signature.captures,
      entry: 0,
      blocks,
      regions: this.regions,
      opaque: null,
      ...(signature.origin === undefined ? {} : { origin: signature.origin }),
    };
  }

  private block(block: ResidualBlock, id: BlockId): Block {
    const instructions: Instruction[] = [];
    const held = new Map<Slot, Operand>();
    const way = block.terminator?.op === "enterLoop" ? wayInto(block.terminator.next) : null;
    for (const param of block.params) this.ownVariable(param, instructions);
    for (const { instruction, exceptional } of [...block.instructions, ...(way?.instructions ?? [])]) {
      if (exceptional !== null) this.copies(exceptional, instructions, held);
      const mapped = mapOperands(instruction, (operand) => resolve(this.substitution, operand));
      if (mapped.op === "newCell") this.slots[mapped.dst] = { kind: "cell", name: mapped.name };
      instructions.push(mapped);
    }
    for (const edge of [...block.exceptional, ...(way?.exceptional ?? [])]) this.copies(edge, instructions, held);
    if (block.terminator?.op === "edge") this.copies(block.terminator.edge, instructions, null);
    const terminator = this.terminator(block.terminator);
    if (way?.edge != null) return this.enter(id, block, instructions, terminator, way.edge);
    return { id, region: this.region(block.region), instructions, terminator };
  }

  private ownVariable(param: Temp, instructions: Instruction[]): void {
    const value = this.contents.get(param);
    if (value === undefined) return;
    const name = this.run.nameOf(param) ?? "captured";
    this.slots[param] = { kind: "cell", name };
    instructions.push({ op: "newCell", dst: param, name, initialized: false }, { op: "initCell", cell: param, value });
  }

  /** What the head's parameters start with is assigned in front of the loop, which may go over what one of them held. */
  private enter(
    id: BlockId,
    block: ResidualBlock,
    instructions: Instruction[],
    terminator: Terminator,
    edge: ResidualEdge,
  ): Block {
    const copies: Instruction[] = [];
    this.copies(edge, copies, null);
    const source =
      terminator.op === "enterForOf" ? terminator.iterable : terminator.op === "enterForIn" ? terminator.object : null;
    const isOverwritten =
      typeof source === "number" && copies.some((step) => step.op === "copy" && step.dst === source);
    const saved = isOverwritten ? this.newSlot(source) : source;
    if (isOverwritten) instructions.push({ op: "copy", dst: saved as Slot, value: source });
    instructions.push(...copies);
    const end = {
      ...terminator,
      ...(terminator.op === "enterForOf" ? { iterable: saved } : { object: saved }),
    } as Terminator;
    return { id, region: this.region(block.region), instructions, terminator: end };
  }

  /** param := argument, all at once; `held`: what handler parameters are known to hold already */
  private copies(edge: ResidualEdge, out: Instruction[], held: Map<Slot, Operand> | null): void {
    let moves: { dst: Slot; value: Operand }[] = [];
    edge.to.block.params.forEach((to, i) => {
      if (this.substitution.has(to) || this.dead.has(to)) return;
      const param = this.contents.get(to) ?? to;
      const value = resolve(this.substitution, edge.args[i] ?? { value: undefined });
      if (value === param) return;
      const before = held?.get(param);
      if (before !== undefined && sameOperand(before, value)) return;
      held?.set(param, value);
      moves.push({ dst: param, value });
    });
    while (moves.length > 0) {
      const free = moves.findIndex((m) => !moves.some((o) => o !== m && o.value === m.dst));
      if (free >= 0) {
        const [move] = moves.splice(free, 1);
        if (move !== undefined) out.push({ op: "copy", dst: move.dst, value: move.value });
        continue;
      }
      const [head] = moves;
      if (head === undefined) return;
      const saved = this.newSlot(head.dst);
      out.push({ op: "copy", dst: saved, value: head.dst });
      moves = moves.map((m) => (m.value === head.dst ? { ...m, value: saved } : m));
    }
  }

  private newSlot(like: Slot): Slot {
    const name = this.slots[like]?.name;
    this.slots.push(name === undefined ? { kind: "temporary" } : { kind: "variable", name });
    return this.slots.length - 1;
  }

  private region(region: ResidualRegion | null): RegionId | null {
    if (region === null) return null;
    if (region.kind === "try" && !this.catches(region)) return this.region(region.parent);
    const known = this.regionIds.get(region);
    if (known !== undefined) return known;
    const parent = this.region(region.parent);
    const id = this.regions.length;
    this.regionIds.set(region, id);
    this.regions.push(
      region.kind === "try"
        ? { kind: "try", id, parent, handler: this.idOf(region.handler?.block), exception: region.exception }
        : { kind: region.kind, id, parent },
    );
    return id;
  }

  private catches(region: ResidualRegion): boolean {
    return region.handler !== null && this.ids.has(region.handler.block);
  }

  private idOf(block: ResidualBlock | undefined): BlockId {
    const id = block === undefined ? undefined : this.ids.get(block);
    if (id === undefined) throw new Error("a residual block that nothing leads to");
    return id;
  }

  private terminator(end: ResidualTerminator | null): Terminator {
    const value = (operand: Operand): Operand => resolve(this.substitution, operand);
    switch (end?.op) {
      case "goto":
        return { op: "jump", to: this.idOf(end.block) };
      case "edge":
        return { op: "jump", to: this.idOf(end.edge.to.block) };
      case "branch":
        return { op: "branch", condition: value(end.condition), then: this.idOf(end.then), else: this.idOf(end.else) };
      case "switch":
        return {
          op: "switch",
          value: value(end.value),
          cases: end.cases.map((c) => ({ test: c.test, to: this.idOf(c.to) })),
          default: this.idOf(end.default),
        };
      case "return":
        return { op: "return", value: value(end.value) };
      case "throw":
        return { op: "throw", value: value(end.value) };
      case "enterTry":
        if (!this.catches(end.region)) return { op: "jump", to: this.idOf(end.body) };
        return { op: "enterTry", region: this.region(end.region) ?? 0, body: this.idOf(end.body) };
      case "enterLoop": {
        const region = this.region(end.region) ?? 0;
        // the head of the loop itself: what its parameters start with is assigned in front of the loop
        const next = this.idOf(wayInto(end.next).edge?.to.block ?? end.next);
        return end.region.kind === "forOf"
          ? { op: "enterForOf", region, iterable: value(end.iterable), next }
          : { op: "enterForIn", region, object: value(end.iterable), next };
      }
      case "nextLoop": {
        const targets = {
          region: this.region(end.region) ?? 0,
          value: end.value,
          body: this.idOf(end.body),
          exit: this.idOf(end.exit),
        };
        return end.region.kind === "forOf" ? { op: "forOfNext", ...targets } : { op: "forInNext", ...targets };
      }
      default:
        return { op: "unreachable" };
    }
  }
}
