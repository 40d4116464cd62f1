/**
 * The iterator protocol by steps, written out: what native syntax has no form for (`[a = f(), [b]] = x` with effects in
 * between) becomes reads, calls and tests.
 *
 * Needs: each iterator slot is written by one `iterOpen`. Promises: the same calls in the same order, and none of the four
 * instructions is left. Example:
 *
 *   it = iterOpen x        =>  it = x[Symbol.iterator](); next = it.next
 *   v, done = iterStep it  =>  r = next.call(it); done = Boolean(r.done); v = done ? undefined : r.value
 *
 * After: ECMA-262, 7.4 Operations on Iterator Objects.
 */
import type { BlockId, Instruction, IrFunction, Slot } from "../ir/types.ts";
import { GraphWriter } from "./graphWriter.ts";
import { Refusal } from "./tree.ts";

const OPS: ReadonlySet<string> = new Set(["iterOpen", "iterStep", "iterRest", "iterClose"]);

export function expandIterators(fn: IrFunction): IrFunction {
  if (!fn.blocks.some((block) => block.instructions.some(({ op }) => OPS.has(op)))) return fn;
  return new Expander(fn).expand();
}

type Step<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;

class Expander extends GraphWriter {
  readonly #nextOf = new Map<Slot, Slot>();

  expand(): IrFunction {
    for (const block of this.fn.blocks)
      for (const step of block.instructions)
        if (step.op === "iterOpen") {
          if (this.#nextOf.has(step.dst)) throw new Refusal("an iterator that is opened in several places");
          this.#nextOf.set(step.dst, this.temporary("next"));
        }
    this.rewrite(
      ({ op }) => OPS.has(op),
      (step) => this.#step(step),
    );
    return this.result();
  }

  #step(step: Instruction): void {
    switch (step.op) {
      case "iterOpen":
        return this.#open(step);
      case "iterStep":
        return this.#advance(step);
      case "iterRest":
        return this.#rest(step);
      case "iterClose":
        return step.quiet ? this.#closeQuietly(step) : this.#close(step);
      default:
        this.emit(step);
    }
  }

  #open({ dst, iterable, origin }: Step<"iterOpen">): void {
    const symbol = this.temporary();
    this.emit({ op: "getGlobal", dst: symbol, name: "Symbol" });
    const key = this.get(symbol, "iterator");
    const method = this.temporary();
    this.emit({ op: "getProp", dst: method, object: iterable, key, ...(origin && { origin }) });
    this.emit({ op: "call", dst, callee: method, receiver: iterable, args: [] });
    this.#requireObject(dst, null);
    this.emit({ op: "getProp", dst: this.#nextOf.get(dst)!, object: dst, key: { value: "next" } });
  }

  #advance({ dst, done, iterator }: Step<"iterStep">): void {
    const result = this.#result(iterator);
    const isDone = this.get(result, "done");
    const [over, more, join] = [this.newBlock(), this.newBlock(), this.newBlock()];
    this.branch(isDone, over, more);
    this.start(over, this.region);
    this.emit({ op: "copy", dst, value: { value: undefined } });
    this.emit({ op: "copy", dst: done, value: { value: true } });
    this.end({ op: "jump", to: join });
    this.start(more, this.region);
    this.emit({ op: "getProp", dst, object: result, key: { value: "value" } });
    this.emit({ op: "copy", dst: done, value: { value: false } });
    this.end({ op: "jump", to: join });
    this.start(join, this.region);
  }

  #rest({ dst, iterator }: Step<"iterRest">): void {
    const count = this.temporary("count");
    this.emit({ op: "array", dst, elements: [] });
    this.emit({ op: "copy", dst: count, value: { value: 0 } });
    const [head, more, exit] = [this.newBlock(), this.newBlock(), this.newBlock()];
    this.end({ op: "jump", to: head });
    this.start(head, this.region);
    const result = this.#result(iterator);
    this.branch(this.get(result, "done"), exit, more);
    this.start(more, this.region);
    this.emit({ op: "setProp", object: dst, key: count, value: this.get(result, "value") });
    this.emit({ op: "binary", operator: "+", dst: count, left: count, right: { value: 1 } });
    this.end({ op: "jump", to: head });
    this.start(exit, this.region);
  }

  #close({ iterator }: Step<"iterClose">): void {
    const closed = this.#callReturn(iterator);
    const result = this.temporary();
    this.emit({ op: "call", dst: result, callee: closed.method, receiver: iterator, args: [] });
    this.#requireObject(result, "");
    this.end({ op: "jump", to: closed.after });
    this.start(closed.after, this.region);
  }

  /** An exception is on its way: what closing throws is dropped. */
  #closeQuietly({ iterator }: Step<"iterClose">): void {
    const outer = this.region;
    const [body, handler, after] = [this.newBlock(), this.newBlock(), this.newBlock()];
    const id = this.regions.length;
    this.regions.push({ kind: "try", id, parent: outer, handler, exception: this.temporary() });
    this.end({ op: "enterTry", region: id, body });
    this.start(body, id);
    const closed = this.#callReturn(iterator);
    this.emit({ op: "call", dst: this.temporary(), callee: closed.method, receiver: iterator, args: [] });
    this.end({ op: "jump", to: closed.after });
    this.start(closed.after, id);
    this.end({ op: "jump", to: after });
    this.start(handler, outer);
    this.end({ op: "jump", to: after });
    this.start(after, outer);
  }

  /** `return` of the iterator, if it has one; goes on where it does. */
  #callReturn(iterator: Slot): { readonly method: Slot; readonly after: BlockId } {
    const method = this.get(iterator, "return");
    const isMissing = this.temporary();
    this.emit({ op: "unary", operator: "isNullish", dst: isMissing, value: method });
    const [call, after] = [this.newBlock(), this.newBlock()];
    this.branch(isMissing, after, call);
    this.start(call, this.region);
    return { method, after };
  }

  /** What the next step gives. */
  #result(iterator: Slot): Slot {
    const next = this.#nextOf.get(iterator);
    if (next === undefined) throw new Refusal("an iterator that comes from several places");
    const result = this.temporary("step");
    this.emit({ op: "call", dst: result, callee: next, receiver: iterator, args: [] });
    this.#requireObject(result, "Iterator result ");
    return result;
  }

  /** Throws unless the slot holds an object; null: it is an iterator that is asked for. */
  #requireObject(value: Slot, what: string | null): void {
    const [constructor, same, isObject] = [this.temporary(), this.temporary(), this.temporary()];
    this.emit({ op: "getGlobal", dst: constructor, name: "Object" });
    this.emit({ op: "call", dst: same, callee: constructor, receiver: { value: undefined }, args: [value] });
    this.emit({ op: "binary", operator: "===", dst: isObject, left: same, right: value });
    const [fail, go] = [this.newBlock(), this.newBlock()];
    this.branch(isObject, go, fail);
    this.start(fail, this.region);
    if (what === null) {
      const message = "Result of the Symbol.iterator method is not an object";
      this.emit({ op: "throwError", error: "TypeError", message });
      this.end({ op: "unreachable" });
    } else this.#throwNoObject(value, what);
    this.start(go, this.region);
  }

  #throwNoObject(value: Slot, what: string): void {
    const [type, text, message, error] = [this.temporary(), this.temporary(), this.temporary(), this.temporary()];
    this.emit({ op: "getGlobal", dst: type, name: "TypeError" });
    this.emit({ op: "unary", operator: "toString", dst: text, value });
    this.emit({ op: "template", dst: message, quasis: [what, " is not an object"], values: [text] });
    this.emit({ op: "construct", dst: error, callee: type, args: [message] });
    this.end({ op: "throw", value: error });
  }
}
