/** What is known of the result of a built-in, by what is known of its arguments where that says more. */
import type { IntRange, TypeFact } from "../facts/typeFact.ts";
import { intFact, intOf } from "../facts/typeFact.ts";
import type { BuiltinInfo } from "./builtinInfo.ts";

export function resultFact(info: BuiltinInfo, args: readonly TypeFact[]): TypeFact | undefined {
  return ofIntegers(info.path, args) ?? info.result;
}

/** Functions of Math that give integers for integers. */
function ofIntegers(path: string, args: readonly TypeFact[]): TypeFact | undefined {
  const ranges = args.map(intOf).filter((range): range is IntRange => range !== undefined);
  const [first] = ranges;
  if (first === undefined || ranges.length < args.length) return undefined;
  switch (path) {
    case "Math.floor":
    case "Math.ceil":
    case "Math.round":
    case "Math.trunc":
    case "Number":
      return intFact(first.min, first.max);
    case "Math.abs":
      return intFact(
        first.min <= 0 && first.max >= 0 ? 0 : Math.min(Math.abs(first.min), Math.abs(first.max)),
        Math.max(-first.min, first.max),
      );
    case "Math.sign":
      return intFact(Math.sign(first.min), Math.sign(first.max));
    case "Math.min":
      return intFact(Math.min(...ranges.map((r) => r.min)), Math.min(...ranges.map((r) => r.max)));
    case "Math.max":
      return intFact(Math.max(...ranges.map((r) => r.min)), Math.max(...ranges.map((r) => r.max)));
    default:
      return undefined;
  }
}
