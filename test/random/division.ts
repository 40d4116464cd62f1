/** What of a function's arguments a site knows: whole values, values with holes, live objects; and what comes at run time. */
import type { Choices } from "./choices.ts";
import type { Input } from "./runProgram.ts";
import type { Type } from "./scope.ts";

export interface Argument {
  /** what stands at the site; null: nothing is known */
  readonly known: string | null;
  /** what is handed over at run time; null: nothing */
  readonly input: Input | null;
  readonly isPartial: boolean;
}

const INPUTS: Readonly<Partial<Record<Type, readonly Input[]>>> = {
  num: ["num", "num", "num", "any"],
  str: ["str"],
  bool: ["bool"],
  host: ["host"],
  proxy: ["proxy", "proxy", "object", "any"],
  fn: ["fn"],
  data: ["object", "object", "shared", { shape: "({ fixed: 1, a: #, b: #, n: { fixed: 1, a: #, n: null } })" }],
  constArr: ["arr"],
  constObj: ["object", { shape: "({ fixed: 1, a: #, b: #, n: null })" }],
  iter: ["iterable", "arr"],
  arr: ["arr"],
  map: [{ shape: 'new Map([["a", #], [#, #]])' }],
  typed: [{ shape: "new Uint8Array([#, #, #, #])" }],
  obj: ["object", { shape: "({ a: #, b: #, n: null })" }],
};

const STATICS: Readonly<Partial<Record<Type, readonly string[]>>> = {
  num: ["0", "1", "2", "-1", "-0", "NaN", "3", "0.5", "255", "undefined", "null"],
  str: ['"a"', '""', '"abc"', '"7"', '"b"', '"__proto__"'],
  bool: ["true", "false"],
  constArr: ["[77, 2, 3]", "[77]", "[77, -0, 4, { fixed: 1, a: 2, n: null }]", "table", "table"],
  constObj: [
    "{ fixed: 1, a: 1, b: 2, n: null }",
    '{ fixed: 1, a: 0, n: { fixed: 1, a: 5, b: 1, n: null }, s: "z" }',
    "{ fixed: 1, n: null }",
    "tree",
    "tree",
    "{ fixed: 1, a: tree, n: tree, b: table }",
    "{ fixed: 1, get a() { return 4; }, n: null }",
    "{ fixed: 1, a: -0, b: NaN, m: (k) => k + 1, n: null }",
  ],
  data: ["tree", "{ fixed: 1, a: 1, b: 2, n: null }"],
  fn: ["(x) => x * 2", "(x) => x + 1", "bump", "function (x) { return x - 1; }", "Math.abs"],
  map: ['new Map([["a", 1], [2, 3]])'],
};

/** Static values with holes, and what fits them at run time. */
const HOLES: Readonly<Partial<Record<Type, readonly (readonly [string, string])[]>>> = {
  constObj: [
    ["{ fixed: 1, a: 1, b: dynamic(), n: null }", "({ fixed: 1, a: 1, b: #, n: null })"],
    [
      "{ fixed: 1, a: dynamic(), b: -0, n: { fixed: 1, a: 3, n: null } }",
      "({ fixed: 1, a: #, b: -0, n: { fixed: 1, a: 3, n: null } })",
    ],
    [
      "{ fixed: 1, a: 2, n: { fixed: 1, a: dynamic(), n: null } }",
      "({ fixed: 1, a: 2, n: { fixed: 1, a: #, n: null } })",
    ],
  ],
  data: [["{ fixed: 1, a: 2, b: dynamic(), n: null }", "({ fixed: 1, a: 2, b: #, n: null })"]],
  constArr: [
    ["[77, dynamic(), 3]", "[77, #, 3]"],
    ["[77, { fixed: 1, a: dynamic(), n: null }]", "[77, { fixed: 1, a: #, n: null }]"],
  ],
};

export function argumentOf(choices: Choices, type: Type): Argument {
  const inputs = INPUTS[type] ?? ["num"];
  const holes = HOLES[type];
  if (holes !== undefined && choices.oneIn(2)) {
    const [known, shape] = choices.of(...holes);
    return { known, input: { shape }, isPartial: true };
  }
  const statics = STATICS[type];
  if (statics !== undefined && choices.oneIn(2))
    return { known: choices.of(...statics), input: null, isPartial: false };
  return { known: null, input: choices.of(...inputs), isPartial: false };
}
