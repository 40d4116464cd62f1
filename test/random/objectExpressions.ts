/** Expressions that make objects: literals of all kinds, instances, arrays, collections, closures, iterators. */
import type { Expressions, Make } from "./expressions.ts";
import type { Scope, Type } from "./scope.ts";
import { withVariables } from "./scope.ts";

export function arraysOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const { choices } = x;
  const e = (type: Type): string => x.of(type, scope, depth);
  const list = (): string => e(choices.of<Type>("arr", "arr", "constArr"));
  return [
    () => `[${e("num")}, ${e("num")}]`,
    () => `[${e("num")}, ${e("obj")}]`,
    () => `[...${list()}, ${e("num")}].slice(0, 12)`,
    () => `[...${e(choices.of<Type>("set", "iter", "str", "map", "typed"))}]`,
    () => `${list()}.map(${x.lambda(scope, depth)})`,
    () => `${list()}.filter((y) => y > ${e("num")})`,
    () => `${list()}.concat(${list()}, ${e("num")}).slice(0, 12)`,
    () => `${list()}.slice(${e("num")}, ${e("num")})`,
    () => `Object.${choices.of("values", "keys", "entries")}({ ...${x.object(scope, depth)}, n: 0 })`,
    () => `Array.from({ length: ${e("num")} & 3 }, (_, i) => i * ${e("num")})`,
    () =>
      `Array.from(${e(choices.of<Type>("set", "iter", "str", "arr"))}${choices.of("", `, ${x.lambda(scope, depth)}`)})`,
    () => `[...${e("str")}].map(Number)`,
    () => `${e("str")}.split(${choices.of('""', '","', e("str"))})`,
    () => `${list()}.slice().sort(${choices.of("", "(p, q) => p - q", "(p, q) => q - p")})`,
    () => `${list()}.slice().${choices.of("reverse()", `fill(${e("num")}, 1)`, "copyWithin(0, 1)", "flat()")}`,
    () => `${e("arr")}.splice(${e("num")}, ${e("num")} & 1, ${e("num")})`,
    () => `${list()}.flatMap((y) => [y, ${e("num")}]).slice(0, 9)`,
    () => `${list()}.${choices.of("toReversed()", "toSorted()", `toSpliced(0, 1, ${e("num")})`)}`,
    () => `Array.of(${e("num")}, ${e("num")})`,
    () => `new Array(${choices.of("3", "2, 1", `${e("num")} & 3`)})`,
    () => `((...all) => all)(...${list()}, ${e("num")})`,
    () => `(([p, q = ${e("num")}, ...r]) => [r, q, p])(${list()})`,
  ];
}

export function objectsOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const { choices } = x;
  const e = (type: Type): string => x.of(type, scope, depth);
  const o = (): string => x.object(scope, depth);
  const made: Make = () =>
    scope.classes.length === 0
      ? "({ a: 4, n: null })"
      : `new ${choices.of(...scope.classes).name}(${e("num")}${choices.of("", `, ${e("num")}`)})`;
  return [
    made,
    made,
    made,
    () => `({ a: ${e("num")}, b: ${e("num")}, n: ${choices.of("null", e("obj"))} })`,
    () => `({ a: ${e("num")}, b: ${e("num")}, n: null })`,
    () => `({ ...${o()}, a: ${e("num")} })`,
    () => `({ get a() { return ${e("num")}; }, b: ${e("num")}, n: null })`,
    () => `({ a: 1, get b() { return this.a; }, set b(v) { this.a = v; }, n: null })`,
    () => `({ a: ${e("num")}, b: 0, n: null, m(k) { return this.a + k; } })`,
    () => `({ a: 2, n: null, ${choices.of("toString", "valueOf", "[Symbol.toPrimitive]")}() { return ${e("num")}; } })`,
    () => `({ [${e("str")}]: ${e("num")}, n: null })`,
    () => `({ 2: 0, b: 1, [${e("num")}]: ${e("num")}, n: null })`,
    () => `({ __proto__: ${choices.of(o(), "null")}, b: ${e("num")} })`,
    () => `(${o()}.n ?? ${e("obj")})`,
    () => `Object.assign(${e("obj")}, ${o()})`,
    () => `Object.assign({}, ${o()}, { b: ${e("num")} })`,
    () => `Object.create(${e("obj")})`,
    () => `Object.${choices.of("freeze", "seal", "preventExtensions")}({ a: ${e("num")}, b: 1, n: null })`,
    () => `Object.fromEntries([["a", ${e("num")}], [${e("str")}, ${e("num")}]])`,
    () => `Object.defineProperty({ b: 1, n: null }, "a", { get() { return ${e("num")}; } })`,
    () => `Object.defineProperty({ b: 1, n: null }, "a", { value: ${e("num")}, enumerable: ${e("bool")} })`,
    () => `(({ a, ...rest }) => ({ n: null, ...rest, a }))(${o()})`,
    () => `(${e("bool")} ? ${e("obj")} : ${e("obj")})`,
    () => `((q) => ({ a: q, n: null, get c() { return q; }, set c(v) { q = v; }, m: (k) => q += k }))(${e("num")})`,
  ];
}

export function functionsOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const e = (type: Type): string => x.of(type, scope, depth);
  const { choices } = x;
  const counter = x.variable("num", scope, true);
  return [
    () => x.lambda(scope, depth),
    () => `((f) => (x) => f(f(x)))(${e("fn")})`,
    () => `${e("fn")}.bind(${choices.of("null", e("obj"))}${choices.of("", `, ${e("num")}`)})`,
    () =>
      `(function (a, b) { return (this?.a | 0) + a * (b | 0); }).bind(${choices.of(e("obj"), e("num"))}, ${e("num")})`,
    () => (counter === null ? x.lambda(scope, depth) : `((x) => (${counter} += x))`),
    () => `((n) => (x) => (n += x, n))(${e("num")})`,
    () => `((o) => (x) => (o.a = x, o.b))(${e("obj")})`,
    () => `(function (x, y = ${e("num")}) { return arguments.length + x + y; })`,
    () => `((x, ...r) => r.length + x)`,
    () => `(({ a = ${e("num")} } = { a: 3 }) => a)`,
    () => `(${e("bool")} ? ${e("fn")} : ${e("fn")})`,
  ];
}

export function mapsOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const e = (type: Type): string => x.of(type, scope, depth);
  return [
    () => `new Map(Object.entries(${x.object(scope, depth)}))`,
    () => `new Map([[${e("num")}, ${e("num")}], ["a", ${e("num")}]])`,
    () => `new Map([[${e("obj")}, ${e("num")}]])`,
    () => `new Map(${e("map")}).set(${e("str")}, ${e("num")})`,
  ];
}

export function setsOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const e = (type: Type): string => x.of(type, scope, depth);
  return [() => `new Set(${e("arr")})`, () => `new Set([${e("num")}, ${e("str")}]).add(${e("num")})`];
}

export function typedOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const { choices } = x;
  const e = (type: Type): string => x.of(type, scope, depth);
  const kind = (): string => choices.of("Uint8Array", "Int8Array", "Uint8ClampedArray", "Int32Array", "Float32Array");
  return [
    () => `new ${kind()}(${e("arr")})`,
    () => `new ${kind()}([${e("num")}, ${e("num")}])`,
    () => `${e("typed")}.subarray(${e("num")} & 1)`,
    () => `${e("typed")}.slice(${e("num")} & 1)`,
    () => `new Uint8Array(${e("typed")}.buffer)`,
  ];
}

export function iteratorsOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const e = (type: Type): string => x.of(type, scope, depth);
  const note = x.variable("host", scope) ?? "Number";
  const inner = withVariables(scope, { name: "at", type: "num", mutable: true });
  return [
    () => `(function* () { yield ${e("num")}; yield ${e("num")}; })()`,
    () =>
      `({ [Symbol.iterator]() { let at = 0; return { next() { return { done: ++at > 3, value: ${x.of("num", inner, depth)} }; }, return() { ${note}("closed"); return {}; } }; } })`,
    () => `${e("arr")}.${x.choices.of("values", "keys", "entries")}()`,
    () => `${e("map")}.${x.choices.of("values", "keys", "entries")}()`,
    () => e("arr"),
    () => e("set"),
  ];
}
