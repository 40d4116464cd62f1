import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { assertNoDuplicateNodes } from "../../src/syntax/assertNoDuplicateNodes.ts";
import { parseExpression, t, traverse } from "../../src/syntax/babel.ts";
import { collectNames, FreshNames } from "../../src/syntax/freshNames.ts";
import { atLocation, cloneWithProvenance, locationOf } from "../../src/syntax/location.ts";
import { parseModule, tryParseModule } from "../../src/syntax/parseModule.ts";
import { printCode, printModule } from "../../src/syntax/printModule.ts";

describe("babel", () => {
  it("gives the functions themselves, not the exports objects of the packages", () => {
    const seen: string[] = [];
    traverse(parseModule("a + b", "/x.js"), {
      Identifier(path) {
        seen.push(path.node.name);
      },
    });
    expect(seen).toEqual(["a", "b"]);
    expect(t.isIdentifier(parseExpression("a"))).toBe(true);
  });
});

describe("parseModule", () => {
  it.each([
    ["/a.ts", "const x = <number>y; enum E { A }"],
    ["/a.tsx", "const x = <b>{y as number}</b>;"],
    ["/a.mts", "export const x: number = 1;"],
    ["/a.cts", "const x: number = require('y'); return;"],
    ["/a.d.ts", "export const x: number; function f(): void;"],
    ["/a.js", "const x = <b/>; with (x) y;"],
    ["/a.cjs", "return 1"],
    ["/a.mjs", "await 1; export {};"],
    ["/a.ts", "@d class A { accessor x = 1 } import j from './j.json' with { type: 'json' }"],
  ])("%s: %s", (file, code) => {
    expect(parseModule(code, file).type).toBe("File");
  });

  it("tells modules from scripts", () => {
    const kind = (file: string, code: string): string => parseModule(code, file).program.sourceType;
    expect(kind("/a.js", "x")).toBe("script");
    expect(kind("/a.js", "export {}")).toBe("module");
    expect(kind("/a.cjs", "x")).toBe("script");
    expect(kind("/a.ts", "x")).toBe("module");
    expect(() => parseModule("with (x) y", "/a.mjs")).toThrow(SyntaxError);
  });

  it("writes the file on every node", () => {
    let nodes = 0;
    t.traverseFast(parseModule("f(1);", "/dir/a.ts"), (node) => {
      nodes++;
      expect(node.loc?.filename).toBe("/dir/a.ts");
    });
    expect(nodes).toBeGreaterThan(4);
  });

  it("reports what does not parse, at its place", () => {
    const sink = new DiagnosticSink();
    expect(tryParseModule("let x;\nlet = 1 1", "/a.ts", sink)).toBeNull();
    expect(sink.all()).toMatchObject([{ code: "SP1010", kind: "error", loc: { file: "/a.ts", line: 2 } }]);
    expect(sink.all()[0]!.message).not.toMatch(/\(\d+:\d+\)/);
    expect(tryParseModule("let x", "/a.ts", sink)).not.toBeNull();
    expect(sink.all()).toHaveLength(1);
  });
});

describe("printModule", () => {
  it("prints a tree, with comments or without", () => {
    const ast = parseModule("/* c */ const s = 'é\u2028';", "/a.ts");
    expect(printCode(ast)).toContain("/* c */");
    expect(printCode(ast, { comments: false, minified: true })).toMatch(/^const s=.é/);
  });

  it("maps into every source that the nodes come from", () => {
    const main = parseModule("g();", "/main.ts");
    const other = parseModule("\nh();", "/other.ts");
    main.program.body.push(cloneWithProvenance(other.program.body[0]!));
    const sources = new Map([
      ["/main.ts", "g();"],
      ["/other.ts", "\nh();"],
    ]);
    const { map } = printModule(main, { sources, filename: "/main.ts" });
    expect(map?.sources).toEqual(["/main.ts", "/other.ts"]);
    expect(map?.sourcesContent).toEqual(["g();", "\nh();"]);
    expect(printModule(main).map).toBeNull();
  });
});

describe("FreshNames", () => {
  it("keeps a free hint, numbers a taken one, never says a name twice", () => {
    const names = new FreshNames(["x", "x$1"]);
    expect(["x", "y", "y", "x", "y"].map((hint) => names.fresh(hint))).toEqual(["x$2", "y", "y$1", "x$3", "y$2"]);
  });

  it("numbers a numbered name by its stem", () => {
    const names = new FreshNames(["a"]);
    expect(names.fresh(names.fresh("a"))).toBe("a$2");
  });

  it("makes identifiers of anything and avoids what has a meaning", () => {
    const names = new FreshNames();
    for (const hint of ["class", "1st", "a-b", "", "arguments", "let", "await", "é", "#p", "a.b[0]", "enum"]) {
      const name = names.fresh(hint);
      expect(t.isValidIdentifier(name)).toBe(true);
      expect(() => parseModule(`"use strict"; var ${name};`, "/a.mjs")).not.toThrow();
    }
    expect(names.fresh("arguments")).toBe("arguments$2");
  });

  it("reserves", () => {
    const names = new FreshNames();
    names.reserve("z");
    expect([names.isTaken("z"), names.fresh("z")]).toEqual([true, "z$1"]);
  });

  it("collects names wherever they stand", () => {
    const ast = parseModule("lab: for (const { p: q } of r) s.u; export { q as w } from 'm';", "/a.js");
    expect([...collectNames(ast)].sort()).toEqual(["lab", "p", "q", "r", "s", "u", "w"]);
  });
});

describe("assertNoDuplicateNodes", () => {
  it("passes trees and copies", () => {
    const ast = parseModule("const { a = 1, ...r } = f`x${1}`; class A { [k] = 1 }", "/a.js");
    ast.program.body.push(cloneWithProvenance(ast.program.body[0]!));
    expect(() => assertNoDuplicateNodes(ast)).not.toThrow();
  });

  it("finds a node that hangs in two places", () => {
    const shared = t.identifier("x");
    expect(() => assertNoDuplicateNodes(t.binaryExpression("+", shared, shared))).toThrow(
      /Identifier hangs in the tree twice: as BinaryExpression\.\w+ and as BinaryExpression\.\w+/,
    );
  });

  it("is not led astray by depth", () => {
    let deep: t.Expression = t.identifier("x");
    for (let depth = 0; depth < 20000; depth++) deep = t.unaryExpression("!", deep);
    expect(() => assertNoDuplicateNodes(deep)).not.toThrow();
  });
});

describe("provenance", () => {
  it("a copy shares no node and knows where the original stands", () => {
    const node = parseExpression("f(a, [b])", { sourceFilename: "/p.ts" });
    const copy = cloneWithProvenance(node);
    const originals = new Set<t.Node>();
    t.traverseFast(node, (inner) => void originals.add(inner));
    t.traverseFast(copy, (inner) => {
      expect(originals.has(inner)).toBe(false);
      expect(inner.loc?.filename).toBe("/p.ts");
    });
    expect(locationOf(copy)).toEqual(locationOf(node));
    expect(printCode(copy)).toBe("f(a, [b])");
  });

  it("names the file when the parser did not, without touching the original", () => {
    const node = parseExpression("a");
    expect(locationOf(cloneWithProvenance(node, "/q.ts"))?.file).toBe("/q.ts");
    expect(locationOf(node)?.file).toBe("");
    expect(locationOf(node, "/q.ts")?.file).toBe("/q.ts");
  });

  it("places generated nodes", () => {
    const place = { file: "/r.ts", line: 3, column: 5, endLine: 3, endColumn: 9 };
    expect(locationOf(t.identifier("x"))).toBeNull();
    expect(locationOf(atLocation(t.identifier("x"), place))).toEqual(place);
    expect(locationOf(atLocation(t.identifier("x"), null))).toBeNull();
  });
});
