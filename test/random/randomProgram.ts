/**
 * A random program of two modules: functions and classes that call only what was made before them, and sites that make
 * some parameters static, by name or by position. It ends by construction, except for exponential work, which is cut.
 */
import { Choices } from "./choices.ts";
import type { InputKind, Program } from "./runProgram.ts";
import type { Callable, ClassInfo, Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";
import { Statements } from "./statements.ts";

const PARAMS: readonly Type[] = ["num", "num", "str", "host", "constArr", "constObj", "bool", "proxy", "fn"];
const DYNAMIC: Readonly<Partial<Record<Type, InputKind>>> = {
  num: "num",
  str: "str",
  bool: "bool",
  host: "host",
  proxy: "proxy",
  fn: "fn",
  constArr: "arr",
  constObj: "proxy",
};

export function randomProgram(numbers: readonly number[]): Program {
  return new Programs(new Choices(numbers)).make();
}

class Programs {
  private readonly statements: Statements;
  private readonly functions: Callable[] = [];
  private readonly classes: ClassInfo[] = [];
  private readonly globals: Variable[] = [];
  private readonly texts: Record<string, string[]> = { "lib.js": [], "main.js": [] };

  constructor(private readonly choices: Choices) {
    this.statements = new Statements(choices);
  }

  make(): Program {
    const { choices } = this;
    this.add(
      "lib.js",
      "export const table = [3, 1, 2];\nexport let state = 4;\nexport const cell = { n: 0 };\nexport function bump(by) { cell.n += by; return cell.n; }",
    );
    this.globals.push(
      { name: "table", type: "constArr", mutable: false },
      { name: "state", type: "num", mutable: false },
    );
    this.functions.push({ name: "bump", params: ["num"], module: "lib.js" });
    for (let count = choices.below(3); count > 0; count--) this.class(choices.of("lib.js", "main.js"));
    for (let count = choices.below(3); count > 0; count--) this.function(choices.of("lib.js", "main.js"));
    if (choices.oneIn(3)) this.recursion("main.js");
    const entry = this.function(choices.of("main.js", "lib.js"));
    const calls = Array.from({ length: 1 + choices.below(2) }, (_, index) => this.site(entry, `site${index}`));
    const imported = [...this.functions, ...this.classes]
      .filter(({ module }) => module === "lib.js")
      .map(({ name }) => name);
    const head = `import { specialize, dynamic } from "babel-plugin-specialize";\nimport { ${["table", "state", "cell", ...imported].join(", ")} } from "./lib.js";\nexport const seen = () => cell.n;`;
    const main = [head, ...(this.texts["main.js"] ?? [])].join("\n");
    return {
      files: { "lib.js": (this.texts["lib.js"] ?? []).join("\n"), "main.js": main },
      calls: [...calls, { name: "seen", inputs: [] }],
    };
  }

  private add(module: string, text: string): void {
    this.texts[module]?.push(text);
  }

  private scope(module: string): Scope {
    const visible = <T extends { readonly module: string }>(all: readonly T[]): T[] =>
      all.filter((one) => one.module === "lib.js" || module === "main.js");
    return {
      variables: this.globals,
      functions: visible(this.functions),
      classes: visible(this.classes),
      labels: [],
      inLoop: false,
      inSwitch: false,
      inFunction: true,
      loops: 0,
      module,
    };
  }

  private class(module: string): void {
    const name = this.statements.expressions.fresh("C");
    const scope = this.scope(module);
    const base = scope.classes.length > 0 && this.choices.oneIn(2) ? this.choices.of(...scope.classes).name : null;
    const e = (type: Type, ...variables: Variable[]): string =>
      this.statements.expressions.of(type, withVariables(scope, ...variables), 2);
    const p: Variable = { name: "p", type: "num", mutable: true };
    const q: Variable = { name: "q", type: "num", mutable: false };
    const own = (): string => (this.choices.oneIn(2) ? "this.a + " : "");
    const members = [
      base === null ? "" : `  m(q) { return super.m(q) + ${e("num", q)}; }`,
      base === null ? `  m(q) { return ${own()}${e("num", q)}; }` : "",
      this.choices.oneIn(2)
        ? `  get b() { return this.n === null ? 1 : ${own()}${e("num")}; }\n  set b(p) { this.c = p; }`
        : "",
      this.choices.oneIn(2)
        ? `  #hidden = ${e("num")};\n  static peek(o) { return #hidden in o ? o.#hidden++ : -1; }`
        : "",
      this.choices.oneIn(3) ? `  k = ${e("num")};` : "",
    ].filter((text) => text !== "");
    const parts = [
      base === null ? "" : `super(${e("num", p)}, q);`,
      `this.a = ${e("num", p, q)};`,
      base === null ? "this.n = null;" : "",
      `this.s = ${e("str", p, q)};`,
    ];
    const text = `export class ${name}${base === null ? "" : ` extends ${base}`} {\n  constructor(p, q = 2) { ${parts.filter((one) => one !== "").join(" ")} }\n${members.join("\n")}\n}`;
    this.add(module, text);
    this.classes.push({ name, module });
  }

  private function(module: string): Callable {
    const name = this.statements.expressions.fresh("f");
    const params = Array.from({ length: 1 + this.choices.below(4) }, () => this.choices.of(...PARAMS));
    const names = params.map((type, index): Variable => ({
      name: `p${index}`,
      type,
      mutable: type === "num" || type === "str" || type === "bool",
    }));
    const scope = withVariables(this.scope(module), ...names);
    const listed = names.map((one) =>
      one.type === "num" && this.choices.oneIn(5)
        ? `${one.name} = ${this.statements.expressions.of("num", this.scope(module), 1)}`
        : one.name,
    );
    const body = this.statements.list(scope, 6, 3);
    const result = this.choices.of(
      () => this.statements.expressions.of("num", scope),
      () =>
        `[${names
          .filter(({ type }) => type !== "host")
          .map((one) => one.name)
          .join(", ")}, ${this.statements.expressions.of("obj", scope)}]`,
      () => this.statements.expressions.of("obj", scope),
      () => this.statements.expressions.of("arr", scope),
      () => this.statements.expressions.of("str", scope),
    )();
    this.add(module, `export function ${name}(${listed.join(", ")}) {\n${body}\nreturn ${result};\n}`);
    const made = { name, params, module };
    this.functions.push(made);
    return made;
  }

  private recursion(module: string): void {
    const name = this.statements.expressions.fresh("rec");
    const variables: Variable[] = [
      { name: "n", type: "num", mutable: false },
      { name: "acc", type: "num", mutable: true },
    ];
    const scope = withVariables(this.scope(module), ...variables);
    const e = (type: Type): string => this.statements.expressions.of(type, scope, 2);
    const body = `if (!(n > 0)) return ${e("num")};\nif (n > 4) return ${name}(4, acc);\n${this.statements.list(scope, 2, 1)}`;
    const end = this.choices.of(
      `${name}(n - 1, ${e("num")})`,
      `${name}(n - 1, acc) + ${e("num")}`,
      `(${e("bool")} ? ${name}(n - 1, acc) : ${name}(n - 2, ${e("num")}))`,
    );
    this.add(module, `export function ${name}(n, acc) {\n${body}\nreturn ${end};\n}`);
    this.functions.push({ name, params: ["num", "num"], module });
  }

  private site(entry: Callable, name: string): Program["calls"][number] {
    const statics = new Map<number, string>();
    entry.params.forEach((type, index) => {
      const value = this.choices.oneIn(2) ? this.static(type) : null;
      if (value !== null) statics.set(index, value);
    });
    const byName = [...statics].map(([index, value]) => `p${index}: ${value}`);
    const byPosition = entry.params.map((_, index) => statics.get(index) ?? "dynamic()");
    const given = this.choices.of(`{ ${byName.join(", ")} }`, `[${byPosition.join(", ")}]`);
    this.add("main.js", `export const ${name} = specialize(${entry.name}, ${given});`);
    return { name, inputs: entry.params.flatMap((type, index) => (statics.has(index) ? [] : (DYNAMIC[type] ?? []))) };
  }

  private static(type: Type): string | null {
    switch (type) {
      case "num":
        return this.choices.of("0", "1", "2", "-1", "-0", "NaN", "3", "0.5", "255", "undefined");
      case "str":
        return this.choices.of('"a"', '""', '"abc"', '"7"', '"b"');
      case "bool":
        return this.choices.of("true", "false");
      case "constArr":
        return this.choices.of("[1, 2, 3]", "[]", "[0, -0, 4]", "table");
      case "constObj":
        return this.choices.of(
          "{ a: 1, b: 2, n: null }",
          '{ a: 0, n: { a: 5, b: 1, n: null }, s: "z" }',
          "{ n: null }",
        );
      case "fn":
        return this.choices.of("(x) => x * 2", "(x) => x + 1", "bump");
      default:
        return null;
    }
  }
}
