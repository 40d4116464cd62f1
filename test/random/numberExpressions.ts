/** Expressions that mostly give numbers: operators, assignments, calls, reads. */
import type { Expressions, Make } from "./expressions.ts";
import type { Scope, Type } from "./scope.ts";

const OPERATORS = "+ - * / % | & ^ << >> >>> **".split(" ");

export function numbersOf(x: Expressions, scope: Scope, depth: number): Make[] {
  const { choices } = x;
  const e = (type: Type): string => x.of(type, scope, depth);
  const o = (): string => x.object(scope, depth);
  const any = (): string => e(choices.of<Type>("num", "str", "obj", "arr", "bool", "proxy"));
  const key = (): string => choices.of(".a", ".b", ".a", ".m", ".n", `[${e("str")}]`, '["a"]');
  const host = (): string => x.variable("host", scope) ?? "Number";
  const assigned: Make = () => {
    const name = x.variable("num", scope, true);
    if (name === null) return e("num");
    const operator = choices.of("=", "+=", "-=", "*=", "??=", "||=", "&&=", "|=", "**=");
    return choices.of(`${name}++`, `--${name}`, `(${name} ${operator} ${e("num")})`, `(${name} = ${e("num")})`);
  };
  const written: Make = () => {
    const name = x.variable(choices.of<Type>("obj", "obj", "proxy"), scope);
    if (name === null) return e("num");
    const place = `${name}${choices.of(".a", ".b", ".c", `[${x.of("str", scope, 1)}]`)}`;
    return choices.of(
      `${place}++`,
      `--${place}`,
      `(${place} = ${e("num")})`,
      `(${place} ${choices.of("+=", "??=", "||=", "&&=", "*=")} ${e("num")})`,
      `(delete ${place} ? 1 : 2)`,
    );
  };
  const plain: Make[] = [
    () => `(${e("num")} ${choices.of("+", "-", "*", "|", "&")} ${e("num")})`,
    () => `((${e("num")}) ${choices.of(...OPERATORS)} ${e("num")})`,
    () => `(${e("num")} | 0)`,
    () => `(${e("num")} >>> 0)`,
    () => `(${e("bool")} ? ${e("num")} : ${e("num")})`,
    () => `(${choices.of("-", "~", "+", "!")} ${e("num")})`,
    () => `(${e("num")}, ${e("num")})`,
    () => `(${e("num")} ${choices.of("??", "||", "&&")} ${e("num")})`,
    () => `(${any()} ${choices.of("+", "-", "*", "&")} ${any()})`,
    () => `(+${any()})`,
    () => `Number(BigInt(Math.trunc(${e("num")}) || 0) ${choices.of("+", "*", "-", "%")} 3n)`,
  ];
  const calls: Make[] = [
    () => x.call(scope, depth) ?? e("num"),
    () => x.call(scope, depth) ?? e("num"),
    () => x.call(scope, depth) ?? e("num"),
    () => `${host()}(${any()})`,
    () => `${host()}(${e("num")}, ${e("num")})`,
    () => `${host()}(${e("fn")})`,
    () => `${host()}(${e("obj")})`,
    () => `${e("fn")}(${e("num")})`,
    () => `${e("fn")}(...${e("arr")})`,
    () => `${e("fn")}.${choices.of("call(null, ", "call(undefined, ", "bind(null)(", "bind(null, ")}${e("num")})`,
    () => `${e("fn")}.apply(null, ${e("arr")})`,
    () => `${e("fn")}.length`,
    () => `(${o()}.m?.(${e("num")}) ?? 4)`,
    () => `${o()}?.[${e("str")}]`,
    () => `(() => { try { return ${e("num")}; } finally { ${e("num")}; } })()`,
  ];
  const reads: Make[] = [
    () => `${o()}${key()}`,
    () => `${o()}${key()}`,
    () => `(${o()}?.n?.a ?? ${e("num")})`,
    () => `${e(choices.of<Type>("arr", "constArr"))}[${e("num")} & 3]`,
    () => `${e(choices.of<Type>("arr", "constArr", "typed"))}.length`,
    () => `${e("typed")}[${e("num")} & 3]`,
    () => `(${e("typed")}[${e("num")} & 1] = ${e("num")})`,
    () => `new DataView(${e("typed")}.buffer).getUint16(${e("num")} & 1, ${e("bool")})`,
    () => `(${e("map")}.get(${any()}) ?? ${e("num")})`,
    () => `${e(choices.of<Type>("map", "set"))}.size`,
  ];
  const builtins: Make[] = [
    () => `Math.${choices.of(..."floor abs sign trunc fround round ceil clz32 sqrt".split(" "))}(${e("num")})`,
    () => `Math.${choices.of("max", "min", "imul")}(${e("num")}, ${e("num")})`,
    // its last digit is the engine's own (assumption 2), and a residual made on V8 runs on the second engine too
    () => `Math.fround(Math.hypot(${e("num")}, ${e("num")}))`,
    () => `Math.max(${e("num")}, ...${e("arr")})`,
    () => `${choices.of("Number", "parseFloat")}(${e("str")})`,
    () => `parseInt(${e("str")}, ${choices.of("10", "16", e("num"))})`,
    () => `${e("str")}.length`,
    () => `${e("str")}.${choices.of("charCodeAt", "codePointAt")}(${e("num")} & 3)`,
    () => `${e("str")}.${choices.of("indexOf", "lastIndexOf", "search")}(${e("str")})`,
    () => `${e("arr")}.${choices.of("reduce", "reduceRight")}((p, q) => p + q, ${e("num")})`,
    () => `${e("arr")}.${choices.of("reduce", "reduceRight")}((p, q) => p - q)`,
    () => `${e("arr")}.${choices.of("indexOf", "lastIndexOf")}(${e("num")}${choices.of("", `, ${e("num")}`)})`,
    () => `${e("arr")}.${choices.of("find", "findIndex", "findLast")}(${x.lambda(scope, depth)})`,
    () => `${e("arr")}.at(${e("num")})`,
    () => `${e("arr")}.${choices.of("push", "unshift")}(${e("num")})`,
    () => `${e("arr")}.${choices.of("pop", "shift")}()`,
  ];
  return [...plain, ...calls, ...reads, ...builtins, assigned, assigned, written, written];
}
