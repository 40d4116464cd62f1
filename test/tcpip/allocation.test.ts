/**
 * What a packet leaves for the garbage collector once a connection has found its pace. The processes run without compilers,
 * which would allocate less than the code says, so the bytes are the same on every machine; the bounds leave a quarter.
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

function bytesPerPacket(one: object): number {
  const engine = ["--jitless", "--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];
  const script = path.join(root, "scripts/stack/heap.mjs");
  // Zeros: the sum of anything else is now and then too large for a small integer, and then a box.
  const args = [...engine, script, out, JSON.stringify({ ...one, blank: true }), "20000"];
  // Node warns that there is no WebAssembly without compilers.
  const printed = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return Number(printed);
}

it.each([
  ["a datagram: the structures of one call", { level: "A", size: 1024, sum: "hw", sockets: 1 }, 550],
  ["a datagram sent and received: those of two calls", { level: "B", transport: "udp", size: 1024, sum: "hw" }, 850],
  ["a write of one segment: the structures of one call", { level: "A'", factor: 1, sum: "hw" }, 520],
  ["a segment of a long write: a view of the caller's bytes", { level: "A'", factor: 11, sum: "hw" }, 190],
  ["the same, summed by the stack", { level: "A'", factor: 11, sum: "sw" }, 210],
  ["a segment, received and acknowledged", { level: "B", transport: "tcp", size: 16_384, sum: "hw" }, 400],
] as const)(
  "%s, and nothing else [part:no-growth]",
  (_, one, most) => {
    expect(bytesPerPacket(one)).toBeLessThan(most);
  },
  120_000,
);
