/** String and the global functions on strings: 19.2.6, 22.1, B.2.1, B.2.2. */
import type { TypeFact } from "../facts/typeFact.ts";
import { booleanFact, intFact, joinFacts, numberFact, stringFact, TYPE } from "../facts/typeFact.ts";
import type { BuiltinInfo, Row } from "./builtinInfo.ts";
import { builtin } from "./builtinInfo.ts";

/** Positions in a string: no engine has strings of 2 ** 31 code units. */
const POSITION = intFact(-1, 2 ** 31 - 2);
const undefinedFact: TypeFact = { types: TYPE.undefined };
const objectFact: TypeFact = { types: TYPE.object };

function method(name: string, params: string, row: Row): BuiltinInfo {
  return builtin(`String.prototype.${name}`, params, { receiver: "thisText", ...row });
}

const text = { result: stringFact };
const maybeText = { ...text, throws: "maybe" } as const;
/** What depends on the locale of the machine, or gives more than a primitive. */
const runTime = { primitive: false, effect: "callsBack" } as const;

export const stringBuiltins: readonly BuiltinInfo[] = [
  builtin("String", "text", text),
  builtin("String.fromCharCode", "...number", text),
  builtin("String.fromCodePoint", "...number", maybeText),
  builtin("String.raw", "any", { ...runTime, result: stringFact }),

  method("at", "number", { result: joinFacts(stringFact, undefinedFact) }),
  method("charAt", "number", text),
  method("charCodeAt", "number", { result: numberFact }),
  method("codePointAt", "number", { result: joinFacts(intFact(0, 0x10ffff), undefinedFact) }),
  method("concat", "...string", text),
  method("endsWith", "pattern number", { result: booleanFact }),
  method("includes", "pattern number", { result: booleanFact }),
  method("indexOf", "string number", { result: POSITION }),
  method("isWellFormed", "", { result: booleanFact }),
  method("lastIndexOf", "string number", { result: POSITION }),
  method("normalize", "string", maybeText),
  method("padEnd", "number string", maybeText),
  method("padStart", "number string", maybeText),
  method("repeat", "number", maybeText),
  method("replace", "pattern pattern", text),
  method("replaceAll", "pattern pattern", text),
  method("slice", "number number", text),
  method("startsWith", "pattern number", { result: booleanFact }),
  method("substr", "number number", text),
  method("substring", "number number", text),
  method("toLowerCase", "", text),
  method("toUpperCase", "", text),
  method("toWellFormed", "", text),
  method("trim", "", text),
  method("trimEnd", "", text),
  method("trimStart", "", text),
  builtin("String.prototype.toString", "", { receiver: "thisString", result: stringFact }),
  builtin("String.prototype.valueOf", "", { receiver: "thisString", result: stringFact }),

  method("localeCompare", "string", { ...runTime, result: numberFact }),
  method("toLocaleLowerCase", "", { ...runTime, result: stringFact }),
  method("toLocaleUpperCase", "", { ...runTime, result: stringFact }),
  method("match", "any", runTime),
  method("matchAll", "any", runTime),
  method("search", "any", runTime),
  method("split", "pattern number", { primitive: false, result: objectFact }),

  builtin("decodeURI", "string", maybeText),
  builtin("decodeURIComponent", "string", maybeText),
  builtin("encodeURI", "string", maybeText),
  builtin("encodeURIComponent", "string", maybeText),
  builtin("escape", "string", text),
  builtin("unescape", "string", text),
];
