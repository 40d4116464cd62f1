/** A file through the control-flow graph and back, with diagnostics for the functions that stayed as they are. */
import type * as t from "@babel/types";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/types.ts";
import { roundTripModule } from "./roundTripModule.ts";

export function roundTripFile(
  ast: t.File,
  file: string,
): { readonly ast: t.File; readonly diagnostics: readonly Diagnostic[] } {
  const { ast: written, kept } = roundTripModule(ast, file);
  const diagnostics = kept.map(({ name, reason, origin }) =>
    diagnose("SP2002", { function: name === "" ? "a function" : name, reason }, origin ?? null),
  );
  return { ast: written, diagnostics };
}
