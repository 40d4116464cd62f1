/** The whole way through Babel: the residual does what partial application does, and is what it should be. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import { packageModule } from "../setup/packageModule.ts";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "end-")));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Files = Record<string, string>;

function transform(file: string, code: string, withPlugin: boolean): string {
  const plugins = withPlugin ? [[plugin as never, { report: "error" }]] : [];
  const result = transformSync(code, {
    filename: path.join(folder, file),
    cwd: process.cwd(),
    configFile: false,
    babelrc: false,
    plugins: plugins as never,
    presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: false }]],
  });
  return result?.code ?? "";
}

async function load(
  files: Files,
  withPlugin: boolean,
): Promise<{ code: string; run: (expression: string) => unknown }> {
  const context = vm.createContext({ console });
  const made = new Map<string, vm.Module>();
  let main = "";
  const module = (name: string): vm.Module => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const isMain = name === "main.ts";
    const code = transform(name, files[name] ?? "", withPlugin && isMain);
    if (isMain) main = code;
    const fresh = new vm.SourceTextModule(code, { context, identifier: name });
    made.set(name, fresh);
    return fresh;
  };
  const entry = module("main.ts");
  await entry.link((specifier) => packageModule(specifier, context) ?? module(specifier.replace("./", "")));
  await entry.evaluate();
  Object.assign(context, { m: entry.namespace });
  return { code: main, run: (expression) => vm.runInContext(expression, context) };
}

async function compare(files: Files, expressions: readonly string[]): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const generic = await load(files, false);
  const residual = await load(files, true);
  for (const expression of expressions) {
    const outcome = (one: typeof generic): unknown => {
      try {
        return { value: JSON.stringify(one.run(expression)) ?? "undefined" };
      } catch (error) {
        return { thrown: String(error) };
      }
    };
    expect([expression, outcome(residual)]).toEqual([expression, outcome(generic)]);
  }
  return residual.code;
}

const use = 'import { specialize, dynamic, context, type S, type D } from "babel-plugin-specialize";\n';

test("power", async () => {
  const code = await compare(
    {
      "main.ts": `${use}
export function power(n: S<number>, x: D<number>): number {
  return n === 0 ? 1 : x * power(n - 1, x);
}
export const cube = specialize(power, { n: 3 });`,
    },
    ["m.cube(2)", "m.cube(-0)", "Object.is(m.cube(-0), -0)", "m.cube(1e200)", "m.cube()"],
  );
  expect(code).toMatchInlineSnapshot(`
   "export function power(n, x) {
     return n === 0 ? 1 : x * power(n - 1, x);
   }
   export const cube = function power(x) {
     return x * (x * x);
   };"
  `);
});

test("power of another module, by position", async () => {
  const code = await compare(
    {
      "power.ts": `import type { S, D } from "babel-plugin-specialize";
export const one = 1;
export function power(n: S<number>, x: D<number>): number {
  let result = one;
  while (n > 0) { result = result * x; n = n - 1; }
  return result;
}`,
      "main.ts": `${use}import { power } from "./power.ts";
export const square = specialize(power, [2, dynamic()]);
export const generic = power(5, 2);`,
    },
    ["m.square(3)", "m.generic"],
  );
  expect(code).toMatchInlineSnapshot(`
   "import { power } from "./power.ts";
   export const square = function power(x) {
     return x * x;
   };
   export const generic = power(5, 2);"
  `);
});

test("an interpreter and its program in JSON", async () => {
  const code = await compare(
    {
      "program.json": '[["push", 2], ["arg"], ["mul"], ["push", 1], ["add"]]',
      "main.ts": `${use}import program from "./program.ts";
type Op = readonly [string, number?];
function run(code: S<readonly Op[]>, arg: D<number>): number {
  const stack: number[] = [];
  for (const [op, value] of code) {
    switch (op) {
      case "push": stack.push(value!); break;
      case "arg": stack.push(arg); break;
      case "add": stack.push(stack.pop()! + stack.pop()!); break;
      case "mul": stack.push(stack.pop()! * stack.pop()!); break;
      default: throw new Error("unknown " + op);
    }
  }
  return stack.pop()!;
}
export const compiled = specialize(run, { code: program });`,
      "program.ts": 'export default [["push", 2], ["arg"], ["mul"], ["push", 1], ["add"]] as const;',
    },
    ["m.compiled(4)", "m.compiled(NaN)"],
  );
  expect(code).toMatchInlineSnapshot(`
   "function run(code, arg) {
     const stack = [];
     for (const [op, value] of code) {
       switch (op) {
         case "push":
           stack.push(value);
           break;
         case "arg":
           stack.push(arg);
           break;
         case "add":
           stack.push(stack.pop() + stack.pop());
           break;
         case "mul":
           stack.push(stack.pop() * stack.pop());
           break;
         default:
           throw new Error("unknown " + op);
       }
     }
     return stack.pop();
   }
   export const compiled = function run(arg) {
     return 1 + arg * 2;
   };"
  `);
});

test("objects that exist at run time are referred to, not copied", async () => {
  const code = await compare(
    {
      "table.ts": "export const table = { scale: 3, log: [] as number[], inner: { deep: { hits: 0 } } };",
      "main.ts": `${use}import { table } from "./table.ts";
function f(t: S<typeof table>, x: D<number>) { t.log.push(x); t.inner.deep.hits++; return x * 3; }
export const g = specialize(f, { t: table });
export { table };`,
    },
    ["[m.g(1), m.g(2)]", "m.table"],
  );
  expect(code).toMatchInlineSnapshot(`
   "import { table } from "./table.ts";
   function f(t, x) {
     t.log.push(x);
     t.inner.deep.hits++;
     return x * 3;
   }
   const log$1 = table.log;
   const deep$1 = table.inner.deep;
   export const g = function f(x) {
     log$1.push(x);
     let value = deep$1.hits;
     value++;
     deep$1.hits = value;
     return x * 3;
   };
   export { table };"
  `);
});

test("a context with live objects: bound once, checked, and generic where something differs", async () => {
  const code = await compare(
    {
      "sock.ts": `export class Sock { sent = 0; constructor(readonly limit: number, readonly prefix: string) {} }
export function send(sk: Sock, text: string): string {
  if (text.length > sk.limit) throw new RangeError("too long: " + text.length);
  sk.sent++;
  return sk.prefix + text;
}`,
      "sock.spec.ts": `import type { Spec, S, D } from "babel-plugin-specialize"; import type { Sock } from "./sock.ts";
export type SockSpec = Spec<Sock, { limit: S<number>; prefix: S<string>; sent: D<number> }>;`,
      "main.ts": `${use}import { Sock, send } from "./sock.ts";
export const roots = (live: { sk: Sock }) => ({ sk: live.sk });
export const bind = context(send, () => ({ sk: new Sock(5, "> ") }), roots);
export const alike = { sk: new Sock(5, "> ") };
export const other = { sk: new Sock(3, "# ") };`,
    },
    [
      "const f = m.bind(m.alike); [f('abc'), f('abcde'), m.alike.sk.sent]",
      "m.bind(m.alike)('abcdef')",
      "const g = m.bind(m.other); [g('abc'), m.other.sk.sent]",
      "m.bind(m.other)('abcde')",
    ].map((text) => (text.includes(";") ? `(() => { ${text.replace(/; (?=[^;]*$)/, "; return ")} })()` : text)),
  );
  expect(code).toMatchInlineSnapshot(`
   "import { specialize as _specialize, differs } from "babel-plugin-specialize/runtime";
   import { Sock, send } from "./sock.ts";
   export const roots = live => ({
     sk: live.sk
   });
   const _generic = live => _specialize(send, roots(live));
   export const bind = function bindSend(roots, otherwise = () => _generic(roots)) {
     const difference = differs(roots, {
       sk: {
         limit: 5,
         prefix: "> "
       }
     });
     if (difference !== null) {
       return otherwise(difference);
     }
     const sk = roots.sk;
     function send(text) {
       if (text.length > 5) {
         throw new RangeError("too long: " + text.length);
       }
       sk.sent++;
       return "> " + text;
     }
     return send;
   };
   export const alike = {
     sk: new Sock(5, "> ")
   };
   export const other = {
     sk: new Sock(3, "# ")
   };"
  `);
});
