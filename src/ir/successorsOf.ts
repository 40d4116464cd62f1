/** Blocks a terminator may continue at, without repetition; handlers of regions are not among them. */
import { keepTime } from "../base/exhausted.ts";
import type { BlockId, Terminator } from "./types.ts";

/** In the order of the terminator's fields. */
export function successorsOf(terminator: Terminator): readonly BlockId[] {
  keepTime();
  switch (terminator.op) {
    case "jump":
      return [terminator.to];
    case "branch":
      return terminator.then === terminator.else ? [terminator.then] : [terminator.then, terminator.else];
    case "switch":
      return [...new Set([...terminator.cases.map((c) => c.to), terminator.default])];
    case "enterTry":
      return [terminator.body];
    case "enterForOf":
    case "enterForIn":
      return [terminator.next];
    case "forOfNext":
    case "forInNext":
      return [terminator.body, terminator.exit];
    case "return":
    case "throw":
    case "unreachable":
      return [];
  }
}
