/**
 * The machine under test, in a process of its own: the stack on a tunnel, its services, and the orders that come from
 * the test. Ends with whoever started it.
 */
import { createHash } from "node:crypto";
import {
  echoDatagrams,
  echoOnce,
  echoStream,
  serveEchoDatagrams,
  serveEchoStreams,
} from "../../../fixtures/tcpip/apps/echo.ts";
import { httpGet, httpPut } from "../../../fixtures/tcpip/apps/httpClient.ts";
import { serveHttp, type Body, type Resources } from "../../../fixtures/tcpip/apps/httpServer.ts";
import { iperf3 } from "../../../fixtures/tcpip/apps/iperf3.ts";
import { must, openStream, sendAll, serveStreams, StreamReader } from "../../../fixtures/tcpip/apps/stream.ts";
import { ping } from "../../../fixtures/tcpip/apps/ping.ts";
import { openTun } from "../../../fixtures/tcpip/host/openTun.ts";
import { RealTime } from "../../../fixtures/tcpip/host/realTime.ts";
import { PfifoFast } from "../../../fixtures/tcpip/link/pfifoFast.ts";
import { TunDevice, tunOptions } from "../../../fixtures/tcpip/link/tunDevice.ts";
import { addAddress, addDefaultRoute, addDevice } from "../../../fixtures/tcpip/network/configure.ts";
import { sysClose, sysSetsockopt, sysShutdown, sysSocket } from "../../../fixtures/tcpip/socket/calls.ts";
import { createKernel } from "../../../fixtures/tcpip/socket/createKernel.ts";
import { Process, type Kernel } from "../../../fixtures/tcpip/socket/kernel.ts";
import { sockoptInt } from "../../../fixtures/tcpip/socket/sockopt.ts";
import { connect, recv } from "../../../fixtures/tcpip/socket/waiting.ts";
import {
  SHUT_WR,
  SO_KEEPALIVE,
  SO_LINGER,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_ESTABLISHED,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
} from "../../../fixtures/tcpip/stack/flags.ts";
import type { TcpSock, TcpTables } from "../../../fixtures/tcpip/transport/tcp/tcpSock.ts";
import { tcpReceiveWindow } from "../../../fixtures/tcpip/transport/tcp/window.ts";
import { AF_INET, sockaddrIn } from "../../../fixtures/tcpip/wire/sockaddr.ts";
import { inetAddr, IPPROTO_TCP } from "../../../fixtures/tcpip/wire/ipv4.ts";
import { bodyBuffer, bodyPieces } from "./body.ts";
import { FaultyPort } from "./faultyPort.ts";
import type { Answer, Order, Orders, StackOptions, Transfer } from "./orders.ts";

const options = JSON.parse(process.argv[2]!) as StackOptions;

const tunnel = openTun(options.tun, [options.kind]);
if (tunnel === null) {
  throw new Error(`no way to open a tunnel: ${options.kind}`);
}
const port = options.faults === null ? tunnel : new FaultyPort(tunnel, options.faults);
// Its peers remember the machine that had this address before: it is not to begin where that one began.
const random = (most: number): number => Math.floor(Math.random() * most);
const kernel = createKernel({
  sysctl: { ipLocalPortMin: 32768 + random(10_000), ...options.sysctl },
  memoryLimit: 256 * 1024 * 1024,
  hashKey: [random(2 ** 32), random(2 ** 32)],
});
kernel.current = new Process(1, 0, 16384);
const device = new TunDevice(kernel.net, new PfifoFast(), tunOptions(options.tun, options.mtu), port);
addDevice(kernel.ip, device);
addAddress(kernel.ip, device, inetAddr(options.address), 24);
addDefaultRoute(kernel.ip, device, inetAddr(options.gateway));
const time = new RealTime(kernel.net, device, port);
const tcp = tcpTables(kernel);

/** Of TCP's tables every socket knows. */
function tcpTables(machine: Kernel): TcpTables {
  const fd = must("socket", sysSocket(machine, AF_INET, SOCK_STREAM, 0));
  const { tables } = machine.current.files[fd]!.inode.socket!.sk as TcpSock;
  sysClose(machine, fd);
  return tables;
}

function bodyOf(length: number, seed: number): Body {
  return { length, pieces: bodyPieces(length, seed) };
}

const resources: Resources = {
  get(path) {
    const [, length, seed] = /^\/bytes\/(\d+)\/(\d+)$/.exec(path) ?? [];
    return length === undefined ? null : bodyOf(Number(length), Number(seed));
  },
  put() {
    const hash = createHash("sha256");
    return { take: (piece) => void hash.update(piece), end: () => hash.digest("hex") };
  },
};

/** Measures what `work` does, which says how many bytes it was. */
async function timed(work: () => Promise<Omit<Transfer, "milliseconds">>): Promise<Transfer> {
  const begin = performance.now();
  const result = await work();
  return { ...result, milliseconds: performance.now() - begin };
}

const orders: Orders = {
  ping: (host, count, size) => ping(kernel, host, count, size),
  echoDatagrams: (host, port, sizes) =>
    echoDatagrams(
      kernel,
      host,
      port,
      sizes.map((size) => bodyBuffer(size, size)),
    ),
  get: (host, port, path) =>
    timed(async () => {
      const hash = createHash("sha256");
      const { status, length } = await httpGet(kernel, host, port, path, (piece) => hash.update(piece));
      return { status, length, sha256: hash.digest("hex") };
    }),
  put: (host, port, path, length, seed) =>
    timed(async () => {
      const { status } = await httpPut(kernel, host, port, path, bodyOf(length, seed));
      return { status, length, sha256: "" };
    }),
  iperf3: (host, port, reverse, seconds) => iperf3(kernel, host, port, reverse, seconds),
  async sequential(host, port, total) {
    let good = 0;
    for (let nth = 0; nth < total; nth += 1) {
      good += (await echoStream(kernel, host, port, Buffer.from(`connection ${nth}`))) ? 1 : 0;
    }
    return good;
  },
  /** All are open before any says something. */
  async concurrent(host, port, total) {
    const open = await Promise.all(Array.from({ length: total }, () => openStream(kernel, host, port)));
    const heard = await Promise.all(open.map((fd, nth) => echoOnce(kernel, fd, Buffer.from(`connection ${nth}`))));
    return heard.filter(Boolean).length;
  },
  async upload(host, port, length) {
    const fd = await openStream(kernel, host, port);
    for (const piece of bodyPieces(length, 1)) await sendAll(kernel, fd, piece);
    must("shutdown", sysShutdown(kernel, fd, SHUT_WR));
    const heard = await new StreamReader(kernel, fd).exactly(64);
    sysClose(kernel, fd);
    return Buffer.from(heard).toString("latin1");
  },
  async connect(host, port) {
    const fd = must("socket", sysSocket(kernel, AF_INET, SOCK_STREAM, 0));
    const result = await connect(kernel, fd, sockaddrIn(inetAddr(host), port));
    sysClose(kernel, fd);
    return Math.abs(result);
  },
  async abort(host, port) {
    const fd = await openStream(kernel, host, port);
    await sendAll(kernel, fd, new Uint8Array(1000));
    must("recv", await recv(kernel, fd, new Uint8Array(1)));
    const linger = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0);
    must("setsockopt", sysSetsockopt(kernel, fd, SOL_SOCKET, SO_LINGER, linger));
    sysClose(kernel, fd);
  },
  async keepAlive(host, port) {
    const fd = await openStream(kernel, host, port);
    must("setsockopt", sysSetsockopt(kernel, fd, SOL_SOCKET, SO_KEEPALIVE, sockoptInt(1)));
    for (const [option, value] of [
      [TCP_KEEPIDLE, 1],
      [TCP_KEEPINTVL, 1],
      [TCP_KEEPCNT, 3],
    ] as const) {
      must("setsockopt", sysSetsockopt(kernel, fd, IPPROTO_TCP, option, sockoptInt(value)));
    }
    await sendAll(kernel, fd, Uint8Array.of(63));
    must("recv", await recv(kernel, fd, new Uint8Array(1)));
    const result = await recv(kernel, fd, new Uint8Array(1));
    sysClose(kernel, fd);
    return -result;
  },
  async state() {
    const { net } = kernel;
    return {
      kind: port.kind,
      heads: net.heads.inUse,
      socks: net.socksInUse,
      files: kernel.filesInUse,
      committed: net.memory.committed,
      tcp: { ...net.tcpStats },
      ip: { ...net.ipStats },
      udp: { ...net.udpStats },
      device: { ...device.stats },
      cpu: process.cpuUsage(),
      closedWindows: closedWindows(),
    };
  },
  async goOn() {
    goOn();
  },
};

/** What lets the slow reader begin. */
let goOn = (): void => {};

/** Of all connections: who may not send, and whose peer may not and has been told so. */
function closedWindows(): { readonly theirs: number; readonly ours: number } {
  let [theirs, ours] = [0, 0];
  for (const bucket of tcp.connections) {
    for (let tp = bucket; tp !== null; tp = tp.hashNext) {
      if (tp.state !== TCP_ESTABLISHED) continue;
      if (tp.sndWnd === 0 && tp.sendHead !== null) theirs += 1;
      if (tcpReceiveWindow(tp) === 0 && tp.lastAckSent === tp.rcvNxt) ours += 1;
    }
  }
  return { theirs, ours };
}

async function obey({ id, name, args }: Order): Promise<void> {
  time.tick();
  let answer: Answer;
  try {
    // The test has the types of names and arguments.
    const call = orders[name] as (...all: unknown[]) => Promise<unknown>;
    answer = { id, result: await call(...args) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send!(answer);
}

function failed(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

process.on("message", (order: Order) => void obey(order));
process.on("disconnect", () => process.exit(0));
/** Does not read before it is told to, and then says the hash of all that came. */
async function serveSlowly(fd: number): Promise<void> {
  await new Promise<void>((resolve) => (goOn = resolve));
  const hash = createHash("sha256");
  const reader = new StreamReader(kernel, fd);
  for (let piece = await reader.some(); piece.length > 0; piece = await reader.some()) hash.update(piece);
  await sendAll(kernel, fd, Buffer.from(hash.digest("hex")));
}

serveStreams(kernel, 9, 16, serveSlowly).catch(failed);
serveEchoDatagrams(kernel, 7).catch(failed);
serveEchoStreams(kernel, 7).catch(failed);
serveHttp(kernel, 80, resources).catch(failed);
time.run().catch(failed);
process.send!({ id: 0, result: "ready" } satisfies Answer);
