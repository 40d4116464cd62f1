/** Loops of all kinds. */
import type { Made, Statements } from "./statements.ts";
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";

type MakeLoop = (scope: Scope, depth: number) => Made;

export function loopsOf(s: Statements): MakeLoop[] {
  const each: MakeLoop = (scope, depth) => forEach(s, scope, depth);
  const counting: MakeLoop = (scope, depth) => count(s, scope, depth);
  return [
    counting,
    counting,
    each,
    each,
    (scope, depth) => repeat(s, scope, depth),
    (scope, depth) => labelled(s, scope, depth),
    (scope, depth) => callback(s, scope, depth),
    (scope, depth) => collect(s, scope, depth),
  ];
}

function inside(scope: Scope, ...variables: readonly Variable[]): Scope {
  return { ...withVariables(scope, ...variables), inLoop: true, inSwitch: false, loops: scope.loops + 1 };
}

function count(s: Statements, scope: Scope, depth: number): Made {
  const name = s.expressions.fresh("i");
  const bound = s.choices.of(
    "3",
    "2",
    "4",
    `(${s.e("num", scope, 1)} & 3)`,
    `Math.min(4, ${s.e("arr", scope, 1)}.length)`,
  );
  const inner = inside(scope, { name, type: "num", mutable: false });
  const head = s.choices.of(
    `let ${name} = 0; ${name} < ${bound}; ${name}++`,
    `let ${name} = 0; ${name} < ${bound}; ${name}++`,
    `let ${name} = ${bound}; ${name}-- > 0;`,
    `var ${name} = 0; ${name} < ${bound}; ${name} += 1`,
  );
  return { text: `for (${head}) ${s.block(inner, depth)}`, scope };
}

function repeat(s: Statements, scope: Scope, depth: number): Made {
  const fuel = s.expressions.fresh("fuel");
  const inner = inside(scope);
  const body = s.block(inner, depth);
  const test = `${fuel}-- > 0 && ${s.e("bool", scope, 2)}`;
  const loop = s.choices.of(
    `while (${test}) ${body}`,
    `do ${body} while (${test});`,
    `for (;;) {\nif (!(${test})) break;\n${body}\n}`,
  );
  return { text: `let ${fuel} = ${s.choices.of("3", "2", "5")};\n${loop}`, scope };
}

function forEach(s: Statements, scope: Scope, depth: number): Made {
  const name = s.expressions.fresh("v");
  const num: Variable = { name, type: "num", mutable: false };
  const str: Variable = { name, type: "str", mutable: false };
  const listed = s.expressions.variable("arr", scope) ?? s.expressions.variable("constArr", scope) ?? "[1, 2]";
  const [head, ...variables] = s.choices.of<() => [string, ...Variable[]]>(
    () => [`const ${name} of ${s.e(s.choices.of<Type>("arr", "constArr"), scope, 2)}.slice(0, 4)`, num],
    () => [`const ${name} in ${s.expressions.object(scope, 1)}`, str],
    () => [`let ${name} in ${s.e("arr", scope, 1)}`, { ...str, mutable: true }],
    () => [`const ${name} of ${s.e("str", scope, 1)}.slice(0, 4)`, str],
    () => [`const ${name} of ${s.e("set", scope, 1)}`, num],
    () => [`let ${name} of ${s.e("iter", scope, 2)}`, { ...num, mutable: true }],
    () => [`const ${name} of ${listed}`, num],
    () => {
      const value: Variable = { name: `${name}v`, type: "num", mutable: true };
      return [`const [${name}, ${name}v] of ${s.e("map", scope, 1)}`, str, { ...value, mutable: false }];
    },
    () => [`const { a: ${name} = 1 } of [${s.e("obj", scope, 1)}, ${s.expressions.object(scope, 1)}]`, num],
  )();
  const fuel = s.expressions.fresh("left");
  const inner = inside(scope, ...variables);
  const text = `let ${fuel} = 5;\nfor (${head}) {\nif (${fuel}-- <= 0) break;\n${s.list(inner, 3, depth)}\n}`;
  return { text, scope };
}

function labelled(s: Statements, scope: Scope, depth: number): Made {
  const label = s.expressions.fresh("L");
  const inner = { ...scope, labels: [...scope.labels, label] };
  const { text } = count(s, inner, depth);
  return { text: `${label}: ${text}`, scope };
}

/** the body of a loop as a callback */
function callback(s: Statements, scope: Scope, depth: number): Made {
  const [value, key] = [s.expressions.fresh("v"), s.expressions.fresh("k")];
  const over = s.choices.of(
    `${s.e("arr", scope, 1)}.slice(0, 4)`,
    `[1, 2]`,
    s.e("map", scope, 1),
    s.e("set", scope, 1),
    s.expressions.variable("constArr", scope) ?? "[3]",
  );
  const inner: Scope = {
    ...withVariables(scope, { name: value, type: "num", mutable: true }, { name: key, type: "num", mutable: false }),
    labels: [],
    blocks: [],
    inLoop: false,
    inSwitch: false,
    loops: scope.loops + 1,
  };
  return { text: `${over}.forEach((${value}, ${key}) => {\n${s.list(inner, 3, depth)}\n});`, scope };
}

/** closures made in a loop, called after it */
function collect(s: Statements, scope: Scope, depth: number): Made {
  const [list, i, last] = [s.expressions.fresh("list"), s.expressions.fresh("i"), s.expressions.fresh("f")];
  const inner = inside(scope, { name: i, type: "num", mutable: false });
  const made = `${list}.push((x) => ${s.e("num", { ...inner, inLoop: false }, 2)} + x);`;
  const step = s.choices.of("", `if (${s.e("bool", inner, 1)}) ${i}++;\n`);
  const body = `${s.list(inner, 1, depth)}\n${made}\n${step}`;
  const kind = s.choices.of("let", "let", "var");
  const text = `const ${list} = [];\nfor (${kind} ${i} = 0; ${i} < 3; ${i}++) {\n${body}}\nconst ${last} = ${list}[${s.e("num", scope, 1)} & 1] ?? ((x) => x);`;
  return { text, scope: withVariables(scope, { name: last, type: "fn", mutable: false }) };
}
