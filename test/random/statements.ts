/** Random statements. Loops are bounded by counters nobody else writes; the tests in them may be dynamic. */
import type { Choices } from "./choices.ts";
import { effectOf } from "./effects.ts";
import { Expressions } from "./expressions.ts";
import { loopsOf } from "./loops.ts";
import { sceneOf } from "./scenes.ts";
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";

export interface Made {
  readonly text: string;
  /** what later statements of the same list see */
  readonly scope: Scope;
}
type MakeStatement = (scope: Scope, depth: number) => Made;

const LOCAL = "num num num num str bool arr arr obj obj obj fn map set typed iter".split(" ") as Type[];

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

  e(type: Type, scope: Scope, depth = 3): string {
    return this.expressions.of(type, scope, depth);
  }

  private one(scope: Scope, depth: number): Made {
    const effect: MakeStatement = () => ({ text: effectOf(this, scope), scope });
    const options: MakeStatement[] = [this.declare, this.declare, this.assign, this.assign, effect, effect, effect];
    if (depth > 0) {
      options.push(this.branch, this.branch, this.choose, this.attempt, this.attempt, this.destructure);
      options.push(this.closure, this.block1, this.swap, this.machine);
      if (scope.loops < 2) options.push(...loopsOf(this));
    }
    options.push(this.leave, this.alias);
    // now and then, and the scenes of an entry apart: they are long
    if (depth > 1 && this.choices.oneIn(12)) return sceneOf(this, scope);
    const make = options[this.choices.below(options.length)] as MakeStatement;
    return make.call(this, scope, depth - 1);
  }

  private declare(this: Statements, scope: Scope): Made {
    const type = this.choices.of(...LOCAL);
    const mutable = !this.choices.oneIn(3);
    const name = this.expressions.fresh(type.slice(0, 1));
    const text = `${mutable ? "let" : "const"} ${name} = ${this.e(type, scope)};`;
    return { text, scope: withVariables(scope, { name, type, mutable }) };
  }

  /** another name for an object that is at hand */
  private alias(this: Statements, scope: Scope): Made {
    const type = this.choices.of<Type>("obj", "arr", "map", "typed", "fn");
    const from = this.expressions.variable(type, scope);
    if (from === null) return this.declare(scope);
    const name = this.expressions.fresh(type.slice(0, 1));
    const other = this.choices.oneIn(3) ? `${this.e("bool", scope, 2)} ? ${from} : ${this.e(type, scope, 1)}` : from;
    return { text: `let ${name} = ${other};`, scope: withVariables(scope, { name, type, mutable: true }) };
  }

  private assign(this: Statements, scope: Scope): Made {
    const type = this.choices.of<Type>("num", "num", "num", "str", "arr", "obj", "bool", "fn", "map");
    const name = this.expressions.variable(type, scope, true);
    if (name === null) return { text: effectOf(this, scope), scope };
    const value = this.e(type, scope);
    if (type === "str") return { text: `${name} = String(${value}).slice(0, 20);`, scope };
    const operator = type === "num" ? this.choices.of("=", "+=", "-=", "*=", "|=", "??=", "||=", "&&=") : "=";
    return { text: `${name} ${operator} ${value};`, scope };
  }

  private swap(this: Statements, scope: Scope): Made {
    const [one, two] = [this.expressions.variable("num", scope, true), this.expressions.variable("num", scope, true)];
    const object = this.expressions.variable("obj", scope);
    if (one === null || two === null) return this.declare(scope);
    const left = this.choices.of(two, object === null ? two : `${object}.a`);
    const from = this.choices.of(`[${two}, ${one}]`, this.e("arr", scope, 1), this.e("iter", scope, 1));
    const named = `({ a: ${one} = ${this.e("num", scope, 1)}, b: ${left} } = ${this.expressions.object(scope, 1)});`;
    return { text: this.choices.oneIn(3) ? named : `[${one}, ${left}] = ${from};`, scope };
  }

  private branch(this: Statements, scope: Scope, depth: number): Made {
    const test = this.e(this.choices.of<Type>("bool", "bool", "bool", "num"), scope);
    const otherwise = this.choices.oneIn(2) ? ` else ${this.block(scope, depth)}` : "";
    return { text: `if (${test}) ${this.block(scope, depth)}${otherwise}`, scope };
  }

  private block1(this: Statements, scope: Scope, depth: number): Made {
    const label = this.expressions.fresh("B");
    return { text: `${label}: ${this.block({ ...scope, blocks: [...scope.blocks, label] }, depth)}`, scope };
  }

  private choose(this: Statements, scope: Scope, depth: number): Made {
    const inner = { ...scope, inSwitch: true };
    const type = this.choices.of<Type>("num", "str");
    const cases = Array.from({ length: 1 + this.choices.below(4) }, () => {
      const constant = type === "num" ? this.choices.of("0", "1", "2", "3") : this.choices.of('"a"', '"b"', '""');
      const label = this.choices.oneIn(4)
        ? "default:"
        : `case ${this.choices.oneIn(3) ? this.e(type, scope, 1) : constant}:`;
      return `${label} ${this.block(inner, depth, 2)} ${this.choices.of("break;", "", "break;")}`;
    });
    const once = cases.filter(
      (text, index) => !text.startsWith("default") || index === cases.findIndex((one) => one.startsWith("default")),
    );
    return { text: `switch (${this.e(type, scope)}) {\n${once.join("\n")}\n}`, scope };
  }

  /** static state that dynamic tests move on */
  private machine(this: Statements, scope: Scope, depth: number): Made {
    const [state, fuel] = [this.expressions.fresh("at"), this.expressions.fresh("fuel")];
    const variable: Variable = { name: state, type: "num", mutable: true };
    const inner: Scope = { ...withVariables(scope, variable), inLoop: false, inSwitch: true, loops: scope.loops + 1 };
    const next = (): string =>
      this.choices.of(
        () => `${state} = ${this.choices.below(4)};`,
        () => `if (${this.e("bool", scope, 2)}) ${state} = ${this.choices.below(4)}; else ${state} = 2;`,
        () => `${state} += ${this.e("bool", scope, 2)} ? 1 : 2;`,
        () => `{ const o = { a: ${state}, n: null }; if (${this.e("bool", scope, 1)}) o.a = 0; ${state} = o.a + 1; }`,
      )();
    const cases = [0, 1, 2].map((n) => `case ${n}:\n${this.list(inner, 1, depth - 1)}\n${next()}\nbreak;`);
    const text = `let ${state} = 0;\nfor (let ${fuel} = 0; ${fuel} < ${this.choices.of("3", "4", "6")}; ${fuel}++) {\nswitch (${state}) {\n${cases.join("\n")}\n}\n}`;
    return { text, scope: withVariables(scope, variable) };
  }

  private attempt(this: Statements, scope: Scope, depth: number): Made {
    const error = this.expressions.fresh("e");
    const caught: Variable = { name: `${error}m`, type: "str", mutable: false };
    const read = `const ${caught.name} = ${error} instanceof Error ? ${error}.constructor.name : String(${error});`;
    const again = this.choices.oneIn(6) ? `\nif (${this.e("bool", scope, 1)}) throw ${error};` : "";
    const handler = `catch (${error}) {\n${read}\n${this.list(withVariables(scope, caught), 3, depth)}${again}\n}`;
    const final = `finally ${this.block(scope, depth, 2)}`;
    const rest = this.choices.of(handler, handler, final, `${handler} ${final}`);
    const what = this.choices.of(
      () => `new RangeError(${this.e("str", scope, 1)})`,
      () => this.e("num", scope, 1),
      () => `Object.assign(new Error("e"), { code: ${this.e("num", scope, 1)} })`,
    )();
    const thrown = this.choices.oneIn(2) ? `if (${this.e("bool", scope)}) throw ${what};\n` : "";
    return { text: `try {\n${this.list(scope, 2, depth)}\n${thrown}${this.list(scope, 2, depth)}\n} ${rest}`, scope };
  }

  private destructure(this: Statements, scope: Scope): Made {
    const [one, two, rest] = [this.expressions.fresh("d"), this.expressions.fresh("d"), this.expressions.fresh("r")];
    const variables: Variable[] = [
      { name: one, type: "num", mutable: true },
      { name: two, type: "num", mutable: true },
    ];
    const fallback = this.e("num", scope, 1);
    if (this.choices.oneIn(2)) {
      const from = this.expressions.object(scope, 1);
      const key = this.choices.of("b", `[${this.e("str", scope, 1)}]`, '"a"');
      const deep = this.choices.oneIn(3) ? `, n: { a: ${one}x = 1 } = {}` : "";
      const text = `let { a: ${one}, ${key}: ${two} = ${fallback}${deep}, ...${rest} } = ${from};`;
      return { text, scope: withVariables(scope, ...variables, { name: rest, type: "obj", mutable: false }) };
    }
    const from = this.e(this.choices.of<Type>("arr", "constArr", "iter", "set", "str"), scope, 1);
    const tail = this.choices.of(`, ...${rest}`, "");
    const text = `let [${one}, ${this.choices.of("", ", ")}${two} = ${fallback}${tail}] = ${from};`;
    if (tail === "") return { text, scope: withVariables(scope, ...variables) };
    return { text, scope: withVariables(scope, ...variables, { name: rest, type: "arr", mutable: false }) };
  }

  private closure(this: Statements, scope: Scope, depth: number): Made {
    const name = this.expressions.fresh("f");
    const param = this.expressions.fresh("x");
    const inner: Scope = {
      ...withVariables(scope, { name: param, type: "num", mutable: true }),
      labels: [],
      blocks: [],
      inLoop: false,
      inSwitch: false,
      inFunction: true,
    };
    const body = this.list(inner, 3, depth);
    const result = this.e("num", inner, 2);
    const fallback = this.choices.oneIn(2) ? ` = ${this.e("num", scope, 1)}` : "";
    const params = this.choices.of(`${param}${fallback}`, `${param}${fallback}`, `${param}, ...${param}s`);
    const text = this.choices.of(
      `const ${name} = (${params}) => {\n${body}\nreturn ${result};\n};`,
      `const ${name} = function (${params}) {\n${body}\nreturn ${result};\n};`,
      `function ${name}(${params}) {\n${body}\nreturn ${result};\n}`,
    );
    return { text, scope: withVariables(scope, { name, type: "fn", mutable: false }) };
  }

  private leave(this: Statements, scope: Scope): Made {
    const ways: (() => string)[] = [() => `throw new Error(${this.e("str", scope, 1)});`];
    if (scope.inFunction)
      ways.push(
        () => `return ${this.e("num", scope)};`,
        () => `return ${this.e("obj", scope, 2)};`,
      );
    if (scope.inLoop)
      ways.push(
        () => "break;",
        () => "continue;",
        () => "continue;",
      );
    for (const label of scope.labels)
      ways.push(
        () => `break ${label};`,
        () => `continue ${label};`,
      );
    for (const label of scope.blocks) ways.push(() => `break ${label};`);
    const way = this.choices.of(...ways)();
    return { text: this.choices.oneIn(9) ? way : `if (${this.e("bool", scope, 2)}) ${way}`, scope };
  }
}
