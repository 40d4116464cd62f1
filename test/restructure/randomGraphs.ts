/** Random control-flow graphs, reducible or not, with a run of their own to compare with. */
import type { Block, Instruction, IrFunction, IrModule, Operand, Slot, Terminator } from "../../src/ir/types.ts";

/** Deterministic numbers in [0, bound). */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed | 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % bound;
  };
}

export interface RandomGraph {
  readonly module: IrModule;
  readonly fn: IrFunction;
}

const ask = 0;
const note = 1;
const firstVariable = 2;

/**
 * `function (ask, note)`: blocks compute with variables, call `note(k, x)` and branch on `ask()`. All variables are set in
 * the entry block. `forward`: edges lead forwards, but for loops that the graph is given on purpose.
 */
export function randomGraph(seed: number, size: number, forward: boolean): RandomGraph {
  const random = randomNumbers(seed);
  const variables = 3;
  let slots = firstVariable + variables;
  const temporary = (): Slot => slots++;
  const variable = (): Slot => firstVariable + random(variables);
  const operand = (): Operand => (random(3) === 0 ? { value: random(5) } : variable());
  const blocks: Block[] = [];
  const target = (id: number): number => {
    const low = forward && random(5) !== 0 ? id + 1 : 1;
    return Math.min(size - 1, low + random(Math.max(1, size - low)));
  };
  for (let id = 0; id < size; id++) {
    const instructions: Instruction[] = [];
    if (id === 0)
      for (let v = 0; v < variables; v++)
        instructions.push({ op: "copy", dst: firstVariable + v, value: { value: v } });
    for (let n = random(3); n > 0; n--) {
      const dst = random(2) === 0 ? variable() : temporary();
      instructions.push({
        op: "binary",
        operator: random(2) === 0 ? "+" : "*",
        dst,
        left: operand(),
        right: operand(),
      });
      const cut: Slot = temporary();
      instructions.push({ op: "binary", operator: "&", dst: cut, left: dst, right: { value: 0xffff } });
      instructions.push({ op: "copy", dst: variable(), value: cut });
    }
    if (random(2) === 0) {
      instructions.push({
        op: "call",
        dst: temporary(),
        callee: note,
        receiver: { value: undefined },
        args: [{ value: id }, variable()],
      });
    }
    blocks.push({ id, region: null, instructions, terminator: terminate(id) });
  }
  function terminate(id: number): Terminator {
    if (id === size - 1) return { op: "return", value: variable() };
    switch (random(6)) {
      case 0:
        return { op: "jump", to: target(id) };
      case 1:
        return {
          op: "switch",
          value: variable(),
          cases: [0, 1, 2].map((test) => ({ test, to: target(id) })),
          default: target(id),
        };
      case 2:
        return random(3) === 0 ? { op: "return", value: variable() } : { op: "jump", to: target(id) };
      default:
        return { op: "branch", condition: -1, then: target(id), else: target(id) };
    }
  }
  const finished = blocks.map((block): Block => {
    if (block.terminator.op !== "branch") return block;
    const condition = temporary();
    const call: Instruction = { op: "call", dst: condition, callee: ask, receiver: { value: undefined }, args: [] };
    return { ...block, instructions: [...block.instructions, call], terminator: { ...block.terminator, condition } };
  });
  const fn: IrFunction = {
    id: 0,
    name: "random",
    kind: "function",
    strict: true,
    length: 2,
    parent: null,
    slots: Array.from({ length: slots }, (_, slot) =>
      slot < firstVariable
        ? { kind: "param", name: slot === ask ? "ask" : "note" }
        : slot < firstVariable + variables
          ? { kind: "variable", name: `v${slot - firstVariable}` }
          : { kind: "temporary" },
    ),
    params: [ask, note],
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    blocks: finished,
    regions: [],
    opaque: null,
  };
  return { fn, module: { file: "random.js", functions: [fn], bindings: new Map() } };
}

type Note = (id: number, value: number) => void;

/** What the graph does, read off the graph. */
export function runGraph(fn: IrFunction, askNow: () => boolean, noteNow: Note): unknown {
  const values: unknown[] = [askNow, noteNow];
  const read = (operand: Operand): any => (typeof operand === "number" ? values[operand] : operand.value);
  for (let block = fn.blocks[fn.entry]!; ;) {
    for (const step of block.instructions) {
      if (step.op === "copy") values[step.dst] = read(step.value);
      else if (step.op === "binary") {
        const [left, right] = [read(step.left), read(step.right)];
        values[step.dst] = step.operator === "+" ? left + right : step.operator === "*" ? left * right : left & right;
      } else if (step.op === "call") values[step.dst] = read(step.callee)(...step.args.map((a) => read(a as Operand)));
      else throw new Error(step.op);
    }
    const end = block.terminator;
    if (end.op === "return") return read(end.value);
    if (end.op === "jump") block = fn.blocks[end.to]!;
    else if (end.op === "branch") block = fn.blocks[read(end.condition) ? end.then : end.else]!;
    else if (end.op === "switch")
      block = fn.blocks[end.cases.find((c) => c.test === read(end.value))?.to ?? end.default]!;
    else throw new Error(end.op);
  }
}

class Stop extends Error {}

/** A trace of at most some hundred events; answers come from the seed. */
export function trace(run: (ask: () => boolean, note: Note) => unknown, seed: number): string {
  const random = randomNumbers(seed);
  const events: string[] = [];
  const add = (event: string): void => {
    if (events.length >= 300) throw new Stop();
    events.push(event);
  };
  try {
    const result = run(
      () => {
        const answer = random(2) === 0;
        add(String(answer));
        return answer;
      },
      (id, value) => add(`${id}:${value}`),
    );
    add(`returns ${String(result)}`);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return events.join(" ");
}

/** Loops in which nothing happens would not end. */
export function alwaysMoves(fn: IrFunction): boolean {
  const quiet = new Set(fn.blocks.filter((b) => !b.instructions.some((i) => i.op === "call")).map((b) => b.id));
  const state = new Map<number, "open" | "done">();
  const visit = (id: number): boolean => {
    if (!quiet.has(id) || state.get(id) === "done") return true;
    if (state.get(id) === "open") return false;
    state.set(id, "open");
    const end = fn.blocks[id]!.terminator;
    const to =
      end.op === "jump"
        ? [end.to]
        : end.op === "branch"
          ? [end.then, end.else]
          : end.op === "switch"
            ? [...end.cases.map((c) => c.to), end.default]
            : [];
    const fine = to.every(visit);
    state.set(id, "done");
    return fine;
  };
  return fn.blocks.every((b) => visit(b.id));
}
