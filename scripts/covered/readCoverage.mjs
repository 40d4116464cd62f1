/**
 * What the test files ran, put together: by file of src/ its lines and branches (of the syntax tree, so that an `else` that
 * is not there counts as well), from what keepCoverage.mjs put down. A file that no test loads was not run.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { transformSync } from "@babel/core";
import { parse } from "@babel/parser";
import { mergeScriptCovs } from "@bcoe/v8-coverage";
import { convert } from "ast-v8-to-istanbul";
import { kept, root } from "./keepCoverage.mjs";

const read = (folder, name) => JSON.parse(gunzipSync(readFileSync(path.join(kept, folder, name))).toString());
const list = (folder) => readdirSync(path.join(kept, folder)).sort();

/** By file, as Istanbul has it; and the test files that ran. */
export async function readCoverage() {
  const code = new Map(list("code").map((name) => [name.replaceAll("+", "/").replace(/\.json\.gz$/, ""), name]));
  const digests = new Map([...code].map(([file, name]) => [file, read("code", name).digest]));
  const counts = new Map();
  for (const name of list("tests"))
    for (const { file, code: digest, functions } of read("tests", name)) {
      // the file has changed since
      if (digests.get(file) !== digest) continue;
      const script = { scriptId: "0", url: file, functions };
      const before = counts.get(file);
      counts.set(file, before === undefined ? script : mergeScriptCovs([before, script]));
    }
  const covered = {};
  for (const file of sources()) {
    const { code: text, map } = code.has(file) ? read("code", code.get(file)) : transformed(file);
    if (text.replace(/\/\/#.*|export \{\};|\s+/g, "") === "") continue;
    const whole = { functionName: "", isBlockCoverage: true, ranges: [] };
    whole.ranges.push({ startOffset: 0, endOffset: text.length, count: 0 });
    const filename = path.join(root, file);
    const data = await convert({
      ast: parse(text, { sourceType: "module" }).program,
      code: text,
      sourceMap: { ...map, sources: [filename] },
      wrapperLength: 0,
      coverage: {
        scriptId: "0",
        url: String(pathToFileURL(filename)),
        functions: counts.get(file)?.functions ?? [whole],
      },
    });
    for (const one of Object.values(data)) covered[file] = one;
  }
  return { covered, tests: list("tests").map((name) => name.replaceAll("+", "/").replace(/\.json\.gz$/, "")) };
}

function sources() {
  return readdirSync(path.join(root, "src"), { recursive: true })
    .filter((name) => /(?<!\.d)\.ts$/.test(name))
    .map((name) => path.posix.join("src", name.replaceAll(path.sep, "/")))
    .sort();
}

function transformed(file) {
  const filename = path.join(root, file);
  return transformSync(readFileSync(filename, "utf8"), { filename, cwd: root, sourceMaps: true, comments: false });
}
