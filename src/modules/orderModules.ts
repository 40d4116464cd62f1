/**
 * The order in which ECMAScript evaluates modules: depth first from the entries, each after what it imports, a module of
 * a cycle where it is first met (ECMA-262 16.2.1.6.2, InnerModuleEvaluation). Iterative, for long chains of imports.
 */
export function orderModules(entries: readonly string[], dependencies: (file: string) => readonly string[]): string[] {
  const order: string[] = [];
  const met = new Set<string>();
  for (const entry of entries) {
    const stack = met.has(entry) ? [] : [{ file: entry, next: 0 }];
    met.add(entry);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const dependency = dependencies(top.file)[top.next++];
      if (dependency === undefined) {
        order.push(top.file);
        stack.pop();
      } else if (!met.has(dependency)) {
        met.add(dependency);
        stack.push({ file: dependency, next: 0 });
      }
    }
  }
  return order;
}
