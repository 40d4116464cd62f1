/** Built-in types by name, as `TypeText` has them. */
const builtinClasses: ReadonlySet<string> = new Set([
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "ArrayBuffer", "SharedArrayBuffer", "DataView",
  "Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Array", "Date", "RegExp", "Promise", "Error",
]); // prettier-ignore

const otherNames: Readonly<Record<string, string>> = {
  ReadonlyArray: "Array",
  ReadonlyMap: "Map",
  ReadonlySet: "Set",
  Function: "function",
  CallableFunction: "function",
  NewableFunction: "function",
  Record: "object",
  PropertyKey: "number|string|symbol",
};

/** Text for a global type; null: the type is its first argument (`Readonly<T>`); undefined: not known. */
export function builtinTypeText(name: string): string | null | undefined {
  if (builtinClasses.has(name)) return name;
  if (["Readonly", "Partial", "Required", "NonNullable", "NoInfer"].includes(name)) return null;
  return otherNames[name];
}

const keywords: Readonly<Record<string, string>> = {
  TSNumberKeyword: "number",
  TSStringKeyword: "string",
  TSBooleanKeyword: "boolean",
  TSBigIntKeyword: "bigint",
  TSSymbolKeyword: "symbol",
  TSUndefinedKeyword: "undefined",
  TSVoidKeyword: "undefined",
  TSNullKeyword: "null",
  TSObjectKeyword: "object",
  TSFunctionType: "function",
  TSConstructorType: "function",
  TSArrayType: "Array",
  TSTupleType: "Array",
  TSTypeLiteral: "object",
  TSMappedType: "object",
  TSTypePredicate: "boolean",
  TSTemplateLiteralType: "string",
};

/** Text for a type that its kind of node tells; undefined for others. */
export function keywordTypeText(nodeType: string): string | undefined {
  return keywords[nodeType];
}

/** One text for several: sorted, each once; `unknown` takes all. */
export function unionTypeText(texts: readonly string[]): string {
  const members = new Set(texts.flatMap((text) => text.split("|")));
  if (members.size === 0 || members.has("unknown")) return "unknown";
  return [...members].sort((a, b) => (a < b ? -1 : 1)).join("|");
}
