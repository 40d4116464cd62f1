/** A function of an object that is computed once for each object, as long as somebody else keeps that object. */
export function rememberFor<Key extends object, Rest extends readonly unknown[], Value>(
  make: (key: Key, ...rest: Rest) => Value,
): (key: Key, ...rest: Rest) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key, ...rest) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { value: make(key, ...rest) }));
    return found.value;
  };
}
