import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { ResolverFactory } from "oxc-resolver";
import type { Host } from "../modules/types.ts";

export interface NodeHostOptions {
  /** conditions of `exports` in package.json; `import` and `node` when not given */
  readonly conditions?: readonly string[];
  /** a tsconfig.json for its `paths`; the nearest one when not given, none with null */
  readonly tsconfig?: string | null;
}

/**
 * The file system, and module resolution as Node and TypeScript do it: `./a.js` also means `./a.ts`, extensions may be
 * left out, `paths` of tsconfig.json apply. Built-in modules and what is not found are outside of the program.
 */
export function nodeHost(options: NodeHostOptions = {}): Host {
  const conditionNames = [...(options.conditions ?? ["node", "import"]), "default"];
  const resolver = new ResolverFactory({
    conditionNames,
    extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"],
    extensionAlias: {
      ".js": [".ts", ".tsx", ".js"],
      ".mjs": [".mts", ".mjs"],
      ".cjs": [".cts", ".cjs"],
    },
    mainFields: ["main", "module"],
    ...(options.tsconfig === null
      ? {}
      : { tsconfig: options.tsconfig === undefined ? "auto" : { configFile: options.tsconfig } }),
  });
  // `require` chooses other files of a package than `import` does.
  const requiring = resolver.cloneWithOptions({
    conditionNames: conditionNames.map((name) => (name === "import" ? "require" : name)),
    mainFields: ["main"],
  });
  const texts = new Map<string, string | null>();
  return {
    resolve(specifier, fromFile, by) {
      if (isBuiltin(specifier)) return null;
      const chosen = by === "require" || /\.c[jt]s$/.test(fromFile) ? requiring : resolver;
      const found =
        options.tsconfig === null
          ? chosen.sync(path.dirname(fromFile), specifier)
          : chosen.resolveFileSync(fromFile, specifier);
      if (found.error !== undefined || found.path === undefined) return null;
      return /\.(node|wasm)$/.test(found.path) ? null : found.path.replace(/[?#].*$/, "");
    },
    readFile(file) {
      const known = texts.get(file);
      if (known !== undefined) return known;
      const text = readText(file);
      texts.set(file, text);
      return text;
    },
  };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR") return null;
    throw error;
  }
}
