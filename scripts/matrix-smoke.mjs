/**
 * Small programs, run with the plugin and without it under the Babel that is installed in the folder named on the command
 * line. Both must observe the same. Imports nothing but the built package, as a user would.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const babelHome = path.resolve(process.argv[2] ?? root);
const from = createRequire(path.join(babelHome, "package.json"));
const babel = await import(pathToFileURL(from.resolve("@babel/core")).href);
const core = babel.transformSync ? babel : babel.default;
const presetTypescript = from.resolve("@babel/preset-typescript");

const use = `import { specialize, dynamic, type S, type D } from "babel-plugin-specialize";\n`;

/** `main.ts` exports observe(): what it gives must be the same with the plugin. `gone` is not in its residual. */
const programs = [
  {
    name: "power",
    files: {
      "power.ts": `import type { S, D } from "babel-plugin-specialize";
export function power(n: S<number>, x: D<number>): number {
  let r = 1;
  while (n > 0) { r = r * x; n = n - 1; }
  return r;
}`,
      "main.ts": `${use}import { power } from "./power.ts";
const cube = specialize(power, { n: 3 });
export const observe = () => [cube(2), cube(-0), cube(NaN), cube(1e200)];`,
    },
    gone: /specialize\(|while/,
  },
  {
    name: "a function and a constant of other modules",
    files: {
      "dot.ts": `export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}`,
      "weights.ts": `export const weights = [1, 0.5, 0.25] as const;`,
      "main.ts": `${use}import { dot } from "./dot.ts";
import { weights } from "./weights.ts";
const weigh = specialize(dot, { a: weights });
export const observe = () => [weigh([1, 2, 3]), weigh([0, -1, 7])];`,
    },
    dependencies: ["dot.ts", "weights.ts"],
    gone: /specialize\(/,
  },
  {
    name: "an interpreter",
    files: {
      "run.ts": `import type { S, D } from "babel-plugin-specialize";
type Op = "push" | "arg" | "add" | "mul";
export function run(code: S<readonly (readonly [Op, number])[]>, arg: D<number>): number {
  const stack: number[] = [];
  for (const [op, operand] of code) {
    switch (op) {
      case "push": stack.push(operand); break;
      case "arg": stack.push(arg); break;
      case "add": stack.push(stack.pop()! + stack.pop()!); break;
      case "mul": stack.push(stack.pop()! * stack.pop()!); break;
    }
  }
  return stack.pop()!;
}`,
      "main.ts": `${use}import { run } from "./run.ts";
const f = specialize(run, { code: [["arg", 0], ["arg", 0], ["mul", 0], ["push", 1], ["add", 0]] });
export const observe = () => [f(3), f(-1.5)];`,
    },
    gone: /specialize\(|switch/,
  },
  {
    name: "closures and higher-order calls",
    files: {
      "main.ts": `${use}
function compose(fs: ((x: number) => number)[], x: number): number {
  return fs.map((f, i) => (y: number) => f(y) + i).reduce((y, f) => f(y), x);
}
const both = specialize(compose, [[(x: number) => x + 1, (x: number) => x * 2], dynamic()]);
export const observe = () => [both(1), both(0.1)];`,
    },
  },
  {
    name: "classes, exceptions, bigints, optional chains",
    files: {
      "main.ts": `${use}
class Scale { constructor(readonly by: bigint, readonly strict = true) {}
  apply(x: bigint | null): bigint {
    if (x === null && this.strict) throw new RangeError("none");
    return (x ?? 0n) * this.by; } }
function scaled(by: S<bigint>, x: D<bigint | null>): string {
  try { return String(new Scale(by).apply(x)); } catch (e) { return (e as Error)?.message ?? "?"; }
}
const triple = specialize(scaled, { by: 3n });
export const observe = () => [triple(14n), triple(null)];`,
    },
  },
  {
    name: "what stays generic",
    files: {
      "main.ts": `${use}
function* range(n: number) { for (let i = 0; i < n; i++) yield i; }
function total(n: number, k: number): number { let s = 0; for (const i of range(n)) s += i * k; return s; }
const total4 = specialize(total, { n: 4 });
export const observe = () => [total4(2), total4(-1)];`,
    },
  },
  {
    name: "enums, namespace imports and a renamed import",
    files: {
      "shapes.ts": `export enum Kind { Square, Circle = 4 }
export const area = (kind: Kind, size: number): number => kind === Kind.Square ? size * size : size * size * 3;`,
      "main.ts": `import { specialize as at } from "babel-plugin-specialize";
import * as shapes from "./shapes.ts";
const circle = at(shapes.area, { kind: shapes.Kind.Circle });
export const observe = () => [circle(2), shapes.Kind[0], shapes.Kind.Circle];`,
    },
  },
];

let passed = 0;
let failed = 0;

async function check(name, test) {
  try {
    await test();
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n     ${String(error?.stack ?? error).replaceAll("\n", "\n     ")}`);
  }
}

function equal(actual, expected, what) {
  const show = (value) => JSON.stringify(value, (_, inner) => (Object.is(inner, -0) ? "-0" : (inner ?? String(inner))));
  if (show(actual) !== show(expected)) throw new Error(`${what}: ${show(actual)} instead of ${show(expected)}`);
}

const work = realpathSync(mkdtempSync(path.join(tmpdir(), "specialize-matrix-")));
mkdirSync(path.join(work, "node_modules"));
symlinkSync(root, path.join(work, "node_modules", "babel-plugin-specialize"), "dir");
writeFileSync(path.join(work, "package.json"), `{"type":"module"}`);
const plugin = (await import("babel-plugin-specialize")).default;

/** Writes the program compiled with or without the plugin; gives back what Babel said of each file. */
function compile(folder, files, plugins) {
  const source = path.join(work, folder, "src");
  const target = path.join(work, folder, plugins.length > 0 ? "with" : "without");
  for (const directory of [source, target]) mkdirSync(directory, { recursive: true });
  for (const [name, code] of Object.entries(files)) writeFileSync(path.join(source, name), code);
  const results = {};
  for (const [name, code] of Object.entries(files)) {
    results[name] = core.transformSync(code, {
      filename: path.join(source, name),
      configFile: false,
      babelrc: false,
      plugins,
      presets: [[presetTypescript, { rewriteImportExtensions: true }]],
    });
    writeFileSync(path.join(target, name.replace(/\.ts$/, ".js")), results[name].code);
  }
  return { results, main: pathToFileURL(path.join(target, "main.js")).href };
}

for (const [index, { name, files, gone, dependencies }] of programs.entries()) {
  await check(name, async () => {
    if (typeof plugin !== "function") throw new Error("the package has no plugin as its default export");
    const without = compile(`p${index}`, files, []);
    const withPlugin = compile(`p${index}`, files, [plugin]);
    const { observe: expected } = await import(without.main);
    const { observe: actual } = await import(withPlugin.main);
    equal(actual(), expected(), "observed");
    const { code, externalDependencies, metadata } = withPlugin.results["main.ts"];
    const bugs = (metadata.specialize?.diagnostics ?? []).filter(({ kind }) => kind === "invariant");
    if (bugs.length > 0) throw new Error(bugs.map((bug) => `${bug.code}: ${bug.message}`).join("\n"));
    if (gone?.test(code)) throw new Error(`the residual still has ${gone}:\n${code}`);
    for (const dependency of dependencies ?? []) {
      const file = path.join(work, `p${index}`, "src", dependency);
      if (!externalDependencies?.has(file)) throw new Error(`${dependency} is not among the external dependencies`);
    }
  });
}

await check("a broken contract is an error with its code", () => {
  const code = `${use}declare const n: number;
function power(n: S<number>, x: D<number>): number { return n === 0 ? 1 : x * power(n - 1, x); }
export const cube = specialize(power, { x: 2 });`;
  try {
    compile("contract", { "main.ts": code }, [plugin]);
  } catch (error) {
    if (/SP1\d{3}/.test(error.message)) return;
    throw error;
  }
  throw new Error("no error was thrown");
});

await check("a file without a site is as Babel leaves it", () => {
  const files = { "main.ts": "// c\nimport x from './y.ts';\nexport const a: number = x  +  1" };
  const without = compile("untouched", files, []).results["main.ts"].code;
  equal(compile("untouched", files, [plugin]).results["main.ts"].code, without, "code");
});

await check("the accessors of the syntax room read this Babel's trees", async () => {
  const compat = await import(pathToFileURL(path.join(root, "dist", "syntax", "babelCompat.js")).href);
  const code = `type F<T> = (a: S<T>, b: D<string>) => void; type M = { [K in keyof X]: 1 };
enum E { A, B } class C extends B2<A1> {} let i: import("./m").T; interface I extends J {} f<A>(1); 10n; import(p);`;
  const { program } = core.parseSync(code, {
    filename: "/a.ts",
    configFile: false,
    babelrc: false,
    parserOpts: { plugins: ["typescript"] },
  });
  const [alias, mapped, enumeration, cls, variable, iface, call, bigint, dynamicImport] = program.body;
  const fn = alias.typeAnnotation;
  equal(compat.typeParamName(compat.typeParams(alias)[0]), "T", "type parameter");
  equal(compat.params(fn).length, 2, "parameters");
  equal(compat.returnType(fn).type, "TSVoidKeyword", "result");
  equal(compat.typeArgs(compat.params(fn)[0].typeAnnotation.typeAnnotation).length, 1, "type arguments");
  const { name, constraint } = compat.mappedKey(mapped.typeAnnotation);
  equal([name, constraint.type], ["K", "TSTypeOperator"], "mapped key");
  equal(compat.enumMembers(enumeration).length, 2, "enum members");
  equal(compat.superTypeArgs(cls).length, 1, "type arguments of the superclass");
  const annotation = variable.declarations[0].id.typeAnnotation.typeAnnotation;
  equal(compat.importTypeSource(annotation), "./m", "import type");
  equal(compat.heritageName(iface.extends[0]).name, "J", "heritage");
  equal(compat.typeArgs(call.expression).length, 1, "type arguments of a call");
  equal(compat.bigintText(bigint.expression), "10", "bigint");
  equal(compat.dynamicImportSource(dynamicImport.expression).name, "p", "dynamic import");
});

rmSync(work, { recursive: true, force: true });
console.log(`${core.version} on node ${process.version}: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
