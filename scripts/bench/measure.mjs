/**
 * One process, one version of one program: `node measure.mjs OUT NAME VERSION BLOCKS MILLISECONDS`. First every input is
 * given to the version and to the generic code, and the outcomes are compared; then come blocks of about so many
 * milliseconds. Prints `{ wrong, times }`: inputs with another outcome, and the time of a call in each block, in
 * nanoseconds.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { timeBlocks } from "./timeBlocks.mjs";

const [out, name, version, blocks, milliseconds] = process.argv.slice(2);

function load(file) {
  return import(pathToFileURL(path.join(out, "programs", name, file)).href);
}

const { show, showThrown } = await import(pathToFileURL(path.join(out, "observe.js")).href);
const { program } = await load("program.js");
const isGeneric = version === "generic" || version === "polluted";
const call = isGeneric ? program.generic : (await load(`${version}.js`)).compiled;

/** What a call gives or throws, and what it leaves of its arguments. */
function outcome(fn, args) {
  try {
    const value = fn(...args);
    return show([value, args]);
  } catch (error) {
    return `${showThrown(error)} ${show(args)}`;
  }
}

let wrong = 0;
if (!isGeneric) {
  const [expected, given] = [program.inputs(), program.inputs()];
  expected.forEach((args, n) => {
    if (outcome(program.generic, args) !== outcome(call, given[n])) wrong += 1;
  });
}
if (version === "polluted") for (let n = 0; n < 2000; n += 1) program.pollute();

const timed = program.timed();
const found = timeBlocks((n) => call(...timed[n]), timed.length, Number(blocks), Number(milliseconds));
console.log(JSON.stringify({ wrong, ...found }));
