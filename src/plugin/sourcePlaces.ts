/**
 * Source maps over several files: nodes that come from another module carry its name in their place, as the map is to name
 * it, that is relative to the file at hand; and the generator is told the texts of all of them.
 */
import path from "node:path";
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";

/** Names of the files as the source map has them, by path; the file at hand by the name that Babel gives it. */
export function mapNames(file: string, sourceFileName: string, files: Iterable<string>): Map<string, string> {
  const names = new Map<string, string>();
  const folder = path.dirname(file);
  const base = path.posix.dirname(sourceFileName);
  for (const other of files) {
    const relative = path.relative(folder, other).split(path.sep).join("/");
    names.set(other, other === file ? sourceFileName : path.posix.join(base, relative));
  }
  return names;
}

/** Renames the files in the places of these trees. */
export function renamePlaces(roots: readonly t.Node[], names: ReadonlyMap<string, string>): void {
  for (const root of roots) {
    build.traverseFast(root, (node) => {
      const name = node.loc ? names.get(node.loc.filename) : undefined;
      if (node.loc && name !== undefined) node.loc = { ...node.loc, filename: name };
    });
  }
}
