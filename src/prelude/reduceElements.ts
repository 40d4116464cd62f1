/** Array.prototype.{reduce, reduceRight}: 23.1.3.24, 23.1.3.25. An initial value that is given as undefined counts. */

export function reduce(this: any, callback: any, ...initial: any[]): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  let k = 0;
  let accumulator: any;
  if (initial.length > 0) accumulator = initial[0];
  else {
    while (k < length && !(k in list)) k++;
    if (k >= length) throw new TypeError("Reduce of empty array with no initial value");
    accumulator = list[k];
    k++;
  }
  for (; k < length; k++) if (k in list) accumulator = callback(accumulator, list[k], k, list);
  return accumulator;
}

export function reduceRight(this: any, callback: any, ...initial: any[]): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") {
    throw new TypeError(
      `${typeof callback === "object" && callback !== null ? "#<Object>" : String(callback)} is not a function`,
    );
  }
  let k = length - 1;
  let accumulator: any;
  if (initial.length > 0) accumulator = initial[0];
  else {
    while (k >= 0 && !(k in list)) k--;
    if (k < 0) throw new TypeError("Reduce of empty array with no initial value");
    accumulator = list[k];
    k--;
  }
  for (; k >= 0; k--) if (k in list) accumulator = callback(accumulator, list[k], k, list);
  return accumulator;
}
