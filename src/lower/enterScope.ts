/** What happens when a scope is entered: cells that must exist from the start, and function declarations. */
import { lowerClosure } from "./closures.ts";
import { at, type Context } from "./context.ts";
import type { Scope } from "./scopes.ts";
import { initializeVariable, isCreatedEarly } from "./variables.ts";

export function enterScope(ctx: Context, scope: Scope): void {
  const { build } = ctx;
  for (const binding of scope.bindings.values()) {
    if (binding.storage !== "cell" || binding.forHead !== null || !isCreatedEarly(binding)) continue;
    const initialized = binding.kind === "var" || binding.kind === "enum";
    build.emit({ op: "newCell", dst: ctx.slotOf(binding), name: binding.name, initialized });
  }
  for (const { node, binding } of scope.hoisted) {
    at(ctx, node, () => {
      const slot = binding.storage === "slot" ? ctx.slotOf(binding) : undefined;
      const closure = lowerClosure(ctx, node, node.id?.name ?? "default", "function", slot);
      if (binding.storage === "cell" && binding.kind === "param")
        build.emit({ op: "setCell", cell: ctx.slotOf(binding), value: closure, checked: false });
      else initializeVariable(ctx, binding, closure);
    });
  }
}
