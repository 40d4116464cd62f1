/** What the end of a callee's block may do: loops over plain data run no iterator of the program. False: anything. */
import type { Terminator } from "../../ir/types.ts";
import { TYPE } from "../../semantics/numberFacts.ts";
import type { Callee } from "./callee.ts";
import { elementOf } from "./readEffects.ts";
import { ofFact } from "./seen.ts";

export function terminatorEffects(at: Callee, end: Terminator): boolean {
  switch (end.op) {
    case "return":
      at.returns(at.read(end.value));
      return true;
    case "enterForOf": {
      const element = elementOf(at.read(end.iterable));
      if (element === null) return false;
      at.goesOver(end.region, element);
      return true;
    }
    case "enterForIn": {
      if (at.read(end.object).declared === null) return false;
      at.goesOver(end.region, ofFact({ types: TYPE.string }));
      return true;
    }
    case "forOfNext":
    case "forInNext":
      at.write(end.value, at.elementIn(end.region));
      return true;
    default:
      return true;
  }
}
