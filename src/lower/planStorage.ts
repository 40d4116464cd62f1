/**
 * Purpose: where each variable lives.
 * Needs: bindings with all their references. Promises: `storage`, `captured`, `reassigned`, `early` and `writes` are set.
 * - module: bound at module scope.
 * - slot: not captured, or captured by value, which is right when no assignment can follow the making of a closure: all
 *   assignments end, textually and counting whole loops around them, before the first closure is made, and the variable
 *   is initialized by then.
 * - cell: everything else, and what may be read in its dead zone.
 * Example: `for (let i = 0; i < n; i++) fs.push(() => i)`: each iteration has its own `i`, which the body does not assign:
 * a slot. `let n = 0; const inc = () => n++`: the closure assigns: a cell.
 */
import type { Binding, FunctionInfo, Position, Reference } from "./scopes.ts";

export function planStorage(bindings: Iterable<Binding>): void {
  for (const binding of bindings) planBinding(binding);
}

function planBinding(binding: Binding): void {
  const { references } = binding;
  binding.reassigned = references.some((r) => r.write && !r.init);
  if (binding.scope.kind === "module" && binding.kind !== "self") {
    binding.storage = "module";
    return;
  }
  for (const reference of references)
    if (reference.write && reference.func === binding.func) binding.writes.push(reference.at);
  binding.writes.sort((a, b) => a - b);
  if (binding.kind === "self" || binding.scope.kind === "enum" || references.length === 0) return;
  const inner = references.filter((r) => r.func !== binding.func);
  binding.captured = inner.length > 0;
  const certain = references.every(
    (r) =>
      r.func !== binding.func || r.init || isCertain(binding, r.at === r.start ? r.start : Math.min(r.start, r.at)),
  );
  if (binding.captured ? certain && isByValue(binding, inner) : certain) return;
  binding.storage = "cell";
  binding.early = !certain || inner.some((r) => !isCertain(binding, creationIn(binding.func, r.func)));
}

function isByValue(binding: Binding, inner: readonly Reference[]): boolean {
  if (inner.some((r) => r.write)) return false;
  if (binding.kind === "classSelf") return false;
  const creations = inner.map((r) => creationIn(binding.func, r.func));
  const first = Math.min(...creations);
  if (!creations.every((at) => isCertain(binding, at))) return false;
  const own = binding.references.filter((r) => r.write && r.func === binding.func);
  if (
    own.every((r) => settledAt(binding, r) <= first) &&
    binding.writes.every((w) => w <= first || own.some((r) => r.at === w))
  )
    return true;
  return isPerIteration(binding, creations, own);
}

/** After this position the assignment is not made again to this very variable. */
function settledAt(binding: Binding, write: Reference): Position {
  let outermost: Position = write.at;
  for (let loop = write.loop; loop !== null && loop !== binding.scope.loop; loop = loop.parent) outermost = loop.end;
  return outermost;
}

/** A loop variable that only the head assigns, and only the body captures: each iteration has a copy that stays. */
function isPerIteration(binding: Binding, creations: readonly Position[], writes: readonly Reference[]): boolean {
  const head = binding.forHead;
  if (head === null) return false;
  const inSpan = (at: Position, span: { readonly start: Position; readonly end: Position }): boolean =>
    at >= span.start && at <= span.end;
  return (
    creations.every((at) => inSpan(at, head.body)) &&
    writes.every((r) => inSpan(r.start, head.init) || inSpan(r.start, head.update))
  );
}

/** When the closure through which `user` sees a variable of `owner` is made, in `owner`. */
export function creationIn(owner: FunctionInfo, user: FunctionInfo): Position {
  let child = user;
  while (child.parent !== null && child.parent !== owner) child = child.parent;
  return child.creation;
}

/** Surely initialized at `at` (in the function of the binding). */
export function isCertain(binding: Binding, at: Position): boolean {
  switch (binding.kind) {
    case "var":
    case "self":
      return true;
    case "enum":
    case "function":
      return at >= binding.initEnd;
    default:
      return (
        at >= binding.initEnd &&
        (binding.certain === null || (at >= binding.certain.start && at <= binding.certain.end))
      );
  }
}

/** An access that must ask whether the dead zone has ended. */
export function needsCheck(binding: Binding, reference: Reference): boolean {
  if (reference.init) return false;
  switch (binding.kind) {
    case "var":
    case "function":
    case "self":
    case "enum":
    case "import":
      return false;
    default:
      break;
  }
  if (reference.func === binding.func)
    return !isCertain(binding, reference.write && !reference.read ? reference.at : reference.start);
  const at = creationIn(binding.func, reference.func);
  if (isCertain(binding, at)) return false;
  if (binding.kind === "classSelf") return !isMemberOf(binding, reference.func);
  return binding.initializer === null || at < binding.initializer.start || at > binding.initializer.end;
}

/** In a member function of the class: those run when the class is there. */
function isMemberOf(binding: Binding, user: FunctionInfo): boolean {
  for (let f: FunctionInfo | null = user; f !== null && f !== binding.func; f = f.parent)
    if (f.classSelf === binding) return true;
  return false;
}
