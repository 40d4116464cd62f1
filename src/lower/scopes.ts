/** Who binds which name where: the facts about variables that lowering asks for. Made by `analyzeScopes`. */
import type { t } from "../syntax/babel.ts";

/**
 * Positions count the nodes in the order in which the walk enters and leaves them, so they follow evaluation where it
 * matters here and need no source locations.
 */
export type Position = number;

export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export interface Loop extends Span {
  readonly parent: Loop | null;
}

export type ScopeKind =
  "module" | "self" | "params" | "body" | "block" | "loop" | "switch" | "catch" | "class" | "enum";

export interface Scope {
  readonly kind: ScopeKind;
  /** the enum, of the scope of its members */
  node: t.Node | null;
  readonly parent: Scope | null;
  readonly func: FunctionInfo;
  readonly bindings: Map<string, Binding>;
  /** innermost loop of the function that this scope is made anew in */
  readonly loop: Loop | null;
  readonly start: Position;
  end: Position;
  /** function declarations to create when the scope is entered, in the order to create them */
  hoisted: HoistedFunction[];
}

export interface HoistedFunction {
  readonly node: t.FunctionDeclaration;
  readonly binding: Binding;
  readonly info: FunctionInfo;
}

export type BindingKind =
  | "var"
  | "let"
  | "const"
  | "class"
  | "function"
  | "param"
  | "catch"
  | "import"
  | "enum"
  /** the name of a function expression (or of a function declaration never assigned) inside of it */
  | "self"
  /** the name of a class inside of it */
  | "classSelf";

export interface Binding {
  readonly name: string;
  kind: BindingKind;
  readonly scope: Scope;
  readonly func: FunctionInfo;
  /** from here on it is initialized, if control came the textual way */
  initEnd: Position;
  /** within these it is provably initialized after `initEnd` (a case of a switch); null: in its whole scope */
  readonly certain: Span | null;
  /** its initializer is a function expression: nothing runs between the start of it and `initEnd` */
  initializer: Span | null;
  readonly references: Reference[];
  /** of a `for (let ...;;)`: a copy per iteration */
  readonly forHead: ForHead | null;
  readonly node: t.Node | null;

  /** the following are decided by `planStorage` */
  reassigned: boolean;
  captured: boolean;
  storage: "slot" | "cell" | "module";
  /** a cell that must exist before control reaches the declaration */
  early: boolean;
  /** ends of the assignments by its own function, ascending */
  writes: Position[];
}

export interface ForHead {
  init: Span;
  test: Span;
  update: Span;
  body: Span;
}

export interface Reference {
  readonly node: t.Node;
  readonly name: string;
  readonly scope: Scope;
  readonly func: FunctionInfo;
  readonly start: Position;
  /** for writes: where the value arrives */
  at: Position;
  readonly read: boolean;
  readonly write: boolean;
  /** the write that ends the dead zone */
  readonly init: boolean;
  readonly loop: Loop | null;
  /** what is assigned, if that is one expression */
  readonly value: t.Node | null;
}

export interface FunctionInfo {
  /** null: the module */
  readonly node: t.Node | null;
  readonly parent: FunctionInfo | null;
  readonly isArrow: boolean;
  readonly strict: boolean;
  /** when its closure is made, in its parent */
  creation: Position;
  /** why it cannot be lowered */
  opaque: { readonly reason: string; readonly node: t.Node } | null;
  /** variables of enclosing functions that occur in it or in functions in it, in order of first occurrence */
  readonly free: Set<Binding>;
  usesThis: boolean;
  usesArguments: boolean;
  /** its arguments object may be written, or go where it may be */
  argumentsEscape: boolean;
  usesNewTarget: boolean;
  usesSuper: boolean;
  /** params are all plain names */
  simple: boolean;
  /** where `super(...)` has surely been called; Infinity: nowhere */
  superEnd: Position;
  /** constructor of a class with `extends` */
  derived: boolean;
  /** member function of the class with this name */
  readonly classSelf: Binding | null;
}

export interface ScopeAnalysis {
  readonly module: Scope;
  readonly moduleInfo: FunctionInfo;
  /** scope opened by a node (functions: of the parameters; their bodies: of the body) */
  readonly scopes: ReadonlyMap<t.Node, Scope>;
  /** what an identifier refers to; null: a global */
  readonly bindings: ReadonlyMap<t.Node, Binding | null>;
  readonly references: ReadonlyMap<t.Node, Reference>;
  readonly functions: ReadonlyMap<t.Node, FunctionInfo>;
  readonly spans: ReadonlyMap<t.Node, Span>;
}

/** The function whose `this` it sees. */
export function ownerOfThis(info: FunctionInfo): FunctionInfo {
  let owner = info;
  while (owner.isArrow && owner.parent !== null) owner = owner.parent;
  return owner;
}
