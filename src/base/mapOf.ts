/** The value under `key`; made by `create` and kept when there is none yet. */
export function getOrCreate<K, V>(map: Map<K, V>, key: K, create: (key: K) => V): V {
  const found = map.get(key);
  if (found !== undefined || map.has(key)) return found as V;
  const made = create(key);
  map.set(key, made);
  return made;
}

/** By plain code units, so that an order is the same on every machine and in every locale. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The entries in the order of their keys: for output that must not depend on the order of insertion. */
export function sortedEntries<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([left], [right]) => compareText(left, right));
}
