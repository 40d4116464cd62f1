/**
 * What a binder has to find, as a tree that mirrors the live objects: one node for each object that the residual relied
 * on or refers to, with what its fields have to hold.
 *
 * Needs: the reliances of a residual and the objects it captured. Promises: fields in the order in which a literal has
 * them (indices, then names), so that the order of the check does not depend on the order of specialization; an object
 * that two paths lead to is a node under the shorter one (live.ts finds it so), and an alias under the others.
 */
import { invariant } from "../base/invariant.ts";
import { Bailout } from "./limits.ts";
import { arrayIndex } from "./lookup.ts";
import type { LiveObjects, Reliance } from "./live.ts";
import type { Session } from "./session.ts";
import type { Address, Value } from "./values.ts";

export type Expected =
  | { readonly kind: "object"; readonly object: ExpectedObject }
  /** a primitive, or an object or function that a name leads to */
  | { readonly kind: "value"; readonly value: Value }
  /** the same object or function as at this path */
  | { readonly kind: "alias"; readonly path: string }
  /** a function that no name leads to: what it does cannot be compared, only that it is one */
  | { readonly kind: "closure" };

export interface ExpectedObject {
  readonly prototype: Value | null;
  /** an array of exactly these elements */
  readonly isArray: boolean;
  readonly fields: readonly (readonly [key: string, expected: Expected])[];
}

export function expectLive(session: Session, live: LiveObjects, captured: readonly Address[]): ExpectedObject {
  const tree = new Tree(session, live);
  for (const address of captured) tree.nodeAt(tree.pathOf(address));
  const reliances = [...live.relied.values()].map((reliance) => ({ reliance, text: textOf(tree.placeOf(reliance)) }));
  reliances.sort((a, b) => (a.text < b.text ? -1 : 1));
  for (const { reliance } of reliances) tree.add(reliance);
  return tree.finish();
}

interface Node {
  readonly path: readonly string[];
  prototype: Value | null;
  isArray: boolean;
  readonly fields: Map<string, Node | Exclude<Expected, { kind: "object" }>>;
}

class Tree {
  private readonly root: Node = { path: [], prototype: null, isArray: false, fields: new Map() };
  private readonly closures = new Map<Address, string>();
  private readonly texts = new Set<string>();

  constructor(
    private readonly session: Session,
    private readonly live: LiveObjects,
  ) {}

  pathOf(address: Address): readonly string[] {
    return this.live.get(address)?.path ?? [];
  }

  placeOf({ address, key }: Reliance): readonly string[] {
    return [...this.pathOf(address), key];
  }

  nodeAt(path: readonly string[]): Node {
    let node = this.root;
    path.forEach((key, n) => {
      let next = node.fields.get(key);
      invariant(next === undefined || !("kind" in next), "a path leads through what is no object");
      if (next === undefined) {
        next = { path: path.slice(0, n + 1), prototype: null, isArray: false, fields: new Map() };
        node.fields.set(key, next);
      }
      node = next;
    });
    return node;
  }

  add({ address, key, value }: Reliance): void {
    if (isSymbol(key)) return this.addSymbol(key, value);
    const node = this.nodeAt(this.pathOf(address));
    node.isArray ||= this.session.world.get(address)?.kind === "array";
    if (key === "#proto") node.prototype = value;
    else if (value.kind === "object" && this.isAt(value.address, [...node.path, key])) this.nodeAt([...node.path, key]);
    else node.fields.set(key, this.expect(value, [...node.path, key]));
  }

  /** That a symbol is not there needs no more than the prototypes, which are relied on besides. */
  private addSymbol(key: string, value: Value): void {
    if (value.kind !== "const" || value.value !== undefined) throw new Bailout(`the context relies on a field ${key}`);
  }

  private isAt(address: Address, path: readonly string[]): boolean {
    const found = this.live.get(address)?.path;
    return found !== undefined && textOf(found) === textOf(path);
  }

  private expect(value: Value, path: readonly string[]): Exclude<Expected, { kind: "object" }> {
    if (value.kind !== "object") return { kind: "value", value };
    const object = this.live.get(value.address);
    if (object !== undefined) {
      this.nodeAt(object.path);
      return { kind: "alias", path: object.path.join(".") };
    }
    if (!this.isClosure(value.address)) return { kind: "value", value };
    const first = this.closures.get(value.address);
    if (first !== undefined) return { kind: "alias", path: first };
    this.closures.set(value.address, path.join("."));
    return { kind: "closure" };
  }

  private isClosure(address: Address): boolean {
    return (
      this.session.world.get(address)?.kind === "function" &&
      this.session.world.intrinsicPath(address) === null &&
      !this.session.names().has(address)
    );
  }

  finish(): ExpectedObject {
    return this.finished(this.root);
  }

  private finished(node: Node): ExpectedObject {
    const fields = [...node.fields].sort(([a], [b]) => compareKeys(a, b));
    const elements = fields.filter(([key]) => key !== "length");
    const length = node.fields.get("length");
    const isArray =
      node.isArray &&
      length !== undefined &&
      "kind" in length &&
      length.kind === "value" &&
      length.value.kind === "const" &&
      length.value.value === elements.length &&
      elements.every(([key], n) => key === String(n));
    return {
      prototype: node.prototype,
      isArray,
      fields: (isArray ? elements : fields).map(([key, expected]) => {
        this.takeText([...node.path, key]);
        return [key, "kind" in expected ? expected : { kind: "object", object: this.finished(expected) }];
      }),
    };
  }

  /** Paths are told apart by their text, in aliases and in the name of what differs. */
  private takeText(path: readonly string[]): void {
    const text = path.join(".");
    if (this.texts.has(text)) throw new Bailout(`two paths of the context are both written ${text}`);
    this.texts.add(text);
  }
}

function isSymbol(key: string): boolean {
  return key.startsWith("@@");
}

/** No two paths have the same. */
function textOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** The order of the fields of a literal: indices by their number, then names. */
function compareKeys(a: string, b: string): number {
  const [x, y] = [arrayIndex(a), arrayIndex(b)];
  if (x !== null && y !== null) return x - y;
  if (x !== null || y !== null) return x !== null ? -1 : 1;
  return a < b ? -1 : 1;
}
