import { readdirSync } from "node:fs";
import path from "node:path";

/**
 * Files that match any of the patterns, sorted. `**` is any number of folders, `*` and `?` stay in one, `{a,b}` is a
 * choice. Folders named node_modules or beginning with a dot are not entered.
 */
export function findFiles(patterns: readonly string[], folder: string): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const absolute = path.resolve(folder, pattern);
    const root = fixedPart(absolute);
    const matcher = new RegExp(`^${toExpression(absolute)}$`);
    for (const file of filesBelow(root)) if (matcher.test(file)) found.add(file);
  }
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

function fixedPart(pattern: string): string {
  const magic = pattern.search(/[*?{]/);
  return magic < 0 ? pattern : path.dirname(`${pattern.slice(0, magic)}x`);
}

function toExpression(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[.+^$()|[\]\\]/g, (part, choice: string | undefined) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return choice === undefined ? `\\${part}` : `(?:${choice.split(",").map(toExpression).join("|")})`;
  });
}

function filesBelow(place: string): string[] {
  let entries;
  try {
    entries = readdirSync(place, { withFileTypes: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOTDIR") return [place];
    if (code === "ENOENT") return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    const file = path.join(place, entry.name);
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}
