/** Random statements. Loops are bounded by counters nobody else writes; the tests in them may be dynamic. */
import type { Choices } from "./choices.ts";
import { Expressions } from "./expressions.ts";
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";

interface Made {
  readonly text: string;
  /** what later statements of the same list see */
  readonly scope: Scope;
}
type Make = () => Made;

const LOCAL: readonly Type[] = ["num", "num", "num", "str", "bool", "arr", "obj", "obj", "fn", "map", "set"];

export class Statements {
  readonly expressions: Expressions;
  constructor(readonly choices: Choices) {
    this.expressions = new Expressions(choices);
  }

  list(scope: Scope, most: number, depth: number): string {
    const lines: string[] = [];
    let inner = scope;
    for (let count = this.choices.below(most + 1); count > 0; count--) {
      const { text, scope: next } = this.one(inner, depth);
      lines.push(text);
      inner = next;
    }
    return lines.join("\n");
  }

  block(scope: Scope, depth: number, most = 3): string {
    return `{\n${this.list(scope, most, depth)}\n}`;
  }

  private one(scope: Scope, depth: number): Made {
    const options: Make[] = [
      () => this.declare(scope),
      () => this.declare(scope),
      () => this.assign(scope),
      () => this.assign(scope),
      () => this.effect(scope),
      () => this.effect(scope),
    ];
    if (depth > 0) {
      const nested = [this.branch, this.branch, this.choose, this.attempt, this.destructure, this.closure];
      if (scope.loops < 2) nested.push(this.count, this.count, this.repeat, this.each, this.labelled);
      options.push(...nested.map((make) => () => make.call(this, scope, depth - 1)));
    }
    options.push(() => this.leave(scope));
    return (options[this.choices.below(options.length)] as Make)();
  }

  private e(type: Type, scope: Scope, depth = 3): string {
    return this.expressions.of(type, scope, depth);
  }

  private declare(scope: Scope): Made {
    const type = this.choices.of(...LOCAL);
    const mutable = !this.choices.oneIn(3) && type !== "fn";
    const name = this.expressions.fresh(type.slice(0, 1));
    const text = `${mutable ? "let" : "const"} ${name} = ${this.e(type, scope)};`;
    return { text, scope: withVariables(scope, { name, type, mutable }) };
  }

  private assign(scope: Scope): Made {
    const type = this.choices.of<Type>("num", "num", "str", "arr", "obj", "bool");
    const name = this.expressions.variable(type, scope, true);
    if (name === null) return this.effect(scope);
    const value = this.e(type, scope);
    if (type === "str") return { text: `${name} = (${value}).slice(0, 20);`, scope };
    const operator = type === "num" ? this.choices.of("=", "+=", "-=", "*=", "|=", "??=", "||=", "&&=") : "=";
    return { text: `${name} ${operator} ${value};`, scope };
  }

  private effect(scope: Scope): Made {
    const { choices } = this;
    const object = (): string => this.expressions.variable(choices.of<Type>("obj", "obj", "proxy"), scope) ?? "";
    const options: (() => string)[] = [
      () => this.e("num", scope) + ";",
      () =>
        `${this.expressions.variable("host", scope) ?? "void "}(${this.e(choices.of<Type>("num", "str", "arr", "obj"), scope)});`,
      () => write(object(), `.${choices.of("a", "b", "c")} ${choices.of("=", "+=")} ${this.e("num", scope)};`),
      () => write(object(), `[${choices.of('"a"', '"b"', this.e("str", scope, 1))}] = ${this.e("num", scope)};`),
      () => write(object(), `.n = ${this.e("obj", scope)};`),
      () => write(object(), `.a++;`),
      () => {
        const target = object();
        return target === "" ? ";" : `delete ${target}.${choices.of("a", "b")};`;
      },
      () => write(this.expressions.variable("arr", scope), `.push(${this.e("num", scope)});`),
      () => write(this.expressions.variable("arr", scope), `.${choices.of("pop", "shift", "reverse")}();`),
      () => write(this.expressions.variable("arr", scope), `[${this.e("num", scope)} & 3] = ${this.e("num", scope)};`),
      () => write(this.expressions.variable("arr", scope), `.length = ${this.e("num", scope)} & 3;`),
      () => write(this.expressions.variable("map", scope), `.set(${this.e("str", scope)}, ${this.e("num", scope)});`),
      () => write(this.expressions.variable("map", scope), `.delete(${this.e("str", scope)});`),
      () => write(this.expressions.variable("set", scope), `.add(${this.e("num", scope)});`),
    ];
    const text = (options[choices.below(options.length)] as () => string)();
    return { text: text.startsWith("{") || text.startsWith("function") ? `(${text.slice(0, -1)});` : text, scope };
  }

  private branch(scope: Scope, depth: number): Made {
    const test = this.e("bool", scope);
    const otherwise = this.choices.oneIn(2) ? ` else ${this.block(scope, depth)}` : "";
    return { text: `if (${test}) ${this.block(scope, depth)}${otherwise}`, scope };
  }

  private choose(scope: Scope, depth: number): Made {
    const inner = { ...scope, inSwitch: true };
    const type = this.choices.of<Type>("num", "str");
    const cases = Array.from({ length: 1 + this.choices.below(3) }, () => {
      const label = this.choices.oneIn(4) ? "default:" : `case ${this.e(type, scope, 1)}:`;
      return `${label} ${this.block(inner, depth, 2)} ${this.choices.of("break;", "")}`;
    });
    const once = cases.filter(
      (text, index) => !text.startsWith("default") || index === cases.findIndex((one) => one.startsWith("default")),
    );
    return { text: `switch (${this.e(type, scope)}) {\n${once.join("\n")}\n}`, scope };
  }

  private attempt(scope: Scope, depth: number): Made {
    const error = this.expressions.fresh("e");
    const caught: Variable = { name: `${error}m`, type: "str", mutable: false };
    const read = `const ${caught.name} = ${error} instanceof Error ? ${error}.constructor.name : String(${error});`;
    const handler = `catch (${error}) {\n${read}\n${this.list(withVariables(scope, caught), 3, depth)}\n}`;
    const final = `finally ${this.block(scope, depth, 2)}`;
    const rest = this.choices.of(handler, final, `${handler} ${final}`);
    const thrown = this.choices.oneIn(2)
      ? `if (${this.e("bool", scope)}) throw new RangeError(${this.e("str", scope, 1)});\n`
      : "";
    return { text: `try {\n${this.list(scope, 2, depth)}\n${thrown}${this.list(scope, 2, depth)}\n} ${rest}`, scope };
  }

  private destructure(scope: Scope): Made {
    const [one, two, rest] = [this.expressions.fresh("d"), this.expressions.fresh("d"), this.expressions.fresh("r")];
    const variables: Variable[] = [
      { name: one, type: "num", mutable: true },
      { name: two, type: "num", mutable: true },
    ];
    if (this.choices.oneIn(2)) {
      const from = this.expressions.object(scope, 1);
      const text = `let { a: ${one}, b: ${two} = ${this.e("num", scope, 1)}, ...${rest} } = ${from};`;
      return { text, scope: withVariables(scope, ...variables, { name: rest, type: "obj", mutable: false }) };
    }
    const from = this.e(this.choices.of<Type>("arr", "constArr"), scope, 1);
    const text = `let [${one}, ${this.choices.of("", ", ")}${two} = ${this.e("num", scope, 1)}, ...${rest}] = ${from};`;
    return { text, scope: withVariables(scope, ...variables, { name: rest, type: "arr", mutable: false }) };
  }

  private closure(scope: Scope, depth: number): Made {
    const name = this.expressions.fresh("f");
    const param = this.expressions.fresh("x");
    const inner: Scope = {
      ...withVariables(scope, { name: param, type: "num", mutable: true }),
      labels: [],
      inLoop: false,
      inSwitch: false,
      inFunction: true,
    };
    const body = this.list(inner, 2, depth);
    const text = `const ${name} = (${param} = ${this.e("num", scope, 1)}) => {\n${body}\nreturn ${this.e("num", inner, 2)};\n};`;
    return { text, scope: withVariables(scope, { name, type: "fn", mutable: false }) };
  }

  private inside(scope: Scope, ...variables: readonly Variable[]): Scope {
    return { ...withVariables(scope, ...variables), inLoop: true, inSwitch: false, loops: scope.loops + 1 };
  }

  private count(scope: Scope, depth: number): Made {
    const name = this.expressions.fresh("i");
    const bound = this.choices.of(
      "3",
      "2",
      "4",
      `(${this.e("num", scope, 1)} & 3)`,
      `Math.min(4, ${this.e("arr", scope, 1)}.length)`,
    );
    const inner = this.inside(scope, { name, type: "num", mutable: false });
    return { text: `for (let ${name} = 0; ${name} < ${bound}; ${name}++) ${this.block(inner, depth)}`, scope };
  }

  private repeat(scope: Scope, depth: number): Made {
    const fuel = this.expressions.fresh("fuel");
    const inner = this.inside(scope);
    const body = this.block(inner, depth);
    const test = `${fuel}-- > 0 && ${this.e("bool", scope, 2)}`;
    const loop = this.choices.of(`while (${test}) ${body}`, `do ${body} while (${test});`);
    return { text: `let ${fuel} = ${this.choices.of("3", "2", "5")};\n${loop}`, scope };
  }

  private each(scope: Scope, depth: number): Made {
    const name = this.expressions.fresh("v");
    const [type, over] = this.choices.of<() => [Type, string]>(
      () => ["num", `of ${this.e(this.choices.of<Type>("arr", "constArr"), scope, 2)}.slice(0, 4)`],
      () => ["str", `in ${this.expressions.object(scope, 1)}`],
      () => ["str", `of ${this.e("str", scope, 1)}.slice(0, 4)`],
      () => ["num", `of ${this.e("set", scope, 1).replace(/^(\w+)$/, "new Set($1)")}`],
    )();
    const inner = this.inside(scope, { name, type, mutable: false });
    return { text: `for (const ${name} ${over}) ${this.block(inner, depth)}`, scope };
  }

  private labelled(scope: Scope, depth: number): Made {
    const label = this.expressions.fresh("L");
    const { text } = this.count({ ...scope, labels: [...scope.labels, label] }, depth);
    return { text: `${label}: ${text}`, scope };
  }

  private leave(scope: Scope): Made {
    const ways: string[] = [`throw new Error(${this.e("str", scope, 1)});`];
    if (scope.inFunction) ways.push(`return ${this.e("num", scope)};`, `return ${this.e("num", scope)};`);
    if (scope.inLoop) ways.push("break;", "continue;");
    for (const label of scope.labels) ways.push(`break ${label};`, `continue ${label};`);
    const way = this.choices.of(...ways);
    return { text: `if (${this.e("bool", scope, 2)}) ${way}`, scope };
  }
}

function write(target: string | null, rest: string): string {
  return target === null || target === "" ? ";" : target + rest;
}
