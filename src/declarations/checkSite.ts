/**
 * The static values of a site against the declaration of its function: unknown parameters (SP1003), `S` that is not
 * supplied (SP1001), `D` that is (SP1002).
 *
 * Needs the names or positions that are supplied, as far as the syntax of the site tells them.
 */
import { diagnose } from "../diagnostics/diagnose.ts";
import { didYouMean } from "../diagnostics/didYouMean.ts";
import type { Sink } from "../diagnostics/sink.ts";
import type { Location } from "../diagnostics/types.ts";
import type { DeclaredParam, FunctionDeclaration } from "./types.ts";

export interface Supplied {
  /** by name or by position */
  readonly key: string | number;
  /** `dynamic()` itself: nothing is known */
  readonly isHole: boolean;
  readonly loc: Location | null;
}

export function checkSite(
  declaration: FunctionDeclaration,
  supplied: readonly Supplied[],
  /** false: the site may supply more than is seen, by a spread or a computed key */
  complete: boolean,
  loc: Location | null,
  sink: Sink,
): void {
  const { params } = declaration;
  const fn = declaration.name === "" ? "the function" : declaration.name;
  const known = params.flatMap(({ name }) => name ?? []);
  const covered = new Set<DeclaredParam>();
  for (const one of supplied) {
    const index =
      typeof one.key === "number"
        ? Math.min(one.key, params.length - 1)
        : params.findIndex(({ name }) => name === one.key);
    const param = params[index];
    const beyond = typeof one.key === "number" && one.key >= params.length && param?.rest !== true;
    if (param === undefined || beyond) {
      const hint = typeof one.key === "string" ? didYouMean(one.key, known) : "";
      const values = { name: String(one.key), function: fn, hint, known: known.join(", ") || "there are none" };
      sink.report(diagnose("SP1003", values, one.loc));
      continue;
    }
    if (one.isHole) continue;
    covered.add(param);
    if (param.declared.kind === "dynamic") {
      const note = { message: `${param.name ?? "it"} is declared D here`, loc: param.origin };
      sink.report(diagnose("SP1002", { name: param.name ?? String(index), function: fn }, one.loc, [note]));
    }
  }
  if (!complete) return;
  for (const param of params) {
    if (param.declared.kind !== "static" || covered.has(param) || param.optional) continue;
    const note = { message: `${param.name ?? "it"} is declared S here`, loc: param.origin };
    sink.report(diagnose("SP1001", { name: param.name ?? "a parameter", function: fn }, loc, [note]));
  }
}
