/** Statements for their effects: writes to objects under whatever name, calls of the host, changes of collections. */
import type { Type } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { Statements } from "./statements.ts";

export function effectOf(s: Statements, scope: Scope): string {
  const { choices, expressions } = s;
  const e = (type: Type, depth = 2): string => s.e(type, scope, depth);
  const held = (...types: Type[]): string | null => expressions.variable(choices.of(...types), scope);
  const object = (): string | null => held("obj", "obj", "proxy", "data");
  const host = (): string => expressions.variable("host", scope) ?? "void ";
  const key = (): string => choices.of(".a", ".b", ".c", '["a"]', `[${e("str", 1)}]`, ".n", `[${e("num", 1)}]`);
  const options: (() => string)[] = [
    () => `${e("num", 3)};`,
    () => `${e("num", 3)};`,
    () => `${host()}(${e(choices.of<Type>("num", "str", "arr", "obj", "map"))});`,
    () => `${host()}(${e("obj", 1)}, ${e("fn", 1)});`,
    () => `${host()}(${e("fn")});`,
    () => on(object(), `${key()} ${choices.of("=", "=", "+=", "??=")} ${e("num")};`),
    () => on(object(), `${key()} ${choices.of("=", "=", "-=", "||=")} ${e("num")};`),
    () => on(object(), `.n = ${e("obj")};`),
    () => on(object(), `.m = ${e("fn")};`),
    () => on(object(), `.a++;`),
    () => on(object(), `.n.a = ${e("num")};`),
    () => on(held("constObj"), `.b ${choices.of("=", "+=")} ${e("num")};`),
    () => `${choices.of("counters.n", "counters.last", "table2[0]")} ${choices.of("=", "+=", "=")} ${e("num")};`,
    () => `setState(${e("num")});`,
    () => `registry.${choices.of(`set(${e("str", 1)}, ${e("num")})`, `delete(${e("str", 1)})`)};`,
    () => ofObject(object(), (name) => `delete ${name}${choices.of(".a", ".b", `[${e("str", 1)}]`)};`),
    () => ofObject(held("obj"), (name) => `Object.${choices.of("freeze", "seal", "preventExtensions")}(${name});`),
    () => ofObject(held("obj"), (name) => `Object.assign(${name}, ${expressions.object(scope, 1)});`),
    () =>
      ofObject(
        held("obj"),
        (name) => `Object.defineProperty(${name}, "b", { get: () => ${e("num", 1)}, configurable: true });`,
      ),
    () => ofObject(held("obj"), (name) => `Object.setPrototypeOf(${name}, ${e("obj", 1)});`),
    () => on(held("arr"), `.${choices.of("push", "unshift")}(${e("num")});`),
    () => on(held("arr"), `.${choices.of("pop", "shift", "reverse", "sort")}();`),
    () => on(held("arr"), `[${e("num")} & 3] = ${e("num")};`),
    () => on(held("arr"), `.length = ${e("num")} & 3;`),
    () => on(held("arr"), `.${choices.of(`splice(1, 1, ${e("num")})`, `fill(${e("num")})`)};`),
    () => ofObject(held("arr"), (name) => `delete ${name}[${e("num", 1)} & 1];`),
    () => on(held("map"), `.set(${choices.of(e("str"), e("num"))}, ${e("num")});`),
    () => on(held("map"), `.${choices.of(`delete(${e("str")})`, "clear()")};`),
    () => on(held("set"), `.${choices.of("add", "add", "delete")}(${e("num")});`),
    () => on(held("typed"), `[${e("num")} & 3] ${choices.of("=", "+=", "=")} ${e("num")};`),
    () => on(held("typed"), `.${choices.of(`fill(${e("num")}, 1)`, `set(${e("arr")}.slice(0, 1))`, "reverse()")};`),
    () => ofObject(held("typed"), (name) => `new DataView(${name}.buffer).setInt16(0, ${e("num")}, ${e("bool")});`),
  ];
  const text = (options[choices.below(options.length)] as () => string)();
  return /^(\{|function|class|let\b)/.test(text) ? `(${text.slice(0, -1)});` : text;
}

function on(target: string | null, rest: string): string {
  return target === null ? ";" : target + rest;
}

function ofObject(target: string | null, make: (name: string) => string): string {
  return target === null ? ";" : make(target);
}
