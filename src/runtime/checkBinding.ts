/**
 * The residual of a context that looks, each time it is called, whether the live objects are still what its binder found: a
 * field that is declared `S`, or static all through, must not change behind the binding; and whether the objects of modules,
 * built-ins, the engine and the host are what they were taken for. For development.
 */
import { AssumptionViolated, type Relied, violated } from "./checkAssumptions.ts";

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Binder = (roots: unknown, ...otherwise: ((difference: string) => unknown)[]) => unknown;

export function checkBinding(place: string, bind: Binder, relied: () => readonly Relied[]): Binder {
  return Object.defineProperty(binding, "name", { value: bind.name, configurable: true });

  function binding(roots: unknown, ...otherwise: ((difference: string) => unknown)[]): unknown {
    if (differenceOf(roots) !== null) return bind(roots, ...otherwise);
    const residual = bind(roots, ...otherwise) as Callable;
    function checked(this: unknown, ...args: unknown[]): unknown {
      const difference = differenceOf(roots);
      if (difference !== null)
        throw new AssumptionViolated(
          `${place}: assumption 9 to 11 (live objects do not change behind the binding): ${difference} is not what it was`,
        );
      const violation = violated(args, relied, [], []);
      if (violation !== null) throw new AssumptionViolated(`${place}: ${violation}`);
      return Reflect.apply(residual, this, args);
    }
    for (const key of ["name", "length"] as const)
      Object.defineProperty(checked, key, { value: residual[key], configurable: true });
    return checked;
  }

  function differenceOf(roots: unknown): string | null {
    let found: string | null = null;
    bind(roots, (difference) => {
      found = difference;
      return null;
    });
    return found;
  }
}
