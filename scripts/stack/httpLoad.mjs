/**
 * An HTTP server on the stack under many connections, in a time of its own: `node httpLoad.mjs OUT CONNECTIONS REQUESTS
 * KIND [PROFILE]`. Each client asks for twenty pages of three sizes on one connection, then opens another one (`kept`); or for
 * one small page on each, after which the server closes it (`short`). Prints `{ requests, bytes, milliseconds }`, and writes
 * what V8's profiler saw of it, once all was warm.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { setImmediate } from "node:timers/promises";
import { TextDecoder, TextEncoder } from "node:util";
import { PEER, loadStack, must, pair } from "./machines.mjs";

const [out, connections, requests, kind, profileFile] = process.argv.slice(2);
const stack = await loadStack(out);
const { here, there, step } = pair(stack, "sw");
const address = stack.sockaddrIn(stack.inetAddr(PEER), 80);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const [sizes, pagesOfConnection] = { kept: [[200, 5_000, 60_000], 20], short: [[200], 1] }[kind];
const pages = sizes.map((length) => Uint8Array.from({ length }, (_, nth) => 32 + (nth % 90)));

/** One process for each machine may have 256 descriptors: enough for a listener and its connections. */
function socketOf(kernel) {
  return must(stack.sysSocket(kernel, stack.AF_INET, stack.SOCK_STREAM, 0), "socket");
}

/** Reads up to the end of a head; the head, and what came behind it. */
async function readHead(kernel, fd, rest) {
  let text = rest;
  const buffer = new Uint8Array(2048);
  while (!text.includes("\r\n\r\n")) {
    const got = await stack.recv(kernel, fd, buffer);
    if (got <= 0) return null;
    text += decoder.decode(buffer.subarray(0, got));
  }
  const end = text.indexOf("\r\n\r\n") + 4;
  return [text.slice(0, end), text.slice(end)];
}

async function serveOne(fd) {
  const { kernel } = there;
  let rest = "";
  for (let request = await readHead(kernel, fd, rest); request !== null; request = await readHead(kernel, fd, rest)) {
    rest = request[1];
    const page = pages[Number(/^GET \/(\d)/.exec(request[0])[1])];
    await stack.send(kernel, fd, encoder.encode(`HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\n\r\n`));
    await stack.send(kernel, fd, page);
    if (pagesOfConnection === 1) break;
  }
  stack.sysClose(kernel, fd);
}

async function serve() {
  const { kernel } = there;
  const listening = socketOf(kernel);
  must(stack.sysBind(kernel, listening, address), "bind");
  must(stack.sysListen(kernel, listening, 128), "listen");
  for (;;) serveOne(must(await stack.accept(kernel, listening, null), "accept"));
}

let [asked, bytes] = [0, 0];

async function ask(fd, page, buffer) {
  const { kernel } = here;
  await stack.send(kernel, fd, encoder.encode(`GET /${page} HTTP/1.1\r\nHost: there\r\n\r\n`));
  const [head, rest] = await readHead(kernel, fd, "");
  let left = Number(/Content-Length: (\d+)/.exec(head)[1]) - rest.length;
  bytes += rest.length;
  while (left > 0) {
    const got = must(await stack.recv(kernel, fd, buffer), "recv");
    if (got === 0) throw new Error("the page was cut short");
    left -= got;
    bytes += got;
  }
  asked += 1;
  if (pagesOfConnection === 1) {
    const end = must(await stack.recv(kernel, fd, buffer), "recv");
    if (end !== 0) throw new Error("the server did not close");
  }
}

async function client(nth, share) {
  const buffer = new Uint8Array(16_384);
  for (let done = 0; done < share;) {
    const fd = socketOf(here.kernel);
    must(await stack.connect(here.kernel, fd, address), "connect");
    for (let each = 0; each < pagesOfConnection && done < share; each += 1, done += 1)
      await ask(fd, (nth + done) % pages.length, buffer);
    stack.sysClose(here.kernel, fd);
  }
}

serve().catch((error) => {
  throw error;
});

/** All clients until they have asked for so many pages. */
async function load(count) {
  const share = Math.ceil(count / Number(connections));
  let over = false;
  const clients = Array.from({ length: Number(connections) }, (_, nth) => client(nth, share));
  const all = Promise.all(clients).finally(() => (over = true));
  while (!over) {
    // Who waits for a promise has its turn, however long it takes; then the next event happens.
    await setImmediate();
    if (!over) step();
  }
  await all;
}

await load(Number(requests) / 4);
[asked, bytes] = [0, 0];
const session = new Session();
if (profileFile !== undefined) {
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
}
const started = performance.now();
await load(Number(requests));
const milliseconds = Math.round(performance.now() - started);
if (profileFile !== undefined) {
  const { profile } = await session.post("Profiler.stop");
  writeFileSync(profileFile, JSON.stringify(profile));
}
const { retransSegs } = here.kernel.net.tcpStats;
if (retransSegs + there.kernel.net.tcpStats.retransSegs > 0)
  throw new Error("segments were sent again on a line that loses none");
console.log(JSON.stringify({ requests: asked, bytes, milliseconds }));
