/** Random expressions by type. They end, whatever the values are: functions call only functions made before them. */
import type { Choices } from "./choices.ts";
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";

const NUMBERS = [
  "0",
  "1",
  "2",
  "3",
  "-1",
  "-0",
  "NaN",
  "0.5",
  "7",
  "255",
  "2147483647",
  "-2147483648",
  "1e21",
  "Infinity",
];
const TEXTS = ['""', '"a"', '"b"', '"abc"', '"7"', '"x,y"', '"A b"', '"__proto__"'];

type Make = () => string;

export class Expressions {
  private names = 0;
  constructor(readonly choices: Choices) {}

  fresh(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  of(type: Type, scope: Scope, depth = 3): string {
    const simple = this.simple(type, scope);
    if (depth <= 0 || this.choices.left === 0) return simple();
    const all: Make[] = [simple, simple, ...this.composed(type, scope, depth - 1)];
    return (all[this.choices.below(all.length)] as Make)();
  }

  variable(type: Type, scope: Scope, onlyMutable = false): string | null {
    const fitting = scope.variables.filter((one) => one.type === type && (!onlyMutable || one.mutable));
    return fitting.length === 0 ? null : this.choices.of(...fitting).name;
  }

  private simple(type: Type, scope: Scope): Make {
    return () => {
      const known = this.choices.oneIn(4) ? null : this.variable(type, scope);
      return known ?? this.literal(type, scope);
    };
  }

  private literal(type: Type, scope: Scope): string {
    const { choices } = this;
    switch (type) {
      case "num":
        return choices.of(...NUMBERS);
      case "str":
        return choices.of(...TEXTS);
      case "bool":
        return choices.of("true", "false");
      case "arr":
      case "constArr":
        return choices.of("[]", "[1, 2, 3]", "[0, -0, NaN]", "[5]");
      case "obj":
      case "constObj":
        return choices.of(
          "{ a: 1, b: 2, n: null }",
          '{ a: 3, n: null, s: "q" }',
          "{ b: -0, a: 0, n: { a: 9, n: null } }",
        );
      case "map":
        return 'new Map([["a", 1], ["b", 2]])';
      case "set":
        return "new Set([1, 2])";
      case "fn":
        return choices.of("(x) => x + 1", "(x) => -x", "function (x) { return x | 0; }");
      case "host":
      case "proxy":
        return (
          this.variable(type, scope) ??
          (type === "host" ? "((...all) => all.length)" : "{ a: 1, b: 2, n: null, s: '' }")
        );
    }
  }

  /** an object to read from, of any kind */
  object(scope: Scope, depth: number): string {
    const type = this.choices.of<Type>("obj", "obj", "constObj", "proxy");
    const text = this.of(type, scope, depth);
    return /^[\w.$]+$/.test(text) ? text : `(${text})`;
  }

  lambda(scope: Scope, depth: number, params = 1): string {
    const names = Array.from({ length: params }, () => this.fresh("x"));
    const inner = withVariables(scope, ...names.map((name): Variable => ({ name, type: "num", mutable: false })));
    return `((${names.join(", ")}) => ${this.guarded(this.of("num", inner, depth))})`;
  }

  private guarded(text: string): string {
    return text.startsWith("{") ? `(${text})` : text;
  }

  call(scope: Scope, depth: number): string | null {
    if (scope.functions.length === 0 || scope.loops > 2) return null;
    const { name, params } = this.choices.of(...scope.functions);
    return `${name}(${params.map((type) => this.of(type, scope, depth)).join(", ")})`;
  }

  private composed(type: Type, scope: Scope, depth: number): Make[] {
    switch (type) {
      case "num":
        return this.numbers(scope, depth);
      case "str":
        return this.texts(scope, depth);
      case "bool":
        return this.booleans(scope, depth);
      case "arr":
        return this.arrays(scope, depth);
      case "obj":
        return this.objects(scope, depth);
      case "fn":
        return [() => this.lambda(scope, depth), () => `((f) => (x) => f(f(x)))(${this.of("fn", scope, depth)})`];
      case "map":
        return [
          () => `new Map(Object.entries(${this.object(scope, depth)}))`,
          () => `new Map([[${this.of("num", scope, depth)}, ${this.of("num", scope, depth)}]])`,
        ];
      case "set":
        return [() => `new Set(${this.of("arr", scope, depth)})`];
      default:
        return [];
    }
  }

  private numbers(scope: Scope, depth: number): Make[] {
    const e = (type: Type): string => this.of(type, scope, depth);
    const { choices } = this;
    const mutable = (): string | null => this.variable("num", scope, true);
    const arithmetic: Make = () =>
      `(${e("num")} ${choices.of("+", "-", "*", "/", "%", "|", "&", "^", "<<", ">>", ">>>")} ${e("num")})`;
    const assigned: Make = () => {
      const name = mutable();
      return name === null
        ? e("num")
        : choices.of(
            `${name}++`,
            `--${name}`,
            `(${name} += ${e("num")})`,
            `(${name} = ${e("num")})`,
            `(${name} ??= ${e("num")})`,
          );
    };
    return [
      arithmetic,
      arithmetic,
      () => `(${e("num")} | 0)`,
      () => `(${e("bool")} ? ${e("num")} : ${e("num")})`,
      () => this.call(scope, depth) ?? e("num"),
      () => this.call(scope, depth) ?? e("num"),
      assigned,
      () => `${this.object(scope, depth)}.${choices.of("a", "b", "a", "m")}`,
      () => `(${this.object(scope, depth)}?.n?.a ?? ${e("num")})`,
      () => `${e(choices.of<Type>("arr", "constArr"))}[${e("num")} & 3]`,
      () => `${e("arr")}.length`,
      () => `Math.${choices.of("floor", "abs", "sign", "trunc", "fround")}(${e("num")})`,
      () => `Math.max(${e("num")}, ...${e("arr")})`,
      () => `${this.variable("host", scope) ?? "Number"}(${e(choices.of<Type>("num", "str", "obj", "arr", "bool"))})`,
      () => `${this.variable("host", scope) ?? "Number"}(${e("num")}, ${e("num")})`,
      () => `(${e("fn")})(${e("num")})`,
      () => `${e("str")}.length`,
      () => `${e("str")}.charCodeAt(${e("num")} & 3)`,
      () => `Number(${e("str")})`,
      () => `parseInt(${e("str")}, 10)`,
      () => `(${e("map")}.get(${e("str")}) ?? ${e("num")})`,
      () => `${e("set")}.size`,
      () => `${e("arr")}.reduce((p, q) => p + q, ${e("num")})`,
      () => `${e("arr")}.indexOf(${e("num")})`,
      () => `(${e("num")}, ${e("num")})`,
      () => `-${this.parenthesized(e("num"))}`,
      () => `~${this.parenthesized(e("num"))}`,
      () => `+${this.parenthesized(e("bool"))}`,
      () => `(${this.object(scope, depth)}.m?.(${e("num")}) ?? 4)`,
    ];
  }

  private parenthesized(text: string): string {
    return `(${text})`;
  }

  private texts(scope: Scope, depth: number): Make[] {
    const e = (type: Type): string => this.of(type, scope, depth);
    const any = this.choices;
    return [
      () => `\`<\${${e("num")}}\${${e("str")}}>\``,
      () => `(${e("str")} + ${e(any.of<Type>("num", "str", "bool"))})`,
      () => `${e("str")}.slice(${e("num")} & 3)`,
      () => `${e("str")}.toUpperCase()`,
      () => `String(${e("num")})`,
      () => `${e("arr")}.join("-")`,
      () => `typeof ${this.parenthesized(e(any.of<Type>("num", "obj", "fn", "str")))}`,
      () => `JSON.stringify(${e(any.of<Type>("arr", "num", "constObj"))})`,
      () => `(${e("bool")} ? ${e("str")} : ${e("str")})`,
      () => `${e("str")}.replace(/[a-c]/g, "+")`,
      () => `${e("str")}.split("").reverse().join("")`,
      () => `${e("str")}.padStart(4, "*")`,
      () => `Object.keys(${this.object(scope, depth)}).join()`,
      () => `(${e("str")}[${e("num")} & 3] ?? "none")`,
    ];
  }

  private booleans(scope: Scope, depth: number): Make[] {
    const e = (type: Type): string => this.of(type, scope, depth);
    const { choices } = this;
    return [
      () => `(${e("num")} ${choices.of("<", ">", "<=", ">=", "===", "!==", "==")} ${e("num")})`,
      () => `(${e("num")} ${choices.of("<", ">", "===")} ${e("num")})`,
      () => `(${e("str")} ${choices.of("===", "<", "!==")} ${e("str")})`,
      () => `(${e("bool")} ${choices.of("&&", "||")} ${e("bool")})`,
      () => `!${e("bool")}`,
      () => `("${choices.of("a", "b", "z")}" in ${this.object(scope, depth)})`,
      () => `Object.is(${e("num")}, ${e("num")})`,
      () => `${e("set")}.has(${e("num")})`,
      () => `${e("map")}.has(${e("str")})`,
      () => `${e("arr")}.includes(${e("num")})`,
      () => (scope.classes.length === 0 ? "true" : `(${e("obj")} instanceof ${choices.of(...scope.classes).name})`),
      () => `(${e("num")} > 1 ? ${e("bool")} : false)`,
      () => `(${e("obj")} === ${e("obj")})`,
      () => `Array.isArray(${e(choices.of<Type>("arr", "obj", "num"))})`,
      () => `/^[a-z]+$/.test(${e("str")})`,
    ];
  }

  private arrays(scope: Scope, depth: number): Make[] {
    const e = (type: Type): string => this.of(type, scope, depth);
    return [
      () => `[${e("num")}, ${e("num")}]`,
      () => `[...${e(this.choices.of<Type>("arr", "constArr"))}, ${e("num")}].slice(0, 12)`,
      () => `${e("arr")}.map(${this.lambda(scope, depth)})`,
      () => `${e("arr")}.filter((y) => y > ${e("num")})`,
      () => `${e("arr")}.concat(${e("arr")}).slice(0, 12)`,
      () => `Object.values({ ...${this.object(scope, depth)}, n: 0 })`,
      () => `Array.from({ length: ${e("num")} & 3 }, (_, i) => i * ${e("num")})`,
      () => `[...${e("set")}]`,
      () => `[...${e("str")}].map(Number)`,
      () => `${e("arr")}.slice().sort((p, q) => p - q)`,
      () => `${e("arr")}.slice().reverse()`,
    ];
  }

  private objects(scope: Scope, depth: number): Make[] {
    const e = (type: Type): string => this.of(type, scope, depth);
    const made: Make = () =>
      scope.classes.length === 0
        ? this.literal("obj", scope)
        : `new ${this.choices.of(...scope.classes).name}(${e("num")}, ${e("num")})`;
    return [
      made,
      made,
      () => `({ a: ${e("num")}, b: ${e("num")}, n: ${this.choices.of("null", e("obj"))} })`,
      () => `({ ...${this.object(scope, depth)}, a: ${e("num")} })`,
      () => `({ get a() { return ${e("num")}; }, b: ${e("num")}, n: null })`,
      () => `({ a: ${e("num")}, b: 0, n: null, m(k) { return this.a + k; } })`,
      () => `({ [${e("str")}]: ${e("num")}, n: null })`,
      () => `(${this.object(scope, depth)}.n ?? ${e("obj")})`,
    ];
  }
}
