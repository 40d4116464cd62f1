/**
 * Built-ins on objects. On primitives alone only few can be evaluated; the rest is here for what it does and for what is
 * known of its result.
 */
import { elementFact } from "../facts/elementFact.ts";
import type { TypeFact } from "../facts/typeFact.ts";
import { booleanFact, intFact, joinFacts, numberFact, stringFact, TYPE } from "../facts/typeFact.ts";
import type { BuiltinInfo, Row } from "./builtinInfo.ts";
import { builtin } from "./builtinInfo.ts";

const objectFact: TypeFact = { types: TYPE.object };
const undefinedFact: TypeFact = { types: TYPE.undefined };
const jsonFact: TypeFact = { types: TYPE.null | TYPE.boolean | TYPE.number | TYPE.string | TYPE.object };
const LENGTH = intFact(0, Number.MAX_SAFE_INTEGER);
const INDEX = intFact(-1, Number.MAX_SAFE_INTEGER - 1);

function all(holder: string, names: string, row: Row): BuiltinInfo[] {
  return names.split(" ").map((name) => builtin(`${holder}.${name}`, "", { primitive: false, ...row }));
}

const callsBack = { effect: "callsBack" } as const;
const mutates = { effect: "mutates" } as const;
/** reads objects that may change: it must stay where it is, but changes nothing */
const reads = { receiver: "thisObject", throws: "maybe" } as const;

const arrays: readonly BuiltinInfo[] = [
  builtin("Array.isArray", "notProxy", { result: booleanFact }),
  ...all("Array", "from of", { ...callsBack, result: objectFact }),
  // Lengths and elements are read as properties, which on anything but a plain array runs code of the program.
  ...all("Array.prototype", "every some includes", { ...callsBack, result: booleanFact }),
  ...all("Array.prototype", "findIndex findLastIndex indexOf lastIndexOf", { ...callsBack, result: INDEX }),
  ...all("Array.prototype", "concat filter flat flatMap map slice toReversed toSorted toSpliced with", {
    ...callsBack,
    result: objectFact,
  }),
  ...all("Array.prototype", "at find findLast reduce reduceRight", callsBack),
  ...all("Array.prototype", "forEach", { ...callsBack, result: undefinedFact }),
  ...all("Array.prototype", "join toString toLocaleString", callsBack),
  ...all("Array.prototype", "copyWithin fill reverse sort splice", { ...mutates, result: objectFact }),
  ...all("Array.prototype", "push unshift", { ...mutates, result: LENGTH }),
  ...all("Array.prototype", "pop shift", mutates),
  ...all("Array.prototype", "entries keys values", { throws: "maybe", result: objectFact }),
];

const collections: readonly BuiltinInfo[] = [
  ...all("Map.prototype", "get", reads),
  ...all("Map.prototype", "has", { ...reads, result: booleanFact }),
  ...all("Map.prototype", "entries keys values", { ...reads, result: objectFact }),
  ...all("Map.prototype", "set", { ...mutates, result: objectFact }),
  ...all("Map.prototype", "delete", { ...mutates, result: booleanFact }),
  ...all("Map.prototype", "clear", { ...mutates, result: undefinedFact }),
  ...all("Map.prototype", "forEach", { ...callsBack, result: undefinedFact }),
  ...all("Set.prototype", "has", { ...reads, result: booleanFact }),
  ...all("Set.prototype", "entries values", { ...reads, result: objectFact }),
  ...all("Set.prototype", "add", { ...mutates, result: objectFact }),
  ...all("Set.prototype", "delete", { ...mutates, result: booleanFact }),
  ...all("Set.prototype", "clear", { ...mutates, result: undefinedFact }),
  ...all("Set.prototype", "forEach", { ...callsBack, result: undefinedFact }),
  ...all("WeakMap.prototype", "get", reads),
  ...all("WeakMap.prototype", "has", { ...reads, result: booleanFact }),
  ...all("WeakMap.prototype", "set", { ...mutates, result: objectFact }),
  ...all("WeakMap.prototype", "delete", { ...mutates, result: booleanFact }),
  ...all("WeakSet.prototype", "has", { ...reads, result: booleanFact }),
  ...all("WeakSet.prototype", "add", { ...mutates, result: objectFact }),
  ...all("WeakSet.prototype", "delete", { ...mutates, result: booleanFact }),
];

const objects: readonly BuiltinInfo[] = [
  builtin("Object.is", "any any", { result: booleanFact }),
  ...all("Object", "entries keys values getOwnPropertyNames getOwnPropertySymbols", {
    ...callsBack,
    result: objectFact,
  }),
  ...all("Object", "create fromEntries getOwnPropertyDescriptors groupBy", { ...callsBack, result: objectFact }),
  ...all("Object", "isExtensible isFrozen isSealed hasOwn", { ...callsBack, result: booleanFact }),
  ...all("Object", "assign defineProperties defineProperty freeze preventExtensions seal setPrototypeOf", mutates),
  ...all("Object", "getOwnPropertyDescriptor getPrototypeOf", callsBack),
  ...all("Object.prototype", "hasOwnProperty isPrototypeOf propertyIsEnumerable", {
    ...callsBack,
    result: booleanFact,
  }),
  ...all("Reflect", "apply construct get getOwnPropertyDescriptor getPrototypeOf ownKeys", callsBack),
  ...all("Reflect", "has isExtensible", { ...callsBack, result: booleanFact }),
  ...all("Reflect", "defineProperty deleteProperty preventExtensions set setPrototypeOf", {
    ...mutates,
    result: booleanFact,
  }),
  ...all("Function.prototype", "apply call", callsBack),
  ...all("Function.prototype", "bind", { ...callsBack, result: { types: TYPE.function } }),
];

const ELEMENTS = [
  ["Int8", "Int8Array"],
  ["Uint8", "Uint8Array"],
  ["Int16", "Int16Array"],
  ["Uint16", "Uint16Array"],
  ["Int32", "Int32Array"],
  ["Uint32", "Uint32Array"],
  ["Float32", "Float32Array"],
  ["Float64", "Float64Array"],
  ["BigInt64", "BigInt64Array"],
  ["BigUint64", "BigUint64Array"],
] as const;

const bytes: readonly BuiltinInfo[] = [
  ...ELEMENTS.flatMap(([name, array]) => [
    builtin(`DataView.prototype.get${name}`, "number any", {
      ...reads,
      primitive: false,
      result: elementFact(array) ?? numberFact,
    }),
    builtin(`DataView.prototype.set${name}`, name.startsWith("Big") ? "number bigint any" : "number number any", {
      ...mutates,
      primitive: false,
      result: undefinedFact,
    }),
  ]),
  ...all("%TypedArray%.prototype", "set copyWithin fill reverse sort", mutates),
  ...all("%TypedArray%.prototype", "subarray slice map filter", { ...callsBack, result: objectFact }),
  ...all("%TypedArray%.prototype", "indexOf lastIndexOf", { ...callsBack, result: INDEX }),
  ...all("ArrayBuffer", "isView", { result: booleanFact }),
  ...all("ArrayBuffer.prototype", "slice", { ...callsBack, result: objectFact }),
];

const rest: readonly BuiltinInfo[] = [
  builtin("JSON.parse", "string any", { throws: "maybe", effect: "none", result: jsonFact }),
  builtin("JSON.stringify", "json json json", { result: joinFacts(stringFact, undefinedFact) }),
  builtin("Date.now", "", { primitive: false, effect: "io", result: intFact(-8.64e15, 8.64e15) }),
  builtin("Date.UTC", "...number", { result: numberFact }),
  // in the time zone of the machine
  builtin("Date.parse", "string", { primitive: false, effect: "io", result: numberFact }),
];

export const objectBuiltins: readonly BuiltinInfo[] = [...arrays, ...collections, ...objects, ...bytes, ...rest];
