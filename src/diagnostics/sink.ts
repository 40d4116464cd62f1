import { compareText } from "../base/mapOf.ts";
import type { Diagnostic } from "./types.ts";

/** Where stages put what they have to say; they do not stop for it. */
export interface Sink {
  report(diagnostic: Diagnostic): void;
}

/** Collects; the same code at the same place is kept once, the first one. */
export class DiagnosticSink implements Sink {
  readonly #collected = new Map<string, Diagnostic>();

  report(diagnostic: Diagnostic): void {
    const key = identityOf(diagnostic);
    if (!this.#collected.has(key)) this.#collected.set(key, diagnostic);
  }

  get hasErrors(): boolean {
    return this.all().some(({ kind }) => kind === "error" || kind === "invariant");
  }

  /** In the order in which they came. */
  all(): readonly Diagnostic[] {
    return [...this.#collected.values()];
  }

  /** By file, place and code: for output that must not depend on the order of the work. */
  sorted(): readonly Diagnostic[] {
    return [...this.#collected.values()].sort(byPlace);
  }
}

/** A diagnostic without a place is the same as another only when it says the same. */
function identityOf({ code, loc, message }: Diagnostic): string {
  if (loc === null) return `${code} ${message}`;
  return `${code} ${loc.file}:${loc.line}:${loc.column}-${loc.endLine}:${loc.endColumn}`;
}

function byPlace(left: Diagnostic, right: Diagnostic): number {
  return (
    compareText(left.loc?.file ?? "", right.loc?.file ?? "") ||
    (left.loc?.line ?? 0) - (right.loc?.line ?? 0) ||
    (left.loc?.column ?? 0) - (right.loc?.column ?? 0) ||
    compareText(left.code, right.code)
  );
}
