import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { parsedModule } from "../../src/modules/parsedModules.ts";

const never = (): null => null;

test("the same text is parsed once, another text again", () => {
  const sink = new DiagnosticSink();
  const first = parsedModule("export const a = 1;", "/a.ts", sink, never);
  expect(parsedModule("export const a = 1;", "/a.ts", sink, never)).toBe(first);
  const other = parsedModule("export const a = 2;", "/a.ts", sink, never);
  expect(other).not.toBe(first);
  expect(parsedModule("export const a = 1;", "/b.ts", sink, never)).not.toBe(first);
});

test("a file whose kind hangs on its package is looked at again when that changes", () => {
  const sink = new DiagnosticSink();
  const text = "globalThis.x = 1;";
  expect(parsedModule(text, "/p/a.js", sink, () => "module")?.kind).toBe("esm");
  expect(parsedModule(text, "/p/a.js", sink, () => "commonjs")?.kind).toBe("cjs");
});

test("what does not parse is reported each time", () => {
  for (let n = 0; n < 2; n++) {
    const sink = new DiagnosticSink();
    expect(parsedModule("let = ;", "/broken.ts", sink, never)).toBeNull();
    expect(sink.sorted()).toHaveLength(1);
  }
});
