/** Modules in QuickJS, compiled to WebAssembly: an engine that shares nothing with the one that makes residuals. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@babel/core";
import { getQuickJS, shouldInterruptAfterDeadline } from "quickjs-emscripten";
import type { QuickJSContext, QuickJSHandle, VmCallResult } from "quickjs-emscripten";
import type { Engine, Loaded, Loading } from "./engine.ts";
import { TIME, moduleName } from "./engine.ts";

/** it is an interpreter, and slow */
const PATIENCE = 8 * TIME;

export const quickJs: Engine = { name: "QuickJS", sameMessages: false, load };

async function load({ files, main, setup, patience = 1 }: Loading): Promise<Loaded> {
  const runtime = (await getQuickJS()).newRuntime();
  const context = runtime.newContext();
  // far below what the stack of the engine around it allows: that one's overflow would leave this one half done
  runtime.setMaxStackSize(128 * 1024);
  runtime.setModuleLoader(
    (name) => files[name] ?? packageModule(name) ?? { error: new Error(`the program has no module ${name}`) },
    (from, specifier) => moduleName(specifier, from),
  );
  const within = <T>(act: () => T): T => {
    runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + patience * PATIENCE));
    return act();
  };
  context.unwrapResult(context.evalCode(setup, "setup.js")).dispose();
  const evaluated = within(() => context.evalCode(files[main] ?? "", main, { type: "module" }));
  const loading = namespaceOf(context, evaluated);
  return {
    loading,
    evaluate(expression) {
      const done = within(() => context.evalCode(expression, "call.js"));
      if (done.error === undefined) return textOf(context, done.value);
      const error = textOf(context, done.error);
      if (error.includes("interrupted")) return null;
      throw new Error(error);
    },
    dispose() {
      context.dispose();
      runtime.dispose();
    },
  };
}

/** Puts the namespace into the global `m`. */
function namespaceOf(context: QuickJSContext, evaluated: VmCallResult<QuickJSHandle>): string {
  if (evaluated.error !== undefined) {
    const named = context.getProp(evaluated.error, "name");
    const name = context.getString(named);
    named.dispose();
    return textOf(context, evaluated.error).includes("interrupted") ? "stopped" : `throws ${name}`;
  }
  const state = context.getPromiseState(evaluated.value);
  if (state.type === "rejected") {
    const named = context.getProp(state.error, "name");
    const name = context.getString(named);
    named.dispose();
    state.error.dispose();
    evaluated.value.dispose();
    return `throws ${name}`;
  }
  if (state.type === "pending") {
    evaluated.value.dispose();
    return "stopped";
  }
  context.setProp(context.global, "m", state.value);
  if (state.notAPromise !== true) state.value.dispose();
  evaluated.value.dispose();
  return "done";
}

function textOf(context: QuickJSContext, handle: QuickJSHandle): string {
  const value: unknown = context.dump(handle);
  handle.dispose();
  if (typeof value === "object" && value !== null && "message" in value)
    return `${String((value as Error).name)}: ${String(value.message)}`;
  return String(value);
}

const texts = new Map<string, string>();
const EXTENSION = path.extname(import.meta.filename);
const PACKAGE: Readonly<Record<string, string>> = {
  "babel-plugin-specialize": ["specialize", "dynamic", "context"]
    .map((name) => `export { ${name} } from "src/api/${name}${EXTENSION}";`)
    .join("\n"),
  "babel-plugin-specialize/runtime": `export * from "src/runtime${EXTENSION}";`,
};

/** The package as it runs without the plugin, types stripped. */
function packageModule(name: string): string | null {
  const known = PACKAGE[name] ?? texts.get(name);
  if (known !== undefined) return known;
  if (!name.startsWith("src/")) return null;
  const filename = path.join(import.meta.dirname, "../..", name);
  const presets = EXTENSION === ".ts" ? [["@babel/preset-typescript", { onlyRemoveTypeImports: false }]] : [];
  const options = { filename, configFile: false, babelrc: false, presets: presets as never } as const;
  const code = transformSync(readFileSync(filename, "utf8"), options)?.code ?? "";
  texts.set(name, code);
  return code;
}
