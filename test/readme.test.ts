/**
 * The examples of README.md: each file before goes through the plugin and is what the README shows after, and both do
 * the same.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import { runCli } from "../src/cli/runCli.ts";
import plugin from "../src/index.ts";
import { packageModule } from "./setup/packageModule.ts";

const readmeFile = path.join(import.meta.dirname, "../README.md");
const readme = readFileSync(readmeFile, "utf8");

/** The code blocks under `<!-- {label}: {name} -->`, by name. */
function blocks(label: string): ReadonlyMap<string, string> {
  const found = readme.matchAll(new RegExp(`<!-- ${label}: (\\S+) -->\\s*\`\`\`\\w+\\n([^]*?)\`\`\``, "g"));
  return new Map([...found].map(([, name, code]) => [name!, code!.trim()]));
}

const before = blocks("before");
const after = blocks("after");

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "readme-")));
  mkdirSync(path.join(folder, "src"));
  for (const [name, code] of before) writeFileSync(path.join(folder, name), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

function transform(name: string, withPlugin: boolean): string {
  const done = transformSync(before.get(name)!, {
    filename: path.join(folder, name),
    cwd: process.cwd(),
    configFile: false,
    babelrc: false,
    plugins: withPlugin ? [[plugin as never, { report: "error" }]] : [],
    presets: ["@babel/preset-typescript"],
  });
  return done?.code ?? "";
}

/** The exports of a file, and what `expression` gives of them, as JSON or as the text of what is thrown. */
async function observe(name: string, withPlugin: boolean, expressions: readonly string[]): Promise<string[]> {
  const context = vm.createContext({});
  const link = async (specifier: string, from: vm.Module): Promise<vm.Module> => {
    const own = packageModule(specifier, context);
    if (own !== null) return own;
    const file = path.posix.join(path.posix.dirname(from.identifier), specifier);
    return new vm.SourceTextModule(transform(file, withPlugin), { context, identifier: file });
  };
  const module = new vm.SourceTextModule(transform(name, withPlugin), { context, identifier: name });
  await module.link(link as never);
  await module.evaluate();
  Object.assign(context, { m: module.namespace });
  return expressions.map((expression) => {
    try {
      return JSON.stringify(vm.runInContext(expression, context)) ?? "undefined";
    } catch (error) {
      return String(error);
    }
  });
}

/** UPDATE_DOCS=1 writes what is printed now into the README. */
function writeBlock(label: string, name: string, text: string): void {
  const place = new RegExp(`(<!-- ${label}: ${name} -->\\s*\`\`\`\\w+\\n)[^]*?(\`\`\`)`);
  const old = readFileSync(readmeFile, "utf8");
  writeFileSync(
    readmeFile,
    old.replace(place, (_, head: string, tail: string) => `${head}${text}\n${tail}`),
  );
}

const observations: Readonly<Record<string, readonly string[]>> = {
  "src/greet.ts": ["m.greet({ title: 'Dr', name: 'Who' })", "m.greet({})", "m.greet()", "m.greet.length"],
  "src/cube.ts": ["m.cube(3)", "m.cube('2')", "m.cube.length"],
  "src/connect.ts": [
    "(sk => { const f = m.bindSend({ sk }); return [f('abc'), f('abcd'), sk.sent]; })(new m.Sock(5, '> '))",
    "m.bindSend({ sk: new m.Sock(5, '> ') })('abcdef')",
    "(sk => { const f = m.bindSend({ sk }); return [f('abc'), sk.sent]; })(new m.Sock(3, '# '))",
    "m.bindSend({ sk: new m.Sock(3, '# ') }, (what) => () => what)('abcde')",
  ],
};

it("every example has an after, and something that is looked at", () => {
  expect([...after.keys()].sort()).toEqual(Object.keys(observations).sort());
});

it.each(Object.keys(observations))("%s becomes what the README shows", (name) => {
  if (process.env["UPDATE_DOCS"] === "1") return writeBlock("after", name, transform(name, true));
  expect(transform(name, true)).toBe(after.get(name));
});

it.each([...blocks("message").keys()])("%s is refused with the message that the README shows", (name) => {
  let message = "";
  try {
    transform(name, true);
  } catch (error) {
    message = (error as Error).message.replaceAll(`${folder}/`, "").trimEnd();
  }
  if (process.env["UPDATE_DOCS"] === "1") return writeBlock("message", name, message);
  expect(message).toBe(blocks("message").get(name));
});

it.each([...blocks("explain").keys()])("%s is explained as the README shows", async (name) => {
  let text = "";
  const add = (part: string): void => {
    text += part;
  };
  const code = await runCli(["explain", `${name}#power`], { cwd: folder, color: false, out: add, err: add });
  expect(code).toBe(0);
  if (process.env["UPDATE_DOCS"] === "1") return writeBlock("explain", name, text.trim());
  expect(text.trim()).toBe(blocks("explain").get(name));
});

it.each(Object.entries(observations))("%s does the same with the plugin and without", async (name, expressions) => {
  const generic = await observe(name, false, expressions);
  const residual = await observe(name, true, expressions);
  const wayOut = expressions.findIndex((expression) => expression.includes("=> what"));
  if (wayOut >= 0) {
    // without the plugin nothing differs, so there is no name of a difference
    expect(residual[wayOut]).toBe('"sk.limit"');
    generic[wayOut] = residual[wayOut]!;
  }
  expect(residual).toEqual(generic);
});
