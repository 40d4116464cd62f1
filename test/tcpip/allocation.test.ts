/**
 * What a packet leaves for the garbage collector once a connection has found its pace, to the byte, and by whom. The processes
 * run without compilers, so that all is allocated that the code says, on any machine. What is left are the structures of a call,
 * which C has on its stack (docs/stack/BENCH.md). A segment more, or a fragment, is nothing more; network, link, wire and the
 * memory that packets lie in leave nothing.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
// @ts-expect-error -- a script, without types
import { compileTree as compile } from "../../scripts/compileTree.mjs";

const root = path.join(import.meta.dirname, "../..");
const compileTree = compile as (from: string, to: string) => void;

let out: string;
beforeAll(() => {
  // Inside of the package: what is compiled imports what it needs by name.
  out = mkdtempSync(path.join(root, ".bench-stack-"));
  compileTree(path.join(root, "fixtures/tcpip"), out);
});
afterAll(() => rmSync(out, { recursive: true }));

interface LeftBehind {
  readonly bytes: number;
  readonly by: Readonly<Record<string, number>>;
  readonly rooms: Readonly<Record<string, number>>;
}

function leftBehind(one: object): LeftBehind {
  const engine = ["--jitless", "--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];
  const script = path.join(root, "scripts/stack/heap.mjs");
  // Node warns that there is no WebAssembly without compilers.
  const printed = execFileSync(process.execPath, [...engine, script, out, JSON.stringify(one), "20000"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(printed) as LeftBehind;
}

/** Error box, piece, list of pieces, message header; who sends; options of the message and header in the making. */
const SEND = { sysSendto: 216, sockSendmsg: 40 };
const SEND_DATAGRAM = { ...SEND, udpSendmsg: 152 };
const RECEIVE = { sysRecvfrom: 216 };

/** Of a call that so many packets share. */
function shared(structures: Readonly<Record<string, number>>, packets: number): Record<string, number> {
  return Object.fromEntries(Object.entries(structures).map(([name, bytes]) => [name, bytes / packets]));
}

it.each([
  ["a datagram: the structures of one call", { level: "A", size: 1024, sum: "hw", sockets: 1 }, SEND_DATAGRAM],
  ["a datagram summed by the stack: the same", { level: "A", size: 1024, sum: "sw", sockets: 1 }, SEND_DATAGRAM],
  ["a datagram in three fragments: the same", { level: "A", size: 4000, sum: "hw", sockets: 1 }, SEND_DATAGRAM],
  [
    "a datagram sent and received: those of two calls",
    { level: "B", transport: "udp", size: 1024, sum: "hw" },
    { ...SEND_DATAGRAM, ...RECEIVE },
  ],
  [
    "a write of one segment: those of one call, and nothing for its acknowledgement",
    { level: "A'", factor: 1, sum: "hw" },
    SEND,
  ],
  ["a segment of a long write: its share of the call", { level: "A'", factor: 11, sum: "hw" }, shared(SEND, 11)],
  ["the same, summed by the stack", { level: "A'", factor: 11, sum: "sw" }, shared(SEND, 11)],
  [
    // So many segments make a write, and a read, which ends inside of one.
    "a segment, received and acknowledged: its share of a write and of a read",
    { level: "B", transport: "tcp", size: 16_384, sum: "hw" },
    { ...shared(SEND, 12), ...shared(RECEIVE, 6) },
  ],
] as const)(
  "%s, and nothing else [part:no-growth part:allocation]",
  (_, one, expected) => {
    const { bytes, by, rooms } = leftBehind(one);
    expect(Object.keys(by).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, most] of Object.entries(expected)) {
      // What sampling adds, and no more.
      expect(by[name]!).toBeLessThan(most * 1.02 + 1);
    }
    const { socket: _socket, transport: _transport, ...others } = rooms;
    expect(others).toEqual({});
    // All that the heap has grown by is of these.
    const named = Object.values(by).reduce((sum, each) => sum + each, 0);
    expect(Math.abs(bytes - named)).toBeLessThan(0.03 * named + 4);
  },
  120_000,
);
