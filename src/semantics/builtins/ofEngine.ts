/**
 * Built-ins whose results the standard leaves to the engine: the last digit of `Math.sin`, the version of Unicode that letters
 * change their case by. All others give the same wherever they are called.
 */
const APPROXIMATED = [
  ...[
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "atan2",
    "cbrt",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "hypot",
    "log",
  ],
  ...["log1p", "log10", "log2", "pow", "sin", "sinh", "tan", "tanh"],
].map((name) => `Math.${name}`);
const UNICODE = [
  "toLowerCase",
  "toUpperCase",
  "toLocaleLowerCase",
  "toLocaleUpperCase",
  "normalize",
  "localeCompare",
].map((name) => `String.prototype.${name}`);

const paths: ReadonlySet<string> = new Set([...APPROXIMATED, ...UNICODE]);

export function ofEngine(path: string): boolean {
  return paths.has(path);
}
