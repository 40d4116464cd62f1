/**
 * Programs that mean no good, or are merely enormous. Small ones are files of fixtures/hostile; what is large is made here.
 * Each has a site `hostile` and, in the same or in another module, a site `fine` that must be specialized all the same.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface HostileProgram {
  readonly name: string;
  /** those whose names begin with `main` are compiled, each by itself */
  readonly files: Readonly<Record<string, string>>;
  readonly options?: object;
}

const FOLDER = path.resolve(import.meta.dirname, "../../fixtures/hostile");

/** A program that is fine, in front of which the hostile one is put. */
export const FINE: string = [
  `import { specialize } from "babel-plugin-specialize";`,
  `function power(n, x) { let r = 1; for (let i = 0; i < n; i++) r *= x; return r; }`,
  `export const fine = specialize(power, { n: 3 });`,
  ``,
].join("\n");

/** A function whose body is the text, and a site of it. */
function site(body: string, before = ""): string {
  return `${FINE}${before}\nfunction target(s, x) { ${body} }\nexport const hostile = specialize(target, { s: 1 });\n`;
}

function nested(open: string, inner: string, close: string, times: number): string {
  return open.repeat(times) + inner + close.repeat(times);
}

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => line(n)).join("\n");
}

function one(name: string, main: string, options: object = {}): HostileProgram {
  return { name, files: { "main.js": main }, options };
}

function committed(): HostileProgram[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".js"))
    .sort()
    .map((name) => one(name.replace(/\.js$/, ""), readFileSync(path.join(FOLDER, name), "utf8")));
}

type Nest = readonly [what: string, body: (depth: number) => string, before?: string];

const NESTS: readonly Nest[] = [
  ["parentheses", (n) => `return ${nested("(", "x", ")", n)};`],
  ["arrays", (n) => `return ${nested("[", "x", "]", n)};`],
  ["objects", (n) => `return ${nested("{a:", "x", "}", n)};`],
  ["blocks", (n) => `${nested("{", "x++;", "}", n)} return x;`],
  ["else-ifs", (depth) => `${lines(depth, (n) => `if (x === ${n}) return ${n + 1}; else`)} return s;`],
  ["sums", (n) => `return ${"x + ".repeat(n)}s;`],
  ["functions", (n) => `return ${nested("(() => ", "x", ")", n)};`],
  ["calls", (n) => `return ${nested("id(", "x", ")", n)};`, "function id(y) { return y; }"],
  ["members", (n) => `return x${".a".repeat(n)};`],
  ["conditionals", (depth) => `return ${lines(depth, (n) => `x === ${n} ? ${n} :`)} s;`],
  ["loops", (n) => `${nested("for (;x;) {", "x--;", "}", n)} return x;`],
  ["try statements", (n) => `${nested("try {", "x--;", "} finally { x++; }", n)} return x;`],
  ["templates", (n) => `return ${nested("`${", "x", "}`", n)};`],
  ["patterns", (n) => `const ${nested("[", "y", "]", n)} = x; return y;`],
  ["assignments", (n) => `let y; return ${"y = ".repeat(n)}x;`],
];

/** All nests in one build, each in a file of its own or, because Babel's parser gives up first there, in one behind it. */
function nests(depth: number): HostileProgram[] {
  const inFile = NESTS.map(([what, body, before]) => [`main ${what}.js`, site(body(depth), before)]);
  const behind = NESTS.flatMap(([what, body, before = ""]) => [
    [
      `main ${what}.js`,
      `${FINE}import { deep } from "./deep ${what}.js";\nfunction target(s, x) { return deep(s, x); }\nexport const hostile = specialize(target, { s: 1 });\n`,
    ],
    [`deep ${what}.js`, `${before}\nexport function deep(s, x) { ${body(depth)} }\n`],
  ]);
  return [
    { name: `syntax ${depth} levels deep`, files: Object.fromEntries(inFile) as Record<string, string> },
    {
      name: `syntax ${depth} levels deep in other modules`,
      files: Object.fromEntries(behind) as Record<string, string>,
    },
  ];
}

export const deeplyNested: readonly HostileProgram[] = [
  ...[10_000, 1_000, 200].flatMap(nests),
  one(
    "3,000 calls that unfold into each other",
    site(
      `return f0(x);`,
      lines(3000, (n) => `function f${n}(y) { return ${n === 2999 ? "y" : `f${n + 1}(y + 1)`}; }`),
    ),
  ),
];

/** In every run of the tests a tenth of what the names say; all of it with HOSTILE=full, which takes minutes. */
const many = (count: number): number => (process.env["HOSTILE"] === "full" ? count : count / 10);

export const large: readonly HostileProgram[] = [
  one(
    "10 MB of static data in an array",
    site("return data[s] + data[x];", `const data = [${"1234567,".repeat(many(1_250_000))}];`),
  ),
  one(
    "10 MB of static data in one string",
    site("return data.charCodeAt(s) + data.charCodeAt(x);", `const data = "${"abcdefghij".repeat(many(1_000_000))}";`),
  ),
  {
    name: "10 MB of static data in JSON",
    files: {
      "main.js": site("return data[s].name.length + x + data.length;", `import data from "./data.json";`),
      "data.json": JSON.stringify(
        Array.from({ length: many(120_000) }, (_, n) => ({
          id: n,
          name: `name of ${n}`,
          tags: ["one", "two"],
          on: n % 2 === 0,
          next: null,
        })),
      ),
    },
  },
  one(
    "a wide object",
    site("return table.k77 + x;", `const table = {${lines(many(100_000), (n) => `k${n}: ${n},`)}};`),
  ),
  one(
    "a deep list",
    site(
      "let n = 0; for (let p = list; p !== null; p = p.next) n++; return n + x;",
      `let list = null; for (let i = 0; i < ${many(50_000)}; i++) list = { next: list };`,
    ),
  ),
  one(
    "50,000 lines of functions",
    site(
      "return f4999(x);",
      lines(many(50_000), (n) => `export function f${n}(a) { return a + ${n}; }`),
    ),
  ),
  one(
    "50,000 lines of statements",
    site(
      "return v4999 + x;",
      lines(many(50_000), (n) => `const v${n} = ${n} * 2;`),
    ),
  ),
  one("one function of 50,000 lines", site(`let y = x; ${lines(many(50_000), (n) => `y = y * ${n} + s;`)} return y;`)),
  one(
    "one function of 30,000 dynamic tests",
    site(`let y = 0; ${lines(many(30_000), (n) => `if (x === ${n}) y += ${n};`)} return y;`),
  ),
  one(
    "a switch of 20,000 cases",
    site(`switch (x) { ${lines(many(20_000), (n) => `case ${n}: return ${n * 7};`)} } return s;`),
  ),
  one("2,000 sites", FINE + lines(many(2_000), (n) => `export const s${n} = specialize(power, { n: ${n % 5} });`)),
];

export const graphs: readonly HostileProgram[] = [
  {
    name: "missing modules",
    files: {
      "main.js": `${FINE}import { a } from "./nowhere.js"; import b from "no-such-package-at-all";\nfunction target(s, x) { return a(s) + b(x); }\nexport const hostile = specialize(target, { s: 1 });\n`,
      "main2.js": FINE,
    },
  },
  {
    name: "a module with a syntax error",
    files: {
      "main.js": `${FINE}import { a } from "./broken.js";\nfunction target(s, x) { return a(s) + x; }\nexport const hostile = specialize(target, { s: 1 });\n`,
      "broken.js": "export function a( { return }}} ",
      "main2.js": FINE,
    },
  },
  { name: "a syntax error", files: { "main.js": `${FINE} function ( { return ]`, "main2.js": FINE } },
  {
    name: "modules in a cycle",
    files: {
      "main.js": `${FINE}import { even } from "./even.js";\nfunction target(s, x) { return even(s) || even(x); }\nexport const hostile = specialize(target, { s: 7 });\nexport const one = 1;\n`,
      "even.js": `import { odd } from "./odd.js";\nimport { one } from "./main.js";\nexport const even = (n) => n === 0 || odd(n - one);\n`,
      "odd.js": `import { even } from "./even.js";\nexport const odd = (n) => n !== 0 && even(n - 1);\n`,
    },
  },
  {
    name: "a module that exports itself again for ever",
    files: {
      "main.js": `${FINE}import { thing } from "./a.js";\nfunction target(s, x) { return thing + x; }\nexport const hostile = specialize(target, { s: 7 });\n`,
      "a.js": `export * from "./b.js"; export { thing } from "./b.js";\n`,
      "b.js": `export * from "./a.js"; export { thing } from "./a.js";\n`,
    },
  },
  {
    name: "a chain of 2,000 modules",
    files: {
      "main.js": `${FINE}import { f } from "./m0.js";\nfunction target(s, x) { return f(x) + s; }\nexport const hostile = specialize(target, { s: 7 });\n`,
      ...Object.fromEntries(
        Array.from({ length: 2000 }, (_, n) => [
          `m${n}.js`,
          n === 1999 ? `export function f(x) { return x; }\n` : `export { f } from "./m${n + 1}.js";\n`,
        ]),
      ),
    },
  },
  {
    name: "declarations that cannot be read",
    files: {
      "main.ts": `import { specialize } from "babel-plugin-specialize";\nexport function target(s: number, x: number) { return s + x; }\nexport const hostile = specialize(target, { s: 1 });\n`,
      "main.spec.ts": "export declare function target(s: S<, x: {{{): never; \u0000\u0001",
      "main2.js": FINE,
    },
  },
  {
    name: "declarations that lead in circles",
    files: {
      "main.ts": `import { specialize, type S, type D } from "babel-plugin-specialize";\ntype A = B; type B = A; type Deep<T> = T extends Deep<infer U> ? Deep<U> : Deep<Deep<T>>;\ninterface I extends J { a: I } interface J extends I { b: J }\nexport function target(s: S<A>, x: D<I>, y: Deep<S<number>>) { return x.a.b; }\nexport const hostile = specialize(target, { s: 1 });\n`,
      "main2.js": FINE,
    },
  },
  {
    name: "a package.json that is not JSON",
    files: {
      "main.js": `${FINE}import { f } from "./inner/f.js";\nfunction target(s, x) { return f(x) + s; }\nexport const hostile = specialize(target, { s: 7 });\n`,
      "inner/package.json": "{ not json",
      "inner/f.js": "export const f = (x) => x + 1;\n",
    },
  },
  {
    name: "JSON that pollutes prototypes",
    files: {
      "main.js": `${FINE}import data from "./data.json";\nfunction merge(to, from) { for (const key of Object.keys(from)) { if (typeof from[key] === "object") merge(to[key] ??= {}, from[key]); else to[key] = from[key]; } return to; }\nconst merged = merge({}, data);\nfunction target(s, x) { return [merged.polluted, ({}).polluted, data.a, x + s]; }\nexport const hostile = specialize(target, { s: 7 });\n`,
      "data.json": `{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}, "a": 1}`,
    },
  },
];

export const small: readonly HostileProgram[] = committed();
