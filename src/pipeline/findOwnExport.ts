/**
 * Whether an imported name is one of this package's own, perhaps through re-exports of other modules.
 *
 * Meant to be asked for every import of every file that is compiled, so it looks at as little as possible: a module that
 * exports the name where it declares it is not parsed, packages are not entered.
 */
import { packageName } from "../declarations/typeScopes.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { tryParseModule } from "../syntax/parseModule.ts";
import { readLinks } from "../modules/readLinks.ts";
import type { Host } from "../modules/types.ts";

/** The name that this package exports it by ("*": its namespace); null: it is something else. */
export function findOwnExport(host: Host, file: string, specifier: string, name: string): string | null {
  return follow(host, file, specifier, name, new Set());
}

function follow(host: Host, file: string, specifier: string, name: string, seen: Set<string>): string | null {
  if (specifier === packageName) return name;
  const target = host.resolve(specifier, file);
  const key = `${target ?? ""}\n${name}`;
  if (target === null || name === "*" || seen.has(key) || !/\.[cm]?[jt]sx?$/.test(target)) return null;
  if (/[\\/]node_modules[\\/]/.test(target)) return null;
  seen.add(key);
  const text = host.readFile(target);
  if (text === null || !mayReExport(text, name)) return null;
  const ast = tryParseModule(text, target, new DiagnosticSink());
  if (ast === null) return null;
  const links = readLinks(ast.program, "esm");
  const exported = links.exports.get(name);
  if (exported === undefined) {
    const found = links.stars.map((star) => (name === "default" ? null : follow(host, target, star, name, seen)));
    return found.find((one) => one !== null) ?? null;
  }
  if (!("local" in exported)) return follow(host, target, exported.specifier, exported.name, seen);
  const imported = links.imports.get(exported.local);
  return imported === undefined ? null : follow(host, target, imported.specifier, imported.name, seen);
}

/** A name gets out of a module that it is not declared in by a list, by a star, or as the default. */
function mayReExport(text: string, name: string): boolean {
  if (!/\b(from|import)\b/.test(text)) return false;
  // a comment may be in the way of what comes behind `export`
  if (/\bexport\s*[*/=]|\bexport\s+import\b/.test(text)) return true;
  if (name === "default" && /\bdefault\b/.test(text)) return true;
  return [...text.matchAll(/\bexport\s*\{([^}]*)\}/g)].some(
    ([, list = ""]) => list.includes(name) || /["'/\\]/.test(list),
  );
}
