/**
 * A program of fixtures/libraries in Node as it is: `node runProgram.mjs FILE CALLS`. Prints what each expression over the
 * exports `m` gives or throws, as a JSON array of texts.
 */
import { inspect } from "node:util";

const [file, calls] = process.argv.slice(2);
const m = await import(file);
const evaluate = (expression) => new Function("m", `return ${expression};`)(m);
const show = (value) => inspect(value, { depth: 12, breakLength: Infinity });
const results = JSON.parse(calls).map((expression) => {
  try {
    return `${expression}: ${show(evaluate(expression))}`;
  } catch (error) {
    return `${expression}: throws ${error?.name} ${error?.message}`;
  }
});
console.log(JSON.stringify(results));
