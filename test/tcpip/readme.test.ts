/** The examples of fixtures/tcpip/README.md, line by line. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import { EtherDevice } from "../../fixtures/tcpip/link/etherDevice.ts";
import { ethTypeTrans } from "../../fixtures/tcpip/link/ethTypeTrans.ts";
import { frameOf } from "../../fixtures/tcpip/link/frame.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import { PcapDevice } from "../../fixtures/tcpip/link/pcapDevice.ts";
import { addAddress, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { Nat } from "../../fixtures/tcpip/network/netfilter/nat.ts";
import { TcpMssClamp } from "../../fixtures/tcpip/network/netfilter/tcpMss.ts";
import { createKernel } from "../../fixtures/tcpip/socket/createKernel.ts";
import { sysBind, sysClose, sysConnect, sysListen, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { accept, connect, recv, send } from "../../fixtures/tcpip/socket/waiting.ts";
import { SOCK_DGRAM, SOCK_STREAM } from "../../fixtures/tcpip/stack/flags.ts";
import { NF_IP_FORWARD, nfRegisterHook } from "../../fixtures/tcpip/stack/netfilter.ts";
import { netifRx, netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { allocSkb, kfreeSkb, skbPut, skbReserve } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { timerNext, timersRun } from "../../fixtures/tcpip/stack/timer.ts";
import { INADDR_ANY, inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4 } from "./checker/build.ts";
import { buildUdp } from "./checker/datagrams.ts";
import { carries, expectPacket, ipv4 } from "./checker/expectPacket.ts";
import { parseFrame } from "./checker/parse.ts";
import { Topology, addCard, deviceOptions, inject, macAddress, taken } from "./topology.ts";
import { THERE, World } from "./world.ts";

const readme = readFileSync(path.join(import.meta.dirname, "../../fixtures/tcpip/README.md"), "utf8");
const ethernet = (name: string): ReturnType<typeof deviceOptions> => deviceOptions(name, 1);

const names = {
  EtherDevice,
  GFP_ATOMIC,
  INADDR_ANY,
  NF_IP_FORWARD,
  Nat,
  Noqueue,
  PcapDevice,
  SOCK_DGRAM,
  SOCK_STREAM,
  AF_INET,
  TcpMssClamp,
  accept,
  addAddress,
  addDevice,
  addNeighbour,
  allocSkb,
  createKernel,
  ethTypeTrans,
  ethernet,
  frameOf,
  inetAddr,
  kfreeSkb,
  netRxAction,
  netifRx,
  nfRegisterHook,
  recv,
  send,
  setImmediate,
  skbPut,
  skbReserve,
  sockaddrIn,
  sysBind,
  sysClose,
  sysConnect,
  sysListen,
  sysSend,
  sysSocket,
  timerNext,
  timersRun,
};

/** Runs an example with what it is said to have, and gives what it makes. */
function example<T>(name: string, given: Record<string, unknown>, wanted: string): T {
  const code = new RegExp(`<!-- example: ${name} -->\\s*\`\`\`ts\\n([^]*?)\`\`\``).exec(readme)![1]!;
  expect(code.trim().split("\n").length).toBeLessThanOrEqual(11);
  const all: Record<string, unknown> = { ...names, ...given };
  const isAsync = /\bawait accept\b/.test(code);
  const body = `return ${isAsync ? "async " : ""}() => { ${code}\nreturn ${wanted}; };`;
  const plain = transformSync(`export default function (${Object.keys(all).join(",")}) { ${body} }`, {
    loader: "ts",
    format: "cjs",
  });
  const module = { exports: {} as { default: (...values: unknown[]) => () => T } };
  new Function("module", plain.code)(module);
  return module.exports.default(...Object.values(all))();
}

it("a datagram", () => {
  const { sent, frames } = example<{ sent: number; frames: Uint8Array[] }>("datagram", {}, "{ sent, frames }");
  expect(sent).toBe(3);
  expect(frames).toHaveLength(2); // the head of the file, and one packet
  expectPacket(frames[1]!.subarray(16), ipv4({ source: "10.0.0.1" }), carries(Uint8Array.of(1, 2, 3)));
});

it("an echo server, in a time of its own [part:examples]", async () => {
  const world = new World();
  void example<Promise<void>>("echo", { kernel: world.there }, "undefined");
  const { here } = world;
  const ask = async (): Promise<string> => {
    const fd = sysSocket(here, AF_INET, SOCK_STREAM, 0);
    expect(await connect(here, fd, sockaddrIn(inetAddr(THERE), 7))).toBe(0);
    await send(here, fd, new TextEncoder().encode("how are you"));
    const buffer = new Uint8Array(100);
    const got = await recv(here, fd, buffer);
    return new TextDecoder().decode(buffer.subarray(0, got));
  };
  // Both machines have the same clock: whose timers are run first does not matter.
  type Run = (until: number) => Promise<void>;
  const runs = [here, world.there].map((kernel) => example<Run>("time", { kernel }, "run"));
  let answer: string | null = null;
  void ask().then((text) => (answer = text));
  for (let at = world.clock.now; answer === null && at < 10_000; at += 1) {
    for (const run of runs) await run(at);
    await new Promise(setImmediate);
  }
  expect(answer).toBe("how are you");
});

it("a device: what is asked of it is answered on its wire [part:examples]", () => {
  const kernel = createKernel();
  const wire: Uint8Array[] = [];
  const put = (frame: Uint8Array): void => void wire.push(frame);
  const { dev } = example<{ dev: EtherDevice }>("device", { kernel, put }, "{ dev }");
  const take = example<(frame: Uint8Array) => void>("receive", { kernel, dev }, "take");
  const peer = macAddress(2);
  const question = [0, 1, 8, 0, 6, 4, 0, 1, ...peer, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1];
  take(Uint8Array.from([...dev.broadcast, ...peer, 8, 6, ...question]));
  expect(wire.map((frame) => parseFrame(frame))).toMatchObject([
    { etherType: 0x0806, destination: "02:00:00:00:00:02" },
  ]);
  expect([...wire[0]!.subarray(20, 32)]).toEqual([0, 2, ...dev.address, 10, 0, 0, 1]);
  expect(kernel.net.heads.inUse).toBe(0);
});

it("a router that translates", () => {
  const kernel = new Topology().machine();
  const inner = addCard(kernel, "inner", "10.0.0.1", 1);
  const outer = addCard(kernel, "outer", "192.0.2.1", 2);
  addNeighbour(kernel.ip, inner, inetAddr("10.0.0.7"), macAddress(7));
  addNeighbour(kernel.ip, outer, inetAddr("192.0.2.7"), macAddress(8));
  example<void>("router", { kernel, outer }, "nat");
  const datagram = (source: string, sport: number, destination: string, dport: number): Uint8Array =>
    buildIpv4(source, destination, 17, buildUdp(source, destination, sport, dport, Uint8Array.of(1)));
  inject(kernel, inner, datagram("10.0.0.7", 5, "192.0.2.7", 53));
  inject(kernel, outer, datagram("192.0.2.7", 9, "192.0.2.1", 80));
  expect(taken(outer).map(({ ip }) => ip.source)).toEqual(["192.0.2.1"]);
  expect(taken(inner).map(({ ip }) => ip.destination)).toEqual(["10.0.0.7"]);
});

it("the table has every row and names files that exist", () => {
  const files = [...readme.matchAll(/`((?:socket|transport|network|link|stack|wire)\/\w+\.ts)`/g)].map(
    ([, file]) => file!,
  );
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    expect(() => readFileSync(path.join(import.meta.dirname, "../../fixtures/tcpip", file))).not.toThrow();
  }
});
