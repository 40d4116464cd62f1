/**
 * One process, one case of one level: `node measure.mjs OUT CASE BLOCKS MILLISECONDS`, the case as JSON. First other traffic
 * of many kinds, then blocks of about so many milliseconds. Prints `{ times, heap, megabytes }`: nanoseconds of processor time
 * per packet (or segment) in each block, bytes that a packet leaves on the heap, and megabytes of data in a second of that.
 */
import v8 from "node:v8";
import { importModule } from "./modules.mjs";
import { levels } from "./levels.mjs";

const [out, text, blocks, milliseconds] = process.argv.slice(2);
const parameters = JSON.parse(text);
const { mixedTraffic } = await importModule(out, "traffic.js");
mixedTraffic(300);

const { round, packetBytes } = await levels[parameters.level].prepare(out, parameters);

/** Of this process, not of the clock on the wall: others work on the machine as well. */
function cpuNanoseconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function block(rounds) {
  const started = cpuNanoseconds();
  let packets = 0;
  for (let nth = 0; nth < rounds; nth += 1) packets += round();
  return { took: cpuNanoseconds() - started, packets };
}

// As many rounds as take the time wanted; the growing blocks are the warm-up.
let rounds = 16;
const wanted = Number(milliseconds) * 1e6;
const until = performance.now() + Number(milliseconds) * 60;
let latest = block(rounds);
while (performance.now() < until || latest.took < wanted / 2) {
  if (latest.took < wanted / 2) rounds *= 2;
  latest = block(rounds);
}
const times = Array.from({ length: Number(blocks) }, () => block(rounds)).map(({ took, packets }) => took / packets);

// Little enough that nothing is collected meanwhile: the new space is large (see bench.mjs).
globalThis.gc();
const before = v8.getHeapStatistics().used_heap_size;
let counted = 0;
while (counted < 5000) counted += round();
const heap = (v8.getHeapStatistics().used_heap_size - before) / counted;

const fastest = Math.min(...times);
console.log(JSON.stringify({ times, heap: Math.round(heap), megabytes: Math.round((packetBytes / fastest) * 1000) }));
