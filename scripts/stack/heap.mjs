/**
 * One process, one case of one level: `node --expose-gc --jitless heap.mjs OUT CASE PACKETS`, the case as JSON. Prints how many
 * bytes a packet leaves on the heap. Without the compilers everything that the code says is allocated is, on any machine.
 */
import v8 from "node:v8";
import { levels } from "./levels.mjs";

const [out, text, wanted] = process.argv.slice(2);
const parameters = JSON.parse(text);
const { round } = await levels[parameters.level].prepare(out, parameters);

/** Nothing is collected meanwhile: the new space is large (see allocation.test.ts). */
function leftBehind(packets) {
  globalThis.gc();
  const before = v8.getHeapStatistics().used_heap_size;
  let counted = 0;
  while (counted < packets) counted += round();
  return (v8.getHeapStatistics().used_heap_size - before) / counted;
}

leftBehind(Number(wanted) / 4);
process.stdout.write(`${leftBehind(Number(wanted)).toFixed(1)}\n`);
