import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "../../src/cli/runCli.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "cli-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    cwd: folder,
    color: false,
  };
  const code = await runCli(args, io);
  return { code, out, err };
}

const power = `import { specialize, type S, type D } from "babel-plugin-specialize";
export function power(n: S<number>, x: D<number>): number {
  let result = 1;
  while (n > 0) {
    result = result * x;
    n = n - 1;
  }
  return result;
}
`;

describe("usage", () => {
  test.each([
    [[], /Usage: specialize/],
    [["bild"], /unknown command 'bild'/],
    [["build", "--owt"], /unknown option '--owt'/],
    [["explain"], /missing required argument 'file'/],
    [["build"], /the options name no contexts/],
    [["build", "--config", "none.json"], /no configuration file none.json/],
    [["explain", "none.ts"], /no file none.ts/],
  ])("%j is answered with 2", async (args, message) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test("--help is answered with 0", async () => {
    expect(await run("--help")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/build .*\n.*[^]*explain[^]*stats/),
    });
  });

  test("a context that is not there is answered with the one that was meant", async () => {
    write({ "specialize.config.json": '{ "contexts": { "cube": { "entry": "./p.ts#power" } } }' });
    expect(await run("build", "cub")).toMatchObject({
      code: 2,
      err: expect.stringContaining("no context cub, did you mean `cube`?"),
    });
  });

  test("a configuration that cannot be read is answered with 2, wrong options with 1", async () => {
    write({ "specialize.config.json": "{" });
    expect(await run("build")).toMatchObject({ code: 2 });
    write({ "specialize.config.json": '{ "limit": {} }' });
    expect(await run("build")).toMatchObject({ code: 1, err: expect.stringContaining("SP1012: option `limit`") });
  });
});

describe("build and stats", () => {
  const config = JSON.stringify({
    contexts: {
      cube: { entry: "./power.ts#power", statics: { n: 3 } },
      square: { entry: "./power.ts#power", statics: [2] },
    },
  });

  test("--check-assumptions writes residuals that look whether what they assume holds", async () => {
    write({
      "p.ts": power,
      "specialize.config.json": '{ "contexts": { "cube": { "entry": "./p.ts#power", "statics": { "n": 3 } } } }',
    });
    await run("build", "--out", "plain");
    expect(readFileSync(path.join(folder, "plain/cube.js"), "utf8")).not.toContain("checkAssumptions");
    expect(await run("build", "--out", "out", "--check-assumptions")).toMatchObject({ code: 0 });
    const checked = readFileSync(path.join(folder, "out/cube.js"), "utf8");
    expect(checked).toContain('from "babel-plugin-specialize/checks"');
    expect(checked).toMatch(/checkAssumptions\("[^"]*:\d+:\d+"/);
  });

  test("residual modules are written, and do what the function does", async () => {
    write({ "power.ts": power, "specialize.config.json": config });
    expect(await run("build", "--out", "out")).toEqual({ code: 0, out: "out/cube.js\nout/square.js\n", err: "" });
    const text = readFileSync(path.join(folder, "out/cube.js"), "utf8");
    expect(text).toMatchInlineSnapshot(`
     "export const cube = function power(x) {
       return x * x * x;
     };
     export { cube as default };
     //# sourceMappingURL=cube.js.map
     "
    `);
    const { default: cube } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
      default: (x: number) => number;
    };
    expect([cube(2), cube(-3)]).toEqual([8, -27]);
    const map = JSON.parse(readFileSync(path.join(folder, "out/cube.js.map"), "utf8")) as { sources: string[] };
    expect(map.sources).toContain(path.join(folder, "power.ts"));
  });

  test("one of them, and said as JSON", async () => {
    write({ "power.ts": power, "package.json": `{ "specialize": ${config} }` });
    const { code, out } = await run("build", "square", "--json");
    expect(code).toBe(0);
    const { contexts } = JSON.parse(out) as { contexts: object[] };
    expect(contexts).toMatchObject([
      { name: "square", file: ".specialize/square.js", dependencies: [path.join(folder, "power.ts")] },
    ]);
  });

  test("what is wrong with the static values is a diagnostic", async () => {
    write({ "power.ts": power, "specialize.config.json": config.replace('"n"', '"m"') });
    const { code, err } = await run("build", "cube");
    expect([code, err]).toEqual([1, expect.stringMatching(/SP1003: `power` has no parameter `m`/)]);
    write({ "specialize.config.json": config.replace("./power.ts#power", "./gone.ts#power") });
    expect(await run("build", "cube")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/SP1012.*module .\/gone.ts is not found/),
    });
    write({ "specialize.config.json": config.replace("#power", "#powr") });
    expect(await run("build", "cube")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/SP1007: export `powr` is not found in .*power.ts, did you mean `power`/),
    });
  });

  test("stats count", async () => {
    write({ "power.ts": power, "specialize.config.json": config });
    const { out } = await run("stats", "--json");
    const { contexts } = JSON.parse(out) as {
      contexts: { name: string; files: number; sourceBytes: number; residualBytes: number }[];
    };
    expect(contexts.map(({ name, files }) => [name, files])).toEqual([
      ["cube", 1],
      ["square", 1],
    ]);
    expect(contexts[0]?.sourceBytes).toBe(power.length);
    expect(contexts[0]?.residualBytes).toBeGreaterThan(20);
    expect((await run("stats")).out).toMatch(/context.*residual bytes[^]*cube[^]*square/);
  });
});

describe("explain", () => {
  test("tells static from dynamic by marks", async () => {
    write({ "power.ts": power });
    const { code, out, err } = await run("explain", "power.ts#power");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatchInlineSnapshot(`
     "
     power(n: static, x: dynamic), as declared
     s static   D dynamic   ^ lifted   u unfolded

     power.ts
     3 |   let result = 1;
       |   sss ssssss s ss
     4 |   while (n > 0) {
       |          s s s
     5 |     result = result * x;
       |              DDDDDD D D
     6 |     n = n - 1;
       |         s s s
     7 |   }
     8 |   return result;
       |   DDDDDD DDDDDDD
     "
    `);
  });

  test("follows a site to its function", async () => {
    write({
      "power.ts": power,
      "main.ts":
        'import { specialize } from "babel-plugin-specialize"; import { power } from "./power.ts";\nexport const cube = specialize(power, { n: 3 });',
    });
    const { code, out } = await run("explain", "main.ts");
    expect(code).toBe(0);
    expect(out).toContain("power(n: static, x: dynamic), asked for at main.ts:2:21");
  });

  test("says why", async () => {
    write({ "power.ts": power });
    const { code, out } = await run("explain", "power.ts#power", "--why", "5:14");
    expect([code, out]).toMatchInlineSnapshot(`
     [
       0,
       "power.ts:5:14 is dynamic in power
       because \`*\` with an operand that is dynamic (power.ts:5:14)
       because x is declared D (power.ts:2:37)
     ",
     ]
    `);
    expect(await run("explain", "power.ts", "--why", "x")).toMatchObject({ code: 2 });
    expect(await run("explain", "power.ts", "--why", "900:1")).toMatchObject({
      code: 1,
      err: expect.stringContaining("nothing is computed at 900:1"),
    });
  });

  test("gives JSON", async () => {
    write({ "power.ts": power });
    const { out } = await run("explain", "power.ts", "--json");
    const { divisions } = JSON.parse(out) as {
      divisions: { name: string; params: unknown; spans: Record<string, unknown[]> }[];
    };
    expect(divisions).toMatchObject([
      {
        name: "power",
        params: [
          { name: "n", time: "static" },
          { name: "x", time: "dynamic" },
        ],
      },
    ]);
    expect(Object.keys(divisions[0]?.spans ?? {})).toEqual([path.join(folder, "power.ts")]);
  });

  test("has nothing to say of a file without declarations, or of a function that is not there", async () => {
    write({ "a.ts": "export function f(x: number) { return x; }" });
    expect(await run("explain", "a.ts")).toMatchObject({ code: 1, err: expect.stringContaining("nothing to explain") });
    expect(await run("explain", "a.ts#g")).toMatchObject({
      code: 1,
      err: expect.stringContaining("SP1007: function `g` is not found"),
    });
  });
});
