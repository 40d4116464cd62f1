/** The calls on sockets, one by one: fcntl, shutdown, names, read and write, options, and what all of them refuse. */
import * as call from "../../fixtures/tcpip/socket/calls.ts";
import { openPlainFile } from "../../fixtures/tcpip/socket/files.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { pollOnce } from "../../fixtures/tcpip/socket/poll.ts";
import { sysSend, sysSendmsg, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { CallTables, type SystemCalls } from "../../fixtures/tcpip/socket/systemCalls.ts";
import * as errno from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, SIN_SIZE, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { HOST, PEER, address, bytesOf, connectedSocket, makeRig, udpSocket } from "./rig.ts";
import { active, listening, passive, payloadOf, receive, send } from "./script/tcpScript.ts";
import { HERE, THERE, World, connectedPair, tcpOf } from "./world.ts";

function raw(kernel: Kernel): number {
  const fd = call.sysSocket(kernel, AF_INET, flag.SOCK_RAW, 1);
  expect(fd).toBeGreaterThanOrEqual(0);
  return fd;
}

/** Every call that takes a descriptor, with arguments that are otherwise good. */
const onDescriptor: Record<Exclude<keyof SystemCalls, "socket" | "poll">, (kernel: Kernel, fd: number) => number> = {
  bind: (kernel, fd) => call.sysBind(kernel, fd, address(HOST, 4000)),
  connect: (kernel, fd) => call.sysConnect(kernel, fd, address(PEER, 5000)),
  listen: (kernel, fd) => call.sysListen(kernel, fd, 1),
  accept: (kernel, fd) => call.sysAccept(kernel, fd, null),
  getname: (kernel, fd) => call.sysGetname(kernel, fd, new Uint8Array(SIN_SIZE), false),
  send: (kernel, fd) => sysSend(kernel, fd, bytesOf(4), 4, 0),
  sendto: (kernel, fd) => sysSendto(kernel, fd, bytesOf(4), 4, 0, address(PEER, 9), SIN_SIZE),
  sendmsg: (kernel, fd) => sysSendmsg(kernel, fd, { name: null, iov: [new IoVec(bytesOf(4), 4)], control: null }, 0),
  recv: (kernel, fd) => call.sysRecv(kernel, fd, new Uint8Array(4), 0),
  recvfrom: (kernel, fd) => call.sysRecvfrom(kernel, fd, new Uint8Array(4), 0, null),
  recvmsg: (kernel, fd) => call.sysRecvmsg(kernel, fd, { name: null, iov: [], control: null }, 0).result,
  read: (kernel, fd) => call.sysRead(kernel, fd, new Uint8Array(4)),
  write: (kernel, fd) => call.sysWrite(kernel, fd, bytesOf(4)),
  setsockopt: (kernel, fd) => call.sysSetsockopt(kernel, fd, flag.SOL_SOCKET, flag.SO_SNDBUF, sockoptInt(9999)),
  getsockopt: (kernel, fd) => call.sysGetsockopt(kernel, fd, flag.SOL_SOCKET, flag.SO_SNDBUF, new Uint8Array(4)),
  fcntl: (kernel, fd) => call.sysFcntl(kernel, fd, flag.F_GETFL, 0),
  shutdown: (kernel, fd) => call.sysShutdown(kernel, fd, flag.SHUT_RDWR),
  close: (kernel, fd) => call.sysClose(kernel, fd),
};

describe("every call", () => {
  it("is in the table of each process, and refuses what is not open, and what is no socket [part:calls]", () => {
    const { kernel } = makeRig();
    const table = Object.keys(new CallTables().of(kernel.current));
    expect(table.sort()).toEqual([...Object.keys(onDescriptor), "socket", "poll"].sort());
    for (const [name, made] of Object.entries(onDescriptor)) {
      expect([name, made(kernel, -1), made(kernel, 77), made(kernel, 1 << 20)]).toEqual([
        name,
        ...[-1, -1, -1].map((minus) => minus * errno.EBADF),
      ]);
      const plain = openPlainFile(kernel);
      const isForAnyFile = name === "fcntl" || name === "close";
      expect([name, made(kernel, plain)]).toEqual([name, isForAnyFile ? expect.any(Number) : -errno.ENOTSOCK]);
      if (name !== "close") expect(call.sysClose(kernel, plain)).toBe(0);
    }
    const request = { fd: 77, events: flag.POLLIN, revents: 0 };
    expect([pollOnce(kernel, [request]), request.revents]).toEqual([1, flag.POLLNVAL]);
    expect(kernel.filesInUse).toBe(0);
  });

  it("socket: of no other family, kind or protocol than there are; a raw one is for the superuser", () => {
    const { kernel } = makeRig();
    const make = (...what: [number, number, number]): number => call.sysSocket(kernel, ...what);
    expect(make(10, flag.SOCK_STREAM, 0)).toBe(-errno.EAFNOSUPPORT);
    expect(make(AF_INET, 7, 0)).toBe(-errno.ESOCKTNOSUPPORT);
    expect(make(AF_INET, flag.SOCK_STREAM, 17)).toBe(-errno.EPROTONOSUPPORT);
    expect(make(AF_INET, flag.SOCK_DGRAM, 6)).toBe(-errno.EPROTONOSUPPORT);
    kernel.current.capabilities = 0;
    expect(make(AF_INET, flag.SOCK_RAW, 1)).toBe(-errno.EPERM);
    expect([kernel.filesInUse, kernel.socketsInUse]).toEqual([0, 0]);
  });
});

describe("fcntl", () => {
  it("tells the flags of the file and changes whether its calls wait, and nothing else [part:fcntl]", () => {
    const { script, fd } = active();
    const { kernel } = script;
    const flags = (): number => call.sysFcntl(kernel, fd, flag.F_GETFL, 0);
    expect(flags()).toBe(flag.O_RDWR | flag.O_NONBLOCK);
    expect(call.sysRecv(kernel, fd, new Uint8Array(1), 0)).toBe(-errno.EAGAIN);
    expect(call.sysFcntl(kernel, fd, flag.F_SETFL, 0)).toBe(0);
    expect(flags()).toBe(flag.O_RDWR);
    // Now the machine is asked to wait; what comes meanwhile is what the call was waiting for.
    let waits = 0;
    kernel.net.waiter = {
      ...kernel.net.waiter,
      waitForEvent(_, timeo) {
        waits += 1;
        script.run(`in P. 1+5 ack 1`);
        return timeo;
      },
    };
    expect(call.sysRecv(kernel, fd, new Uint8Array(9), 0)).toBe(5);
    expect(waits).toBe(1);
    expect(call.sysFcntl(kernel, fd, flag.F_SETFL, 0xffff)).toBe(0);
    expect(flags()).toBe(flag.O_RDWR | flag.O_NONBLOCK);
    expect(call.sysFcntl(kernel, fd, 999, 0)).toBe(-errno.EINVAL);
  });
});

it("a datagram socket waits as a stream does, for as long as its user wants", () => {
  const { kernel } = makeRig();
  const fd = connectedSocket(kernel);
  const asked: number[] = [];
  kernel.net.waiter = {
    ...kernel.net.waiter,
    waitForEvent(_, timeo) {
      asked.push(timeo);
      return asked.length < 3 ? timeo - 100 : 0;
    },
  };
  expect(call.sysSetsockopt(kernel, fd, flag.SOL_SOCKET, flag.SO_RCVTIMEO, sockoptInt(250))).toBe(0);
  expect(call.sysRecv(kernel, fd, new Uint8Array(9), 0)).toBe(-errno.EAGAIN);
  expect(asked).toEqual([250, 150, 50]);
  expect(call.sysRecv(kernel, fd, new Uint8Array(9), flag.MSG_DONTWAIT)).toBe(-errno.EAGAIN);
  expect(asked).toHaveLength(3);
});

describe("shutdown [part:shutdown]", () => {
  it("of writing: what was written arrives, then the end; reading goes on", () => {
    const opened = active();
    const { script, fd } = opened;
    expect(send(opened, 1, 10)).toBe(10);
    expect(call.sysShutdown(script.kernel, fd, flag.SHUT_WR)).toBe(0);
    script.run(`
      out P. 1+10 ack 1
      out F. 11 ack 1
      in  . 1 ack 12
      in  P. 1+5 ack 12
      out . 12 ack 6`);
    expect(send(opened, 11, 1)).toBe(-errno.EPIPE);
    expect(receive(opened, 1, 5)).toBe(5);
    expect(receive(opened, 6, 5)).toBe(-errno.EAGAIN);
  });

  it("of reading: there is nothing more to read; writing goes on, and the peer is told nothing", () => {
    const opened = active();
    const { script, fd } = opened;
    expect(call.sysShutdown(script.kernel, fd, flag.SHUT_RD)).toBe(0);
    script.quiet();
    expect(receive(opened, 1, 5)).toBe(0);
    expect(send(opened, 1, 10)).toBe(10);
    script.run(`out P. 1+10 ack 1`);
  });

  it("of both, and then closing", () => {
    const opened = active();
    const { script, fd } = opened;
    expect(call.sysShutdown(script.kernel, fd, flag.SHUT_RDWR)).toBe(0);
    script.run(`
      out F. 1 ack 1
      in  F. 1 ack 2
      out . 2 ack 2`);
    expect(receive(opened, 1, 5)).toBe(0);
    expect(send(opened, 1, 1)).toBe(-errno.EPIPE);
    expect(call.sysClose(script.kernel, fd)).toBe(0);
    script.quiet();
  });

  it("of a listener: it does not listen any more, and may again", () => {
    const { script, fd } = listening();
    expect(call.sysShutdown(script.kernel, fd, flag.SHUT_RD)).toBe(0);
    script.run(`in S 0 mss 1000`);
    expect(script.take().segment.flags & 4).toBe(4);
    expect(call.sysListen(script.kernel, fd, 8)).toBe(0);
    script.run(`
      in  S 0 mss 1000
      out S. 0 ack 1`);
  });

  it("of datagrams: of a connected socket, each way by itself", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    expect(call.sysShutdown(kernel, fd, flag.SHUT_RD)).toBe(0);
    expect(call.sysRecv(kernel, fd, new Uint8Array(9), flag.MSG_DONTWAIT)).toBe(0);
    expect(sysSend(kernel, fd, bytesOf(4), 4, 0)).toBe(4);
    expect(call.sysShutdown(kernel, fd, flag.SHUT_WR)).toBe(0);
    expect(sysSend(kernel, fd, bytesOf(4), 4, 0)).toBe(-errno.EPIPE);
  });

  it("of what is not connected, or in no way that there is, is an error", () => {
    const { kernel } = makeRig();
    for (const fd of [udpSocket(kernel), call.sysSocket(kernel, AF_INET, flag.SOCK_STREAM, 0), raw(kernel)]) {
      expect(call.sysShutdown(kernel, fd, flag.SHUT_WR)).toBe(-errno.ENOTCONN);
      expect(call.sysShutdown(kernel, fd, 3)).toBe(-errno.EINVAL);
      expect(call.sysShutdown(kernel, fd, -1)).toBe(-errno.EINVAL);
    }
  });
});

describe("names", () => {
  const name = (kernel: Kernel, fd: number, peer: boolean): Uint8Array | number => {
    const bytes = new Uint8Array(SIN_SIZE);
    const result = call.sysGetname(kernel, fd, bytes, peer);
    return result === SIN_SIZE ? bytes : result;
  };

  it("of both ends, before and after connecting; accept tells whose it is [part:names]", () => {
    const world = new World();
    const { client, server, listening: listener } = connectedPair(world);
    const port = tcpOf(world.here, client).num;
    expect(name(world.here, client, false)).toEqual(address(HERE, port));
    expect(name(world.here, client, true)).toEqual(address(THERE, 80));
    expect(name(world.there, server, false)).toEqual(address(THERE, 80));
    expect(name(world.there, server, true)).toEqual(address(HERE, port));
    expect(name(world.there, listener, true)).toBe(-errno.ENOTCONN);
    const { script, fd, listener: other } = passive();
    expect(name(script.kernel, fd, true)).toEqual(sockaddrIn(inetAddr(PEER), script.peerPort));
    expect(call.sysGetname(script.kernel, other, new Uint8Array(SIN_SIZE - 1), false)).toBe(-errno.EINVAL);
  });

  it("an address that was bound stays when a datagram socket forgets its peer; one that the route gave does not", () => {
    const { kernel } = makeRig();
    const [bound, free] = [connectedSocket(kernel), udpSocket(kernel)];
    expect(call.sysConnect(kernel, free, address(PEER, 5000))).toBe(0);
    expect(name(kernel, free, false)).toEqual(address(HOST, 32768));
    for (const fd of [bound, free]) expect(call.sysConnect(kernel, fd, new Uint8Array(SIN_SIZE))).toBe(0);
    expect(name(kernel, bound, false)).toEqual(address(HOST, 4000));
    expect(name(kernel, free, false)).toEqual(address("0.0.0.0", 32768));
    expect(name(kernel, bound, true)).toBe(-errno.ENOTCONN);
  });
});

it("read and write are recv and send without flags", () => {
  const opened = active();
  const { kernel } = opened.script;
  expect(call.sysWrite(kernel, opened.fd, payloadOf(1, 10))).toBe(10);
  opened.script.run(`
    out P. 1+10 ack 1
    in  P. 1+10 ack 11`);
  const buffer = new Uint8Array(20);
  expect(call.sysRead(kernel, opened.fd, buffer)).toBe(10);
  expect(buffer.subarray(0, 10)).toEqual(payloadOf(1, 10));
});

interface Option {
  readonly on: "stream" | "datagram" | "raw" | "all";
  readonly level: number;
  readonly name: keyof typeof flag;
  /** What is set, and what is read back where that is another. */
  readonly set: number;
  readonly got?: number;
  /** What cannot be set. */
  readonly bad?: readonly [number, number];
}

const socketLevel = (name: Option["name"], set: number, rest: Partial<Option> = {}): Option => ({
  on: "all",
  level: flag.SOL_SOCKET,
  name,
  set,
  ...rest,
});
const ipLevel = (name: Option["name"], set: number, rest: Partial<Option> = {}): Option => ({
  ...socketLevel(name, set, rest),
  level: flag.SOL_IP,
});
const tcpLevel = (name: Option["name"], set: number, rest: Partial<Option> = {}): Option => ({
  ...socketLevel(name, set, rest),
  on: "stream",
  level: flag.SOL_TCP,
});

const options: readonly Option[] = [
  socketLevel("SO_REUSEADDR", 1),
  socketLevel("SO_DONTROUTE", 1),
  socketLevel("SO_BROADCAST", 1),
  socketLevel("SO_SNDBUF", 10_000, { got: 20_000 }),
  socketLevel("SO_RCVBUF", 10_000, { got: 20_000 }),
  socketLevel("SO_NO_CHECK", 1),
  socketLevel("SO_PRIORITY", 6, { bad: [-1, errno.EPERM] }),
  socketLevel("SO_SNDTIMEO", 250, { bad: [-1, errno.EDOM] }),
  socketLevel("SO_RCVTIMEO", 250, { bad: [-1, errno.EDOM] }),
  socketLevel("SO_BINDTODEVICE", 2, { bad: [99, errno.ENODEV] }),
  socketLevel("SO_ADU", 64, { bad: [70_000, errno.EINVAL] }),
  socketLevel("SO_KEEPALIVE", 1, { on: "stream" }),
  socketLevel("SO_OOBINLINE", 1, { on: "stream" }),
  socketLevel("SO_RCVLOWAT", 5, { on: "stream" }),
  ipLevel("IP_TOS", 0x10, { bad: [256, errno.EINVAL] }),
  ipLevel("IP_TTL", 9, { bad: [0, errno.EINVAL] }),
  ipLevel("IP_TTL", -1, { got: 64, bad: [256, errno.EINVAL] }),
  ipLevel("IP_HDRINCL", 1, { on: "raw" }),
  ipLevel("IP_MTU_DISCOVER", flag.IP_PMTUDISC_DO, { bad: [3, errno.EINVAL] }),
  ipLevel("IP_RECVERR", 1),
  ipLevel("IP_PKTINFO", 1),
  ipLevel("IP_RECVTTL", 1),
  ipLevel("IP_RECVTOS", 1),
  ipLevel("IP_RECVOPTS", 1),
  ipLevel("IP_MULTICAST_TTL", 7, { bad: [256, errno.EINVAL] }),
  ipLevel("IP_MULTICAST_LOOP", 0),
  ipLevel("IP_MULTICAST_IF", inetAddr(HOST), { bad: [inetAddr("10.0.0.77"), errno.EADDRNOTAVAIL] }),
  tcpLevel("TCP_NODELAY", 1),
  tcpLevel("TCP_CORK", 1),
  tcpLevel("TCP_MAXSEG", 700, { bad: [7, errno.EINVAL] }),
  tcpLevel("TCP_KEEPIDLE", 30, { bad: [0, errno.EINVAL] }),
  tcpLevel("TCP_KEEPINTVL", 7, { bad: [0, errno.EINVAL] }),
  tcpLevel("TCP_KEEPCNT", 3, { bad: [128, errno.EINVAL] }),
  tcpLevel("TCP_SYNCNT", 2, { bad: [128, errno.EINVAL] }),
  tcpLevel("TCP_LINGER2", 20, { bad: [-1, errno.EINVAL] }),
  tcpLevel("TCP_DEFER_ACCEPT", 5, { bad: [-1, errno.EINVAL] }),
  tcpLevel("TCP_WINDOW_CLAMP", 4000, { bad: [255, errno.EINVAL] }),
  tcpLevel("TCP_QUICKACK", 1),
  tcpLevel("TCP_USER_TIMEOUT", 3000, { bad: [-1, errno.EINVAL] }),
  tcpLevel("TCP_SACK_OFFER", 0),
];

describe("options", () => {
  const kinds = { stream: flag.SOCK_STREAM, datagram: flag.SOCK_DGRAM, raw: flag.SOCK_RAW };

  it.each(options)("$name: $set, as it was set, and nothing that makes no sense [part:options]", (option) => {
    const { on, level, name, set, got = set, bad } = option;
    const number = flag[name];
    for (const [kind, type] of Object.entries(kinds)) {
      const { kernel } = makeRig();
      const fd = call.sysSocket(kernel, AF_INET, type, type === flag.SOCK_RAW ? 1 : 0);
      const change = (value: number): number => call.sysSetsockopt(kernel, fd, level, number, sockoptInt(value));
      const read = (): number => {
        const bytes = new Uint8Array(4);
        const result = call.sysGetsockopt(kernel, fd, level, number, bytes);
        return result === 4 ? new DataView(bytes.buffer).getInt32(0) : result;
      };
      if (on !== "all" && on !== kind) {
        expect([kind, change(set)]).toEqual([kind, -errno.ENOPROTOOPT]);
        continue;
      }
      expect([kind, change(set), read()]).toEqual([kind, 0, got]);
      if (bad !== undefined) expect([kind, change(bad[0]), read()]).toEqual([kind, -bad[1], got]);
      if (level !== flag.SOL_IP) {
        // IP's options may be single bytes, or nothing.
        expect(call.sysSetsockopt(kernel, fd, level, number, new Uint8Array(3))).toBe(-errno.EINVAL);
      }
      expect(call.sysGetsockopt(kernel, fd, level, number, new Uint8Array(3))).toBe(-errno.EINVAL);
    }
  });

  it("what is no option", () => {
    const { kernel } = makeRig();
    for (const fd of [udpSocket(kernel), call.sysSocket(kernel, AF_INET, flag.SOCK_STREAM, 0), raw(kernel)]) {
      for (const level of [flag.SOL_SOCKET, flag.SOL_IP, flag.SOL_TCP, 99]) {
        expect(call.sysSetsockopt(kernel, fd, level, 999, sockoptInt(1))).toBe(-errno.ENOPROTOOPT);
        expect(call.sysGetsockopt(kernel, fd, level, 999, new Uint8Array(4))).toBe(-errno.ENOPROTOOPT);
      }
    }
  });
});
