/**
 * The product and the programs that bugs are looked for in, built into a folder: what has changed since the last time, and what
 * an earlier run left broken there. Gives the digest of it all, and of the programs.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@babel/core";

const FOLDERS = ["src", "test/engines", "test/random", "test/mutants"];

export const digestOf = (texts) => createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 16);

export const compile = (root, file, text) => transformSync(text, { filename: path.join(root, file), cwd: root }).code;

const filesIn = (root, folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();

export function buildCopy(root, to) {
  const record = path.join(to, "built.json");
  const known = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};
  const built = {};
  const digests = [];
  for (const file of FOLDERS.flatMap((folder) => filesIn(root, folder)).filter((name) =>
    /(?<!\.test|\.d)\.ts$/.test(name),
  )) {
    const text = readFileSync(path.join(root, file), "utf8");
    const target = path.join(to, file.replace(/\.ts$/, ".js"));
    digests.push(file, digestOf([text]));
    const before = known[file];
    const isThere =
      before?.source === digestOf([text]) &&
      existsSync(target) &&
      digestOf([readFileSync(target, "utf8")]) === before.code;
    if (isThere) built[file] = before;
    else {
      const code = compile(root, file, text);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, code);
      built[file] = { source: digestOf([text]), code: digestOf([code]) };
    }
  }
  for (const file of Object.keys(known))
    if (!(file in built)) rmSync(path.join(to, file.replace(/\.ts$/, ".js")), { force: true });
  writeFileSync(record, JSON.stringify(built));
  for (const file of [
    ...filesIn(root, "fixtures/traps"),
    ...filesIn(root, "fixtures/cases"),
    "test/mutants/mutants.json",
  ])
    digests.push(file, digestOf([readFileSync(path.join(root, file), "utf8")]));
  return digestOf(digests);
}
