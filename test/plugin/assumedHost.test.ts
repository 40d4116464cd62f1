/** `assume.host`: what globals of the host are said to hold is static; nothing else about them is. */
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";

function residual(body: string, host: Record<string, unknown> | undefined): string {
  const code = `import { specialize } from "babel-plugin-specialize";
function f(k, x) { ${body} }
export const g = specialize(f, { k: 2 });`;
  const result = transformSync(code, {
    filename: "/host/main.js",
    cwd: "/host",
    configFile: false,
    babelrc: false,
    plugins: [[plugin as never, { report: "silent", ...(host === undefined ? {} : { assume: { host } }) }]] as never,
  });
  return (result?.code ?? "").replace(/^[^]*export const g = /, "");
}

test("a global that is said not to be there: typeof tells so, and reading it throws as ever", () => {
  const body = `return typeof window === "undefined" ? x + k : window;`;
  expect(residual(body, { window: undefined })).toBe("function f(x) {\n  return x + 2;\n};");
  expect(residual(body, undefined)).toContain("window");
  expect(residual("return window;", { window: undefined })).toContain("window");
});

test("a field of a global, by its path", () => {
  const body = `return process.env.NODE_ENV === "production" ? x : process.env.OTHER;`;
  const given = residual(body, { "process.env.NODE_ENV": "production" });
  expect(given).not.toContain("OTHER");
  expect(residual(body, { "process.env.NODE_ENV": "test" })).toContain("OTHER");
  expect(residual(body, {})).toContain("NODE_ENV");
  expect(residual(`const { env } = process; return env["NODE_ENV"] + x;`, { "process.env.NODE_ENV": 1 })).toContain(
    "1 + x",
  );
});

test("of the same path from something else nothing is said", () => {
  const host = { "process.env.NODE_ENV": "production", DEBUG: false };
  const own = `const process = { env: { NODE_ENV: x } }; return process.env.NODE_ENV;`;
  expect(residual(own, host)).toBe("function f(x) {\n  return x;\n};");
  expect(residual("const DEBUG = x; return DEBUG ? k : 0;", host)).toContain("x ? 2 : 0");
  expect(residual("return x.process.env.NODE_ENV;", host)).toContain("x.process.env.NODE_ENV");
  expect(residual("return DEBUG ? x : typeof DEBUG;", host)).toBe('function f(x) {\n  return "boolean";\n};');
});

test.each([
  [{ "process.env[0]": 1 }, "the name of a global"],
  [{ "a.b": {} }, "a text, number"],
])("%j is refused", (host, reason) => {
  expect(() => residual("return x;", host)).toThrow(reason);
});
