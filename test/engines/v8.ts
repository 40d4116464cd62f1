/** Modules in a context of their own, in the engine of this process. */
import vm from "node:vm";
import * as checks from "../../src/checks.ts";
import { context as bindContext, dynamic, specialize } from "../../src/index.ts";
import * as runtime from "../../src/runtime.ts";
import type { Engine, Loaded, Loading } from "./engine.ts";
import { TIME, moduleName } from "./engine.ts";

/** what programs and residuals import from outside of the program */
const PACKAGE: Readonly<Record<string, object>> = {
  "babel-plugin-specialize": { specialize, dynamic, context: bindContext },
  "babel-plugin-specialize/runtime": { ...runtime },
  "babel-plugin-specialize/checks": { ...checks },
};
const scripts = new Map<string, vm.Script>();

export const v8: Engine = { name: "V8", sameMessages: true, load };

async function load({ files, main, setup, patience = 1 }: Loading): Promise<Loaded> {
  // The Node of the oldest line that we support has no ArrayBuffer.prototype.transfer.
  const context = vm.createContext({
    detach: (buffer: ArrayBuffer) => void structuredClone(buffer, { transfer: [buffer] }),
  });
  run(setup, context);
  // All modules are held as long as what was loaded: this engine does not bear that one of them goes earlier.
  const made = new Map<string, vm.Module>();
  const module = (name: string): vm.Module => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const outside = PACKAGE[name];
    const fresh =
      outside !== undefined
        ? packageModule(context, outside)
        : new vm.SourceTextModule(files[name] ?? missing(name), { context, identifier: name });
    made.set(name, fresh);
    return fresh;
  };
  const entry = module(main);
  await entry.link((specifier, from) => module(moduleName(specifier, from.identifier)));
  const loading = await outcomeOf(entry, patience * TIME);
  if (loading === "done") Object.assign(context, { m: entry.namespace });
  return {
    loading,
    evaluate(expression) {
      try {
        return String(vm.runInContext(expression, context, { timeout: patience * TIME }));
      } catch (error) {
        if (isTimeout(error)) return null;
        throw error;
      }
    },
    dispose: () => made.clear(),
  };
}

/** The text is the same for many contexts: it is compiled once. */
function run(setup: string, context: vm.Context): void {
  let script = scripts.get(setup);
  if (script === undefined) scripts.set(setup, (script = new vm.Script(setup)));
  script.runInContext(context);
}

function packageModule(context: vm.Context, exported: object): vm.Module {
  const fill = function (this: vm.SyntheticModule): void {
    for (const [name, value] of Object.entries(exported)) this.setExport(name, value);
  };
  return new vm.SyntheticModule(Object.keys(exported), fill, { context });
}

function missing(name: string): never {
  throw new Error(`the program has no module ${name}`);
}

async function outcomeOf(entry: vm.Module, timeout: number): Promise<string> {
  try {
    await entry.evaluate({ timeout });
    return "done";
  } catch (error) {
    if (isTimeout(error)) return "stopped";
    return `throws ${String((error as Error | null)?.constructor.name)}`;
  }
}

function isTimeout(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
