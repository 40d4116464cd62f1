/** Math, Number, BigInt, Boolean and the global functions on numbers: 19.2, 20.3, 21.1, 21.2, 21.3. */
import { bigintFact, booleanFact, INT32, intFact, numberFact, stringFact } from "../facts/typeFact.ts";
import type { BuiltinInfo } from "./builtinInfo.ts";
import { builtin } from "./builtinInfo.ts";

const UNARY_MATH = [
  "abs",
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "cbrt",
  "ceil",
  "cos",
  "cosh",
  "exp",
  "expm1",
  "floor",
  "fround",
  "log",
  "log10",
  "log1p",
  "log2",
  "round",
  "sign",
  "sin",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
  "trunc",
];

const number = { result: numberFact };
const boolean = { result: booleanFact };
const ofNumber = { receiver: "thisNumber", throws: "withArguments", result: stringFact } as const;

export const numberBuiltins: readonly BuiltinInfo[] = [
  ...UNARY_MATH.map((name) => builtin(`Math.${name}`, "number", number)),
  builtin("Math.atan2", "number number", number),
  builtin("Math.pow", "number number", number),
  builtin("Math.hypot", "...number", number),
  builtin("Math.max", "...number", number),
  builtin("Math.min", "...number", number),
  builtin("Math.imul", "number number", { result: intFact(INT32.min, INT32.max) }),
  builtin("Math.clz32", "number", { result: intFact(0, 32) }),
  builtin("Math.random", "", { ...number, primitive: false, effect: "io" }),

  builtin("Number", "numeric", number),
  builtin("Number.isFinite", "any", boolean),
  builtin("Number.isInteger", "any", boolean),
  builtin("Number.isNaN", "any", boolean),
  builtin("Number.isSafeInteger", "any", boolean),
  builtin("Number.prototype.toExponential", "number", ofNumber),
  builtin("Number.prototype.toFixed", "number", ofNumber),
  builtin("Number.prototype.toPrecision", "number", ofNumber),
  builtin("Number.prototype.toString", "number", ofNumber),
  builtin("Number.prototype.toLocaleString", "", {
    receiver: "thisNumber",
    primitive: false,
    effect: "callsBack",
    result: stringFact,
  }),
  builtin("Number.prototype.valueOf", "", { receiver: "thisNumber", result: numberFact }),

  builtin("isFinite", "number", boolean),
  builtin("isNaN", "number", boolean),
  builtin("parseFloat", "string", number),
  builtin("parseInt", "string number", number),

  builtin("Boolean", "any", boolean),
  builtin("Boolean.prototype.toString", "", { receiver: "thisBoolean", result: stringFact }),
  builtin("Boolean.prototype.valueOf", "", { receiver: "thisBoolean", result: booleanFact }),

  builtin("BigInt", "any", { params: ["numeric"], throws: "maybe", result: bigintFact }),
  builtin("BigInt.asIntN", "number bigint", { throws: "maybe", result: bigintFact }),
  builtin("BigInt.asUintN", "number bigint", { throws: "maybe", result: bigintFact }),
  builtin("BigInt.prototype.toString", "number", {
    receiver: "thisBigint",
    throws: "withArguments",
    result: stringFact,
  }),
  builtin("BigInt.prototype.valueOf", "", { receiver: "thisBigint", result: bigintFact }),
  builtin("BigInt.prototype.toLocaleString", "", {
    receiver: "thisBigint",
    primitive: false,
    effect: "callsBack",
    result: stringFact,
  }),
];
