/** `context(fn, setup, statics)` as it runs when no plugin has replaced it. */
import type { AnyFunction } from "./declarationTypes.ts";
import type { ResidualOf, StaticsFor } from "./residualTypes.ts";
import { specialize } from "./specialize.ts";

/**
 * A binder: `bind(roots)` gives a version of `fn` for one set of live objects.
 *
 * `setup` builds a context as the program does and returns its roots; the plugin runs it when the program is built, to
 * see what is known, and throws the roots away. `statics` says which arguments of `fn` the roots supply. At run time the
 * binder is given the real roots; `setup` is not called. Where they differ from what the residual was made for, the binder
 * gives what `otherwise` makes of the name of the difference; the generic function when there is no `otherwise`. (Without
 * the plugin nothing differs, and the generic function is what there is.)
 */
export function context<Roots, F extends AnyFunction, const N extends object>(
  fn: F,
  setup: () => Roots,
  statics: (roots: Roots) => StaticsFor<F, N>,
): (roots: Roots, otherwise?: (difference: string) => ResidualOf<F, N>) => ResidualOf<F, N> {
  if (typeof fn !== "function" || typeof setup !== "function" || typeof statics !== "function") {
    throw new TypeError("context: a function, its set-up and the function from roots to static values are expected");
  }
  return (roots) => specialize<F, N>(fn, statics(roots));
}
