/** Array.from: 23.1.2.1, called on Array itself. */

export function from(this: any, items?: any, callback?: any, thisArg?: any): any {
  if (callback !== undefined && typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  if (items === undefined || items === null) {
    const what = items === null ? "object null" : "undefined";
    throw new TypeError(`${what} is not iterable (cannot read property Symbol(Symbol.iterator))`);
  }
  const result: any[] = [];
  let k = 0;
  const method = items[Symbol.iterator];
  if (method !== undefined && method !== null) {
    if (typeof method !== "function") {
      throw new TypeError(
        "%Array%.from requires that the property of the first argument, items[Symbol.iterator], when exists, be a function",
      );
    }
    for (const item of items) {
      if (callback === undefined) result[k] = item;
      else result[k] = thisArg === undefined ? callback(item, k) : Reflect.apply(callback, thisArg, [item, k]);
      k++;
    }
    return result;
  }
  const length = Math.min(Math.max(Math.trunc(+items.length) || 0, 0), Number.MAX_SAFE_INTEGER);
  for (; k < length; k++) {
    const item = items[k];
    if (callback === undefined) result[k] = item;
    else result[k] = thisArg === undefined ? callback(item, k) : Reflect.apply(callback, thisArg, [item, k]);
  }
  return result;
}
