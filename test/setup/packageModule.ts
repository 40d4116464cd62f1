/** The package as a module of a vm context, by the names that programs import it by; null for other modules. */
import vm from "node:vm";
import * as checks from "../../src/checks.ts";
import * as own from "../../src/index.ts";
import * as runtime from "../../src/runtime.ts";

export function packageModule(specifier: string, context: vm.Context): vm.Module | null {
  const { specialize, dynamic, context: bind } = own;
  const doors: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "babel-plugin-specialize": { specialize, dynamic, context: bind },
    "babel-plugin-specialize/runtime": runtime,
    "babel-plugin-specialize/checks": checks,
  };
  const api = Object.entries(doors[specifier] ?? {});
  if (api.length === 0) return null;
  const fill = function (this: vm.SyntheticModule): void {
    for (const [name, value] of api) this.setExport(name, value);
  };
  return new vm.SyntheticModule(
    api.map(([name]) => name),
    fill,
    { context },
  );
}
