/** What the pipeline says when limits are met or a stage breaks: never an exception, and the call stays right. */
import { InvariantViolation } from "../../src/base/invariant.ts";
import { compile, memoryHost } from "../../src/compile.ts";
import type { Diagnostic } from "../../src/diagnostics/types.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { checkOptions } from "../../src/pipeline/checkOptions.ts";
import { compileFile } from "../../src/pipeline/compileFile.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";

function compileWith(
  code: string,
  options: object,
  statics: Readonly<Record<string, unknown>> = {},
): { code: string | null; diagnostics: readonly Diagnostic[] } {
  const host = memoryHost({ "/f.js": code });
  return compile({ entry: "./f.js#f", root: "/", host, options, statics, file: "/residual.js" });
}

describe("limits", () => {
  const counting = "export function f(n) { let i = 0; while (n()) { if (i % 3 === 1) n(7); i++; } return i; }";

  it("too many versions: the variable that varies is named, made dynamic, and the loop stays", () => {
    const { code, diagnostics } = compileWith(counting, { limits: { versions: 10 } });
    expect(diagnostics.map(({ code, kind }) => `${kind} ${code}`)).toEqual(["bailout SP2005"]);
    expect(diagnostics[0]!.message).toMatch(/^`i` takes too many static values at this point \(more than 10\)/);
    expect(code).toMatch(/while|for/);
  });

  it("too many steps: the function stays generic, and the reason is given", () => {
    const endless = "export function f(n, x) { while (true) n = n + 1; }";
    const { code, diagnostics } = compileWith(endless, { limits: { steps: 1000 } }, { n: 0 });
    expect(code).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(["SP2002"]);
    expect(diagnostics[0]!.message).toMatch(/^`f` stays generic: .*steps/);
  });
});

describe("a stage that breaks a promise", () => {
  it("is reported as SP9001 at the site, and the call stays", () => {
    const code =
      'import { specialize } from "babel-plugin-specialize";\nfunction f(n) { return n }\nspecialize(f, { n: 1 });';
    const site = { file: "/m.js", line: 3, column: 0, endLine: 3, endColumn: 23 };
    const compiled = compileFile(
      {
        file: "/m.js",
        code,
        sites: [site],
        host: memoryHost({ "/m.js": code }),
        options: checkOptions({}, new DiagnosticSink()),
        declarationFiles: [],
      },
      {
        lower: lowerModule,
        specialize: () => {
          throw new InvariantViolation("slot 7 is gone");
        },
        restructure: () => {
          throw new Error("not reached");
        },
      },
    );
    expect(compiled.sites.map(({ expression }) => expression)).toEqual([null]);
    expect(compiled.diagnostics).toMatchObject([
      { code: "SP9001", kind: "invariant", message: "internal error: slot 7 is gone", loc: site },
    ]);
  });
});
