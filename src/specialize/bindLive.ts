/**
 * The binder of a context: `(roots, otherwise) => residual`. It walks from the roots once, checks that every static field
 * the residual was made for still holds what it held, keeps the objects that the residual refers to, and returns the
 * specialized function; at the first difference it returns `otherwise(name of what differed)`.
 *
 * Needs: the residual's captured objects and what it relied on. Promises: residual code never runs on a context that it
 * was not made for.
 */
import type { Block, Instruction, IrFunction, Operand, Slot, SlotInfo } from "../ir/types.ts";
import { Bailout } from "./limits.ts";
import type { LiveObjects, Reliance } from "./live.ts";
import type { Session } from "./session.ts";
import type { Address, Value } from "./values.ts";

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
  private readonly at = new Map<string, Slot>([["", 0]]);
  private open: Instruction[] = [];

  constructor(
    private readonly session: Session,
    private readonly live: LiveObjects,
    private readonly inner: IrFunction,
  ) {}

  build(id: number, captured: readonly Address[]): IrFunction {
    for (const reliance of this.inOrder()) this.check(reliance);
    const captures = captured.map((address): Operand => this.slotOf(this.pathOf(address)));
    const result = this.newSlot();
    this.open.push({ op: "closure", dst: result, func: this.inner.id, captures });
    this.blocks.push({
      id: this.blocks.length,
      region: null,
      instructions: this.open,
      terminator: { op: "return", value: result },
    });
    const name = `bind${this.inner.name.charAt(0).toUpperCase()}${this.inner.name.slice(1)}`;
    return {
      ...this.inner,
      id,
      name,
      kind: "function",
      length: 2,
      slots: this.slots,
      params: [0, 1],
      thisSlot: null,
      captures: [],
      entry: 0,
      blocks: this.inSequence(),
      regions: [],
    };
  }

  /** shallow objects first, so that a path is checked before what lies behind it */
  private inOrder(): Reliance[] {
    const key = (r: Reliance): string[] => [...this.pathOf(r.address), r.key];
    return [...this.live.relied.values()].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      return x.length - y.length || (x.join(".") < y.join(".") ? -1 : 1);
    });
  }

  private check({ address, key, value }: Reliance): void {
    const path = this.pathOf(address);
    if (key === "#proto") return this.compare(path, this.prototypeOf(path), value, [...path, "prototype"]);
    if (value.kind === "object" && this.live.get(value.address)?.path.join(".") === [...path, key].join("."))
      return this.present([...path, key]);
    if (value.kind === "object" && this.isClosure(value.address))
      return this.callable(this.read(path, key), [...path, key]);
    this.compare(path, this.read(path, key), value, [...path, key]);
  }

  /** a function that no name leads to: what it does cannot be compared, only that it is one */
  private isClosure(address: Address): boolean {
    return (
      this.session.world.get(address)?.kind === "function" &&
      this.session.world.intrinsicPath(address) === null &&
      !this.session.names().has(address)
    );
  }

  private callable(found: Operand, name: readonly string[]): void {
    const type = this.newSlot();
    this.open.push({ op: "unary", operator: "typeof", dst: type, value: found });
    const differs = this.newSlot();
    this.open.push({ op: "binary", operator: "!==", dst: differs, left: type, right: { value: "function" } });
    this.unless(differs, name);
  }

  /** the object that a path leads to is there at all */
  private present(path: readonly string[]): void {
    const missing = this.newSlot();
    this.open.push({ op: "unary", operator: "isNullish", dst: missing, value: this.slotOf(path) });
    this.unless(missing, path);
  }

  private compare(path: readonly string[], found: Operand, value: Value, name: readonly string[]): void {
    void path;
    const differs = this.newSlot();
    const is =
      value.kind === "const" &&
      typeof value.value === "number" &&
      (Object.is(value.value, -0) || Number.isNaN(value.value));
    if (is)
      throw new Bailout(
        `the context relies on ${name.join(".")} being ${String(value.kind === "const" ? value.value : "")}`,
      );
    this.open.push({ op: "binary", operator: "!==", dst: differs, left: found, right: this.expected(value, name) });
    this.unless(differs, name);
  }

  private expected(value: Value, name: readonly string[]): Operand {
    if (value.kind === "const") return { value: value.value };
    if (value.kind !== "object") throw new Bailout(`the context relies on ${name.join(".")}, which cannot be checked`);
    const path = this.live.get(value.address)?.path;
    if (path !== undefined) return this.slotOf(path);
    const intrinsic = this.session.world.intrinsicPath(value.address);
    if (intrinsic !== null) return this.intrinsic(intrinsic);
    const found = this.session.names().get(value.address);
    if (found === undefined) throw new Bailout(`the context relies on ${name.join(".")}, which no name leads to`);
    const base = this.session.nameOf(found.binding);
    const slot = this.newSlot();
    this.open.push({
      op: "getBinding",
      dst: slot,
      name: found.path.length === 0 ? base : this.session.nameOf({ kind: "path", base, path: found.path }),
    });
    return slot;
  }

  private intrinsic(path: string): Operand {
    const [head = "", ...rest] = path.split(".");
    let slot = this.newSlot();
    this.open.push({ op: "getGlobal", dst: slot, name: head });
    for (const key of rest) {
      const next = this.newSlot();
      this.open.push({ op: "getProp", dst: next, object: slot, key: { value: key } });
      slot = next;
    }
    return slot;
  }

  private prototypeOf(path: readonly string[]): Operand {
    const get = this.intrinsic("Object.getPrototypeOf");
    const object = this.intrinsic("Object");
    const slot = this.newSlot();
    this.open.push({ op: "call", dst: slot, callee: get, receiver: object, args: [this.slotOf(path)] });
    return slot;
  }

  private read(path: readonly string[], key: string): Operand {
    const slot = this.newSlot();
    this.open.push({ op: "getProp", dst: slot, object: this.slotOf(path), key: keyOperand(key) });
    return slot;
  }

  /** the slot of the object at a path, read once */
  private slotOf(path: readonly string[]): Slot {
    const text = path.join(".");
    const known = this.at.get(text);
    if (known !== undefined) return known;
    const key = path[path.length - 1] ?? "";
    const from = this.slotOf(path.slice(0, -1));
    const slot = this.newSlot(/^[A-Za-z_$][\w$]*$/.test(key) ? key : undefined);
    this.open.push({ op: "getProp", dst: slot, object: from, key: keyOperand(key) });
    this.at.set(text, slot);
    return slot;
  }

  /** ends the block: if the slot holds, give up with the name of what differs */
  private unless(slot: Slot, name: readonly string[]): void {
    const here = this.blocks.length;
    this.blocks.push({
      id: here,
      region: null,
      instructions: this.open,
      terminator: { op: "branch", condition: slot, then: here + 1, else: here + 2 },
    });
    const result = this.newSlot();
    const give: Instruction = {
      op: "call",
      dst: result,
      callee: 1,
      receiver: { value: undefined },
      args: [{ value: name.join(".") }],
    };
    this.blocks.push({ id: here + 1, region: null, instructions: [give], terminator: { op: "return", value: result } });
    this.open = [];
  }

  private inSequence(): Block[] {
    return this.blocks.map((block, id) => ({ ...block, id }));
  }

  private newSlot(name?: string): Slot {
    this.slots.push(name === undefined ? { kind: "temporary" } : { kind: "variable", name });
    return this.slots.length - 1;
  }

  private pathOf(address: Address): readonly string[] {
    return this.live.get(address)?.path ?? [];
  }
}

function keyOperand(key: string): Operand {
  return { value: /^(0|[1-9]\d*)$/.test(key) ? Number(key) : key };
}
