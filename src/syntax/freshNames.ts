import { t } from "./babel.ts";

/** Names that generated code must not bind: they mean something where it may land. */
const reserved: readonly string[] = [
  "arguments",
  "eval",
  "undefined",
  "NaN",
  "Infinity",
  "async",
  "await",
  "yield",
  "let",
];

/** Makes identifiers that clash with no name it was told of and with none it made before. */
export class FreshNames {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...reserved, ...taken]);
  }

  /** `hint` itself when it is free and an identifier, else `hint$1`, `hint$2`, ... Deterministic. */
  fresh(hint: string): string {
    const base = toIdentifier(hint);
    if (!this.#taken.has(base)) return this.#take(base);
    for (let count = this.#next.get(base) ?? 1; ; count++) {
      const name = `${base}$${count}`;
      if (this.#taken.has(name)) continue;
      this.#next.set(base, count + 1);
      return this.#take(name);
    }
  }

  isTaken(name: string): boolean {
    return this.#taken.has(name);
  }

  /** From now on nothing fresh is called so. */
  reserve(name: string): void {
    this.#taken.add(name);
  }

  /** The same names are taken; what either makes from here on is nothing to the other. */
  copy(): FreshNames {
    const copy = new FreshNames(this.#taken);
    for (const [base, count] of this.#next) copy.#next.set(base, count);
    return copy;
  }

  #take(name: string): string {
    this.#taken.add(name);
    return name;
  }
}

function toIdentifier(hint: string): string {
  const cleaned = hint.replace(/[^\p{ID_Continue}$_]/gu, "_").replace(/\$\d+$/, "");
  const name = /^[\p{ID_Start}$_]/u.test(cleaned) ? cleaned : `_${cleaned}`;
  return t.isValidIdentifier(name) ? name : `_${name}`;
}

/** Every identifier written anywhere in the tree, bound or free, also as a property or label: none of them is fresh. */
export function collectNames(root: t.Node): Set<string> {
  const names = new Set<string>();
  t.traverseFast(root, (node) => {
    if (node.type === "Identifier" || node.type === "JSXIdentifier") names.add(node.name);
  });
  return names;
}
