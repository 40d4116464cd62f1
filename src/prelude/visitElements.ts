/**
 * Array.prototype.{forEach, map, filter, some, every}: 23.1.3.
 *
 * Code of the prelude is ordinary JavaScript, step by step as the standard has it, made to be lowered and unfolded where
 * the receiver is known: no function needs anything of its module. The receiver is a plain array (species is not asked
 * for); what a callback does to it while it runs is seen as the standard wants it.
 */

export function forEach(this: any, callback: any, thisArg?: any): void {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    if (thisArg === undefined) callback(list[k], k, list);
    else Reflect.apply(callback, thisArg, [list[k], k, list]);
  }
}

export function map(this: any, callback: any, thisArg?: any): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  const result = new Array(length);
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    result[k] =
      thisArg === undefined ? callback(list[k], k, list) : Reflect.apply(callback, thisArg, [list[k], k, list]);
  }
  return result;
}

export function filter(this: any, callback: any, thisArg?: any): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  const result: any[] = [];
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    const value = list[k];
    if (thisArg === undefined ? callback(value, k, list) : Reflect.apply(callback, thisArg, [value, k, list]))
      result[result.length] = value;
  }
  return result;
}

export function some(this: any, callback: any, thisArg?: any): boolean {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    if (thisArg === undefined ? callback(list[k], k, list) : Reflect.apply(callback, thisArg, [list[k], k, list]))
      return true;
  }
  return false;
}

export function every(this: any, callback: any, thisArg?: any): boolean {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    if (!(thisArg === undefined ? callback(list[k], k, list) : Reflect.apply(callback, thisArg, [list[k], k, list])))
      return false;
  }
  return true;
}
