/** What reaches an application: raw packets, datagrams for many, in pieces, with what it wants to know besides. */
import {
  sysBind,
  sysClose,
  sysConnect,
  sysFcntl,
  sysRead,
  sysRecv,
  sysRecvfrom,
  sysRecvmsg,
  sysSetsockopt,
  sysSocket,
  sysWrite,
} from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { EAGAIN, EOPNOTSUPP } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { get32 } from "../../fixtures/tcpip/wire/byteorder.ts";
import { CMSG_HLEN, cmsg } from "../../fixtures/tcpip/wire/cmsg.ts";
import { inetAddr, inetNtoa } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, SIN_ADDR, SIN_PORT, SIN_SIZE, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4 } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { HOST, PEER, address, bytesOf, udpSocket } from "./rig.ts";
import { TcpScript } from "./script/tcpScript.ts";
import { held } from "./topology.ts";

function raw(kernel: Kernel, protocol: number): number {
  const fd = sysSocket(kernel, AF_INET, flag.SOCK_RAW, protocol);
  expect(fd).toBeGreaterThanOrEqual(0);
  expect(sysFcntl(kernel, fd, flag.F_SETFL, flag.O_NONBLOCK)).toBe(0);
  return fd;
}

function datagrams(kernel: Kernel, port: number, host = "0.0.0.0"): number {
  const fd = udpSocket(kernel);
  set(kernel, fd, flag.SOL_SOCKET, flag.SO_REUSEADDR, 1);
  expect(sysBind(kernel, fd, address(host, port))).toBe(0);
  expect(sysFcntl(kernel, fd, flag.F_SETFL, flag.O_NONBLOCK)).toBe(0);
  return fd;
}

function set(kernel: Kernel, fd: number, level: number, name: number, value: number): void {
  expect(sysSetsockopt(kernel, fd, level, name, sockoptInt(value))).toBe(0);
}

function read(kernel: Kernel, fd: number, length = 2000): Uint8Array | number {
  const buffer = new Uint8Array(length);
  const got = sysRecv(kernel, fd, buffer, 0);
  return got < 0 ? got : buffer.subarray(0, got);
}

const udpPacket = (destination = HOST, length = 10, source = PEER): Uint8Array =>
  buildIpv4(source, destination, 17, buildUdp(source, destination, 9, 4000, bytesOf(length)));

describe("raw sockets", () => {
  it("get every packet of their protocol, header first, besides who else does", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const [one, other, icmp] = [raw(kernel, 17), raw(kernel, 17), raw(kernel, 1)];
    const fd = datagrams(kernel, 4000);
    const packet = udpPacket();
    script.inject(packet);
    expect(read(kernel, one)).toEqual(packet);
    expect(read(kernel, other)).toEqual(packet);
    expect(read(kernel, icmp)).toBe(-EAGAIN);
    expect(read(kernel, fd)).toEqual(bytesOf(10));
    const echo = buildIpv4(PEER, HOST, 1, buildIcmp(8, 0, 1, bytesOf(8)));
    script.inject(echo);
    expect(read(kernel, icmp)).toEqual(echo);
    expect(script.others).toHaveLength(1);
  });

  it("stand in for a transport that there is not; without one, its sender is told", () => {
    const script = new TcpScript();
    const fd = raw(script.kernel, 99);
    const packet = buildIpv4(PEER, HOST, 99, bytesOf(40));
    script.inject(packet);
    expect(read(script.kernel, fd)).toEqual(packet);
    expect(script.others).toEqual([]);
    expect(sysClose(script.kernel, fd)).toBe(0);
    script.inject(packet);
    expect(script.others).toHaveLength(1);
    expect(script.kernel.net.ipStats.inUnknownProtos).toBe(1);
  });

  it("choose by address, peer and room; whole datagrams, not fragments", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const [bound, connected, small] = [raw(kernel, 99), raw(kernel, 99), raw(kernel, 99)];
    expect(sysBind(kernel, bound, address(HOST, 0))).toBe(0);
    expect(sysConnect(kernel, connected, address("10.0.0.77", 0))).toBe(0);
    set(kernel, small, flag.SOL_SOCKET, flag.SO_RCVBUF, 1);
    const body = bytesOf(1600);
    script.inject(buildIpv4(PEER, HOST, 99, body.subarray(0, 800), { fragment: 0x2000 }));
    expect(read(kernel, bound)).toBe(-EAGAIN);
    script.inject(buildIpv4(PEER, HOST, 99, body.subarray(800), { fragment: 100 }));
    const whole = read(kernel, bound) as Uint8Array;
    expect(whole.subarray(20)).toEqual(body);
    expect(read(kernel, connected)).toBe(-EAGAIN);
    let queued = 0;
    for (let nth = 0; nth < 100; nth += 1) script.inject(buildIpv4(PEER, HOST, 99, body.subarray(0, 500)));
    while (typeof read(kernel, small) !== "number") queued += 1;
    expect(queued).toBeLessThan(10);
    expect(kernel.net.ipStats.inDiscards).toBeGreaterThan(90);
  });

  it("peek, cut, and say where it came from; nothing leaks when they are closed with packets waiting", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const fd = raw(kernel, 99);
    const before = held(kernel);
    for (let nth = 0; nth < 3; nth += 1) script.inject(buildIpv4(PEER, HOST, 99, bytesOf(30)));
    const buffer = new Uint8Array(25);
    const from = new Uint8Array(SIN_SIZE);
    expect(sysRecvfrom(kernel, fd, buffer, flag.MSG_PEEK, from)).toBe(25);
    expect(inetNtoa(get32(from, SIN_ADDR))).toBe(PEER);
    expect(sysRecvfrom(kernel, fd, buffer, flag.MSG_TRUNC, null)).toBe(50);
    expect(sysRecvfrom(kernel, fd, buffer, flag.MSG_OOB, null)).toBe(-EOPNOTSUPP);
    expect(sysClose(kernel, fd)).toBe(0);
    expect({ ...held(kernel), socks: 0 }).toEqual({ ...before, heads: 0, blocks: 0, socks: 0 });
    expect(kernel.net.socksInUse).toBe(before.socks - 1);
    expect(kernel.net.rawSocks).toEqual([]);
  });

  it("answer a ping of their own [1122:3.2.2.6c 1122:3.2.2.6e gv:icmpv4_socket_send_recv]", () => {
    const script = new TcpScript();
    const fd = raw(script.kernel, 1);
    expect(sysConnect(script.kernel, fd, address(PEER, 0))).toBe(0);
    expect(sysWrite(script.kernel, fd, buildIcmp(8, 0, 7, bytesOf(16)))).toBe(24);
    const [asked] = script.sent.length === 0 ? script.others.splice(0) : [];
    script.inject(buildIpv4(PEER, HOST, 1, buildIcmp(0, 0, 7, asked!.ip.payload.slice(8))));
    const buffer = new Uint8Array(100);
    expect(sysRead(script.kernel, fd, buffer)).toBe(44);
    expect(buffer.subarray(28, 44)).toEqual(bytesOf(16));
  });
});

describe("datagrams for many", () => {
  const join = (script: TcpScript, fd: number, group: string): void => {
    const request = new Uint8Array(12);
    request.set(sockaddrIn(inetAddr(group), 0).subarray(4, 8), 0);
    request.set(sockaddrIn(inetAddr(HOST), 0).subarray(4, 8), 4);
    expect(sysSetsockopt(script.kernel, fd, flag.SOL_IP, flag.IP_ADD_MEMBERSHIP, request)).toBe(0);
  };

  it("go to every socket that fits; what is for one, to the one that says most [gv:udp_recv_mcast_bcast gv:udp_recv_multicast gv:generic_dgram_socket_send_recv]", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const [any, twin, own] = [datagrams(kernel, 4000), datagrams(kernel, 4000), datagrams(kernel, 4000, HOST)];
    join(script, any, "224.1.2.3");
    const count = (destination: string): number[] => {
      script.inject(udpPacket(destination));
      return [any, twin, own].map((fd) => (typeof read(kernel, fd) === "number" ? 0 : 1));
    };
    expect(count(HOST)).toEqual([0, 0, 1]);
    expect(count("224.1.2.3")).toEqual([1, 1, 0]);
    expect(count("10.0.0.255")).toEqual([1, 1, 0]);
    expect(count("255.255.255.255")).toEqual([1, 1, 0]);
    expect(count("224.9.9.9")).toEqual([0, 0, 0]);
    // But for what routers are told of the group (IGMP).
    expect(script.others.filter(({ ip }) => ip.protocol !== 2)).toEqual([]);
    script.dev.drain();
    expect(held(kernel).heads).toBe(0);
  });
});

describe("recvmsg", () => {
  it("into several pieces, with the sender; what does not fit is lost, and that is said [gv:sendmsg_recvmsg part:messages]", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const fd = datagrams(kernel, 4000);
    script.inject(udpPacket(HOST, 25));
    script.inject(udpPacket(HOST, 25));
    const pieces = [7, 3, 20].map((size) => new IoVec(new Uint8Array(size), size));
    const name = new Uint8Array(SIN_SIZE);
    expect(sysRecvmsg(kernel, fd, { name, iov: pieces, control: null }, 0)).toMatchObject({ result: 25, flags: 0 });
    expect(pieces.flatMap(({ base }) => [...base]).slice(0, 25)).toEqual([...bytesOf(25)]);
    expect([inetNtoa(get32(name, SIN_ADDR)), name[SIN_PORT + 1]]).toEqual([PEER, 9]);
    const short = sysRecvmsg(kernel, fd, { name: null, iov: pieces.slice(0, 1), control: null }, 0);
    expect(short).toMatchObject({ result: 7, flags: flag.MSG_TRUNC });
    expect(sysRecvmsg(kernel, fd, { name: null, iov: pieces, control: null }, 0).result).toBe(-EAGAIN);
    expect(sysRecvmsg(kernel, 99, { name: null, iov: pieces, control: null }, 0).result).toBeLessThan(0);
  });

  it("tells addresses, hop limit, type of service and options to who asks [1122:3.2.1.6b 1122:4.1.4b 1122:3.2.1.8b 1122:3.4b 1122:4.1.3.2 1122:4.1.3.5a part:messages]", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const fd = datagrams(kernel, 4000);
    for (const name of [flag.IP_PKTINFO, flag.IP_RECVTTL, flag.IP_RECVTOS, flag.IP_RECVOPTS]) {
      set(kernel, fd, flag.SOL_IP, name, 1);
    }
    const options = [148, 4, 0, 0];
    const datagram = buildUdp(PEER, "10.0.0.255", 9, 4000, bytesOf(5));
    const packet = buildIpv4(PEER, "10.0.0.255", 17, datagram, { tos: 0x10, options });
    const iov = [new IoVec(new Uint8Array(100), 100)];
    script.inject(packet);
    const control = new Uint8Array(200);
    const { controlLength } = sysRecvmsg(kernel, fd, { name: null, iov, control }, 0);
    const expected = [
      cmsg(flag.SOL_IP, flag.IP_PKTINFO, Uint8Array.of(0, 0, 0, script.dev.ifindex, 10, 0, 0, 1, 10, 0, 0, 255)),
      cmsg(flag.SOL_IP, flag.IP_TTL, sockoptInt(64)),
      cmsg(flag.SOL_IP, flag.IP_TOS, sockoptInt(0x10)),
      cmsg(flag.SOL_IP, flag.IP_RECVOPTS, Uint8Array.from(options)),
    ];
    expect([...control.subarray(0, controlLength)]).toEqual(expected.flatMap((one) => [...one]));
    // Less room: what fits, and a word about the rest.
    script.inject(packet);
    const less = sysRecvmsg(kernel, fd, { name: null, iov, control: new Uint8Array(CMSG_HLEN + 16) }, 0);
    expect(less).toMatchObject({ result: 5, controlLength: CMSG_HLEN + 12, flags: flag.MSG_CTRUNC });
    set(kernel, fd, flag.SOL_IP, flag.IP_PKTINFO, 0);
    script.inject(packet);
    expect(get32(control, 8)).toBe(flag.IP_PKTINFO);
    sysRecvmsg(kernel, fd, { name: null, iov, control }, 0);
    expect(get32(control, 8)).toBe(flag.IP_TTL);
  });
});
