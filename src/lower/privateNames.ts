/** Which class a private name belongs to. */
import type { Context } from "./context.ts";

/** The brand of the innermost class around that declares `#name`. */
export function brandOf(ctx: Context, name: string): string {
  const scopes = ctx.module.privateScopes;
  for (let i = scopes.length - 1; i >= 0; i--) if (scopes[i]!.names.has(name)) return scopes[i]!.brand;
  throw new Error(`#${name} is declared by no class around`);
}
