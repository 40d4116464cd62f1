/**
 * Array.prototype.{sort, toSorted}: 23.1.3.30, 23.1.3.34. Stable: binary insertion within runs, then merging. The standard
 * leaves open which elements are compared, and in what order; below 64 elements it is here as engines with Timsort do it.
 *
 * Paper: Tim Peters, "listsort.txt" (CPython, 2002), for runs and binary insertion.
 */

export function sort(this: any, comparator?: any): any {
  if (comparator !== undefined && typeof comparator !== "function") {
    throw new TypeError("The comparison function must be either a function or undefined");
  }
  const list = this;
  const length = list.length;
  let sorted: any[] = [];
  let undefinedCount = 0;
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    const value = list[k];
    if (value === undefined) undefinedCount++;
    else sorted[sorted.length] = value;
  }
  const isBefore = (x: any, y: any): boolean => (comparator === undefined ? `${x}` < `${y}` : +comparator(x, y) < 0);
  const count = sorted.length;
  const run = count < 64 ? count : 32;

  for (let low = 0; low < count; low += run) {
    const high = Math.min(low + run, count);
    let start = low + 1;
    if (start < high) {
      const descending = isBefore(sorted[start], sorted[low]);
      start++;
      while (start < high && isBefore(sorted[start], sorted[start - 1]) === descending) start++;
      for (let a = low, b = start - 1; descending && a < b; a++, b--) {
        const value = sorted[a];
        sorted[a] = sorted[b];
        sorted[b] = value;
      }
    }
    for (; start < high; start++) {
      const pivot = sorted[start];
      let left = low;
      let right = start;
      while (left < right) {
        const middle = left + ((right - left) >> 1);
        if (isBefore(pivot, sorted[middle])) right = middle;
        else left = middle + 1;
      }
      for (let k = start; k > left; k--) sorted[k] = sorted[k - 1];
      sorted[left] = pivot;
    }
  }

  for (let width = run; width < count; width *= 2) {
    const merged: any[] = [];
    for (let low = 0; low < count; low += 2 * width) {
      const middle = Math.min(low + width, count);
      const high = Math.min(middle + width, count);
      let left = low;
      let right = middle;
      while (left < middle || right < high) {
        if (left >= middle || (right < high && isBefore(sorted[right], sorted[left])))
          merged[merged.length] = sorted[right++];
        else merged[merged.length] = sorted[left++];
      }
    }
    sorted = merged;
  }

  for (let k = 0; k < count; k++) list[k] = sorted[k];
  for (let k = count; k < count + undefinedCount; k++) list[k] = undefined;
  for (let k = count + undefinedCount; k < length; k++) if (k in list) delete list[k];
  return list;
}

export function toSorted(this: any, comparator?: any): any {
  if (comparator !== undefined && typeof comparator !== "function") {
    throw new TypeError("The comparison function must be either a function or undefined");
  }
  const list = this;
  const length = list.length;
  const result = new Array(length);
  for (let k = 0; k < length; k++) result[k] = list[k];
  return result.sort(comparator);
}
