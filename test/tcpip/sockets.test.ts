/** The sockets interface on top of connections: calls that wait, poll, tables of calls, time limits. */
import { accept, connect, poll, recv, send } from "../../fixtures/tcpip/socket/waiting.ts";
import {
  sysAccept,
  sysBind,
  sysClose,
  sysConnect,
  sysFcntl,
  sysListen,
  sysSetsockopt,
  sysShutdown,
  sysSocket,
} from "../../fixtures/tcpip/socket/calls.ts";
import { Process } from "../../fixtures/tcpip/socket/kernel.ts";
import { pollOnce } from "../../fixtures/tcpip/socket/poll.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { CallTables } from "../../fixtures/tcpip/socket/systemCalls.ts";
import { EAGAIN, EBADF, ECONNREFUSED, EOPNOTSUPP } from "../../fixtures/tcpip/stack/errno.ts";
import { Sysctl } from "../../fixtures/tcpip/stack/sysctl.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import type { TcpSock } from "../../fixtures/tcpip/transport/tcp/tcpSock.ts";
import { AF_INET, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { HERE, THERE, World, connectedPair, listener, tcpOf, tcpSocket } from "./world.ts";

/** Lets the machines work while somebody waits: each round is an event, and then the turn of those who wait. */
async function during<T>(world: World, work: Promise<T>, within = 3600_000): Promise<T> {
  let done = false;
  const finished = work.finally(() => (done = true));
  const until = world.clock.now + within;
  while (!done) {
    for (let turn = 0; turn < 20 && !done; turn += 1) await Promise.resolve();
    if (done || !world.step(until)) break;
  }
  return finished;
}

const there = (port: number): Uint8Array => sockaddrIn(inetAddr(THERE), port);

function blockingSocket(world: World, side: "here" | "there"): number {
  return sysSocket(world[side], AF_INET, flag.SOCK_STREAM, 0);
}

describe("calls that wait", () => {
  it("an echo server and its client, as an application writes them [part:waiting]", async () => {
    const world = new World({ faults: { loss: 0.05, delay: 10, seed: 3 } });
    const serve = async (): Promise<number> => {
      const fd = blockingSocket(world, "there");
      sysBind(world.there, fd, there(7));
      sysListen(world.there, fd, 4);
      const child = await accept(world.there, fd, null);
      const buffer = new Uint8Array(4096);
      let total = 0;
      for (;;) {
        const got = await recv(world.there, child, buffer);
        if (got <= 0) break;
        total += await send(world.there, child, buffer.subarray(0, got));
      }
      sysClose(world.there, child);
      sysClose(world.there, fd);
      return total;
    };
    const ask = async (): Promise<number> => {
      const fd = blockingSocket(world, "here");
      expect(await connect(world.here, fd, there(7))).toBe(0);
      const data = Uint8Array.from({ length: 50_000 }, (_, index) => index % 251);
      const sending = send(world.here, fd, data).then(() => sysShutdown(world.here, fd, flag.SHUT_WR));
      const buffer = new Uint8Array(1000);
      let at = 0;
      for (;;) {
        const got = await recv(world.here, fd, buffer);
        if (got <= 0) break;
        for (let index = 0; index < got; index += 1) expect(buffer[index]).toBe((at + index) % 251);
        at += got;
      }
      await sending;
      sysClose(world.here, fd);
      return at;
    };
    expect(await during(world, Promise.all([serve(), ask()]))).toEqual([50_000, 50_000]);
  });

  it("a refusal, a time limit, a descriptor that is closed meanwhile", async () => {
    const world = new World({ faults: { delay: 5 } });
    const fd = blockingSocket(world, "here");
    expect(await during(world, connect(world.here, fd, there(9)))).toBe(-ECONNREFUSED);
    const { client } = connectedPair(world);
    sysFcntl(world.here, client, flag.F_SETFL, 0);
    sysSetsockopt(world.here, client, flag.SOL_SOCKET, flag.SO_RCVTIMEO, sockoptInt(500));
    const begin = world.clock.now;
    expect(await during(world, recv(world.here, client, new Uint8Array(1)))).toBe(-EAGAIN);
    expect(world.clock.now - begin).toBe(500);
    sysSetsockopt(world.here, client, flag.SOL_SOCKET, flag.SO_RCVTIMEO, sockoptInt(0));
    const waiting = recv(world.here, client, new Uint8Array(1));
    await Promise.resolve();
    sysClose(world.here, client);
    expect(await during(world, waiting)).toBe(-EBADF);
    expect(await recv(world.here, 77, new Uint8Array(1))).toBe(-EBADF);
  });

  it("O_NONBLOCK and MSG_DONTWAIT do not [part:not-waiting]", async () => {
    const world = new World();
    const { client } = connectedPair(world);
    expect(await recv(world.here, client, new Uint8Array(1))).toBe(-EAGAIN);
    sysFcntl(world.here, client, flag.F_SETFL, 0);
    expect(await recv(world.here, client, new Uint8Array(1), flag.MSG_DONTWAIT)).toBe(-EAGAIN);
  });
});

describe("poll", () => {
  it("tells what can be done, of each kind of socket [part:poll]", async () => {
    const world = new World();
    const { client, server, listening } = connectedPair(world);
    const udp = sysSocket(world.here, AF_INET, flag.SOCK_DGRAM, 0);
    const ask = (fd: number): number => {
      const request = { fd, events: 0xffff, revents: 0 };
      pollOnce(world.here, [request]);
      return request.revents;
    };
    expect(ask(client)).toBe(flag.POLLOUT);
    expect(ask(udp)).toBe(flag.POLLOUT);
    expect(ask(200)).toBe(flag.POLLNVAL);
    const request = { fd: client, events: flag.POLLIN, revents: 0 };
    expect(await during(world, poll(world.here, [request], 300))).toBe(0);
    const waiting = poll(world.here, [request, { fd: udp, events: flag.POLLIN, revents: 0 }], -1);
    await send(world.there, server, new Uint8Array(10));
    expect(await during(world, waiting)).toBe(1);
    expect(request.revents).toBe(flag.POLLIN);
    sysClose(world.there, server);
    world.run(100);
    expect(ask(client) & (flag.POLLIN | flag.POLLRDHUP)).toBe(flag.POLLIN | flag.POLLRDHUP);
    const other = { fd: listening, events: flag.POLLIN, revents: 0 };
    expect(pollOnce(world.there, [other])).toBe(0);
    const second = tcpSocket(world.here);
    void connect(world.here, second, there(80));
    world.run(100);
    expect(pollOnce(world.there, [other])).toBe(1);
  });
});

it("datagram sockets do not listen", () => {
  const world = new World();
  const fd = sysSocket(world.here, AF_INET, flag.SOCK_DGRAM, 0);
  expect(sysListen(world.here, fd, 1)).toBe(-EOPNOTSUPP);
});

it("T11: two processes of one machine with other settings, each behaves by its own [part:settings]", () => {
  const world = new World({ faults: { delay: 5 } });
  const { here } = world;
  const other = new Process(2, 0);
  other.sysctl = Object.assign(new Sysctl(), {
    tcpSack: false,
    tcpTimestamps: false,
    tcpWindowScaling: false,
    tcpCongestionControl: "reno",
    ipDefaultTtl: 33,
    tcpRtoInitial: 3000,
  });
  const machine = here.current;
  const open = (process: Process, port: number): TcpSock => {
    here.current = process;
    return tcpOf(here, connectedPair(world, port).client);
  };
  const [one, two, three] = [open(machine, 80), open(other, 81), open(machine, 82)];
  const shown = (tp: TcpSock): unknown[] => [tp.sackOk, tp.tstampOk, tp.wscaleOk, tp.ca.name, tp.inet.ttl];
  expect(shown(one)).toEqual([true, true, true, "cubic", 64]);
  expect(shown(two)).toEqual([false, false, false, "reno", 33]);
  expect(shown(three)).toEqual(shown(one));
  // Who is accepted has the settings of who listens.
  here.current = other;
  const listening = listener(here, HERE, 90);
  here.current = machine;
  const client = tcpSocket(world.there);
  sysConnect(world.there, client, sockaddrIn(inetAddr(HERE), 90));
  world.run(1000);
  here.current = other;
  const child = sysAccept(here, listening, null, flag.MSG_DONTWAIT);
  expect(shown(tcpOf(here, child))).toEqual(shown(two));
});

it("M7: one process has another send than the rest [part:calls]", () => {
  const world = new World();
  const tables = new CallTables();
  const [one, other] = [new Process(2, 0), new Process(3, 0)];
  tables.of(one).send = () => 4711;
  const fd = tables.serve(world.here, other, (calls) => calls.socket(world.here, AF_INET, flag.SOCK_STREAM, 0));
  expect(tables.serve(world.here, one, (calls) => calls.send(world.here, 0, new Uint8Array(1), 1, 0))).toBe(4711);
  expect(tables.serve(world.here, other, (calls) => calls.send(world.here, 9, new Uint8Array(1), 1, 0))).toBe(-EBADF);
  expect(tables.serve(world.here, one, (calls) => calls.close(world.here, fd))).toBe(-EBADF);
  expect(tables.serve(world.here, other, (calls) => calls.close(world.here, fd))).toBe(0);
  expect(listener(world.here, "10.0.0.1", 81)).toBe(0);
});
