/**
 * A reporter for jest: puts down what each test file ran of src/ as soon as it is done, as V8 counted it, and the code that
 * V8 counted in. Nothing is held until the end, so that the whole suite fits into memory, and a run that was cut short is
 * of use.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

export const root = path.resolve(import.meta.dirname, "../..");
export const kept = path.join(root, "coverage");

export default class KeepCoverage {
  onTestResult({ path: test }, result) {
    const covered = (result.v8Coverage ?? []).filter(({ result: { url } }) => url.startsWith(path.join(root, "src/")));
    // jest would keep it too
    result.v8Coverage = undefined;
    const files = covered.map(({ codeTransformResult, result: { url, functions } }) => {
      const file = path.relative(root, url);
      return { file, code: keepCode(file, codeTransformResult), functions };
    });
    put("tests", `${path.relative(root, test)}`, files);
  }
}

/** The digest of the code, which says whether counts belong together. */
function keepCode(file, { code, sourceMapPath }) {
  const digest = createHash("sha256").update(code).digest("hex");
  const map = JSON.parse(readFileSync(sourceMapPath, "utf8"));
  put("code", file, { digest, code, map });
  return digest;
}

function put(folder, name, data) {
  const to = path.join(kept, folder, `${name.replaceAll("/", "+")}.json.gz`);
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, gzipSync(JSON.stringify(data)));
}
