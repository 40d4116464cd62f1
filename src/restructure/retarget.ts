/** An exit with other targets. */
import type { Exit, NodeId } from "./tree.ts";

export function retarget(exit: Exit, to: (id: NodeId) => NodeId): Exit {
  switch (exit.op) {
    case "jump":
      return { ...exit, to: to(exit.to) };
    case "branch":
      return { ...exit, then: to(exit.then), else: to(exit.else) };
    case "switch":
      return { ...exit, cases: exit.cases.map((c) => ({ ...c, to: to(c.to) })), default: to(exit.default) };
    case "try":
      return { ...exit, body: to(exit.body), handler: to(exit.handler) };
    case "forOf":
    case "forIn":
      return { ...exit, next: to(exit.next) };
    case "next":
      return { ...exit, body: to(exit.body), exit: to(exit.exit) };
    default:
      return exit;
  }
}
