/**
 * How the residual comes by the `arguments` of its function: an object made as a call makes it, of the static values and of
 * what the caller passes.
 *
 * Promises: as without the plugin. There static values stand at their positions, a parameter in front of the last of them
 * is undefined where the caller passes less, and all else that the caller passes follows. So with the static values in
 * front it is they and the residual's own `arguments`; with the last parameter static it is all parameters and what is
 * behind them. Between these only the number of arguments would tell which parameters were passed: such a site stays
 * generic. So do sloppy functions, whose `arguments` knows its function (`callee`) and follows the parameters.
 *
 * Example: `function f(a, b) { return arguments.length; }` with `{ a: 1 }` is `function f(b)` with `[1, ...arguments]`, and with
 * `{ b: 1 }` it is `function f(a, ...rest)` with `[a, 1, ...rest]`.
 */
import type { Code } from "../specialize/program.ts";
import type { Session, Site } from "../specialize/session.ts";
import type { EntryArgument } from "../specialize/sharedArgument.ts";
import type { ArgumentsTail } from "../specialize/entryArguments.ts";

/** Why the site's function cannot have its `arguments`; null: it can, or does not use it. */
export function argumentsMisfit(session: Session, site: Site, code: Code): string | null {
  const { ir } = code;
  if (ir.argumentsSlot === null) return null;
  if (!ir.strict) return "it uses `arguments` in sloppy mode";
  if (ir.kind === "arrow") return "it uses the `arguments` of the function around it";
  if (ir.rest !== null) return "it uses `arguments` and has a rest parameter";
  if (site.setup !== null) return "it uses `arguments`, in a context";
  if (!session.knowledge.assume.builtins) return "it uses `arguments`, and how arrays are iterated may have changed";
  const statics = site.statics.kind === "object" ? session.world.get(site.statics.address) : undefined;
  return statics?.kind === "array" && (statics.elements?.length ?? 0) > ir.params.length
    ? "it uses `arguments`, of which a part without a parameter is given"
    : null;
}

/** What ends its `arguments`; null: these arguments cannot be put in order. */
export function argumentsTail(args: readonly EntryArgument[]): ArgumentsTail | null {
  const isPlain = args.every((one) => one.kind === "dynamic" || one.value.kind === "const");
  if (!isPlain) return null;
  const firstDynamic = args.findIndex(({ kind }) => kind === "dynamic");
  const isPrefix = firstDynamic === -1 || args.slice(firstDynamic).every(({ kind }) => kind === "dynamic");
  if (isPrefix) return "own";
  return args.at(-1)?.kind === "static" ? "rest" : null;
}
