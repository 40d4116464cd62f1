/**
 * One process, one case of one level: `node --expose-gc --jitless heap.mjs OUT CASE PACKETS`, the case as JSON. Prints how many
 * bytes a packet leaves on the heap, and which functions of the stack leave them, as JSON: `{ bytes, by: { function: bytes } }`.
 * Without the compilers everything that the code says is allocated is, on any machine.
 */
import inspector from "node:inspector";
import v8 from "node:v8";
import { levels } from "./levels.mjs";

const [out, text, wanted] = process.argv.slice(2);
const parameters = JSON.parse(text);
const { round } = await levels[parameters.level].prepare(out, parameters);

function run(packets) {
  let counted = 0;
  while (counted < packets) counted += round();
  return counted;
}

/** Nothing is collected meanwhile: the new space is large (see allocation.test.ts). */
function leftBehind(packets) {
  globalThis.gc();
  const before = v8.getHeapStatistics().used_heap_size;
  const counted = run(packets);
  return (v8.getHeapStatistics().used_heap_size - before) / counted;
}

/** By function, from samples so dense that they are nearly all there is. Less than a byte for a packet is not the packet's. */
async function byFunction(packets) {
  const session = new inspector.Session();
  session.connect();
  const post = (method, options) =>
    new Promise((resolve, reject) => {
      session.post(method, options, (error, result) => (error ? reject(error) : resolve(result)));
    });
  const collected = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await post("HeapProfiler.startSampling", { samplingInterval: 8, ...collected });
  const counted = run(packets);
  const { profile } = await post("HeapProfiler.stopSampling");
  const found = new Map();
  const visit = ({ callFrame, selfSize, children }) => {
    // What the profiler itself leaves is in Node's own modules.
    if (!callFrame.url.startsWith("node:")) {
      found.set(callFrame.functionName, (found.get(callFrame.functionName) ?? 0) + selfSize / counted);
    }
    children.forEach(visit);
  };
  visit(profile.head);
  return Object.fromEntries([...found].filter(([, bytes]) => bytes >= 1).sort(([, one], [, other]) => other - one));
}

run(Number(wanted) / 4);
const bytes = leftBehind(Number(wanted));
const by = await byFunction(Number(wanted) / 4);
process.stdout.write(`${JSON.stringify({ bytes, by })}\n`);
