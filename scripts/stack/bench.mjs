/**
 * `npm run bench:stack`: the generic stack at the boundary of its devices, by level (see levels.mjs), and where an HTTP server
 * under 100 connections spends its time. Each time is the median of processes of their own, which take turns.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { compileTree } from "../compileTree.mjs";
import { median, spread, summary } from "../summary.mjs";
import { besideFigure1, buffersOf } from "./figure1.mjs";
import { flameGraph } from "./flameGraph.mjs";
import { cases, levels, nameOf } from "./levels.mjs";
import { output, root } from "./modules.mjs";
import { functionsOf, layersOf, readTree } from "./profile.mjs";

const help = `npm run bench:stack -- [options]
  --quick          one short process for each case; its times say little
  --json           prints { levels: [...], profile: {...} } and nothing else on standard output
  --only LEVEL,... these levels only (A, A', B)
  --no-profile     without the HTTP server
  --write          writes docs/stack/BENCH.md and docs/stack/profile.svg
`;
const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string" },
    profile: { type: "boolean", default: true },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  process.stdout.write(help);
  process.exit(0);
}

const progress = (text) => process.stderr.write(`bench:stack: ${text}\n`);
const here = (name) => path.join(root, "scripts", "stack", name);
progress("compiling the stack");
compileTree(path.join(root, "fixtures", "tcpip"), output);

function measure(one) {
  const [blocks, milliseconds] = options.quick ? [5, 5] : [21, 10];
  const flags = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];
  const args = [...flags, here("measure.mjs"), output, JSON.stringify(one), String(blocks), String(milliseconds)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

function timeLevels() {
  const wanted = options.only?.split(",");
  const rows = cases
    .filter(({ level }) => wanted === undefined || wanted.includes(level))
    .map((one) => ({ one, runs: [] }));
  const processes = options.quick ? 1 : 3;
  for (let round = 0; round < processes; round += 1) {
    for (const { one, runs } of rows) {
      progress(`${one.level}: ${nameOf(one)}, process ${round + 1} of ${processes}`);
      runs.push(measure(one));
    }
  }
  return rows.map(({ one, runs }) => ({
    level: one.level,
    name: nameOf(one),
    parameters: one,
    unit: levels[one.level].unit,
    ns: summary(runs.map(({ times }) => median(times))),
    heapBytes: Math.round(median(runs.map(({ heap }) => heap))),
    megabytesPerSecond: Math.round(median(runs.map(({ megabytes }) => megabytes))),
  }));
}

function profileServer(kind, ...flags) {
  const [connections, requests] = options.quick ? [100, 1_000] : [100, 10_000];
  progress(`an HTTP server under ${connections} connections, ${kind}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), "stack-profile-"));
  try {
    const file = path.join(folder, "http.cpuprofile");
    const args = [...flags, here("httpLoad.mjs"), output, String(connections), String(requests), kind, file];
    const load = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
    const tree = readTree(JSON.parse(readFileSync(file, "utf8")), output);
    return { connections, ...load, tree, functions: functionsOf(tree), layers: layersOf(functionsOf(tree)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;

function levelTable(rows) {
  return rows.map(({ level, name, unit, ns, heapBytes, megabytesPerSecond }) => [
    level,
    name,
    `${spread(ns)} per ${unit}`,
    String(heapBytes),
    String(megabytesPerSecond),
  ]);
}
const levelHead = ["level", "case", "ns of processor time, median (least-greatest)", "heap bytes", "MB/s"];

function functionTable({ functions, tree }, count) {
  return functions
    .slice(0, count)
    .map(({ name, layer, file, self, total }) => [
      name,
      `${layer}/${file}`,
      percent(self, tree.total),
      percent(total, tree.total),
    ]);
}
const functionHead = ["function", "where", "itself", "with what it calls"];

const tenth = (share) => `${(100 * share).toFixed(1)} %`;
const figureHead = ["the paper's kernel", "ticks", "of these rows", "this stack", "of its own time"];
function figureTable({ functions }) {
  return besideFigure1(functions).map(({ there, ticks, share, names, here: mine }) => [
    there,
    String(ticks),
    tenth(share),
    names.join(", "),
    tenth(mine),
  ]);
}

function buffersLine({ functions }) {
  const { there, here: mine } = buffersOf(besideFigure1(functions));
  return `Memory for packets is ${tenth(there)} of these rows there, and ${tenth(mine)} of the stack's own time here, where freed memory is at hand again.`;
}

function printed(head, rows) {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  return table.toString();
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function serverLine({ connections, requests, bytes, milliseconds }) {
  return `${requests} pages, ${Math.round(bytes / 1e6)} MB, ${connections} connections at a time, in ${milliseconds} ms with the profiler on; client, server and both stacks in one process.`;
}

function layerLine({ layers, tree }) {
  return layers.map(({ layer, self }) => `${layer} ${percent(self, tree.total)}`).join(", ");
}

const rows = timeLevels();
const profile = options.profile ? profileServer("kept") : null;
// Without inlining: a function that is in another one is not seen.
const short = options.profile ? profileServer("short", "--no-turbo-inlining") : null;

if (options.json) {
  const server =
    profile === null
      ? null
      : {
          connections: profile.connections,
          requests: profile.requests,
          bytes: profile.bytes,
          milliseconds: profile.milliseconds,
          layers: profile.layers.map(({ layer, self }) => ({ layer, share: self / profile.tree.total })),
          functions: profile.functions.slice(0, 40).map(({ name, layer, file, self, total }) => ({
            name,
            where: `${layer}/${file}`,
            self: self / profile.tree.total,
            total: total / profile.tree.total,
          })),
        };
  process.stdout.write(`${JSON.stringify({ levels: rows, profile: server }, null, 2)}\n`);
} else {
  process.stdout.write(`${printed(levelHead, levelTable(rows))}\n`);
  if (profile !== null) {
    process.stdout.write(
      `\n${serverLine(profile)}\n${layerLine(profile)}\n${printed(functionHead, functionTable(profile, 25))}\n`,
    );
    process.stdout.write(`\n${serverLine(short)}\n${layerLine(short)}\n${printed(figureHead, figureTable(short))}\n`);
  }
}

if (options.write) {
  const folder = path.join(root, "docs", "stack");
  mkdirSync(folder, { recursive: true });
  const engine = `Node ${process.version}, V8 ${process.versions.v8}`;
  const parts = [
    `# The generic stack, measured

Written by \`npm run bench:stack -- --write\`. ${engine}; median of ${options.quick ? "one short process" : "three processes"} (least-greatest). Times are those of
the process, not of the clock; the machine is shared all the same: trust ratios. *hw*: the device sums; *sw*: the stack does. *Heap bytes* is what one packet leaves for the collector.

- **A**: datagrams to a device that forgets them: socket, UDP and IP of the way out.
- **A'**: a stream to a peer that acknowledges each write in memory: with one acknowledgement taken in for each write.
- **B**: two machines with a line between them in one process: both ways, with receiver and acknowledgements; a packet is one
  that the sender sent.

Network and link leave nothing for the collector, nor do packets, copies, memory, timers, sums, round-trip times and acknowledgements.
What is left is what one call needs, and C has on its stack: a write of many segments, or a datagram of many fragments, leaves no more
than one of one. \`test/tcpip/allocation.test.ts\` names who allocates, and how much, without compilers, which leave out some of it.

| of | what | by | bytes | with the compilers |
| --- | --- | --- | --- | --- |
| a call that sends | error box 32, piece 40, list of pieces 72, message header 72 | \`sysSendto\` | 216 | 168 |
| | who sends | \`sockSendmsg\` | 40 | 0 |
| a datagram | options of the message 72, header in the making 80 | \`udpSendmsg\` | 152 | 152 |
| a call that receives | as for one that sends | \`sysRecvfrom\` | 216 | 96 |
| a call that gives a part of an array, or 64 KB of a longer write | a view of these bytes | \`copyFromIovecEnd\`, \`stage\` | 96 | 96 |

The structures are the generic shape that specialization removes: no residual allocates one. In a pool they would be state of the machine, which
outlives the call, so that a residual had to keep every field, and nothing that is asked of them could be known early. Tried with the message
header alone: \`udp1024\` then is not specialized within its limit of time.

No built-in copies a part of one array into another: for each part there would be a view, of 96 bytes, and a loop over words takes seven to
ten times as long with the compilers, and 250 times without. So what is cut goes by way of a scratch buffer, whose own views last
(\`wire/scratch\`); where the cut is the same as last time, the view of it is there still (\`wire/keptPart\`). For 1448 bytes: a view and a copy
71 ns, by way of scratch memory 79, with a view that is there 43; to bring a long write into the staging buffer first is 20 for each.

${markdown(levelHead, levelTable(rows))}
`,
  ];
  if (profile !== null) {
    writeFileSync(
      path.join(folder, "profile.svg"),
      flameGraph(profile.tree, { title: "An HTTP server under 100 connections" }),
    );
    parts.push(`## Where an HTTP server spends its time

${serverLine(profile)}

By layer: ${layerLine(profile)}.

${markdown(functionHead, functionTable(profile, 25))}

![Flame graph](profile.svg)

## Beside the paper's Figure 1

The paper's server answers from within the kernel. Here the like of it: one page of 200 bytes on each connection, which the server then closes.
${serverLine(short)}

By layer: ${layerLine(short)}.

${markdown(figureHead, figureTable(short))}

${buffersLine(short)}

V8 inlines nothing in this run, so that small functions are seen by themselves. Left out are \`schedule\`, \`might_sleep\`, \`number\` and
\`parse_http_message\`, which are not the network's. Here both ends are in the profile, and the client's half sends and receives as much as the server's.
`);
  }
  writeFileSync(path.join(folder, "BENCH.md"), parts.join("\n"));
}
