/**
 * All modules of a cycle of imports are instantiated before any of them is evaluated, so that one that begins earlier may
 * call the functions of the others (ECMA-262 16.2.1.6.1.2, InnerModuleLinking).
 *
 * Needs: nothing has been evaluated. Promises: which modules were instantiated, and how many instructions at the beginning
 * of each one's code are done with that: evaluating it begins behind them, for what an early call has assigned stays. A module
 * of no cycle is not among them: nobody can tell.
 *
 * Example: in `a.js` (imports `b.js`) `export function late() {}`, in `b.js` (imports `a.js`) `export const early = late();`
 */
import { stronglyConnected } from "../base/stronglyConnected.ts";
import { instantiateModule } from "./instantiateModule.ts";
import type { Session } from "./session.ts";

export function instantiateModules(session: Session): ReadonlyMap<string, number> {
  const { order, module } = session.world.source;
  const store = session.world.storeToAdopt();
  const numbers = new Map(order.map((file, n) => [file, n]));
  const cycles = stronglyConnected(new Set(numbers.values()), (n) =>
    (module(order[n]!)?.dependencies ?? []).flatMap((file) => numbers.get(file) ?? []),
  );
  const files = cycles
    .flat()
    .sort((a, b) => a - b)
    .map((n) => order[n]!);
  const done = new Map(files.map((file) => [file, instantiateModule(session, store, file)]));
  session.world.adopt(store);
  return done;
}
