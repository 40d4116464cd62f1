/** Map.prototype.forEach and Set.prototype.forEach: 24.1.3.5, 24.2.3.6. */

export function mapForEach(this: any, callback: any, thisArg?: any): void {
  const collection = this;
  const entries = Reflect.apply(Map.prototype.entries, collection, []);
  if (typeof callback !== "function") {
    const text = typeof callback === "string" ? ` "${callback}"` : "";
    const plain = callback === null || typeof callback === "boolean" || typeof callback === "number";
    throw new TypeError(`${typeof callback}${plain ? ` ${callback}` : text} is not a function`);
  }
  for (const entry of entries) {
    if (thisArg === undefined) callback(entry[1], entry[0], collection);
    else Reflect.apply(callback, thisArg, [entry[1], entry[0], collection]);
  }
}

export function setForEach(this: any, callback: any, thisArg?: any): void {
  const collection = this;
  const values = Reflect.apply(Set.prototype.values, collection, []);
  if (typeof callback !== "function") {
    const text = typeof callback === "string" ? ` "${callback}"` : "";
    const plain = callback === null || typeof callback === "boolean" || typeof callback === "number";
    throw new TypeError(`${typeof callback}${plain ? ` ${callback}` : text} is not a function`);
  }
  for (const value of values) {
    if (thisArg === undefined) callback(value, value, collection);
    else Reflect.apply(callback, thisArg, [value, value, collection]);
  }
}
