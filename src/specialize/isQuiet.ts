/**
 * Whether the evaluation of a module did nothing that anybody else notices: an import that gives no names any more need not
 * stay for the sake of such a module.
 *
 * Needs: the end of an evaluation that came through, before it becomes part of the world. Promises: true only where no code was
 * left to run time that may have an effect or throw, and nothing is changed that was there before but the variables of the
 * modules that were evaluated.
 *
 * Example: `export const table = [1, 2].map(double)` is quiet; `console.log(1)`, `other.list.push(1)` and `JSON.parse(read())` are not.
 */
import { isPure } from "../ir/isPure.ts";
import type { HeapObject } from "./heap.ts";
import type { Run } from "./run.ts";
import { sameProperty, sameSlot } from "./sameContents.ts";
import type { ResidualBlock, State } from "./state.ts";
import type { Address } from "./values.ts";

/** `own`: what holds the variables of the modules that were evaluated. */
export function isQuiet(run: Run, final: State, own: ReadonlySet<Address>): boolean {
  if (run.requiresOutside || !run.blocks.every(isQuietBlock)) return false;
  return final.store.changed().every((address) => {
    const before = run.session.world.get(address);
    return own.has(address) || (before !== undefined && isUnchanged(before, final.store.get(address)));
  });
}

function isQuietBlock({ instructions, terminator }: ResidualBlock): boolean {
  const ends = ["throw", "enterTry", "enterLoop", "nextLoop"];
  return (terminator === null || !ends.includes(terminator.op)) && instructions.every((at) => isPure(at.instruction));
}

function isUnchanged(before: HeapObject, after: HeapObject): boolean {
  return (
    before === after ||
    (before.residence.kind === after.residence.kind &&
      before.prototype === after.prototype &&
      before.extensible === after.extensible &&
      before.elementFlags === after.elementFlags &&
      before.code === after.code &&
      before.bytes === after.bytes &&
      sameList(before.elements, after.elements, sameSlot) &&
      sameList(before.entries, after.entries, (a, b) => sameSlot(a[0], b[0]) && sameSlot(a[1], b[1])) &&
      sameProperties(before, after))
  );
}

function sameProperties({ kind, properties }: HeapObject, after: HeapObject): boolean {
  for (const key of properties.keys()) if (!after.properties.has(key)) return false;
  for (const [key, property] of after.properties) {
    const known = properties.get(key);
    // a function's `prototype` is made when somebody asks for it
    if (known === undefined ? kind !== "function" || key !== "prototype" : !sameProperty(known, property)) return false;
  }
  return true;
}

function sameList<T>(a: readonly T[] | null, b: readonly T[] | null, same: (a: T, b: T) => boolean): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((one, n) => same(one, b[n]!));
}
