/** Which syntax random programs are made of: the types of Babel's nodes, of those that the language has. */
import { parseSync, types as t } from "@babel/core";
import type { Program } from "./runProgram.ts";

/** parts of every file, or of none that is written by hand: proposals, TypeScript's and JSX's are left out anyway */
const NOT_ASKED = new Set(["File", "InterpreterDirective", "ImportSpecifier", "TypeofTypeAnnotation"]);

/** Node types that a program of the standard language may have. */
export const language: readonly string[] = (t.FLIPPED_ALIAS_KEYS["Standardized"] ?? [])
  .filter((type) => !NOT_ASKED.has(type))
  .sort();

export function syntaxOf({ files }: Program): ReadonlySet<string> {
  const types = new Set<string>();
  for (const [filename, text] of Object.entries(files)) {
    const plugins = filename.endsWith(".ts") ? ["typescript" as const] : [];
    const options = { filename, configFile: false, babelrc: false, parserOpts: { plugins } };
    const file = parseSync(text, options);
    if (file !== null) t.traverseFast(file as t.Node, ({ type }) => void types.add(type));
  }
  return types;
}
