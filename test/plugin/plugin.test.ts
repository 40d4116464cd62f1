/** The mechanics of the plugin, with a stand-in for the engine: what it finds, replaces, removes, reports, leaves alone. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { transformSync, transformAsync, type BabelFileResult } from "@babel/core";
import { diagnose } from "../../src/diagnostics/diagnose.ts";
import type { CompiledFile, CompileRequest } from "../../src/pipeline/compileTypes.ts";
import { createPlugin, type SpecializeMetadata } from "../../src/plugin/plugin.ts";
import { parseExpression, type t } from "../../src/syntax/babel.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "plugin-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const own = 'import { specialize, dynamic } from "babel-plugin-specialize";\n';

interface Answer {
  /** expression for each site, by the text of its line */
  readonly expression?: (request: CompileRequest, index: number) => string | null;
  readonly declarations?: string;
  readonly more?: Partial<CompiledFile>;
}

let requests: CompileRequest[] = [];

function engine({ expression = () => "x => x", declarations = "", more = {} }: Answer = {}): (
  request: CompileRequest,
) => CompiledFile {
  requests = [];
  return (request) => {
    requests.push(request);
    return {
      sites: request.sites.map((origin, index) => {
        const text = expression(request, index);
        return { origin, name: "f", expression: text === null ? null : parseExpression(text), stats: null };
      }),
      declarations: parseModule(declarations, "/d.ts").program.body,
      imports: [],
      quietImports: new Set(),
      diagnostics: [],
      dependencies: [],
      sources: new Map([[request.file, request.code]]),
      ...more,
    };
  };
}

interface RunOptions {
  readonly answer?: Answer;
  readonly options?: object;
  readonly files?: Record<string, string>;
  readonly presets?: unknown[];
  readonly filename?: string;
  readonly more?: object;
}

function run(
  code: string,
  { answer, options = {}, files = {}, presets = [], filename = "main.ts", more = {} }: RunOptions = {},
): BabelFileResult {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const plugin = createPlugin({ compileSites: engine(answer), roundTrip: (ast) => ({ ast, diagnostics: [] }) });
  const result = transformSync(code, {
    filename: path.join(folder, filename),
    cwd: folder,
    configFile: false,
    babelrc: false,
    plugins: [[plugin as never, { report: "silent", ...options }]],
    presets: presets as never,
    ...more,
  });
  return result as BabelFileResult;
}

const metadataOf = (result: BabelFileResult): SpecializeMetadata =>
  (result.metadata as unknown as { specialize: SpecializeMetadata }).specialize;

describe("sites", () => {
  test.each([
    ["by its name", own, "specialize(f, { n: 1 })"],
    ["under another name", 'import { specialize as sp } from "babel-plugin-specialize";', "sp(f, { n: 1 })"],
    ["through a namespace", 'import * as pe from "babel-plugin-specialize";', "pe.specialize(f, [1])"],
    ["re-exported", 'import { early } from "./again.ts";', "early(f, [1])"],
    ["re-exported as default", 'import early from "./again.ts";', "early(f, [1])"],
    ["behind a star", 'import { specialize } from "./star.ts";', "specialize(f, [1])"],
    ["a context", 'import { context } from "babel-plugin-specialize";', "context(f, setup, roots)"],
  ])("are found %s", (_, imports, call) => {
    const files = {
      "again.ts":
        'import { specialize } from "babel-plugin-specialize"; export { specialize as early }; export default "no"; export { specialize as "default2" };',
      "star.ts": 'export * from "babel-plugin-specialize";',
    };
    if (imports.includes("import early"))
      files["again.ts"] = 'export { specialize as default } from "babel-plugin-specialize";';
    const result = run(`${imports}\nconst f = n => n;\nexport const g = ${call};`, { files });
    expect(result.code).toMatch(/const f = n => n;\nexport const g = x => x;$/);
    expect(requests[0]?.sites).toMatchObject([
      { line: expect.any(Number), column: 17, file: path.join(folder, "main.ts") },
    ]);
  });

  test.each([
    ["another function of that name", "function specialize() {} specialize(f, [1]);"],
    ["one from elsewhere", 'import { specialize } from "./other.ts"; specialize(f, [1]);'],
    ["a type import", 'import type { S } from "babel-plugin-specialize"; let n: S<number>;'],
    ["one that is not called", `${own} export { specialize };`],
    ["a shadowed name", `${own} function g(specialize) { specialize(f, [1]); }`],
  ])("are not: %s", (_, code) => {
    const before = transformSync(code, {
      filename: path.join(folder, "main.ts"),
      configFile: false,
      babelrc: false,
      parserOpts: { plugins: ["typescript"] },
    });
    const result = run(code, { files: { "other.ts": "export const specialize = () => {};" } });
    expect(result.code).toBe(before?.code);
    expect(requests).toEqual([]);
    expect(metadataOf(result)).toBeUndefined();
  });

  test("that may run more than once stay, and say so", () => {
    const code = `${own}const f = n => n;
export const a = x => specialize(f, { n: x });
for (const n of [1, 2]) specialize(f, { n });
class C { p = specialize(f, { n: 1 }); }
if (globalThis.y) specialize(f, { n: 4 });`;
    const result = run(code);
    expect(metadataOf(result).diagnostics.map(({ code: c, loc }) => `${c}:${loc?.line}`)).toEqual([
      "SP2002:3",
      "SP2002:4",
      "SP2002:5",
    ]);
    expect(metadataOf(result).sites).toMatchObject([{ line: 6, replaced: true }]);
    expect(result.code).toContain("if (globalThis.y) x => x;");
  });
});

describe("what is written", () => {
  test("imports that died with a call go; the module stays for its effects", () => {
    const code = `${own}import { power, other } from "./power.ts"; import def, * as ns from "./ns.ts"; import { unused } from "./unused.ts";
export const cube = specialize(power, { n: ns.three, m: def }); other();`;
    expect(run(code).code).toMatchInlineSnapshot(`
"import { other } from "./power.ts";
import "./ns.ts";
import { unused } from "./unused.ts";
export const cube = x => x;
other();"
`);
  });

  test("names that types still need stay, those of this package as types", () => {
    const code = `import { specialize, type S } from "babel-plugin-specialize"; import { Sock, power } from "./power.ts";
export const cube = specialize(power, { s: new Sock() }); export let s: S<Sock>;`;
    expect(run(code).code).toMatchInlineSnapshot(`
"import type { S } from "babel-plugin-specialize";
import { Sock } from "./power.ts";
export const cube = x => x;
export let s: S<Sock>;"
`);
  });

  test("shared functions and constants stand where what they need is there", () => {
    const code = `${own}import { table } from "./table.ts";
const before = {};
export const a = specialize(f, { n: 1 });
const after = { x: { y: {} } };
export const b = specialize(f, { n: 2 });
function f() { return [before, after, table]; }`;
    const declarations =
      "const one = before.x; const two = after.x.y; const three = table.z; function shared(x) { return x; }";
    expect(run(code, { answer: { declarations } }).code).toMatchInlineSnapshot(`
"import { table } from "./table.ts";
const before = {};
const one = before.x;
const three = table.z;
function shared(x) {
  return x;
}
export const a = x => x;
const after = {
  x: {
    y: {}
  }
};
const two = after.x.y;
export const b = x => x;
function f() {
  return [before, after, table];
}"
`);
  });

  test("in a block the residual stands outside, where its names mean what they should", () => {
    const code = `${own}const table = [1];
if (globalThis.y) { const table = 3; globalThis.g = specialize(f, { n: table }); }`;
    expect(run(code, { answer: { expression: () => "x => table[x]" } }).code).toMatchInlineSnapshot(`
"const table = [1];
const _f = x => table[x];
if (globalThis.y) {
  const table = 3;
  globalThis.g = _f;
}"
`);
  });

  test("imports that residual code needs are added, and survive preset-typescript", () => {
    const imports = [
      { source: "./lib.ts", imported: "helper", local: "helper$1" },
      { source: "./lib.ts", imported: "default", local: "lib" },
      { source: "node:fs", imported: "*", local: "fs" },
      { source: "./odd.ts", imported: "odd name", local: "odd" },
    ];
    const code = `${own}import { power } from "./lib.ts"; export const g: unknown = specialize(power, { n: 1 });`;
    const answer = { expression: () => "x => helper$1(lib, fs, odd, x)", more: { imports } };
    expect(run(code, { answer, presets: ["@babel/preset-typescript"], more: { cwd: process.cwd() } }).code)
      .toMatchInlineSnapshot(`
"import { "odd name" as odd } from "./odd.ts";
import * as fs from "node:fs";
import lib from "./lib.ts";
import { helper as helper$1 } from "./lib.ts";
export const g = x => helper$1(lib, fs, odd, x);"
`);
  });

  test("a site without a residual stays as it is", () => {
    const code = `${own}export const a = specialize(f, [1]), b = specialize(f, [2]);`;
    const answer = { expression: (_: CompileRequest, index: number) => (index === 0 ? null : "y => y") };
    expect(run(code, { answer }).code).toMatchInlineSnapshot(`
"import { specialize } from "babel-plugin-specialize";
export const a = specialize(f, [1]),
  b = y => y;"
`);
  });

  test("source maps lead to every file, with its text", () => {
    const residual = parseModule("export function power(x) {\n  return x;\n}", path.join(folder, "lib", "power.ts"));
    const declared = residual.program.body[0] as t.ExportNamedDeclaration;
    const fn = declared.declaration as t.FunctionDeclaration;
    const code = `${own}export const g = specialize(power, { n: 1 });`;
    const more = {
      declarations: [fn],
      sources: new Map([
        [path.join(folder, "main.ts"), code],
        [path.join(folder, "lib", "power.ts"), "the text"],
      ]),
    };
    const { map } = run(code, { answer: { more }, more: { sourceMaps: true } });
    expect([...(map?.sources ?? [])].sort()).toEqual(["lib/power.ts", "main.ts"]);
    expect(
      new Map(map?.sources.map((source, index) => [source, map.sourcesContent?.[index]])).get("lib/power.ts"),
    ).toBe("the text");
    const inSrc = run(code, {
      answer: { more: { ...more, declarations: [fn] } },
      more: { sourceMaps: true, sourceFileName: "src/main.ts" },
    });
    expect(inSrc.map?.sources).toContain("src/main.ts");
  });
});

describe("what is told", () => {
  const warned = async (action: () => void): Promise<string[]> => {
    const texts: string[] = [];
    const before = console.warn;
    console.warn = (text: string) => void texts.push(text);
    try {
      action();
    } finally {
      console.warn = before;
    }
    return texts;
  };
  const code = `${own}export const g = specialize(f, { n: 1 });`;
  const at = { file: "main.ts", line: 2, column: 17, endLine: 2, endColumn: 40 };
  const bailout = diagnose("SP2002", { function: "f", reason: "it is async" }, at);
  const error = diagnose("SP1003", { function: "f", name: "n", hint: "", known: "x" }, at);

  test("errors are thrown together, with code frames", () => {
    const second = diagnose("SP1008", { name: "f" }, at);
    const more = { diagnostics: [error, second], sources: new Map([["main.ts", code]]) };
    expect(() => run(code, { answer: { more } })).toThrow(
      /error SP1003: `f` has no parameter `n`[^]*> 2 \| export const g[^]*error SP1008: `f` is not a function/,
    );
  });

  test("code that stays generic is a warning, an error or nothing, as the option says", async () => {
    const answer = { more: { diagnostics: [bailout] } };
    expect(await warned(() => run(code, { answer, options: { report: "warn" } }))).toEqual([
      expect.stringMatching(/bailout SP2002: `f` stays generic: it is async/),
    ]);
    expect(await warned(() => run(code, { answer, options: { report: "silent" } }))).toEqual([]);
    expect(() => run(code, { answer, options: { report: "error" } })).toThrow(/SP2002/);
    expect(metadataOf(run(code, { answer })).diagnostics).toEqual([bailout]);
  });

  test.each([
    [{ decларations: [] }, /SP1012: option `decларations`: there is no such option, did you mean `declarations`\?/],
    [{ limit: {} }, /option `limit`: there is no such option, did you mean `limits`\?/],
    [
      { limits: { step: 3 } },
      /option `limits.step`: there is no such option, did you mean `limits.steps`|did you mean `steps`\?/,
    ],
    [{ limits: { steps: -3 } }, /option `limits.steps`: a whole number above 0 is expected/],
    [{ report: "warning" }, /option `report`: one of silent, warn, error is expected/],
    [{ roundTrip: "yes" }, /option `roundTrip`: true or false is expected/],
    [{ declarations: "x" }, /option `declarations`: an array of texts is expected/],
    [{ contexts: { a: { entry: "x" } } }, /option `contexts.a.entry`: `module#export` is expected/],
    [{ assume: { type: false } }, /option `assume.type`: there is no such option, did you mean `types`\?/],
  ])("option %j", (options, message) => expect(() => run("1", { options })).toThrow(message));

  test("dependencies are in the metadata and in Babel's list, each file's own", async () => {
    const plugin = createPlugin({
      compileSites: (request) => engine({ more: { dependencies: [`${request.file}.dep`] } })(request),
      roundTrip: (ast) => ({ ast, diagnostics: [] }),
    });
    const files = ["a.ts", "b.ts", "c.ts", "d.ts"].map((name) => path.join(folder, name));
    const results = await Promise.all(
      files.map((filename, index) =>
        transformAsync(index % 2 === 0 ? code : "export {}", {
          filename,
          configFile: false,
          babelrc: false,
          plugins: [plugin as never],
        }),
      ),
    );
    const lists = results.map((result) => [
      ...((result as { externalDependencies?: Set<string> }).externalDependencies ?? []),
    ]);
    expect(lists).toEqual([[`${files[0]}.dep`], [], [`${files[2]}.dep`], []]);
    expect(metadataOf(results[0] as BabelFileResult).dependencies).toEqual([`${files[0]}.dep`]);
  });
});
