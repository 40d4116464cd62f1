/**
 * The rest of an object pattern, copied key by key, where the reads in front of it do not stand together.
 *
 * Needs: what `joinObjectPatterns` has left. Promises: no `objectRest` is left; the object is asked for its keys, and each
 * key for its property and value, as the pattern does. Example:
 *
 *   r = objectRest s without "a"   =>   r = {}; for each key of Reflect.ownKeys(s), not "a", enumerable: r[key] = s[key]
 *
 * After: ECMA-262, 7.3.26 CopyDataProperties.
 */
import type { Instruction, IrFunction } from "../ir/types.ts";
import { GraphWriter } from "./graphWriter.ts";

export function expandObjectRest(fn: IrFunction): IrFunction {
  if (!fn.blocks.some((block) => block.instructions.some(({ op }) => op === "objectRest"))) return fn;
  return new Expander(fn).expand();
}

class Expander extends GraphWriter {
  expand(): IrFunction {
    this.rewrite(
      ({ op }) => op === "objectRest",
      (step) => this.#copy(step as Extract<Instruction, { op: "objectRest" }>),
    );
    return this.result();
  }

  #copy({ dst, source, excluded }: Extract<Instruction, { op: "objectRest" }>): void {
    const [toObject, from, index] = [this.temporary(), this.temporary("source"), this.temporary("index")];
    this.emit({ op: "getGlobal", dst: toObject, name: "Object" });
    this.emit({ op: "call", dst: from, callee: toObject, receiver: { value: undefined }, args: [source] });
    this.emit({ op: "object", dst, properties: [] });
    const keys = this.callStatic("Reflect", "ownKeys", [from]);
    this.emit({ op: "copy", dst: index, value: { value: 0 } });
    const [head, body, next, exit] = [this.newBlock(), this.newBlock(), this.newBlock(), this.newBlock()];
    this.end({ op: "jump", to: head });
    this.start(head, this.region);
    const isMore = this.temporary();
    this.emit({ op: "binary", operator: "<", dst: isMore, left: index, right: this.get(keys, "length") });
    this.branch(isMore, body, exit);
    this.start(body, this.region);
    const key = this.temporary("key");
    this.emit({ op: "getProp", dst: key, object: keys, key: index });
    for (const one of excluded) {
      const isSame = this.temporary();
      this.emit({ op: "binary", operator: "===", dst: isSame, left: key, right: one });
      this.#unless(isSame, next);
    }
    const property = this.callStatic("Reflect", "getOwnPropertyDescriptor", [from, key]);
    const isGone = this.temporary();
    this.emit({ op: "unary", operator: "isNullish", dst: isGone, value: property });
    this.#unless(isGone, next);
    const isHidden = this.temporary();
    this.emit({ op: "unary", operator: "!", dst: isHidden, value: this.get(property, "enumerable") });
    this.#unless(isHidden, next);
    this.#define(dst, key, from);
    this.end({ op: "jump", to: next });
    this.start(next, this.region);
    this.emit({ op: "binary", operator: "+", dst: index, left: index, right: { value: 1 } });
    this.end({ op: "jump", to: head });
    this.start(exit, this.region);
  }

  /** An own property, also when it is called `__proto__`. */
  #define(object: number, key: number, from: number): void {
    const [value, descriptor] = [this.temporary(), this.temporary()];
    this.emit({ op: "getProp", dst: value, object: from, key });
    const flags = ["writable", "enumerable", "configurable"].map((name) => [name, { value: true }] as const);
    this.emit({
      op: "object",
      dst: descriptor,
      properties: [["value", value] as const, ...flags].map(([name, to]) => ({
        kind: "init",
        key: { value: name },
        value: to,
      })),
    });
    this.callStatic("Reflect", "defineProperty", [object, key, descriptor]);
  }

  /** Goes on, or to the block where the condition holds. */
  #unless(condition: number, to: number): void {
    const go = this.newBlock();
    this.branch(condition, to, go);
    this.start(go, this.region);
  }
}
