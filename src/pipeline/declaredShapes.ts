/**
 * What is declared of the arguments that a residual is called with, as data: for a build that checks it at each call.
 *
 * Promises: for each argument the names of its types, or the number of a shape, or null where nothing is declared; a shape has
 * the types of an object, the fields that it must have itself as data, and what is declared of its fields and elements. A
 * type that leads to itself is one shape.
 */
import { TYPE } from "../semantics/numberFacts.ts";
import type { DeclaredType } from "../specialize/values.ts";

export type DeclaredAs = readonly string[] | number | null;

export interface Shape {
  readonly types: readonly string[] | null;
  readonly own: readonly string[];
  readonly fields: Readonly<Record<string, DeclaredAs>>;
  readonly element: DeclaredAs;
}

export interface DeclaredShapes {
  readonly args: readonly DeclaredAs[];
  readonly shapes: readonly Shape[];
}

export function declaredShapes(types: readonly (DeclaredType | null)[]): DeclaredShapes {
  const shapes: Shape[] = [];
  const known = new Map<string, number>();
  return { args: types.map(declaredAs), shapes };

  function declaredAs(type: DeclaredType | null): DeclaredAs {
    if (type === null) return null;
    const fields = type.fields();
    if (!type.isData || (fields.length === 0 && type.element() === null)) return namesOf(type);
    // nullable and not, the type is the same, but what may stand there is not
    const id = `${type.key} ${type.fact.types}`;
    const before = known.get(id);
    if (before !== undefined) return before;
    const at = shapes.length;
    known.set(id, at);
    const shape = {
      types: namesOf(type),
      own: [] as string[],
      fields: {} as Record<string, DeclaredAs>,
      element: null,
    };
    shapes.push(shape);
    for (const field of fields) {
      if (type.isAccessor(field)) continue;
      if (type.hasOwn(field)) shape.own.push(field);
      const declared = declaredAs(type.property(field));
      if (declared !== null) shape.fields[field] = declared;
    }
    shapes[at] = { ...shape, element: declaredAs(type.element()) };
    return at;
  }
}

/** The types that are declared; null: any. */
function namesOf({ fact: { types } }: DeclaredType): readonly string[] | null {
  const named = Object.entries(TYPE).filter(([, bit]) => (types & bit) !== 0);
  return types === 0 || named.length === Object.keys(TYPE).length ? null : named.map(([name]) => name);
}
