/** Array.prototype.{splice, reverse, fill, copyWithin}: 23.1.3. */

export function splice(this: any, ...args: any[]): any {
  const list = this;
  const length = list.length;
  const relativeStart = Math.trunc(+args[0]) || 0;
  const start = relativeStart < 0 ? Math.max(length + relativeStart, 0) : Math.min(relativeStart, length);
  let count = 0;
  if (args.length === 1) count = length - start;
  else if (args.length > 1) count = Math.min(Math.max(Math.trunc(+args[1]) || 0, 0), length - start);
  const removed: any[] = [];
  for (let k = 0; k < count; k++) if (start + k in list) removed[k] = list[start + k];
  if (removed.length !== count) removed.length = count;
  const added = args.length > 2 ? args.length - 2 : 0;
  if (added < count) {
    for (let k = start; k < length - count; k++) {
      if (k + count in list) list[k + added] = list[k + count];
      else delete list[k + added];
    }
    for (let k = length; k > length - count + added; k--) delete list[k - 1];
  } else if (added > count) {
    for (let k = length - count; k > start; k--) {
      if (k + count - 1 in list) list[k + added - 1] = list[k + count - 1];
      else delete list[k + added - 1];
    }
  }
  for (let k = 0; k < added; k++) list[start + k] = args[k + 2];
  list.length = length - count + added;
  return removed;
}

export function reverse(this: any): any {
  const list = this;
  const length = list.length;
  const middle = Math.floor(length / 2);
  for (let lower = 0; lower < middle; lower++) {
    const upper = length - 1 - lower;
    const hasLower = lower in list;
    const first = hasLower ? list[lower] : undefined;
    const hasUpper = upper in list;
    const last = hasUpper ? list[upper] : undefined;
    if (hasUpper) list[lower] = last;
    else if (hasLower) delete list[lower];
    if (hasLower) list[upper] = first;
    else if (hasUpper) delete list[upper];
  }
  return list;
}

export function fill(this: any, value?: any, start?: any, end?: any): any {
  const list = this;
  const length = list.length;
  const relativeStart = Math.trunc(+start) || 0;
  const first = relativeStart < 0 ? Math.max(length + relativeStart, 0) : Math.min(relativeStart, length);
  const relativeEnd = end === undefined ? length : Math.trunc(+end) || 0;
  const final = relativeEnd < 0 ? Math.max(length + relativeEnd, 0) : Math.min(relativeEnd, length);
  for (let k = first; k < final; k++) list[k] = value;
  return list;
}

export function copyWithin(this: any, target?: any, start?: any, end?: any): any {
  const list = this;
  const length = list.length;
  const relativeTarget = Math.trunc(+target) || 0;
  let to = relativeTarget < 0 ? Math.max(length + relativeTarget, 0) : Math.min(relativeTarget, length);
  const relativeStart = Math.trunc(+start) || 0;
  let from = relativeStart < 0 ? Math.max(length + relativeStart, 0) : Math.min(relativeStart, length);
  const relativeEnd = end === undefined ? length : Math.trunc(+end) || 0;
  const final = relativeEnd < 0 ? Math.max(length + relativeEnd, 0) : Math.min(relativeEnd, length);
  const count = Math.min(final - from, length - to);
  const backwards = from < to && to < from + count;
  const step = backwards ? -1 : 1;
  if (backwards) {
    from += count - 1;
    to += count - 1;
  }
  for (let k = 0; k < count; k++, from += step, to += step) {
    if (from in list) list[to] = list[from];
    else delete list[to];
  }
  return list;
}
