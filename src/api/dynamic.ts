/**
 * A hole in a static value: known only at run time. Copies of this package that meet in one program agree on the mark,
 * so it is a registered symbol.
 */
const mark: unique symbol = Symbol.for("babel-plugin-specialize.dynamic") as never;

/**
 * Stands in the static values of `specialize` for what is not known yet: a whole argument, or a field of one.
 *
 * The result is of type `any`, for it has to fit wherever a value is missing; nothing ever reads it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- fits every place of every type, see above
export function dynamic(): any {
  return mark;
}

/** Whether a hole is in the value: itself, or an element or field of plain objects, arrays, Maps and Sets. */
export function hasHole(value: unknown): boolean {
  const seen = new Set<object>();
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === mark) return true;
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    for (const part of partsOf(next)) pending.push(part);
  }
  return false;
}

/** Accessors are not called and objects of classes are not entered: a hole is written into a literal. */
function partsOf(value: object): unknown[] {
  // Told by their tags and shapes, for they may come from another realm.
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Map]") return [...(value as Map<unknown, unknown>)].flat();
  if (tag === "[object Set]") return [...(value as Set<unknown>)];
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!Array.isArray(value) && !isPlain) return [];
  return Object.values(Object.getOwnPropertyDescriptors(value)).map(
    (descriptor: PropertyDescriptor) => descriptor.value as unknown,
  );
}
