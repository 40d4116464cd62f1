/** The prelude is made to be lowered: each of its functions is, and asks for standard globals alone. */
import { readFileSync } from "node:fs";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import type { IrModule } from "../../src/ir/types.ts";
import { preludeSources } from "../../src/prelude/preludeSources.ts";
import { loadIntrinsics } from "../../src/semantics/intrinsics.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";

const modules = new Map<string, IrModule>();
function moduleOf(file: string): IrModule {
  const found = modules.get(file) ?? lowerModule(parseModule(readFileSync(file, "utf8"), file), file);
  modules.set(file, found);
  return found;
}

describe.each(preludeSources().map((source) => [source.path, source] as const))("%s", (_, { file, exportName }) => {
  const { functions } = moduleOf(file);
  const outer = functions.find((fn) => fn.name === exportName && fn.parent === null);

  it("is lowered, with all that is in it", () => {
    expect(outer?.opaque).toBeNull();
    expect(functions.filter((fn) => fn.opaque !== null).map((fn) => [fn.name, fn.opaque?.reason])).toEqual([]);
  });

  it("names no binding of its module, and only standard globals", () => {
    const names = new Set<string>();
    for (const fn of functions.filter((f) => f.kind !== "module"))
      for (const { instructions } of fn.blocks)
        for (const step of instructions) {
          expect(step.op).not.toMatch(/^(get|set)Binding$/);
          if (step.op === "getGlobal") names.add(step.name);
        }
    const standard = loadIntrinsics().get("globalThis")!.properties;
    expect([...names].filter((name) => !standard.has(name))).toEqual([]);
  });
});
