/** A stream from one machine to another, however they are connected. */
import {
  sysAccept,
  sysBind,
  sysClose,
  sysConnect,
  sysFcntl,
  sysListen,
  sysRecvfrom,
  sysShutdown,
  sysSocket,
} from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { EINPROGRESS } from "../../fixtures/tcpip/stack/errno.ts";
import { F_SETFL, MSG_DONTWAIT, O_NONBLOCK, SHUT_WR, SOCK_STREAM } from "../../fixtures/tcpip/stack/flags.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, SIN_SIZE, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import type { Topology } from "./topology.ts";

export interface StreamPlan {
  readonly from: Kernel;
  readonly to: Kernel;
  /** What the client connects to, and what the server listens on, where that is another one. */
  readonly address: string;
  readonly port?: number;
  readonly serverPort?: number;
  readonly length: number;
  readonly within?: number;
}

function nonblocking(kernel: Kernel): number {
  const fd = sysSocket(kernel, AF_INET, SOCK_STREAM, 0);
  expect(fd).toBeGreaterThanOrEqual(0);
  expect(sysFcntl(kernel, fd, F_SETFL, O_NONBLOCK)).toBe(0);
  return fd;
}

/** Sends `length` bytes, checks that they arrive, closes everything; who the server took the client for. */
export function stream(topology: Topology, plan: StreamPlan): { readonly peer: Uint8Array } {
  const { from, to, length } = plan;
  const port = plan.port ?? 80;
  const listening = nonblocking(to);
  expect(sysBind(to, listening, sockaddrIn(0, plan.serverPort ?? port))).toBe(0);
  expect(sysListen(to, listening, 8)).toBe(0);
  const client = nonblocking(from);
  expect(sysConnect(from, client, sockaddrIn(inetAddr(plan.address), port))).toBe(-EINPROGRESS);
  const peer = new Uint8Array(SIN_SIZE);
  const data = Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
  const arrived: number[] = [];
  const buffer = new Uint8Array(4096);
  let [server, sent] = [-1, 0];
  let ended = false;
  const done = topology.runUntil(() => {
    if (server < 0) server = sysAccept(to, listening, peer, MSG_DONTWAIT);
    while (sent < length) {
      const chunk = data.subarray(sent, sent + 3000);
      const result = sysSend(from, client, chunk, chunk.length, 0);
      if (result <= 0) break;
      sent += result;
      if (sent === length) expect(sysShutdown(from, client, SHUT_WR)).toBe(0);
    }
    while (server >= 0 && !ended) {
      const got = sysRecvfrom(to, server, buffer, MSG_DONTWAIT, null);
      if (got < 0) break;
      if (got === 0) ended = true;
      for (let at = 0; at < got; at += 1) arrived.push(buffer[at]!);
    }
    return ended;
  }, plan.within ?? 600_000);
  expect({ done, sent, arrived: arrived.length }).toEqual({ done: true, sent: length, arrived: length });
  expect(Buffer.compare(Buffer.from(arrived), Buffer.from(data))).toBe(0);
  for (const [kernel, fd] of [
    [from, client],
    [to, server],
    [to, listening],
  ] as const) {
    expect(sysClose(kernel, fd)).toBe(0);
  }
  topology.run(600_000);
  return { peer };
}
