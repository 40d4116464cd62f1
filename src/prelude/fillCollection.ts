/**
 * What `new Map(iterable)` and `new Set(iterable)` do after the empty collection is made: 24.1.1.1, 24.2.1.1. Only run where a
 * subclass has a `set` or `add` of its own.
 */

export function fillMap(this: any, iterable: any): any {
  const adder = this.set;
  if (typeof adder !== "function")
    throw new TypeError(`'${String(adder)}' returned for property 'set' of object '#<Map>' is not a function`);
  for (const item of iterable) {
    if ((typeof item !== "object" && typeof item !== "function") || item === null)
      throw new TypeError(`Iterator value ${String(item)} is not an entry object`);
    Reflect.apply(adder, this, [item[0], item[1]]);
  }
  return this;
}

export function fillSet(this: any, iterable: any): any {
  const adder = this.add;
  if (typeof adder !== "function")
    throw new TypeError(`'${String(adder)}' returned for property 'add' of object '#<Set>' is not a function`);
  for (const item of iterable) Reflect.apply(adder, this, [item]);
  return this;
}
