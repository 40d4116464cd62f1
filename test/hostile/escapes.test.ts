/**
 * No file, network, process or global of the host is reachable from a static program: it is evaluated by an abstract
 * machine of our own, and nothing of it is ever run.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { escapes } from "./escapes.ts";

interface Outcome {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly code: string | null;
        readonly thrown?: string | null;
        readonly diagnostics: readonly { readonly code: string; readonly message: string }[];
      }
    >
  >;
  readonly touched: number;
  readonly changed: string | null;
}

/** The expression as the static part of a function, in the code of its module, and in the static values of a site. */
function programs(expression: string): Readonly<Record<string, string>> {
  const head = `import { specialize } from "babel-plugin-specialize";\nclass class_ {}\nfunction tag() { return touchCanary(); }\n`;
  return {
    inside: `${head}function target(s, x) { const found = s ? ${expression} : 0; return [found, x]; }\nexport const f = specialize(target, { s: 1 });\n`,
    module: `${head}const found = ${expression};\nfunction target(s, x) { return [found, s, x]; }\nexport const f = specialize(target, { s: 1 });\n`,
    statics: `${head}function target(s, x) { return [s, x]; }\nexport const f = specialize(target, { s: ${expression} });\n`,
  };
}

const nameOf = (index: number, kind: string): string => `main${String(index).padStart(3, "0")}-${kind}.js`;

describe("a static program", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "escapes-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  escapes.forEach((expression, index) => {
    for (const [kind, text] of Object.entries(programs(expression)))
      writeFileSync(path.join(folder, nameOf(index, kind)), text);
  });
  const { status, signal, stdout, stderr } = spawnSync(
    "sh",
    [
      "-c",
      `ulimit -t 200; exec "$0" "$@"`,
      process.execPath,
      "--max-old-space-size=1000",
      path.join(import.meta.dirname, "child.mjs"),
      folder,
      "{}",
    ],
    { encoding: "utf8", timeout: 1_200_000, maxBuffer: 64 * 1024 * 1024 },
  );
  const outcome = status === 0 ? (JSON.parse(stdout) as Outcome) : null;

  test("does not end the process of the build", () => {
    expect(`${signal ?? status} ${stderr.slice(0, 1000)}`).toBe("0 ");
  });

  test("changes nothing of it", () => {
    expect(outcome?.touched).toBe(0);
    expect(outcome?.changed).toBeNull();
  });

  test.each(escapes.map((expression, index) => [expression, index] as const))("%s", (_, index) => {
    for (const kind of ["inside", "module", "statics"]) {
      const file = outcome?.files[nameOf(index, kind)];
      expect(file?.thrown ?? null).toBeNull();
      expect(file?.diagnostics.filter(({ code }) => code.startsWith("SP9"))).toEqual([]);
      // what the host holds is not in what comes out, nor the root of its file system
      expect(file?.code ?? "").not.toMatch(/a secret of the host|\[object (process|global)|root:x:/);
    }
  });
});
