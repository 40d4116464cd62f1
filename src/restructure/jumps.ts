/** Jumps in lists of statements. */
import { keyOf } from "./tidyStatements.ts";
import type { Label, List, Statement } from "./tree.ts";

export function jumpsTo(list: List, label: Label): boolean {
  const key = keyOf(label);
  let found = false;
  eachJump(list, (jump) => {
    if (keyOf(jump) === key) found = true;
  });
  return found;
}

export function eachJump(list: List, visit: (label: Label) => void): void {
  for (const at of list) {
    if (at.kind === "jump") visit(at.label);
    for (const inner of innerLists(at)) eachJump(inner, visit);
  }
}

export function innerLists(at: Statement): readonly List[] {
  switch (at.kind) {
    case "if":
      return [at.then, at.else];
    case "try":
      return [at.body, at.handler];
    case "switch":
      return at.clauses.map((c) => c.body);
    case "block":
    case "loop":
    case "forEach":
      return [at.body];
    default:
      return [];
  }
}

export function redirect(list: List, from: Label, to: Label): List {
  const key = keyOf(from);
  return list.map((at): Statement => {
    switch (at.kind) {
      case "jump":
        return keyOf(at.label) === key ? { ...at, label: to } : at;
      case "if":
        return { ...at, then: redirect(at.then, from, to), else: redirect(at.else, from, to) };
      case "try":
        return { ...at, body: redirect(at.body, from, to), handler: redirect(at.handler, from, to) };
      case "switch":
        return { ...at, clauses: at.clauses.map((c) => ({ ...c, body: redirect(c.body, from, to) })) };
      case "block":
      case "loop":
      case "forEach":
        return { ...at, body: redirect(at.body, from, to) };
      default:
        return at;
    }
  });
}
