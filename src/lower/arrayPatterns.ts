/**
 * `[a, b = d, ...r]`. With plain slots as targets, and plain defaults, one `arrayPattern` does it. Otherwise the iterator is driven step by
 * step; `done` is true while the iterator itself runs, so that an exception from it does not close it, as the
 * specification has it:
 *
 *   it = open; done = false
 *   try { prepare target; if (!done) { done = true; step -> value, done }; store } catch (e) { if (!done) close quietly; throw e }
 *   if (!done) close
 */
import { definitely } from "../base/invariant.ts";
import type { Operand, Region, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { inRegion, UNDEFINED, type Context, type PreparedTarget } from "./context.ts";
import { isInert } from "./isInert.ts";
import { unwrap } from "./nodeFacts.ts";

type Prepare = (element: t.Node) => PreparedTarget;

export function lowerArrayPattern(ctx: Context, node: t.ArrayPattern, iterable: Operand, prepare: Prepare): void {
  if (!lowerAtOnce(ctx, node, iterable, prepare)) lowerBySteps(ctx, node, iterable, prepare);
}

/**
 * All targets are variables in slots. Their defaults are none, or such that it does not matter when they are given: to
 * variables that nobody can see yet, after everything has been taken.
 */
function lowerAtOnce(ctx: Context, node: t.ArrayPattern, iterable: Operand, prepare: Prepare): boolean {
  const { bindings } = ctx.module.analysis;
  const isLate = (element: t.Node): element is t.AssignmentPattern =>
    element.type === "AssignmentPattern" &&
    isInert(ctx, element.right) &&
    prepareName(element.left)?.fresh !== undefined;
  const prepareName = (target: t.Node): PreparedTarget | null =>
    unwrap(target).type === "Identifier" ? prepare(target) : null;
  const isSlot = (element: t.Node): boolean => {
    if (isLate(element)) return true;
    const inner = unwrap(element.type === "RestElement" ? element.argument : element);
    const binding = inner.type === "Identifier" ? bindings.get(inner) : null;
    return (
      binding?.storage === "slot" &&
      binding.func === ctx.info &&
      !["self", "classSelf", "function"].includes(binding.kind) &&
      !(binding.kind === "const" && prepare(element).slot === undefined)
    );
  };
  if (!node.elements.every((e) => e === null || isSlot(e))) return false;
  const slotOf = (element: t.Node): Slot => {
    const inner = unwrap(element.type === "RestElement" ? element.argument : element) as t.Identifier;
    return ctx.slotOf(definitely(bindings.get(inner), inner.name));
  };
  const dsts: (Slot | null)[] = [];
  const late: (() => void)[] = [];
  let rest: Slot | null = null;
  for (const element of node.elements) {
    if (element?.type === "RestElement") rest = slotOf(element);
    else if (element !== null && isLate(element)) {
      const taken = ctx.build.temporary();
      dsts.push(taken);
      late.push(() => prepare(element).store(taken));
    } else dsts.push(element === null ? null : slotOf(element));
  }
  ctx.build.emit({ op: "arrayPattern", iterable, dsts, rest });
  for (const store of late) store();
  return true;
}

function lowerBySteps(ctx: Context, node: t.ArrayPattern, iterable: Operand, prepare: Prepare): void {
  const { build } = ctx;
  const iterator = build.compute(undefined, (dst) => ({ op: "iterOpen", dst, iterable }));
  const done = build.temporary();
  build.copy(done, { value: false });
  const exception = build.temporary();
  const handler = build.newBlock();
  const after = build.newBlock();
  const region = build.newRegion((id, parent): Region => ({ kind: "try", id, parent, handler: handler.id, exception }));
  inRegion(ctx, region.id, () => {
    const body = build.newBlock();
    build.end({ op: "enterTry", region: region.id, body: body.id });
    build.start(body);
    for (const element of node.elements) {
      if (element === null) stepIterator(ctx, iterator, done);
      else if (element.type === "RestElement") {
        const target = prepare(element.argument);
        target.store(restOf(ctx, iterator, done));
      } else {
        const target = prepare(element);
        target.store(stepIterator(ctx, iterator, done));
      }
    }
    build.jump(after);
  });
  build.start(handler);
  closeUnlessDone(ctx, iterator, done, true);
  build.end({ op: "throw", value: exception });
  build.start(after);
  closeUnlessDone(ctx, iterator, done, false);
}

function stepIterator(ctx: Context, iterator: Slot, done: Slot): Operand {
  const { build } = ctx;
  const value = build.temporary();
  build.copy(value, UNDEFINED);
  const step = build.newBlock();
  const clear = build.newBlock();
  const join = build.newBlock();
  build.end({ op: "branch", condition: done, then: join.id, else: step.id });
  build.start(step);
  build.copy(done, { value: true });
  build.emit({ op: "iterStep", dst: value, done, iterator });
  build.end({ op: "branch", condition: done, then: clear.id, else: join.id });
  build.start(clear);
  build.copy(value, UNDEFINED);
  build.start(join);
  return value;
}

function restOf(ctx: Context, iterator: Slot, done: Slot): Operand {
  const { build } = ctx;
  const value = build.temporary();
  const step = build.newBlock();
  const empty = build.newBlock();
  const join = build.newBlock();
  build.end({ op: "branch", condition: done, then: empty.id, else: step.id });
  build.start(step);
  build.copy(done, { value: true });
  build.emit({ op: "iterRest", dst: value, iterator });
  build.jump(join);
  build.start(empty);
  build.emit({ op: "array", dst: value, elements: [] });
  build.start(join);
  return value;
}

function closeUnlessDone(ctx: Context, iterator: Slot, done: Slot, quiet: boolean): void {
  const { build } = ctx;
  const close = build.newBlock();
  const join = build.newBlock();
  build.end({ op: "branch", condition: done, then: join.id, else: close.id });
  build.start(close);
  build.emit({ op: "iterClose", iterator, quiet });
  build.start(join);
}
