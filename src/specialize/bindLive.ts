/**
 * The binder of a context: `(roots, otherwise) => residual`. It checks once that every static field the residual was made
 * for still holds what it held, keeps the objects that the residual refers to, and returns the specialized function; at
 * the first difference it returns `otherwise(name of what differs)`.
 *
 *   const difference = differs(roots, { sk: { limit: 5 } });
 *   if (difference !== null) return otherwise(difference);
 *   const sk = roots.sk;
 *   return function send(text) { ... };
 *
 * Needs: the residual's captured objects and what it relied on. Promises: residual code never runs on a context that it
 * was not made for. The check itself is in runtime/differs.ts; here is only the literal that it is given.
 */
import type { Block, Instruction, IrFunction, Operand, Slot, SlotInfo } from "../ir/types.ts";
import type { Expected, ExpectedObject } from "./expectLive.ts";
import { expectLive } from "./expectLive.ts";
import { Bailout } from "./limits.ts";
import type { LiveObjects } from "./live.ts";
import type { Session } from "./session.ts";
import type { Address, Value } from "./values.ts";

const RUNTIME = "babel-plugin-specialize/runtime";
const ROOTS: Slot = 0;
const OTHERWISE: Slot = 1;

/** The binder as function `id` of the output; `inner` is the residual, which captures `captured` in order. */
export function bindLive(
  session: Session,
  live: LiveObjects,
  id: number,
  inner: IrFunction,
  captured: readonly Address[],
): IrFunction {
  return new Binder(session, live, inner).build(id, captured);
}

class Binder {
  private readonly slots: SlotInfo[] = [
    { kind: "param", name: "roots" },
    { kind: "param", name: "otherwise" },
  ];
  private readonly blocks: Block[] = [];
  private readonly at = new Map<string, Slot>();
  private open: Instruction[] = [];

  constructor(
    private readonly session: Session,
    private readonly live: LiveObjects,
    private readonly inner: IrFunction,
  ) {}

  build(id: number, captured: readonly Address[]): IrFunction {
    const expected = expectLive(this.session, this.live, captured);
    if (expected.prototype !== null || expected.fields.length > 0) this.check(expected);
    const captures = captured.map((address): Operand => this.slotOf(this.live.get(address)?.path ?? []));
    const result = this.newSlot();
    this.open.push({ op: "closure", dst: result, func: this.inner.id, captures });
    this.end({ op: "return", value: result });
    const name = `bind${this.inner.name.charAt(0).toUpperCase()}${this.inner.name.slice(1)}`;
    return {
      ...this.inner,
      id,
      name,
      kind: "function",
      length: 2,
      slots: this.slots,
      params: [ROOTS, OTHERWISE],
      thisSlot: null,
      captures: [],
      entry: 0,
      blocks: this.blocks,
      regions: [],
    };
  }

  private check(expected: ExpectedObject): void {
    const difference = this.newSlot("difference");
    const callee = this.runtime("differs");
    this.call(difference, callee, [ROOTS, this.literal(expected)]);
    const isThere = this.newSlot();
    this.open.push({ op: "binary", operator: "!==", dst: isThere, left: difference, right: { value: null } });
    const here = this.blocks.length;
    this.end({ op: "branch", condition: isThere, then: here + 1, else: here + 2 });
    const result = this.newSlot();
    this.call(result, OTHERWISE, [difference]);
    this.end({ op: "return", value: result });
  }

  private literal({ prototype, isArray, fields }: ExpectedObject): Operand {
    if (prototype !== null) {
      const callee = this.runtime("instance");
      const args = [this.value(prototype), this.literal({ prototype: null, isArray, fields })];
      return this.call(this.newSlot(), callee, args);
    }
    const values = fields.map(([key, expected]) => this.operand(expected, key));
    const dst = this.newSlot();
    if (isArray) this.open.push({ op: "array", dst, elements: values });
    else {
      const properties = fields.map(([key], n) => ({
        kind: "init" as const,
        key: { value: key },
        value: values[n] ?? { value: undefined },
      }));
      this.open.push({ op: "object", dst, properties });
    }
    return dst;
  }

  private operand(expected: Expected, key: string): Operand {
    switch (expected.kind) {
      case "object":
        return this.literal(expected.object);
      case "alias":
        return this.call(this.newSlot(), this.runtime("at"), [{ value: expected.path }]);
      case "closure":
        return this.runtime("isFunction");
      case "value": {
        const { value } = expected;
        const owner = this.ownerOf(value, key);
        if (owner !== null) return this.call(this.newSlot(), this.runtime("method"), [owner]);
        // Objects would be taken for what they have to look like.
        const isObject = value.kind === "object" && this.session.world.get(value.address)?.kind !== "function";
        if (!isObject) return this.value(value);
        const callee = this.runtime("is");
        return this.call(this.newSlot(), callee, [this.value(value)]);
      }
    }
  }

  /** The class whose method of this name the value is, where its name says so; else null. */
  private ownerOf(value: Value, key: string): Operand | null {
    if (value.kind !== "object" || this.session.world.get(value.address)?.kind !== "function") return null;
    const found = this.session.names().get(value.address);
    if (found === undefined || found.path.at(-2) !== "prototype" || found.path.at(-1) !== key) return null;
    const slot = this.newSlot();
    this.open.push({ op: "getBinding", dst: slot, name: this.session.nameOf(found.binding) });
    return this.follow(slot, found.path.slice(0, -2));
  }

  /** A primitive, or what a name leads to. */
  private value(value: Value): Operand {
    if (value.kind === "const") return { value: value.value };
    if (value.kind !== "object") throw new Bailout("the context relies on a symbol, which cannot be checked");
    const intrinsic = this.session.world.intrinsicPath(value.address);
    if (intrinsic?.startsWith("%") === true || intrinsic?.includes("@@") === true)
      throw new Bailout(`the context relies on the built-in ${intrinsic}`);
    if (intrinsic !== null) {
      const [head = "", ...rest] = intrinsic.split(".");
      const slot = this.newSlot();
      this.open.push({ op: "getGlobal", dst: slot, name: head });
      return this.follow(slot, rest);
    }
    const found = this.session.names().get(value.address);
    if (found === undefined) {
      const what = this.session.world.get(value.address)?.site ?? "an object";
      throw new Bailout(`the context relies on ${what}, which no name leads to`);
    }
    const slot = this.newSlot();
    this.open.push({ op: "getBinding", dst: slot, name: this.session.nameOf(found.binding) });
    return this.follow(slot, found.path);
  }

  private runtime(name: string): Slot {
    const slot = this.newSlot();
    const reference = this.session.nameOf({ kind: "external", module: RUNTIME, name });
    this.open.push({ op: "getBinding", dst: slot, name: reference });
    return slot;
  }

  private call(dst: Slot, callee: Slot, args: readonly Operand[]): Slot {
    this.open.push({ op: "call", dst, callee, receiver: { value: undefined }, args });
    return dst;
  }

  private follow(from: Slot, path: readonly string[]): Slot {
    return path.reduce((object, key) => {
      const dst = this.newSlot();
      this.open.push({ op: "getProp", dst, object, key: keyOperand(key) });
      return dst;
    }, from);
  }

  /** the slot of the object at a path, read once */
  private slotOf(path: readonly string[]): Slot {
    const text = JSON.stringify(path);
    const known = path.length === 0 ? ROOTS : this.at.get(text);
    if (known !== undefined) return known;
    const key = path[path.length - 1] ?? "";
    const object = this.slotOf(path.slice(0, -1));
    const dst = this.newSlot(/^[A-Za-z_$][\w$]*$/.test(key) ? key : undefined);
    this.open.push({ op: "getProp", dst, object, key: keyOperand(key) });
    this.at.set(text, dst);
    return dst;
  }

  private end(terminator: Block["terminator"]): void {
    this.blocks.push({ id: this.blocks.length, region: null, instructions: this.open, terminator });
    this.open = [];
  }

  private newSlot(name?: string): Slot {
    this.slots.push(name === undefined ? { kind: "temporary" } : { kind: "variable", name });
    return this.slots.length - 1;
  }
}

function keyOperand(key: string): Operand {
  return { value: /^(0|[1-9]\d*)$/.test(key) ? Number(key) : key };
}
