/** What is taken for granted (docs/ASSUMPTIONS.md); each can be switched off, and `host` said. */
import type { Primitive } from "../base/primitive.ts";

export interface Assumptions {
  /** built-ins, and the methods that class definitions make, are the original ones */
  readonly builtins: boolean;
  /** static arguments and objects of modules do not change after the modules have been evaluated */
  readonly statics: boolean;
  /** types that are written down hold */
  readonly types: boolean;
  /** results that the standard leaves to the engine (`Math.sin`, a change of case) are those of the one that builds */
  readonly engine: boolean;
  /** what globals of the host hold (`process.env.NODE_ENV`, by their paths); undefined for a global: there is none */
  readonly host: Readonly<Record<string, Primitive>>;
}

export const ALL_ASSUMED: Assumptions = { builtins: true, statics: true, types: true, engine: true, host: {} };
