/** A JavaScript engine that runs programs of several modules, one of V8 and one of another make. */

import path from "node:path";

export interface Loading {
  /** by name; imports are `./name` or the package */
  readonly files: Readonly<Record<string, string>>;
  readonly main: string;
  /** script that sets up the global scope, before anything else */
  readonly setup: string;
  /** how many times the usual time it may take: what is compared with something that ended must not fail on a busy machine */
  readonly patience?: number;
}

export interface Loaded {
  /** "done", "stopped" when it took too long, or the kind of the exception */
  readonly loading: string;
  /** the value of an expression over the exports `m` of the main module, a string; null when it takes too long */
  evaluate(expression: string): string | null;
  dispose(): void;
}

export interface Engine {
  readonly name: string;
  /** messages of errors are those that residuals were made with */
  readonly sameMessages: boolean;
  load(program: Loading): Promise<Loaded>;
}

/** Milliseconds for loading, and for an evaluation. */
export const TIME = 1000;

/** The name of the module that an import leads to. */
export function moduleName(specifier: string, from: string): string {
  return specifier.startsWith(".") ? path.posix.join(path.posix.dirname(from), specifier) : specifier;
}
