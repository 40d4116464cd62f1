import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";

test("roundTrip takes every function through the control-flow graph", () => {
  const code = `import { x } from "./x.ts";
export const add = (a: number, b: number): number => { let c = a; c += b; return c; };
export async function later(): Promise<void> { await x; }
class C { get v(): number { return 1; } }`;
  const result = transformSync(code, {
    filename: "/a.ts",
    cwd: process.cwd(),
    configFile: false,
    babelrc: false,
    plugins: [[plugin as never, { roundTrip: true }]],
    presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: true }]],
  });
  expect(result?.code).toMatchInlineSnapshot(`
   "import { x } from "./x.ts";
   export const add = (a, b) => {
     const c = a;
     return c + b;
   };
   export async function later() {
     await x;
   }
   class C {
     get v() {
       return 1;
     }
   }"
  `);
  expect(
    (result?.metadata as unknown as { specialize: { diagnostics: { message: string }[] } }).specialize.diagnostics.map(
      ({ message }) => message,
    ),
  ).toEqual([expect.stringMatching(/^`later` stays generic: .*async/)]);
});
