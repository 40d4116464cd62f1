import type { Host } from "../modules/types.ts";

const extensions = ["", ".ts", ".tsx", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/**
 * A host of texts by absolute path. Relative specifiers are found with or without extension, `.js` also as `.ts`; bare
 * ones in `/node_modules/<specifier>` and else nowhere.
 */
export function memoryHost(files: ReadonlyMap<string, string> | Readonly<Record<string, string>>): Host {
  const texts = files instanceof Map ? (files as ReadonlyMap<string, string>) : new Map(Object.entries(files));
  return {
    resolve(specifier, fromFile) {
      const base = specifier.startsWith("/")
        ? specifier
        : /^\.\.?(\/|$)/.test(specifier)
          ? join(fromFile, specifier)
          : `/node_modules/${specifier}`;
      const candidates = extensions.map((extension) => base + extension);
      const asSource = base.replace(/\.([cm]?)js$/, ".$1ts");
      return [...candidates, asSource].find((file) => texts.has(file)) ?? null;
    },
    readFile: (file) => texts.get(file) ?? null,
  };
}

function join(fromFile: string, specifier: string): string {
  const parts = fromFile.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
