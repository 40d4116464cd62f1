/**
 * How a value differs from what is declared of it: in its type, in a field or element, in not being plain data. Fields that are
 * there are looked at as they are, without running code of the object; what a proxy does nobody can see.
 */

/** The types it may have, the number of a shape, or null: anything. */
export type DeclaredAs = readonly string[] | number | null;

export interface Shape {
  readonly types: readonly string[] | null;
  /** fields that it has itself, as data */
  readonly own: readonly string[];
  readonly fields: Readonly<Record<string, DeclaredAs>>;
  readonly element: DeclaredAs;
}

export function otherThanDeclared(
  value: unknown,
  declared: DeclaredAs,
  shapes: readonly Shape[],
  name: string,
): string | null {
  const seen = new Map<object, Set<number>>();
  return walk(value, declared, name);

  function walk(found: unknown, wanted: DeclaredAs, path: string): string | null {
    if (wanted === null) return null;
    const shape = typeof wanted === "number" ? shapes[wanted] : undefined;
    const types = typeof wanted === "number" ? (shape?.types ?? null) : wanted;
    if (types !== null && !types.includes(typeName(found)))
      return `assumption 13 (declared types): ${path} is ${typeName(found)}, declared is ${types.join(" or ")}`;
    if (shape === undefined || typeof found !== "object" || found === null || isSeen(found, wanted as number))
      return null;
    return walkFields(found, shape, path) ?? walkElements(found, shape, path);
  }

  function isSeen(object: object, shape: number): boolean {
    const known = seen.get(object) ?? new Set();
    if (known.has(shape)) return true;
    seen.set(object, known.add(shape));
    return false;
  }

  function walkFields(object: object, shape: Shape, path: string): string | null {
    for (const key of shape.own) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      if (property === undefined) return `assumption 14 (plain data): ${path} has no ${key} of its own`;
      if (!("value" in property)) return `assumption 14 (plain data): ${path}.${key} has a getter or a setter`;
    }
    for (const [key, wanted] of Object.entries(shape.fields)) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      if (property === undefined) continue;
      if (!("value" in property)) return `assumption 14 (plain data): ${path}.${key} has a getter or a setter`;
      const difference = walk(property.value, wanted, `${path}.${key}`);
      if (difference !== null) return difference;
    }
    return null;
  }

  function walkElements(object: object, { element }: Shape, path: string): string | null {
    if (element === null || !Array.isArray(object)) return null;
    for (let i = 0; i < object.length; i++) {
      const property = Object.getOwnPropertyDescriptor(object, i);
      if (property === undefined) continue;
      if (!("value" in property)) return `assumption 14 (plain data): ${path}[${i}] has a getter or a setter`;
      const difference = walk(property.value, element, `${path}[${i}]`);
      if (difference !== null) return difference;
    }
    return null;
  }
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}
