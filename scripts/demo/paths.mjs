/** Where everything is. The output folder is inside of the package, so that what is in it finds the package by its name. */
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
export const defaultOutput = path.join(root, ".demo");

export function pathsOf(out) {
  return {
    stack: path.join(root, "fixtures", "tcpip"),
    modules: path.join(out, "modules"),
    residuals: path.join(out, "residuals"),
    report: path.join(out, "report.html"),
  };
}
