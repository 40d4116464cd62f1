/** Array.prototype.{concat, slice, flat, flatMap, toReversed, toSpliced, with} and Array.of: 23.1.2, 23.1.3. */

export function concat(this: any, ...items: any[]): any {
  const result: any[] = [];
  let n = 0;
  for (let i = -1; i < items.length; i++) {
    const item = i < 0 ? this : items[i];
    let spreads = false;
    if ((typeof item === "object" && item !== null) || typeof item === "function") {
      const spreadable = item[Symbol.isConcatSpreadable];
      spreads = spreadable === undefined ? Array.isArray(item) : !!spreadable;
    }
    if (spreads) {
      const length = item.length;
      for (let k = 0; k < length; k++, n++) if (k in item) result[n] = item[k];
    } else {
      result[n] = item;
      n++;
    }
  }
  if (result.length !== n) result.length = n;
  return result;
}

export function slice(this: any, start?: any, end?: any): any {
  const list = this;
  const length = list.length;
  const relativeStart = Math.trunc(+start) || 0;
  let k = relativeStart < 0 ? Math.max(length + relativeStart, 0) : Math.min(relativeStart, length);
  const relativeEnd = end === undefined ? length : Math.trunc(+end) || 0;
  const final = relativeEnd < 0 ? Math.max(length + relativeEnd, 0) : Math.min(relativeEnd, length);
  const result: any[] = [];
  let n = 0;
  for (; k < final; k++, n++) if (k in list) result[n] = list[k];
  if (result.length !== n) result.length = n;
  return result;
}

export function flat(this: any, depth?: any): any {
  const levels = depth === undefined ? 1 : Math.trunc(+depth) || 0;
  const result: any[] = [];
  function append(source: any, more: number): void {
    const length = source.length;
    for (let k = 0; k < length; k++) {
      if (!(k in source)) continue;
      const element = source[k];
      if (more > 0 && Array.isArray(element)) append(element, more - 1);
      else result[result.length] = element;
    }
  }
  append(this, levels);
  return result;
}

export function flatMap(this: any, callback: any, thisArg?: any): any {
  const list = this;
  const length = list.length;
  if (typeof callback !== "function") throw new TypeError("flatMap mapper function is not callable");
  const result: any[] = [];
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    const made =
      thisArg === undefined ? callback(list[k], k, list) : Reflect.apply(callback, thisArg, [list[k], k, list]);
    if (Array.isArray(made)) {
      const count = made.length;
      for (let i = 0; i < count; i++) if (i in made) result[result.length] = made[i];
    } else result[result.length] = made;
  }
  return result;
}

export function toReversed(this: any): any {
  const list = this;
  const length = list.length;
  const result = new Array(length);
  for (let k = 0; k < length; k++) result[k] = list[length - 1 - k];
  return result;
}

export function toSpliced(this: any, ...args: any[]): any {
  const list = this;
  const length = list.length;
  const result = new Array(length);
  for (let k = 0; k < length; k++) result[k] = list[k];
  Reflect.apply(Array.prototype.splice, result, args);
  return result;
}

export function withElement(this: any, index?: any, value?: any): any {
  const list = this;
  const length = list.length;
  const relative = Math.trunc(+index) || 0;
  const at = relative >= 0 ? relative : length + relative;
  if (at >= length || at < 0) {
    throw new RangeError(`Invalid index : ${typeof index === "object" && index !== null ? relative : String(index)}`);
  }
  const result = new Array(length);
  for (let k = 0; k < length; k++) result[k] = k === at ? value : list[k];
  return result;
}

export function of(...items: any[]): any {
  return items;
}
