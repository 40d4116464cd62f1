/**
 * Runs suites whose tests are exported functions, in groups or not, with or without an object of assertions (as nodeunit
 * hands it over). Prints how many passed, and what did not.
 */
import assert from "node:assert";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);

let passed = 0;
const failed = [];

function files(at) {
  if (!statSync(at).isDirectory()) return [path.resolve(at)];
  return readdirSync(at)
    .sort()
    .flatMap((name) => files(path.join(at, name)));
}

function run(name, test) {
  let expected = null;
  let made = 0;
  const assertion =
    (of) =>
    (...args) => {
      made++;
      return of(...args);
    };
  const given = {
    expect: (count) => (expected = count),
    done: () => {},
    equals: assertion(assert.equal),
    same: assertion(assert.deepEqual),
    ...Object.fromEntries(
      Object.keys(assert)
        .filter((key) => typeof assert[key] === "function")
        .map((key) => [key, assertion(assert[key])]),
    ),
  };
  try {
    test(given);
    if (expected !== null && expected !== made) throw new Error(`${made} assertions in place of ${expected}`);
    passed++;
  } catch (error) {
    failed.push(`${name}: ${String(error.message).slice(0, 200)}`);
  }
}

function runAll(name, group) {
  const { setUp, tearDown, ...tests } = group;
  for (const [key, test] of Object.entries(tests)) {
    if (typeof test !== "function") {
      runAll(`${name} ${key}`, test);
      continue;
    }
    setUp?.(() => {});
    run(`${name} ${key}`, test);
    tearDown?.(() => {});
  }
}

for (const file of process.argv.slice(2).flatMap(files))
  if (file.endsWith(".js")) runAll(path.basename(file, ".js"), require(file));
console.log(`# pass ${passed}`);
console.log(`# fail ${failed.length}`);
for (const one of failed) console.log(`not ok ${one}`);
