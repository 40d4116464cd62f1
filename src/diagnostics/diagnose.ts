import { invariant, InvariantViolation } from "../base/invariant.ts";
import { codes, type Code, type CodeText } from "./codes.ts";
import type { CauseNote, Diagnostic, DiagnosticKind, Location } from "./types.ts";

type NamesIn<Text extends string | null> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The values that text and remedy of a code ask for. */
export type CodeParams<C extends Code> = Readonly<
  Record<NamesIn<(typeof codes)[C]["text"]> | NamesIn<(typeof codes)[C]["remedy"]>, string | number>
>;

const kinds: Readonly<Record<string, DiagnosticKind>> = { 1: "error", 2: "bailout", 3: "todo", 9: "invariant" };

/** Makes a diagnostic; the text comes from the table of codes and from nowhere else. */
export function diagnose<C extends Code>(
  code: C,
  params: CodeParams<C>,
  loc: Location | null,
  causes: readonly CauseNote[] = [],
): Diagnostic {
  const { text, remedy }: CodeText = codes[code];
  return {
    code,
    kind: kindOf(code),
    message: fill(text, params),
    loc,
    causes,
    remedy: remedy === null ? null : fill(remedy, params),
  };
}

export function kindOf(code: Code): DiagnosticKind {
  const kind = kinds[code.charAt(2)];
  invariant(kind, `${code} is of no kind`);
  return kind;
}

/** What a door reports for an exception of ours that has come up to it. */
export function diagnoseException(error: unknown, loc: Location | null = null): Diagnostic {
  const message =
    error instanceof InvariantViolation
      ? error.message
      : error instanceof Error
        ? `${error.name}: ${error.message}`
        : String(error);
  return diagnose("SP9001", { message }, loc);
}

function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    invariant(value !== undefined, `no value for {${name}} in "${text}"`);
    return String(value);
  });
}
