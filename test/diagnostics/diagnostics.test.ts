import { InvariantViolation } from "../../src/base/invariant.ts";
import { codes, type Code } from "../../src/diagnostics/codes.ts";
import { diagnose, diagnoseException, kindOf } from "../../src/diagnostics/diagnose.ts";
import { didYouMean } from "../../src/diagnostics/didYouMean.ts";
import { formatDiagnostic } from "../../src/diagnostics/formatDiagnostic.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import type { Location } from "../../src/diagnostics/types.ts";

function at(line: number, column: number, file = "/src/power.ts"): Location {
  return { file, line, column, endLine: line, endColumn: column + 4 };
}

describe("the code table", () => {
  it("has codes of the form SPnnnn, each with a kind", () => {
    for (const code of Object.keys(codes) as Code[]) {
      expect(code).toMatch(/^SP[1239]\d{3}$/);
      expect(kindOf(code)).toMatch(/^(error|bailout|todo|invariant)$/);
    }
  });

  it("says no text twice", () => {
    const texts = Object.values(codes).map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("fills text and remedy", () => {
    const found = diagnose("SP1001", { name: "n", function: "power" }, at(2, 4), [{ message: "why", loc: null }]);
    expect(found).toEqual({
      code: "SP1001",
      kind: "error",
      message: "`n` of `power` is declared S, but its value is not known at build time here",
      loc: at(2, 4),
      causes: [{ message: "why", loc: null }],
      remedy: "supply a constant for `n`, or declare it D",
    });
  });

  it("puts a value in as it is, also one that looks like a pattern", () => {
    expect(diagnose("SP1010", { message: "$& {name}" }, null).message).toBe("$& {name}");
  });

  it("asks for exactly the values that the texts need", () => {
    // @ts-expect-error `function` is missing
    expect(() => diagnose("SP1001", { name: "n" }, null)).toThrow("no value for {function}");
    // @ts-expect-error there is no such code
    expect(() => diagnose("SP4001", {}, null)).toThrow();
  });

  it("tells a broken promise from any other exception", () => {
    expect(diagnoseException(new InvariantViolation("slot 3")).message).toBe("internal error: slot 3");
    expect(diagnoseException(new TypeError("x")).message).toBe("internal error: TypeError: x");
    expect(diagnoseException("text").kind).toBe("invariant");
  });
});

describe("DiagnosticSink", () => {
  const parse = (message: string, loc: Location | null): ReturnType<typeof diagnose> =>
    diagnose("SP1010", { message }, loc);

  it("keeps the first of the same code at the same place", () => {
    const sink = new DiagnosticSink();
    sink.report(parse("first", at(1, 0)));
    sink.report(parse("second", at(1, 0)));
    sink.report(parse("elsewhere", at(1, 1)));
    sink.report(diagnose("SP9001", { message: "other code" }, at(1, 0)));
    expect(sink.all().map(({ message }) => message)).toEqual(["first", "elsewhere", "internal error: other code"]);
  });

  it("keeps different messages that have no place", () => {
    const sink = new DiagnosticSink();
    for (const message of ["a", "b", "a"]) sink.report(parse(message, null));
    expect(sink.all()).toHaveLength(2);
  });

  it("sorts by file, line, column, code and leaves the order of arrival alone", () => {
    const sink = new DiagnosticSink();
    sink.report(parse("4", at(9, 0)));
    sink.report(parse("3", at(2, 7)));
    sink.report(parse("2", at(2, 1)));
    sink.report(parse("1", at(99, 0, "/src/a.ts")));
    expect(sink.sorted().map(({ message }) => message)).toEqual(["1", "2", "3", "4"]);
    expect(sink.all().map(({ message }) => message)).toEqual(["4", "3", "2", "1"]);
  });

  it("a bailout is no error", () => {
    const sink = new DiagnosticSink();
    sink.report(diagnose("SP2002", { function: "f", reason: "it is a generator" }, at(1, 0)));
    expect(sink.hasErrors).toBe(false);
    sink.report(parse("x", null));
    expect(sink.hasErrors).toBe(true);
  });
});

describe("formatDiagnostic", () => {
  const diagnostic = diagnose("SP1001", { name: "n", function: "power" }, at(2, 2), [
    { message: "`k` is read from a file", loc: at(1, 6) },
    { message: "it is external", loc: null },
  ]);
  const sources = new Map([["/src/power.ts", "const k = load();\n  f(k);\n"]]);

  it("shows head, place, frame, causes, remedy", () => {
    expect(formatDiagnostic(diagnostic, sources)).toBe(
      [
        "error SP1001: `n` of `power` is declared S, but its value is not known at build time here",
        "  at /src/power.ts:2:3",
        "  1 | const k = load();",
        "> 2 |   f(k);",
        "    |   ^^^^",
        "  3 |",
        "  because `k` is read from a file (/src/power.ts:1:7)",
        "  because it is external",
        "  remedy: supply a constant for `n`, or declare it D",
      ].join("\n"),
    );
  });

  it("colours only when asked", () => {
    expect(formatDiagnostic(diagnostic, sources)).not.toContain("\u001b[");
    expect(formatDiagnostic(diagnostic, sources, { color: true })).toContain("\u001b[");
  });

  it("does without the text of the file", () => {
    expect(formatDiagnostic(diagnostic, () => null)).not.toContain("|");
  });
});

describe("didYouMean", () => {
  it("names what is near and is silent about what is not", () => {
    expect(didYouMean("exponnent", ["base", "exponent"])).toBe(", did you mean `exponent`?");
    expect(didYouMean("Base", ["base", "exponent"])).toBe(", did you mean `base`?");
    expect(didYouMean("colour", ["base", "exponent"])).toBe("");
    expect(didYouMean("x", [])).toBe("");
  });
});
