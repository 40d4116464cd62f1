/**
 * What a binder asks of a live object where a literal cannot say it. A literal mirrors the object: `{ mtu: 1500 }` asks for
 * an object with that field, `[1, 2]` for an array of these two elements, a primitive or a function for itself.
 */

export class Demand {
  readonly kind: "at" | "is" | "function" | "instance" | "method";
  readonly value: unknown;
  readonly fields: unknown;

  constructor(kind: Demand["kind"], value: unknown, fields?: unknown) {
    this.kind = kind;
    this.value = value;
    this.fields = fields;
  }
}

/** The object that the path leads to from the roots: two ways to the same object. */
export function at(path: string): Demand {
  return new Demand("at", path);
}

/** This very object. */
export function is(object: unknown): Demand {
  return new Demand("is", object);
}

/** What instances of the class have under the name where this stands: its method of that name, and none of their own. */
export function method(owner: unknown): Demand {
  return new Demand("method", owner);
}

/** Some function, whichever. */
export const isFunction: Demand = new Demand("function", undefined);

/** An object with this prototype, and with these fields. */
export function instance(prototype: unknown, fields: unknown): Demand {
  return new Demand("instance", prototype, fields);
}
