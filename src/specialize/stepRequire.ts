/**
 * CommonJS modules, evaluated as Node does: a module is the call of one function with `exports`, `require` and `module`,
 * at the first `require` of it or where an ES module imports it.
 *
 * Needs: the module's top level has been evaluated, which makes that function. Promises: what is required is evaluated
 * in the state of the module that requires it, once; a circle gives what `module.exports` is until then; `require` of
 * what is not part of the program, or could not be followed, is dynamic.
 */
import { MODULE, bindingOf, environmentOf, exportsOf } from "./commonJs.ts";
import { HIDDEN, PLAIN, dataProperty, newObject } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { pushFrame } from "./pushFrame.ts";
import type { Run } from "./run.ts";
import type { Session } from "./session.ts";
import type { Call, Flow, Return, State } from "./state.ts";
import { set } from "./stepOperators.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, dynamic, reference } from "./values.ts";
import { REQUIRE } from "./world.ts";

/** Enters the function of a cjs module; what it returns is the module's exports. */
export function enterCommonJs(run: Run, state: State, file: string, result: Return): void {
  const { session } = run;
  const environment = environmentOf(session.world, file);
  const code = state.store.get(environment).properties.get("*default*")?.value ?? UNDEFINED;
  const evaluate = session.prelude("%evaluateCommonJs%");
  if (evaluate === null || code.kind !== "object") throw new Bailout(`the code of ${file} is not known`);
  // what it requires, and does to that, nobody would see
  const { opaque } = state.store.get(code.address).code?.code.ir ?? { opaque: null };
  if (opaque !== null) throw new Bailout(`${opaque.reason} at the top level of a module`, opaque.origin);
  const exports = run.newAddress();
  state.store.put(exports, newObject("plain", session.intrinsic("Object.prototype"), `exports of ${file}`));
  const module = run.newAddress();
  const object = newObject("plain", session.intrinsic("Object.prototype"), `module ${file}`);
  object.properties.set("exports", dataProperty(reference(exports), PLAIN));
  object.properties.set("\u0000open", dataProperty(UNDEFINED, 0));
  state.store.put(module, object);
  state.store.edit(environment).properties.set(MODULE, dataProperty(reference(module), HIDDEN));
  const place = (what: string): Value => dynamic(-1, { what: `the ${what} of a module` });
  pushFrame(run, state, {
    self: null,
    code: { code: evaluate.code, captures: [], home: null, fields: null, isClass: false },
    receiver: UNDEFINED,
    args: [
      code,
      reference(module),
      reference(session.intrinsic(`${REQUIRE}${file}`)),
      place("file name"),
      place("folder"),
    ],
    newTarget: UNDEFINED,
    result,
    key: file,
  });
}

/** A call of `require`; null: it is another function. */
export function stepRequire(run: Run, state: State, call: Call, path: string): Flow | null {
  if (!path.startsWith(REQUIRE)) return null;
  const { session } = run;
  const [specifier] = call.args;
  if (specifier?.kind !== "const" || typeof specifier.value !== "string")
    throw new Bailout("what is required is not known", call.origin);
  const target = session.world.source.resolveRequire(path.slice(REQUIRE.length), specifier.value);
  const module = target === null ? null : session.world.source.module(target);
  const give = (value: Value): Flow => (call.dst === null ? "next" : set(run, state, call.dst, value));
  if (target === null || module === null || session.unfollowed.has(target)) {
    run.requiresOutside = true;
    return give(dynamic(-1, { what: `the module ${specifier.value}, which is outside of the program` }));
  }
  if (module.kind === "json") return give(bindingOf(session.world, state.store, target, "*default*"));
  if (module.kind === "esm") throw new Bailout(`an ES module is required: ${specifier.value}`, call.origin);
  const exports = exportsOf(session.world, state.store, target);
  if (exports !== null) return give(exports);
  if (!session.evaluating) throw new Bailout("a module is loaded at run time", call.origin);
  enterCommonJs(run, state, target, { kind: "slot", slot: call.dst });
  return "moved";
}

/** The cjs module that was being evaluated when evaluation failed, innermost first; null: none, or only `root` itself. */
export function failedIn(session: Session, failure: Bailout, root: string): string | null {
  const files = (failure.frames ?? []).map(({ key }) => key.slice(0, key.lastIndexOf("#")));
  const world = session.world.store();
  const isLoading = (file: string): boolean =>
    session.world.source.module(file)?.kind === "cjs" &&
    !session.unfollowed.has(file) &&
    exportsOf(session.world, world, file) === null;
  return files.reverse().find((file) => file !== root && isLoading(file)) ?? null;
}
