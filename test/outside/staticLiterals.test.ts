/**
 * What `npm run outside -- --half literals` does to a package: its functions do what they did, before their sites have run, with
 * the sites as calls, and with the residuals.
 */
import vm from "node:vm";
import { transformSync } from "@babel/core";
// @ts-expect-error -- a script, without types
import * as made from "../../scripts/outside/staticLiterals.mjs";
import plugin from "../../src/index.ts";
import { packageModule } from "../setup/packageModule.ts";

const { staticLiterals } = made as {
  staticLiterals(text: string, file: string): { code: string; functions: number; sites: number } | null;
};

const source = `
export const early = pad("a");
export function pad(text, width = 4, ...more) { return text.padStart(width, "-") + more.join("+"); }
const twice = (x) => "<" + x + ">";
const table = { "quoted": function (n) { switch (n) { case 1: return "one"; default: return twice(n); } } };
function recursive(n) { return n < 1 ? "." : "n" + recursive(n - 1); }
function own() { return this === undefined ? 1 : 2; }
function given() { return arguments.length + 1; }
{ let hidden = 7; table.inner = () => hidden + 1; }
table.self = function self(n) { return n > 2 ? n : self(n + 1); };
export const answer = () => [early, pad("b"), pad("c", undefined, 1, 2), pad("d", 2), table.quoted(1), table.quoted(3),
  recursive(3), own(), given(1, 2), table.inner(), table.self(0), pad.name, pad.length, twice.name, table.quoted.name];
`;

async function answer(code: string): Promise<string> {
  const realm = vm.createContext({});
  const module = new vm.SourceTextModule(code, { context: realm });
  await module.link((specifier) => packageModule(specifier, realm) as vm.Module);
  await module.evaluate();
  return JSON.stringify((module.namespace as { answer(): unknown }).answer());
}

test("functions do what they did, and those that stand free are sites", async () => {
  const done = staticLiterals(source, "/outside/main.js")!;
  expect([done.functions, done.sites]).toEqual([9, 5]);
  const plugins = [[plugin, { report: "error", assume: { statics: false } }]] as never;
  const residual = transformSync(done.code, {
    filename: "/outside/main.js",
    configFile: false,
    babelrc: false,
    plugins,
  });
  expect(residual?.code).not.toContain("_specialize");
  const expected = await answer(source);
  expect(await answer(done.code)).toBe(expected);
  expect(await answer(residual?.code ?? "")).toBe(expected);
});

test("a file of other than strict code is left alone", () => {
  expect(staticLiterals("var let = 1; exports.f = function () { with (a) return 1; };", "/outside/old.js")).toBeNull();
});
