/**
 * One process, one version of one package's programs: `node measureLibrary.mjs OUT NAME VERSION BLOCKS MILLISECONDS`, as
 * measure.mjs does it for the programs. The residual, and what is made by hand, is compared with the program as it is; a
 * peer has its own results.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { timeBlocks } from "./timeBlocks.mjs";

const [out, name, version, blocks, milliseconds] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(path.join(out, "libraries", name, file)).href);

const { runs, peer } = await load("bench.mjs");
const program = async (file) => runs(await load(file));
const file = { generic: "main.js", residual: "residual.js", hand: "hand.js" }[version];
const calls = file === undefined ? await peer.runs() : await program(file);

function outcome(call) {
  try {
    return inspect(call(), { depth: 12 });
  } catch (error) {
    return `throws ${error?.name} ${error?.message}`;
  }
}

const expected = file === undefined || file === "main.js" ? [] : await program("main.js");
const wrong = expected.filter((call, n) => outcome(call) !== outcome(calls[n])).length;
const timed = timeBlocks((n) => calls[n](), calls.length, Number(blocks), Number(milliseconds));
console.log(JSON.stringify({ wrong, ...timed }));
