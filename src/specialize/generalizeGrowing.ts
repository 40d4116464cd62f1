/**
 * Arguments that grow: a static text that a function puts together as it calls itself under dynamic control (the path to
 * where it is) makes every call another one, and unfolding them would not end. Such an argument, and no other, is generalized.
 *
 * Needs: the call is one of a function that calls itself under dynamic control. Promises: of the calls that are unfolded on
 * top of each other, and whose other arguments range over finitely many values, there are finitely many.
 *
 * Algorithm: a call is compared with the activations of the same function around it. If each static argument is the same as
 * there, or a text in which that one is embedded (its characters, in their order, with others between them), and at least
 * one has grown so, the positions that have grown are filed with the other arguments, and specialization starts again: from
 * then on calls with these other arguments have something dynamic there, and the recursion is found to be one. By Higman's
 * lemma every infinite row of texts has one that is embedded in a later one. Numbers are left alone: those that count
 * towards a static bound are what unfolds, and a limit ends the others.
 *
 * Example: `walk(node, "#")` calls `walk(node.left, "#/left")`, that calls `walk(…, "#/left/left")`: the path is a parameter.
 *
 * After: the whistle of positive supercompilation, Sørensen & Glück, "An algorithm of generalization in positive
 * supercompilation" (1995), and the static data that may grow of Glenstrup & Jones, "Termination analysis and specialization-point
 * insertion in offline partial evaluation" (2005).
 */
import type { FunctionCode } from "./heap.ts";
import type { Run } from "./run.ts";
import type { GrowingCall } from "./learned.ts";
import type { Call, State } from "./state.ts";
import { activationParts } from "./pushFrame.ts";
import { dynamic, factOfValue } from "./values.ts";
import { Restart } from "./versions.ts";

/** The call with those arguments dynamic that are known to grow; starts again where another one is found. */
export function generalizeGrowing(run: Run, state: State, call: Call, code: FunctionCode): Call {
  const { growing } = run.session.learned;
  const known = growing.get(code.code.key) ?? [];
  const parts = activationParts(state, code, call);
  const asFiled = known.filter((one) => fits(one, parts));
  if (asFiled.length > 0) {
    const args = call.args.map((arg, i) => {
      if (arg.kind !== "const" || !asFiled.some((one) => one[i + 1] === null)) return arg;
      const temp = run.newTemp(nameOfParam(code, i));
      run.write(state, { op: "copy", dst: temp, value: { value: arg.value } });
      const what = `${nameOfParam(code, i) ?? "an argument"} grows as ${code.code.ir.name} calls itself`;
      return dynamic(temp, { what, origin: call.origin, from: undefined }, { types: factOfValue(arg).types });
    });
    if (args.some((arg, i) => arg !== call.args[i])) return generalizeGrowing(run, state, { ...call, args }, code);
  }
  for (const { code: around, activation } of state.frames) {
    if (around !== code.code || !activation.forked) continue;
    const grown = grownSince(activation.parts, parts, call.args.length);
    if (grown === null) continue;
    growing.set(code.code.key, [...known, grown]);
    throw new Restart(`an argument of ${code.code.ir.name} grows as it calls itself`);
  }
  return call;
}

/** The call is one of those. */
function fits(growing: GrowingCall, parts: readonly string[]): boolean {
  return growing.length === parts.length && growing.every((part, i) => part === null || part === parts[i]);
}

/** The later call without what has grown; null: they differ in something else, or not at all. */
function grownSince(before: readonly string[], now: readonly string[], count: number): GrowingCall | null {
  if (before.length !== now.length) return null;
  const grown = now.map((part, i) => (part === before[i] ? part : null));
  const all = grown.every(
    (part, i) => part !== null || (i > 0 && i <= count && isEmbedded(before[i] ?? "", now[i] ?? "")),
  );
  return all && grown.includes(null) ? grown : null;
}

/** Both are descriptions of texts, and the characters of one are in the other in this order. */
function isEmbedded(small: string, large: string): boolean {
  if (!small.startsWith('"') || !large.startsWith('"') || small.length >= large.length) return false;
  let at = 0;
  for (let i = 0; i < large.length && at < small.length; i++) if (large[i] === small[at]) at++;
  return at === small.length;
}

function nameOfParam({ code }: FunctionCode, i: number): string | undefined {
  const slot = code.ir.params[i];
  return slot === undefined ? undefined : code.ir.slots[slot]?.name;
}
