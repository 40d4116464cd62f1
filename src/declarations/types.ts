/**
 * What the user declared, as plain data: per function and parameter what is static, per object type which fields are.
 * Types are read from the syntax alone; `S<T>` and `D<T>` are erasable and no type checker sees them.
 */
import type { Origin } from "../ir/types.ts";

/**
 * A type as the specializer can use it: members of a union in alphabetical order, joined by "|". A member is a primitive
 * (`undefined`, `null`, `boolean`, `number`, `string`, `bigint`, `symbol`), `function`, `object`, the name of a built-in
 * class (`Uint8Array`, `DataView`, `Map`, `Array`, ...) or `unknown`, which stands alone.
 */
export type TypeText = string;

/** Where an object type (class, interface, type alias) is declared. */
export interface TypeRef {
  readonly file: string;
  readonly name: string;
}

/** The binding time somebody wrote down for a value. */
export interface Declared {
  /** partial: an object of which some fields (or the elements) are static */
  readonly kind: "static" | "dynamic" | "partial" | "undeclared";
  readonly type: TypeText;
  /** the named object type behind it, where there is one; look it up with `typeDeclaration` */
  readonly ref: TypeRef | null;
  /** fields of an object type written right here, or listed by a `Spec` written right here; else null: see `ref` */
  readonly fields: ReadonlyMap<string, Declared> | null;
  /** elements of an array, tuple or readonly array; null where it is none */
  readonly elements: Declared | null;
  /** of a field: objects of the type may be without one of their own (`x?`, methods, accessors, `declare`) */
  readonly isOptional?: boolean;
}

export interface DeclaredParam {
  /** null: a pattern */
  readonly name: string | null;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly declared: Declared;
  readonly origin: Origin;
}

export interface FunctionDeclaration {
  /** binding name, `Class.method`, `Class` for a constructor, `*default*`, or "" */
  readonly name: string;
  /** of the function node itself: as IrFunction.origin */
  readonly origin: Origin;
  /** inline: in the function's own head; intern and extern: in a file aside */
  readonly mode: "inline" | "intern" | "extern";
  /** where the declaration stands: the function itself, or the type in the file aside */
  readonly declaredAt: Origin;
  readonly thisParam: Declared | null;
  readonly params: readonly DeclaredParam[];
  readonly result: Declared;
  /** mode extern: paths from the parameters that a call may change; null: everything that it can reach */
  readonly changes: readonly string[] | null;
}

/** An object type: from a class, interface or type literal, with what `Spec<T, ...>` says on top. */
export interface TypeDeclaration {
  readonly ref: TypeRef;
  readonly origin: Origin;
  /** class: objects of it are known by their constructor */
  readonly kind: "class" | "interface" | "alias";
  /** true: a `Spec` speaks of it; fields it does not list are dynamic then */
  readonly specified: boolean;
  /** where a `Spec` lists the fields that it does */
  readonly specifiedAt: ReadonlyMap<string, Origin>;
  readonly fields: ReadonlyMap<string, Declared>;
  /** names that a class, or one it extends, gives a getter or a setter: what they give is computed each time */
  readonly accessors: ReadonlySet<string>;
}

/** The declarations about one module, those of files aside included. */
export interface Declarations {
  readonly file: string;
  readonly functions: readonly FunctionDeclaration[];
  /** by binding name (`power`, `Class.method`, `*default*`) */
  readonly byName: ReadonlyMap<string, FunctionDeclaration>;
  /** by `line:column` of the function node */
  readonly byOrigin: ReadonlyMap<string, FunctionDeclaration>;
  readonly types: ReadonlyMap<string, TypeDeclaration>;
}
