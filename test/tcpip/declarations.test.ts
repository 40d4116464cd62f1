/** The declarations aside fit the stack that they speak of. */
import path from "node:path";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { nodeHost } from "../../src/host/nodeHost.ts";
import type { IrModule } from "../../src/ir/types.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";

const stack = path.join(import.meta.dirname, "../../fixtures/tcpip");
const lower = (_ast: unknown, file: string): IrModule => ({ file, functions: [], bindings: new Map() });

it("every one fits, and the structures of the path are declared", () => {
  const sink = new DiagnosticSink();
  const graph = loadModuleGraph([path.join(stack, "contexts/all.ts")], nodeHost(), sink, { lower });
  const declared = (file: string, name: string): string[] => {
    const type = graph.typeDeclaration({ file: path.join(stack, file), name });
    expect(type?.specified).toBe(true);
    return [...type!.fields].filter(([, field]) => field.kind === "static").map(([field]) => field);
  };
  expect(declared("stack/structures.ts", "Sock")).toContain("dstCache");
  expect(declared("stack/structures.ts", "Sock")).not.toContain("wmemAlloc");
  expect(declared("stack/structures.ts", "Rtable")).toContain("obsolete");
  expect(declared("stack/structures.ts", "NetStack")).toContain("heads");
  expect(declared("link/ringDevice.ts", "RingDevice")).toContain("features");
  expect(declared("link/ringDevice.ts", "RingDevice")).not.toContain("head");
  expect(declared("network/ipv4.ts", "Ipv4")).toContain("cache");
  expect(graph.module(path.join(stack, "socket/send.ts"))?.declarations.byName.get("sysSendto")?.mode).toBe("intern");
  expect(graph.module(path.join(stack, "wire/checksum.ts"))?.declarations.byName.get("csumWords")?.mode).toBe("extern");
  expect(sink.all()).toEqual([]);
}, 30000);
