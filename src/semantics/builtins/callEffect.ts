/** What a call of a built-in can do, by what is known of its receiver and arguments. */
import type { TypeFact } from "../facts/typeFact.ts";
import { factOf, isOnly, mayBe, TYPE } from "../facts/typeFact.ts";
import type { BuiltinInfo, Conversion } from "./builtinInfo.ts";

/**
 * pure: gives a value, the same for the same operands (or a fresh object), and does nothing else: an unused call can be
 * dropped.
 * mayThrow: may throw, or depends on what the program can change, or on the outside: stays where it is, but changes nothing
 * that the program can see. effect: may run code of the program or change its objects.
 */
export type CallEffect = "pure" | "mayThrow" | "effect";

const OBJECT = TYPE.object | TYPE.function;

export function callEffect(info: BuiltinInfo, receiver: TypeFact, args: readonly TypeFact[]): CallEffect {
  const effects: CallEffect[] = [ofItself(info, args), conversionEffect(info.receiver, receiver)];
  info.params.forEach((conversion, i) => effects.push(conversionEffect(conversion, args[i] ?? factOf(undefined))));
  for (const arg of args.slice(info.params.length)) effects.push(conversionEffect(info.rest, arg));
  if (effects.includes("effect")) return "effect";
  return effects.includes("mayThrow") ? "mayThrow" : "pure";
}

function ofItself(info: BuiltinInfo, args: readonly TypeFact[]): CallEffect {
  if (info.effect === "callsBack" || info.effect === "mutates") return "effect";
  if (info.effect === "io" || info.throws === "maybe") return "mayThrow";
  return info.throws === "withArguments" && args.length > 0 ? "mayThrow" : "pure";
}

function conversionEffect(conversion: Conversion, fact: TypeFact): CallEffect {
  switch (conversion) {
    case "any":
      return "pure";
    case "number":
      return converting(fact, TYPE.symbol | TYPE.bigint);
    case "numeric":
    case "string":
      return converting(fact, TYPE.symbol);
    case "text":
      return converting(fact, 0);
    case "bigint":
      return converting(fact, ~(TYPE.bigint | TYPE.boolean));
    case "pattern":
      return converting(fact, TYPE.symbol);
    case "json":
      return converting(fact, TYPE.bigint);
    case "notProxy":
      return mayBe(fact, OBJECT) ? "mayThrow" : "pure";
    case "thisText":
      return converting(fact, TYPE.symbol | TYPE.null | TYPE.undefined);
    // A wrapper object of the type is read without running code of the program; anything else throws.
    case "thisNumber":
      return isOnly(fact, TYPE.number) ? "pure" : "mayThrow";
    case "thisString":
      return isOnly(fact, TYPE.string) ? "pure" : "mayThrow";
    case "thisBoolean":
      return isOnly(fact, TYPE.boolean) ? "pure" : "mayThrow";
    case "thisBigint":
      return isOnly(fact, TYPE.bigint) ? "pure" : "mayThrow";
    case "thisObject":
      return "mayThrow";
  }
}

/** Objects run their valueOf and toString; `refused` types throw. */
function converting(fact: TypeFact, refused: number): CallEffect {
  if (mayBe(fact, OBJECT)) return "effect";
  return mayBe(fact, refused) ? "mayThrow" : "pure";
}
