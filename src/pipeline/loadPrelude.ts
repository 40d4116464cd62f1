/**
 * The prelude, lowered: built-ins that call back or walk arrays, as functions the specializer can unfold. Each file is
 * read and lowered at first use and kept for the life of the process.
 */
import { readFileSync } from "node:fs";
import type { IrModule } from "../ir/types.ts";
import { lowerModule } from "../lower/lowerModule.ts";
import type { PreludeSource } from "../prelude/preludeSources.ts";
import { preludeSources } from "../prelude/preludeSources.ts";
import { parseModule } from "../syntax/parseModule.ts";

const modules = new Map<string, IrModule>();
const sources = new Map(preludeSources().map((s) => [s.path, s]));

/** The lowered module of a prelude file; null for any other file. */
export function preludeModule(file: string): IrModule | null {
  return modules.get(file) ?? null;
}

/** File and function of the built-in at `path`; null where the prelude has none. */
export function preludeFunction(
  path: string,
): { readonly file: string; readonly id: number; readonly receiver: PreludeSource["receiver"] } | null {
  const source = sources.get(path);
  if (source === undefined) return null;
  let ir = modules.get(source.file);
  if (ir === undefined) {
    ir = lowerModule(parseModule(readFileSync(source.file, "utf8"), source.file), source.file);
    modules.set(source.file, ir);
  }
  const found = ir.functions.find((f) => f.name === source.exportName && f.parent === null && f.kind !== "module");
  return found === undefined ? null : { file: source.file, id: found.id, receiver: source.receiver };
}
