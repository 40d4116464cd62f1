/**
 * The door of the prelude: built-ins that call back or walk arrays, each as a function of ordinary code that does the
 * same. The specializer unfolds them like any other function where it knows the receiver.
 */
import { fileURLToPath } from "node:url";

export interface PreludeSource {
  /** path of the built-in that it stands for */
  readonly path: string;
  /** the export of `file` that holds its code */
  readonly exportName: string;
  /** absolute */
  readonly file: string;
  /**
   * What the receiver must be for the code to do what the built-in does. array: a plain array; map, set: an object with
   * that internal slot; string: a string, and the arguments a string and a function; constructor: the constructor itself;
   * none: it is not called by the program.
   */
  readonly receiver: "array" | "map" | "set" | "string" | "constructor" | "none";
}

const IN_ARRAY: Readonly<Record<string, string>> = {
  visitElements: "forEach map filter some every",
  findElement: "find findIndex findLast findLastIndex",
  reduceElements: "reduce reduceRight",
  searchElements: "includes indexOf lastIndexOf at join",
  copyElements: "concat slice flat flatMap toReversed toSpliced",
  changeElements: "splice reverse fill copyWithin",
  sortElements: "sort toSorted",
};

/** Every function of the prelude. */
export function preludeSources(): readonly PreludeSource[] {
  const sources: PreludeSource[] = [];
  const add = (path: string, exportName: string, module: string, receiver: PreludeSource["receiver"]): void => {
    sources.push({ path, exportName, file: fileOf(module), receiver });
  };
  for (const [module, names] of Object.entries(IN_ARRAY))
    for (const name of names.split(" ")) add(`Array.prototype.${name}`, name, module, "array");
  add("Array.prototype.with", "withElement", "copyElements", "array");
  add("Array.of", "of", "copyElements", "constructor");
  add("Array.from", "from", "arrayFrom", "constructor");
  add("Map.prototype.forEach", "mapForEach", "visitEntries", "map");
  add("Set.prototype.forEach", "setForEach", "visitEntries", "set");
  add("%fillMap%", "fillMap", "fillCollection", "none");
  add("%fillSet%", "fillSet", "fillCollection", "none");
  add("String.prototype.replace", "replace", "replaceText", "string");
  add("String.prototype.replaceAll", "replaceAll", "replaceText", "string");
  add("%evaluateCommonJs%", "evaluateCommonJs", "commonJs", "none");
  return sources;
}

/** The module beside this one, as source or as built. */
function fileOf(module: string): string {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  return fileURLToPath(new URL(`./${module}${extension}`, import.meta.url));
}
