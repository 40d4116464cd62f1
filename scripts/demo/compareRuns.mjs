/** Sends the same random payloads through both versions of a context, each on a machine of its own. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { pathsOf } from "./paths.mjs";

export async function importModule(out, ...names) {
  return import(pathToFileURL(path.join(pathsOf(out).modules, ...names)).href);
}

/** The residual for these roots; an error when the binder would rather take the generic function. */
export function bindResidual(module, roots) {
  return module.bind(roots, (difference) => {
    throw new Error(`the residual does not fit its own context: ${difference}`);
  });
}

export async function compareRuns(out, name, checksum, count) {
  const context = await importModule(out, "contexts", `${name}.js`);
  const { generic } = await importModule(out, "contexts", "context.js");
  const { drive } = await importModule(out, "contexts", "drive.js");
  const { deepState, firstDifference } = await importModule(out, "contexts", "observe.js");
  const residual = await importModule(out, "contexts", `$${name}-${checksum}.js`);
  const [one, other] = [context.setup(checksum), context.setup(checksum)];
  const seed = 1 + Math.floor(Math.random() * 1e9);
  const expected = drive(one, generic(one, context.length), context.length, count, seed);
  const observed = drive(other, bindResidual(residual, other), context.length, count, seed);
  let differing = Math.abs(expected.frames.length - observed.frames.length);
  for (let nth = 0; nth < Math.min(expected.frames.length, observed.frames.length); nth += 1) {
    if (Buffer.compare(expected.frames[nth], observed.frames[nth]) !== 0) differing += 1;
  }
  const results = expected.results.filter((result, nth) => result !== observed.results[nth]).length;
  const keys = new Set([...Object.keys(expected.counters), ...Object.keys(observed.counters)]);
  const counters = [...keys].filter((key) => expected.counters[key] !== observed.counters[key]);
  return {
    seed,
    frames: expected.frames.length,
    differing,
    results,
    counters,
    compared: keys.size,
    state: firstDifference(deepState(one), deepState(other)) ?? null,
  };
}
