/**
 * What a module binds before its code runs: its `var`s are undefined, and the functions that are declared in it are there
 * (ECMA-262 16.2.1.7.3.1, InitializeEnvironment). All else is in its dead zone until its declaration has run.
 *
 * Needs: the module's environment. Promises: as many instructions at the beginning of the module's code are done as it
 * says; what is bound already stays as it is. Functions are known by their declarations, not by their names: a method may
 * have the name of one. Nothing is done of a module whose code is opaque.
 *
 * Example: of `f(); var n = 1; function f() {}` `n` is undefined and `f` a function, and three instructions are done.
 */
import type { Instruction, IrModule } from "../ir/types.ts";
import type { Store } from "./heap.ts";
import { dataProperty, newObject } from "./heap.ts";
import type { Session } from "./session.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, reference } from "./values.ts";

export function instantiateModule(session: Session, store: Store, file: string): number {
  const environment = session.world.environment(file);
  const module = session.world.source.module(file);
  if (module?.kind !== "esm" || environment === null) return 0;
  const { names, done } = declarationsIn(module.ir);
  const { properties } = store.edit(environment);
  for (const [name, func] of names)
    if (!properties.has(name))
      properties.set(name, dataProperty(func === null ? UNDEFINED : functionOf(session, store, file, func)));
  return done;
}

function functionOf(session: Session, store: Store, file: string, func: number): Value {
  const code = session.program.code(file, func);
  const address = session.world.newAddress();
  const made = newObject("function", session.intrinsic("Function.prototype"), `function ${code.ir.name}`);
  made.code = { code, captures: [], home: null, fields: null, isClass: false };
  store.put(address, made);
  return reference(address);
}

/** What a module's code begins with: each `var` once, then the functions that are declared in it; null: a `var`. */
function declarationsIn(ir: IrModule): { names: ReadonlyMap<string, number | null>; done: number } {
  const names = new Map<string, number | null>();
  const main = ir.functions[0];
  const code = main?.blocks[main.entry]?.instructions ?? [];
  let done = 0;
  for (let at = code[0]; isVariable(ir, at) && !names.has(at.name); at = code[++done]) names.set(at.name, null);
  for (let at = code[done]; at?.op === "closure" && at.captures.length === 0; at = code[done]) {
    const next = code[done + 1];
    if (next?.op !== "setBinding" || !next.init || next.value !== at.dst || names.has(next.name)) break;
    if (ir.bindings.get(next.name)?.kind !== "function") break;
    names.set(next.name, at.func);
    done += 2;
  }
  return { names, done };
}

function isVariable({ bindings }: IrModule, at?: Instruction): at is Instruction & { op: "setBinding" } {
  if (at?.op !== "setBinding" || !at.init || typeof at.value === "number" || at.value.value !== undefined) return false;
  return bindings.get(at.name)?.kind === "var";
}
