/** Random classes: inheritance, accessors, private and static members, initializers. */
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";
import type { Statements } from "./statements.ts";

export function classText(s: Statements, name: string, scope: Scope): string {
  const { choices } = s;
  const base = scope.classes.length > 0 && choices.oneIn(2) ? choices.of(...scope.classes).name : null;
  const e = (type: Type, ...variables: Variable[]): string => s.e(type, withVariables(scope, ...variables), 2);
  const p: Variable = { name: "p", type: "num", mutable: true };
  const q: Variable = { name: "q", type: "num", mutable: false };
  const self: Variable = { name: "this", type: "obj", mutable: false };
  const own = (): string => (choices.oneIn(2) ? "this.a + " : "");
  const maybe = (times: number, make: () => string): string => (choices.oneIn(times) ? make() : "");
  const members = [
    base === null
      ? `m(q) { return ${own()}${e("num", q, self)}; }`
      : choices.of(
          `m(q) { return super.m(q) + ${e("num", q)}; }`,
          `m(q) { this.a = q; return super.m(${e("num", q, self)}); }`,
          "",
        ),
    maybe(2, () => `get b() { return this.n === null ? 1 : ${own()}${e("num")}; }\n  set b(p) { this.c = p; }`),
    maybe(
      3,
      () =>
        `#hidden = ${e("num")};\n  static peek(o) { return #hidden in o ? o.#hidden++ : -1; }\n  get h() { return this.#hidden; }`,
    ),
    maybe(4, () => `k = ${e("num")};`),
    maybe(5, () => `h = () => this.a;`),
    maybe(5, () => `static count = ${e("num")};\n  static next() { return ++this.count; }`),
    maybe(6, () => `[${choices.of('"a"', '"b" + 1', "tree.s", e("str"))}]() { return 3; }`),
    maybe(6, () => `valueOf() { return this.a; }`),
    maybe(6, () => `*[Symbol.iterator]() { yield this.a; yield ${e("num")}; }`),
    maybe(6, () => `#secret(q) { return q + ${e("num", q)}; }\n  z(q) { return this.#secret(q); }`),
  ].filter((text) => text !== "");
  const parts = [
    base === null ? "" : maybe(9, () => `p++;`),
    base === null ? "" : `super(${e("num", p)}${choices.of("", ", q")});`,
    `this.a = ${e("num", p, q)};`,
    base === null ? "this.n = null;" : "",
    choices.of(`this.s = ${e("str", p, q)};`, `if (${e("bool", p, q)}) this.s = p;`, ""),
    maybe(6, () => `this.b = ${e("num", p, q)};`),
    maybe(12, () => `return { a: p, n: null };`),
  ].filter((text) => text !== "");
  const heads = base === null ? "" : ` extends ${base}`;
  const constructor = choices.oneIn(8) && base !== null ? "" : `constructor(p, q = 2) { ${parts.join(" ")} }\n  `;
  return `export class ${name}${heads} {\n  ${constructor}${members.join("\n  ")}\n}`;
}
