/** What a piece of a random program may refer to. */
export type Type =
  | "num"
  | "str"
  | "bool"
  | "arr"
  | "obj"
  | "fn"
  | "map"
  | "set"
  | "typed"
  | "iter"
  | "host"
  | "proxy"
  /** plain data that only its holder writes, handed in at run time */
  | "data"
  /** static arguments and tables of modules: read, and seldom written */
  | "constArr"
  | "constObj";

export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly mutable: boolean;
}

export interface Callable {
  readonly name: string;
  readonly params: readonly Type[];
  /** the module that exports it */
  readonly module: string;
}

export interface ClassInfo {
  readonly name: string;
  readonly module: string;
}

export interface Scope {
  readonly variables: readonly Variable[];
  readonly functions: readonly Callable[];
  readonly classes: readonly ClassInfo[];
  readonly labels: readonly string[];
  /** labels of blocks: only to be left */
  readonly blocks: readonly string[];
  /** directly in a loop (break and continue), in a switch (break) */
  readonly inLoop: boolean;
  readonly inSwitch: boolean;
  readonly inFunction: boolean;
  /** loops around: they multiply */
  readonly loops: number;
  readonly module: string;
}

export function withVariables(scope: Scope, ...more: readonly Variable[]): Scope {
  const names = new Set(more.map(({ name }) => name));
  return { ...scope, variables: [...scope.variables.filter(({ name }) => !names.has(name)), ...more] };
}
