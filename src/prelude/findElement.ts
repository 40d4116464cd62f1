/** Array.prototype.{find, findIndex, findLast, findLastIndex}: 23.1.3.9 to 23.1.3.12. Holes count as undefined. */

export function find(this: any, callback: any, thisArg?: any): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = 0; k < length; k++) {
    const value = list[k];
    if (thisArg === undefined ? callback(value, k, list) : Reflect.apply(callback, thisArg, [value, k, list]))
      return value;
  }
  return undefined;
}

export function findIndex(this: any, callback: any, thisArg?: any): number {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = 0; k < length; k++) {
    if (thisArg === undefined ? callback(list[k], k, list) : Reflect.apply(callback, thisArg, [list[k], k, list]))
      return k;
  }
  return -1;
}

export function findLast(this: any, callback: any, thisArg?: any): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = length - 1; k >= 0; k--) {
    const value = list[k];
    if (thisArg === undefined ? callback(value, k, list) : Reflect.apply(callback, thisArg, [value, k, list]))
      return value;
  }
  return undefined;
}

export function findLastIndex(this: any, callback: any, thisArg?: any): number {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = length - 1; k >= 0; k--) {
    if (thisArg === undefined ? callback(list[k], k, list) : Reflect.apply(callback, thisArg, [list[k], k, list]))
      return k;
  }
  return -1;
}
