/**
 * A random program of two modules with state of their own: functions and classes that call only what was made before
 * them, and sites that make some parameters static, by name or by position, or contexts of live objects. It ends by
 * construction, except for exponential work, which is cut.
 */
import { Choices } from "./choices.ts";
import { classText } from "./classes.ts";
import { argumentOf } from "./division.ts";
import type { Program } from "./runProgram.ts";
import type { Callable, ClassInfo, Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";
import { sceneOf } from "./scenes.ts";
import { typedProgram } from "./typedProgram.ts";
import { Statements } from "./statements.ts";
import type { Made } from "./statements.ts";

const PARAMS =
  "num num num str host host constArr constObj constObj constObj constObj bool proxy data obj fn iter arr map typed".split(
    " ",
  ) as Type[];

const LIB = `export const table = [77, 1, 2];
export const table2 = [1, 2, 3];
export const tree = { fixed: 1, a: 1, b: 7, n: { fixed: 1, a: 2, b: 0, n: null }, list: table };
export const counters = { n: 0, last: null };
export const registry = new Map([["a", 1]]);
export let state = 4;
export function setState(to) { state = to; }
export function bump(by) { counters.n += by; return counters.n; }`;
const NAMES = ["table", "table2", "tree", "counters", "registry", "state", "setState"];
const GLOBALS: readonly Variable[] = [
  { name: "table", type: "constArr", mutable: false },
  { name: "tree", type: "constObj", mutable: false },
  { name: "state", type: "num", mutable: false },
  { name: "counters.n", type: "num", mutable: false },
];

export function randomProgram(numbers: readonly number[]): Program {
  const choices = new Choices(numbers);
  return choices.oneIn(3) ? typedProgram(choices) : new Programs(choices).make();
}

class Programs {
  private readonly statements: Statements;
  private readonly functions: Callable[] = [];
  private readonly classes: ClassInfo[] = [];
  private readonly texts: Record<string, string[]> = { "lib.js": [], "main.js": [] };
  private partial = 0;

  constructor(private readonly choices: Choices) {
    this.statements = new Statements(choices);
  }

  make(): Program {
    const { choices } = this;
    this.add("lib.js", LIB);
    this.functions.push({ name: "bump", params: ["num"], module: "lib.js" });
    choices.spend(choices.left / 3, () => {
      for (let count = choices.below(3); count > 0; count--)
        choices.spend(40, () => this.class(choices.of("lib.js", "main.js")));
      for (let count = choices.below(3); count > 0; count--)
        choices.spend(40, () => this.function(choices.of("lib.js", "main.js")));
      if (choices.oneIn(3)) this.recursion("main.js");
    });
    const entry = this.function(choices.of("main.js", "lib.js"), true);
    const calls = Array.from({ length: 1 + choices.below(2) }, (_, index) =>
      choices.oneIn(6) ? this.context(`site${index}`) : this.site(entry, `site${index}`),
    );
    const imported = [...this.functions, ...this.classes]
      .filter(({ module }) => module === "lib.js")
      .map(({ name }) => name);
    const head = `import { specialize, dynamic, context } from "babel-plugin-specialize";\nimport { ${[...NAMES, ...imported].join(", ")} } from "./lib.js";\nexport const seen = () => [counters, registry, state, table, table2, tree];`;
    const main = [head, ...(this.texts["main.js"] ?? [])].join("\n");
    return {
      files: { "lib.js": (this.texts["lib.js"] ?? []).join("\n"), "main.js": main },
      calls: [...calls, { name: "seen", inputs: [] }],
      partial: this.partial,
    };
  }

  private add(module: string, text: string): void {
    this.texts[module]?.push(text);
  }

  private scope(module: string): Scope {
    const visible = <T extends { readonly module: string }>(all: readonly T[]): T[] =>
      all.filter((one) => one.module === "lib.js" || module === "main.js");
    return {
      variables: GLOBALS,
      functions: visible(this.functions),
      classes: visible(this.classes),
      labels: [],
      blocks: [],
      inLoop: false,
      inSwitch: false,
      inFunction: true,
      loops: 0,
      module,
    };
  }

  private class(module: string): void {
    const name = this.statements.expressions.fresh("C");
    this.add(module, classText(this.statements, name, this.scope(module)));
    this.classes.push({ name, module });
  }

  private function(module: string, isEntry = false): Callable {
    const name = this.statements.expressions.fresh("f");
    const params = Array.from({ length: 1 + this.choices.below(4) }, () => this.choices.of(...PARAMS));
    const made = this.functionOf(module, name, params, isEntry);
    this.functions.push(made);
    return made;
  }

  /** What an entry does: mostly, something with static data in it that dynamic tests move on. */
  private scenes(scope: Scope): Made {
    const { choices, statements } = this;
    const texts = [choices.spend(choices.left / 4, () => statements.list(scope, 3, 3))];
    let at = scope;
    for (let count = choices.of(1, 1, 2, 0); count > 0 && choices.left > 10; count--) {
      const scene = choices.spend(choices.left / 2, () => sceneOf(statements, at));
      texts.push(
        scene.text,
        choices.spend(20, () => statements.list(scene.scope, 2, 2)),
      );
      at = scene.scope;
    }
    return { text: texts.join("\n"), scope: at };
  }

  private functionOf(module: string, name: string, params: readonly Type[], isEntry = false): Callable {
    const { choices, statements } = this;
    const names = params.map((type, index): Variable => ({
      name: `p${index}`,
      type,
      mutable: !"host proxy data constArr constObj".split(" ").includes(type),
    }));
    const scope = withVariables(this.scope(module), ...names);
    const listed = names.map((one) =>
      one.type === "num" && choices.oneIn(5) ? `${one.name} = ${statements.e("num", this.scope(module), 1)}` : one.name,
    );
    const made = isEntry ? this.scenes(scope) : { text: statements.list(scope, 4, 2), scope };
    const all = names.filter(({ type }) => type !== "host").map((one) => one.name);
    const result = choices.of(
      () => statements.e("num", made.scope),
      () => `[${[...all, statements.e("obj", made.scope)].join(", ")}]`,
      () => `{ o: ${statements.e("obj", made.scope)}, q: ${statements.e("arr", made.scope)} }`,
      () => statements.e("obj", made.scope),
      () => statements.e("arr", made.scope),
      () => statements.e("str", made.scope),
    )();
    this.add(module, `export function ${name}(${listed.join(", ")}) {\n${made.text}\nreturn ${result};\n}`);
    return { name, params, module };
  }

  private recursion(module: string): void {
    const { choices, statements } = this;
    const name = statements.expressions.fresh("rec");
    const variables: Variable[] = [
      { name: "n", type: "num", mutable: false },
      { name: "acc", type: "num", mutable: true },
    ];
    const scope = withVariables(this.scope(module), ...variables);
    const e = (type: Type): string => statements.e(type, scope, 2);
    const body = `if (!(n > 0)) return ${e("num")};\nif (n > 4) return ${name}(4, acc);\n${statements.list(scope, 2, 1)}`;
    const end = choices.of(
      `${name}(n - 1, ${e("num")})`,
      `${name}(n - 1, acc) + ${e("num")}`,
      `(${e("bool")} ? ${name}(n - 1, acc) : ${name}(n - 2, ${e("num")}))`,
    );
    this.add(module, `export function ${name}(n, acc) {\n${body}\nreturn ${end};\n}`);
    this.functions.push({ name, params: ["num", "num"], module });
  }

  private site(entry: Callable, name: string): Program["calls"][number] {
    const given = entry.params.map((type) => argumentOf(this.choices, type));
    this.partial += given.filter((one) => one.isPartial).length;
    const byName = given.flatMap(({ known }, index) => (known === null ? [] : [`p${index}: ${known}`]));
    const byPosition = given.map(({ known }) => known ?? "dynamic()");
    const statics = this.choices.of(`{ ${byName.join(", ")} }`, `[${byPosition.join(", ")}]`);
    this.add("main.js", `export const ${name} = specialize(${entry.name}, ${statics});`);
    return { name, inputs: given.flatMap(({ input }) => input ?? []) };
  }

  /** A function of a live object, bound to objects that are as at build time, or not. */
  private context(name: string): Program["calls"][number] {
    const { choices, statements } = this;
    const fn = statements.expressions.fresh("live");
    const rest = [choices.of<Type>("num", "host", "proxy"), choices.of<Type>("num", "str")] as const;
    const entry = this.functionOf("main.js", fn, ["obj", ...rest], true);
    const scope = this.scope("main.js");
    const fields = choices.of(
      `{ fixed: 1, a: 1, b: 2 + k, n: null, s: "x" }`,
      `{ fixed: 1, a: ${statements.e("num", scope, 1)}, b: 0, n: { fixed: 1, a: 3 + k, n: null } }`,
      scope.classes.length === 0
        ? `{ fixed: 1, a: 5, n: null, q: [77, 2 + k] }`
        : `Object.assign(new ${choices.of(...scope.classes).name}(1, 2), { fixed: 1, e: k })`,
    );
    this.partial++;
    const other = choices.of("0", "0", "1");
    this.add(
      "main.js",
      `const make${fn} = (k = 0) => ({ fixed: 1, o: ${fields} });
export const real${fn} = make${fn}(${other});
const bind${fn} = context(${fn}, () => make${fn}(), (roots) => ({ p0: roots.o }));
export const ${name} = bind${fn}(real${fn});`,
    );
    return { name, inputs: entry.params.slice(1).flatMap((type) => argumentOf(new Choices([]), type).input ?? []) };
  }
}
