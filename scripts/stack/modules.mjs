/** The modules of the stack, compiled to what plain Node runs. What is measured loads nothing but them. */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
export const output = path.join(root, ".bench-stack");

export function importModule(out, ...names) {
  return import(pathToFileURL(path.join(out, ...names)).href);
}

/** The exports of several modules, together. */
export async function importAll(out, names) {
  const modules = await Promise.all(names.map((name) => importModule(out, name)));
  return Object.assign({}, ...modules);
}
