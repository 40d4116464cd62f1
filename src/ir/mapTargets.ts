/** The same terminator with other targets. */
import type { BlockId, Terminator } from "./types.ts";

export function mapTargets(terminator: Terminator, to: (id: BlockId) => BlockId): Terminator {
  switch (terminator.op) {
    case "jump":
      return { ...terminator, to: to(terminator.to) };
    case "branch":
      return { ...terminator, then: to(terminator.then), else: to(terminator.else) };
    case "switch":
      return {
        ...terminator,
        cases: terminator.cases.map((c) => ({ test: c.test, to: to(c.to) })),
        default: to(terminator.default),
      };
    case "enterTry":
      return { ...terminator, body: to(terminator.body) };
    case "enterForOf":
    case "enterForIn":
      return { ...terminator, next: to(terminator.next) };
    case "forOfNext":
    case "forInNext":
      return { ...terminator, body: to(terminator.body), exit: to(terminator.exit) };
    case "return":
    case "throw":
    case "unreachable":
      return terminator;
  }
}
