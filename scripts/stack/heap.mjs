/**
 * One process, one case of one level: `node --expose-gc --jitless heap.mjs OUT CASE PACKETS`, the case as JSON. Prints how many
 * bytes a packet leaves on the heap, which functions of the stack leave them, and in which rooms these are, as JSON:
 * `{ bytes, by: { function: bytes }, rooms: { room: bytes } }`.
 * Without the compilers everything that the code says is allocated is, on any machine.
 */
import inspector from "node:inspector";
import { pathToFileURL } from "node:url";
import v8 from "node:v8";
import { levels } from "./levels.mjs";

const [out, text, wanted] = process.argv.slice(2);
const base = `${pathToFileURL(out).href}/`;
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

/** Less than a byte for a packet is not the packet's. */
function ofPackets(found) {
  return Object.fromEntries([...found].filter(([, bytes]) => bytes >= 1).sort(([, one], [, other]) => other - one));
}

/** By function and by room, from samples so dense that they are nearly all there is. */
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
  const [by, rooms] = [new Map(), new Map()];
  const visit = ({ callFrame, selfSize, children }, caller) => {
    // The engine's own functions are of nowhere: what they leave is their caller's.
    const url = callFrame.url === "" ? caller : callFrame.url;
    // What the profiler itself leaves is in Node's own modules.
    if (!url.startsWith("node:")) {
      const room = url.startsWith(base) ? url.slice(base.length).split("/")[0] : "";
      for (const [sums, key] of [
        [by, callFrame.functionName],
        [rooms, room],
      ]) {
        sums.set(key, (sums.get(key) ?? 0) + selfSize / counted);
      }
    }
    for (const child of children) visit(child, url);
  };
  visit(profile.head, "");
  return { by: ofPackets(by), rooms: ofPackets(rooms) };
}

run(Number(wanted) / 4);
const bytes = leftBehind(Number(wanted));
const functions = await byFunction(Number(wanted) / 4);
process.stdout.write(`${JSON.stringify({ bytes, ...functions })}\n`);
