/**
 * One process, one version of one context: `node measure.mjs OUT NAME CHECKSUM VERSION BLOCKS MILLISECONDS`. Other traffic
 * first; then blocks of about so many milliseconds, between which the card is emptied. Prints the time of a packet in
 * each block, in nanoseconds.
 */
import { bindResidual, importModule } from "./compareRuns.mjs";

const [out, name, checksum, version, blocks, milliseconds] = process.argv.slice(2);

async function sender(roots, length) {
  if (version === "generic") return (await importModule(out, "contexts", "context.js")).generic(roots, length);
  if (version === "residual")
    return bindResidual(await importModule(out, "contexts", `$${name}-${checksum}.js`), roots);
  return (await importModule(out, "hand", `${name}.js`)).bind(roots, checksum);
}

const { mixedTraffic } = await importModule(out, "traffic.js");
const { netRxAction } = await importModule(out, "stack", "netifRx.js");
mixedTraffic(300);

const context = await importModule(out, "contexts", `${name}.js`);
const roots = context.setup(checksum);
// Nobody reads what was sent: a copy of each frame would cost more than sending it.
roots.dev.watched = false;
const send = await sender(roots, context.length);
const payload = Uint8Array.from({ length: context.length }, (_, nth) => (nth * 167 + 13) & 255);

function block(packets) {
  const started = process.hrtime.bigint();
  for (let nth = 0; nth < packets; nth += 1) {
    payload[nth & 63] = nth;
    if (send(payload) !== context.length) throw new Error(`packet ${nth} was not sent`);
  }
  const took = Number(process.hrtime.bigint() - started);
  roots.dev.takeFrames();
  netRxAction(roots.kernel.net);
  return took / packets;
}

// As many packets as take the time wanted; the growing blocks are the warm-up.
let packets = 64;
const until = performance.now() + Number(milliseconds) * 40;
let latest = block(packets);
while (performance.now() < until || latest * packets < Number(milliseconds) * 5e5) {
  if (latest * packets < Number(milliseconds) * 5e5) packets *= 2;
  latest = block(packets);
}
const times = Array.from({ length: Number(blocks) }, () => block(packets));
console.log(JSON.stringify(times));
