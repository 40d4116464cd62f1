/**
 * docs/ASSUMPTIONS.md, one by one: a program whose residual does something else than the generic code when the assumption does not
 * hold; that it does not with the option that switches the assumption off; and what a build with `checkAssumptions` says. Where
 * there is no switch or no check, the table there says why.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import v8 from "node:v8";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import { packageModule } from "../setup/packageModule.ts";
import { type Broken, broken } from "./assumptionPrograms.ts";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "assumed-")));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the call gives, or what it throws, as text. */
async function run(one: Broken, options: object | null): Promise<string> {
  const { source, aside = "", modules = {}, host = "0", before = "0", breaking = "0", call, later } = one;
  const text = `import { specialize, dynamic, context } from "babel-plugin-specialize";
import type { S, D, Spec, Extern } from "babel-plugin-specialize";
${source}`;
  const plugins = options === null ? [] : [[plugin as never, { report: "silent", ...options }]];
  const filename = path.join(folder, "main.ts");
  writeFileSync(filename, text);
  for (const [name, code] of Object.entries(modules)) writeFileSync(path.join(folder, name), code);
  const types =
    'import type { D, Extern, S, Spec } from "babel-plugin-specialize";\nimport type { Sock, log } from "./main.ts";';
  writeFileSync(path.join(folder, "main.spec.ts"), aside === "" ? "" : `${types}\n${aside}`);
  const transform = (code: string): string =>
    transformSync(code, {
      filename,
      configFile: false,
      babelrc: false,
      plugins: plugins as never,
      presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: false }]],
    })?.code ?? "";
  const realm = vm.createContext({});
  vm.runInContext(host, realm);
  const main = new vm.SourceTextModule(transform(text), { context: realm, identifier: "main.ts" });
  const beside = new Map(
    Object.entries(modules).map(([name, code]) => [
      `./${name}`,
      name.endsWith(".cjs")
        ? commonJsModule(code, realm)
        : new vm.SourceTextModule(code, { context: realm, identifier: name }),
    ]),
  );
  await main.link((specifier) => beside.get(specifier) ?? (packageModule(specifier, realm) as vm.Module));
  let undo = (): void => {};
  try {
    await main.evaluate();
    Object.assign(realm, { p: main.namespace, undetectable });
    vm.runInContext(before, realm);
    vm.runInContext(breaking, realm);
    undo = one.breakingHere?.() ?? undo;
    if (later === true) vm.runInContext(call, realm);
    return String(vm.runInContext(`JSON.stringify(${call}) ?? "undefined"`, realm));
  } catch (error) {
    return `throws ${(error as Error).name} ${(error as Error).message}`;
  } finally {
    undo();
  }
}

/** As Node loads one for an `import`: its exports by name, and all of them as the default. */
function commonJsModule(code: string, realm: vm.Context): vm.Module {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const load = vm.runInContext(`(function (module, exports) { ${code}\n})`, realm) as (
    module: object,
    exports: object,
  ) => void;
  load(module, module.exports);
  const names = ["default", ...Object.keys(module.exports)];
  const fill = function (this: vm.SyntheticModule): void {
    for (const name of names) this.setExport(name, name === "default" ? module.exports : module.exports[name]);
  };
  return new vm.SyntheticModule(names, fill, { context: realm });
}

/** an object like document.all, which V8 makes for its own tests */
v8.setFlagsFromString("--allow-natives-syntax");
const undetectable: unknown = new vm.Script("%GetUndetectable()").runInThisContext();
v8.setFlagsFromString("--no-allow-natives-syntax");

const assumed = (one: Broken): object => (one.about.startsWith("19") ? { host: { DEBUG: false } } : {});

test.each(broken)("$about: the residual does something else", async (one) => {
  const generic = await run(one, null);
  const residual = await run(one, { assume: assumed(one) });
  expect(residual).not.toBe(generic);
  expect(residual).not.toContain("AssumptionViolated");
});

test.each(broken.filter(({ off }) => off !== undefined))("$about: switched off", async (one) => {
  expect(await run(one, { assume: { ...assumed(one), ...one.off } })).toBe(await run(one, null));
});

test.each(broken.filter(({ check }) => check !== undefined))("$about: the check sees it", async (one) => {
  const options = { assume: assumed(one), checkAssumptions: true };
  const text = await run(one, options);
  expect(text).toMatch(one.check!);
});

test.each(broken.filter(({ check, breaking }) => check !== undefined && breaking !== undefined))(
  "$about: what holds is not in the way",
  async (one) => {
    const { breakingHere: _, ...held } = one;
    const whole = { ...held, breaking: "0" };
    expect(await run(whole, { checkAssumptions: true })).toBe(await run(whole, null));
  },
);
