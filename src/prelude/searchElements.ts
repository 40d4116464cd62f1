/**
 * Array.prototype.{includes, indexOf, lastIndexOf, at, join}: 23.1.3. `Math.trunc(+x) || 0` is ToIntegerOrInfinity.
 *
 * An array that holds itself through others is joined as the standard says, without the engine's check for cycles.
 */

export function includes(this: any, searched?: any, fromIndex?: any): boolean {
  const list = this;
  const length = list.length;
  if (length === 0) return false;
  const from = Math.trunc(+fromIndex) || 0;
  for (let k = from >= 0 ? from : Math.max(length + from, 0); k < length; k++) {
    const element = list[k];
    if (element === searched || (element !== element && searched !== searched)) return true;
  }
  return false;
}

export function indexOf(this: any, searched?: any, fromIndex?: any): number {
  const list = this;
  const length = list.length;
  if (length === 0) return -1;
  const from = Math.trunc(+fromIndex) || 0;
  for (let k = from >= 0 ? from : Math.max(length + from, 0); k < length; k++) {
    if (k in list && list[k] === searched) return k;
  }
  return -1;
}

export function lastIndexOf(this: any, searched?: any, ...fromIndex: any[]): number {
  const list = this;
  const length = list.length;
  if (length === 0) return -1;
  const from = fromIndex.length > 0 ? Math.trunc(+fromIndex[0]) || 0 : length - 1;
  for (let k = from >= 0 ? Math.min(from, length - 1) : length + from; k >= 0; k--) {
    if (k in list && list[k] === searched) return k;
  }
  return -1;
}

export function at(this: any, index?: any): any {
  const list = this;
  const length = list.length;
  const relative = Math.trunc(+index) || 0;
  const k = relative >= 0 ? relative : length + relative;
  return k < 0 || k >= length ? undefined : list[k];
}

export function join(this: any, separator?: any): string {
  const list = this;
  const length = list.length;
  const between = separator === undefined ? "," : `${separator}`;
  let text = "";
  for (let k = 0; k < length; k++) {
    if (k > 0) text += between;
    const element = list[k];
    if (element !== undefined && element !== null && element !== list) text += `${element}`;
  }
  return text;
}
