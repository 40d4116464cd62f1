/** Expressions that give strings and booleans. */
import type { Expressions, Make } from "./expressions.ts";
import type { Scope, Type } from "./scope.ts";

export function textsOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const { choices } = x;
  const e = (type: Type): string => x.of(type, scope, depth);
  const any = (): string => e(choices.of<Type>("num", "str", "bool", "arr", "obj", "constObj"));
  return [
    () => `\`<\${${any()}}\${${e("str")}}>\``,
    () => `(${e("str")} + ${any()})`,
    () => `(${any()} + ${e("str")})`,
    () => `${e("str")}.${choices.of("slice", "substring")}(${e("num")} & 3)`,
    () => `${e("str")}.slice(${e("num")}, ${e("num")})`,
    () =>
      `${e("str")}.${choices.of("toUpperCase()", "trim()", "concat(1)", "repeat(2)", "at(-1)", 'padStart(4, "*")')}`,
    () => `String(${any()})`,
    () => `${e("arr")}.${choices.of('join("-")', "toString()", "join()")}`,
    () => `(typeof (${e(choices.of<Type>("num", "obj", "fn", "str", "bool"))}))`,
    () => `JSON.stringify(${e(choices.of<Type>("arr", "num", "constObj", "obj", "str"))})`,
    () => `(${e("bool")} ? ${e("str")} : ${e("str")})`,
    () => `${e("str")}.replace(/[a-c]/g, ${choices.of('"+"', '"$&$&"', e("str"))})`,
    () => `${e("str")}.${choices.of("replace", "replaceAll")}(${e("str")}, ${choices.of(e("str"), "(y) => y + 1")})`,
    () => `${e("str")}.split(${e("str")}).reverse().join("")`,
    () => `${choices.of("Object.keys", "Object.getOwnPropertyNames")}(${x.object(scope, depth)}).join()`,
    () => `(${e("str")}[${e("num")} & 3] ?? "none")`,
    () => `Object.prototype.toString.call(${e(choices.of<Type>("num", "arr", "fn", "obj", "map"))})`,
    () => `[...${e(choices.of<Type>("map", "set", "str", "iter"))}].join("/")`,
    () => `(${e("num")} ? ${e("str")} : "x" + ${e("num")})`,
    () => `${choices.of("Number.prototype.toString.call", "String")}(${e("num")} | 0)`,
  ];
}

export function booleansOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const { choices } = x;
  const e = (type: Type): string => x.of(type, scope, depth);
  const any = (): string => e(choices.of<Type>("num", "str", "bool", "arr", "obj"));
  return [
    () => `(${e("num")} ${choices.of("<", ">", "<=", ">=", "===", "!==", "==")} ${e("num")})`,
    () => `(${e("num")} ${choices.of("<", ">", "===")} ${e("num")})`,
    () => `(${e("num")} ${choices.of("<", ">", "===")} ${choices.of("0", "1", "2")})`,
    () => `(${e("str")} ${choices.of("===", "<", "!==", "==")} ${e("str")})`,
    () => `(${any()} ${choices.of("==", "!=", "<", ">=", "===")} ${any()})`,
    () => `(${any()} ${choices.of("==", "===", "!=", "!==")} ${choices.of("null", "undefined")})`,
    () => `(${e("bool")} ${choices.of("&&", "||", "??")} ${e("bool")})`,
    () => `!${any()}`,
    () => `(${choices.of('"a"', '"b"', '"z"', e("str"))} in ${x.object(scope, depth)})`,
    () => `Object.is(${any()}, ${any()})`,
    () => `${e("set")}.${choices.of("has", "has", "delete")}(${any()})`,
    () => `${e("map")}.${choices.of("has", "has", "delete")}(${e("str")})`,
    () => `${e("arr")}.includes(${e("num")})`,
    () => `${e("arr")}.${choices.of("some", "every")}(${x.lambda(scope, depth)})`,
    () => (scope.classes.length === 0 ? "true" : `(${e("obj")} instanceof ${choices.of(...scope.classes).name})`),
    () => `(${e("num")} > 1 ? ${e("bool")} : false)`,
    () => `(${e(choices.of<Type>("obj", "constObj", "data"))} === ${e(choices.of<Type>("obj", "constObj", "data"))})`,
    () => `Array.isArray(${any()})`,
    () => `Number.${choices.of("isNaN", "isInteger", "isFinite")}(${any()})`,
    () => `/^[a-z]+$/.test(${e("str")})`,
    () => `Object.hasOwn(${e("obj")}, ${e("str")})`,
    () => `Object.is${choices.of("Frozen", "Sealed", "Extensible")}(${e("obj")})`,
    () => `${e("str")}.${choices.of("startsWith", "endsWith", "includes")}(${e("str")})`,
    () => `(${x.object(scope, depth)}.n === null)`,
  ];
}
