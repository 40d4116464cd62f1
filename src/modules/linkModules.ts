/**
 * Names across modules: where an export or a binding leads (ECMA-262 16.2.1.7.2.2, ResolveExport).
 *
 * Needs the modules with their imports and exports; promises an answer for every name: null where there is none, where
 * two `export *` disagree, or where re-exports run in a circle. Answers are remembered.
 */
import { compareText, getOrCreate } from "../base/mapOf.ts";
import type { BindingTarget, ExportedName, ImportedName } from "./types.ts";

/** What linking needs to know of a module. */
export interface Linkable {
  readonly kind: "esm" | "cjs" | "json";
  readonly imports: ReadonlyMap<string, ImportedName>;
  readonly exports: ReadonlyMap<string, ExportedName>;
  readonly starExports: readonly { readonly module: string; readonly external: boolean }[];
  readonly locals: ReadonlySet<string>;
}

export interface Linker {
  resolveExport(file: string, name: string): BindingTarget | null;
  resolveBinding(file: string, localName: string): BindingTarget | null;
  exportsOf(file: string): readonly string[];
}

export function linkModules(modules: ReadonlyMap<string, Linkable>): Linker {
  const known = new Map<string, BindingTarget | null>();
  const names = new Map<string, readonly string[]>();

  function resolveExport(file: string, name: string, onTheWay: ReadonlySet<string>): BindingTarget | null {
    const key = `${file}\n${name}`;
    if (onTheWay.has(key)) return null;
    const found = known.get(key);
    if (found !== undefined) return found;
    const target = findExport(file, name, new Set([...onTheWay, key]));
    // Inside of a circle an answer may be incomplete; only the outermost one stands.
    if (onTheWay.size === 0) known.set(key, target);
    return target;
  }

  function findExport(file: string, name: string, onTheWay: ReadonlySet<string>): BindingTarget | null {
    const module = modules.get(file);
    if (module === undefined) return null;
    if (module.kind === "cjs")
      return { kind: "local", file, name: name === "default" ? "*exports*" : `*exports*.${name}` };
    const exported = module.exports.get(name);
    if (exported === undefined) return name === "default" ? null : fromStars(module, name, onTheWay);
    if ("local" in exported) return resolveLocal(file, exported.local, onTheWay);
    return follow(exported, onTheWay);
  }

  function follow(link: ImportedName, onTheWay: ReadonlySet<string>): BindingTarget | null {
    if (link.external) return { kind: "external", module: link.module, name: link.name };
    if (link.name === "*") return { kind: "namespace", file: link.module };
    return resolveExport(link.module, link.name, onTheWay);
  }

  function fromStars(module: Linkable, name: string, onTheWay: ReadonlySet<string>): BindingTarget | null {
    const targets: BindingTarget[] = module.starExports.flatMap((star) => {
      if (star.external) return { kind: "external" as const, module: star.module, name };
      return resolveExport(star.module, name, onTheWay) ?? [];
    });
    // What a module outside has is not known: it counts where nobody inside has the name.
    const inside = targets.filter((target) => target.kind !== "external");
    const [first, ...others] = inside.length > 0 ? inside : targets;
    return first !== undefined && others.every((other) => sameTarget(first, other)) ? first : null;
  }

  function resolveLocal(file: string, name: string, onTheWay: ReadonlySet<string>): BindingTarget | null {
    const module = modules.get(file);
    const link = module?.imports.get(name);
    if (link !== undefined) return follow(link, onTheWay);
    return module?.locals.has(name) === true ? { kind: "local", file, name } : null;
  }

  function namesOf(file: string, seen: Set<string>): Set<string> {
    const module = modules.get(file);
    if (module === undefined || seen.has(file)) return new Set();
    seen.add(file);
    const all = new Set(module.exports.keys());
    if (module.kind === "cjs") all.add("default");
    for (const star of module.starExports) {
      if (star.external) continue;
      for (const name of namesOf(star.module, seen)) if (name !== "default") all.add(name);
    }
    return all;
  }

  return {
    resolveExport: (file, name) => resolveExport(file, name, new Set()),
    resolveBinding: (file, localName) => resolveLocal(file, localName, new Set()),
    exportsOf: (file) =>
      getOrCreate(names, file, () =>
        [...namesOf(file, new Set())].filter((name) => resolveExport(file, name, new Set()) !== null).sort(compareText),
      ),
  };
}

function sameTarget(left: BindingTarget, right: BindingTarget): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
