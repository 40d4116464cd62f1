/** Rows O1-O12 of the acceptance table on the generic path: what the sender may choose. */
import { addDefaultRoute } from "../../fixtures/tcpip/network/configure.ts";
import {
  sysBind,
  sysClose,
  sysFcntl,
  sysGetsockopt,
  sysRecvfrom,
  sysSetsockopt,
  sysSocket,
} from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend, sysSendmsg, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import {
  EACCES,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  EDESTADDRREQ,
  EDOM,
  EINTR,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  ENODEV,
  ENOPROTOOPT,
  EOPNOTSUPP,
} from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { put32 } from "../../fixtures/tcpip/wire/byteorder.ts";
import { cmsg } from "../../fixtures/tcpip/wire/cmsg.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { carries, expectPacket, ipv4, link, readPacket, udp } from "./checker/expectPacket.ts";
import { parseUdp } from "./checker/parse.ts";
import { GATEWAY, HOST, PEER, address, bytesOf, connectedSocket, makeRig, takeDatagrams, udpSocket } from "./rig.ts";

const data = bytesOf(20);

function set(kernel: Kernel, fd: number, level: number, name: number, value: number): number {
  return sysSetsockopt(kernel, fd, level, name, sockoptInt(value));
}

/** group, address, interface */
function mreq(group: string, local: string, ifindex = 0): Uint8Array {
  const bytes = new Uint8Array(12);
  put32(bytes, 0, inetAddr(group));
  put32(bytes, 4, inetAddr(local));
  put32(bytes, 8, ifindex);
  return bytes;
}

describe("O1 to wait or not to wait", () => {
  /** A card that sends nothing by itself, and an account with room for a few datagrams. */
  const fill = (timeout: number, flags: number, wait: (left: number, calls: number) => number): number[] => {
    let calls = 0;
    const { kernel, dev } = makeRig({
      instant: false,
      waiter: {
        waitForWmem: (_sk, left) => {
          calls += 1;
          const result = wait(left, calls);
          if (result > 0) dev.complete(1);
          return result;
        },
        waitForEvent: () => -EINTR,
      },
    });
    const fd = connectedSocket(kernel);
    expect(sysFcntl(kernel, fd, flag.F_SETFL, flags)).toBe(0);
    expect(set(kernel, fd, flag.SOL_SOCKET, flag.SO_SNDTIMEO, timeout)).toBe(0);
    expect(set(kernel, fd, flag.SOL_SOCKET, flag.SO_SNDBUF, 1024)).toBe(0);
    const results = Array.from({ length: 11 }, () => sysSend(kernel, fd, data, 20, 0));
    return [...new Set(results), calls];
  };

  it("O_NONBLOCK: EAGAIN at once", () => expect(fill(100, flag.O_NONBLOCK, () => 1)).toEqual([20, -EAGAIN, 0]));
  it("blocking: waits until the card has sent something", () => expect(fill(100, 0, (left) => left)).toEqual([20, 2]));
  it("SO_SNDTIMEO: EAGAIN when the time is over", () => {
    const [good, bad, calls] = fill(100, 0, (left) => (left > 60 ? 0 : left));
    expect([good, bad]).toEqual([20, -EAGAIN]);
    expect(calls).toBe(2);
  });
  it("a signal interrupts", () => expect(fill(0, 0, () => -EINTR)).toEqual([20, -EINTR, 2]));

  it("MSG_DONTWAIT for one call", () => {
    const { kernel } = makeRig({ instant: false, waiter: { waitForWmem: () => -EINTR, waitForEvent: () => -EINTR } });
    const fd = connectedSocket(kernel);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_SNDBUF, 1);
    let result = 20;
    while (result === 20) result = sysSend(kernel, fd, data, 20, flag.MSG_DONTWAIT);
    expect(result).toBe(-EAGAIN);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(-EINTR);
    expect(set(kernel, fd, flag.SOL_SOCKET, flag.SO_SNDTIMEO, -1)).toBe(-EDOM);
  });
});

describe("O2 control messages of IP", () => {
  const send = (control: Uint8Array): { result: number; frame: Uint8Array | undefined } => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    const result = sysSendmsg(kernel, fd, { name: null, iov: [new IoVec(data, 20)], control }, 0);
    return { result, frame: dev.takeFrames()[0] };
  };
  const ip = (type: number, value: Uint8Array): Uint8Array => cmsg(flag.SOL_IP, type, value);

  it("IP_TTL and IP_TOS for one datagram [1122:4.1.4]", () => {
    expectPacket(send(ip(flag.IP_TTL, sockoptInt(3))).frame, ipv4({ ttl: 3, tos: 0 }));
    expectPacket(send(ip(flag.IP_TOS, sockoptInt(16))).frame, ipv4({ ttl: 64, tos: 16 }));
  });
  it("IP_PKTINFO chooses the source", () => {
    const info = new Uint8Array(12);
    put32(info, 4, inetAddr(HOST));
    expectPacket(send(ip(flag.IP_PKTINFO, info)).frame, ipv4({ source: HOST }));
    put32(info, 4, inetAddr("10.9.9.9"));
    expect(send(ip(flag.IP_PKTINFO, info)).result).toBe(-EINVAL);
    put32(info, 0, 77);
    expect(send(ip(flag.IP_PKTINFO, info.fill(0, 4))).result).toBe(-ENODEV);
  });
  it("IP_RETOPTS brings options [1122:4.1.3.2]", () => {
    const { frame } = send(ip(flag.IP_RETOPTS, Uint8Array.of(148, 4, 0, 0)));
    expectPacket(frame, ipv4({ headerLength: 24, options: Uint8Array.of(148, 4, 0, 0) }), carries(data));
  });
  it.each([
    ["a time to live of 0", ip(flag.IP_TTL, sockoptInt(0))],
    ["a time to live of 256", ip(flag.IP_TTL, sockoptInt(256))],
    ["a type of service of 256", ip(flag.IP_TOS, sockoptInt(256))],
    ["a short address", ip(flag.IP_PKTINFO, new Uint8Array(4))],
    ["bad options", ip(flag.IP_RETOPTS, Uint8Array.of(7, 1))],
    ["an unknown type", ip(99, new Uint8Array(4))],
  ])("%s: EINVAL", (_what, control) => expect(send(control).result).toBe(-EINVAL));
});

describe("O3 groups", () => {
  const group = "239.1.2.3";

  it("have a hardware address, a time to live and an interface of their own [1122:3.3.6b]", () => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    const send = (): number => sysSendto(kernel, fd, data, 20, 0, address(group, 9), 16);
    expect(send()).toBe(20);
    expectPacket(dev.takeFrames()[0], link({ destination: "01:00:5e:01:02:03" }), ipv4({ ttl: 1, destination: group }));
    set(kernel, fd, flag.SOL_IP, flag.IP_MULTICAST_TTL, 7);
    expect(sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_MULTICAST_IF, mreq("0.0.0.0", HOST))).toBe(0);
    expect(send()).toBe(20);
    expectPacket(dev.takeFrames()[0], ipv4({ ttl: 7, source: HOST }));
  });

  it("are received here too by who has joined, unless the sender does not want it [1122:3.3.7a]", () => {
    const { kernel, dev } = makeRig();
    const [sender, receiver] = [udpSocket(kernel), udpSocket(kernel)];
    expect(sysBind(kernel, receiver, address("0.0.0.0", 9))).toBe(0);
    const received = (): number => {
      expect(sysSendto(kernel, sender, data, 20, 0, address(group, 9), 16)).toBe(20);
      netRxAction(kernel.net);
      return sysRecvfrom(kernel, receiver, new Uint8Array(100), 0, null);
    };
    expect(received()).toBe(-EAGAIN);
    const join = (name: number): number =>
      sysSetsockopt(kernel, receiver, flag.SOL_IP, name, mreq(group, "0.0.0.0", dev.ifindex));
    expect(join(flag.IP_ADD_MEMBERSHIP)).toBe(0);
    expect(join(flag.IP_ADD_MEMBERSHIP)).toBe(-EADDRINUSE);
    expect(received()).toBe(20);
    set(kernel, sender, flag.SOL_IP, flag.IP_MULTICAST_LOOP, 0);
    expect(received()).toBe(-EAGAIN);
    set(kernel, sender, flag.SOL_IP, flag.IP_MULTICAST_LOOP, 1);
    set(kernel, sender, flag.SOL_IP, flag.IP_MULTICAST_TTL, 0);
    dev.takeFrames();
    expect(received()).toBe(20);
    expect(dev.takeFrames()).toEqual([]); // a time to live of 0 does not leave the host
    expect(join(flag.IP_DROP_MEMBERSHIP)).toBe(0);
    expect(join(flag.IP_DROP_MEMBERSHIP)).toBe(-EADDRNOTAVAIL);
    expect(received()).toBe(-EAGAIN);
  });
});

describe("O4 flags", () => {
  it("MSG_OOB: EOPNOTSUPP; unknown ones: EINVAL", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    expect(sysSend(kernel, fd, data, 20, flag.MSG_OOB)).toBe(-EOPNOTSUPP);
    expect(sysSend(kernel, fd, data, 20, 0x100000)).toBe(-EINVAL);
  });
  it("MSG_PROBE sends nothing", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    expect(sysSend(kernel, fd, data, 20, flag.MSG_PROBE)).toBe(20);
    expect(dev.takeFrames()).toEqual([]);
  });
  it("MSG_CONFIRM tells that the neighbour lives", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    const neighbour = kernel.current.files[fd]!.inode.socket!.sk!.dstCache!.neighbour!;
    kernel.net.clock.now = 500;
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
    expect(neighbour.confirmed).toBe(0);
    expect(sysSend(kernel, fd, data, 20, flag.MSG_CONFIRM)).toBe(20);
    expect(neighbour.confirmed).toBe(500);
    dev.takeFrames();
    expect(sysSend(kernel, fd, data, 0, flag.MSG_CONFIRM | flag.MSG_PROBE)).toBe(0);
    expect(dev.takeFrames()).toEqual([]);
  });
  it("MSG_DONTROUTE and SO_DONTROUTE: no gateway", () => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    const send = (flags: number, host: string): number => sysSendto(kernel, fd, data, 20, flags, address(host, 9), 16);
    expect(send(0, "192.0.2.1")).toBe(20);
    expect(readPacket(dev.takeFrames()[0]!).frame.destination).toBe("02:00:00:00:00:fe");
    expect(send(flag.MSG_DONTROUTE, PEER)).toBe(20);
    expect(readPacket(dev.takeFrames()[0]!).frame.destination).toBe("02:00:00:00:00:02");
    expect(send(flag.MSG_DONTROUTE, "192.0.2.1")).toBe(-ENETUNREACH);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_DONTROUTE, 1);
    expect(send(0, "192.0.2.1")).toBe(-ENETUNREACH);
    expect(dev.takeFrames()).toEqual([]);
  });
});

describe("O5 with a connection and without", () => {
  it("a named destination counts for one datagram", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    expect(sysSendto(kernel, fd, data, 20, 0, address(GATEWAY, 1), 16)).toBe(20);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
    expect(takeDatagrams(dev).map(({ ip }) => ip.destination)).toEqual([GATEWAY, PEER]);
    expect(sysSend(kernel, udpSocket(kernel), data, 20, 0)).toBe(-EDESTADDRREQ);
  });
});

describe("O6 IP options", () => {
  const sendWith = (options: Uint8Array, length = 20, mtu = 1500): { result: number; frames: Uint8Array[] } => {
    const { kernel, dev } = makeRig({ mtu });
    const fd = connectedSocket(kernel);
    set(kernel, fd, flag.SOL_IP, flag.IP_MTU_DISCOVER, flag.IP_PMTUDISC_DONT);
    kernel.net.clock.now = 86400000 + 0x01020304;
    const err = sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, options);
    const result = err < 0 ? err : sysSend(kernel, fd, bytesOf(length), length, 0);
    return { result, frames: dev.takeFrames() };
  };

  it("are padded and stand behind the header [1122:3.2.1.8a gv:udp_ipoptions]", () => {
    const { frames } = sendWith(Uint8Array.of(148, 4, 0, 0, 1));
    expectPacket(
      frames[0],
      ipv4({ headerLength: 28, options: Uint8Array.of(148, 4, 0, 0, 1, 0, 0, 0) }),
      carries(data),
    );
  });
  it("a record of the route begins with this host", () => {
    const { frames } = sendWith(Uint8Array.of(7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0));
    expectPacket(frames[0], ipv4({ options: Uint8Array.of(7, 11, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0) }), carries(data));
  });
  it("a timestamp has address and time", () => {
    const { frames } = sendWith(Uint8Array.of(68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    expectPacket(frames[0], ipv4({ options: Uint8Array.of(68, 12, 13, 1, 10, 0, 0, 1, 1, 2, 3, 4) }));
  });
  it("a source route goes to its first hop, and sums for its last [1122:3.2.1.8e]", () => {
    const hops = [...[10, 0, 0, 254], ...[192, 0, 2, 1]];
    const { frames } = sendWith(Uint8Array.of(131, 11, 4, ...hops));
    const expected = Uint8Array.of(131, 11, 4, 192, 0, 2, 1, 10, 0, 0, 2, 0);
    expectPacket(
      frames[0],
      link({ destination: "02:00:00:00:00:fe" }),
      ipv4({ destination: GATEWAY, options: expected }),
    );
    const { ip } = readPacket(frames[0]!);
    expect(parseUdp(ip.payload, HOST, PEER).checksumIsGood).toBe(true);
    expect(parseUdp(ip.payload, HOST, GATEWAY).checksumIsGood).toBe(false);
  });
  it("in later fragments only those that are to be copied [791:6]", () => {
    const options = Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0);
    const { frames } = sendWith(options, 900, 600);
    const packets = frames.map((frame) => readPacket(frame).ip).sort((one, other) => one.offset - other.offset);
    expect(packets).toHaveLength(2);
    expect([...packets[0]!.options]).toEqual([7, 7, 8, 10, 0, 0, 1, 148, 4, 0, 0, 0]);
    expect([...packets[1]!.options]).toEqual([1, 1, 1, 1, 1, 1, 1, 148, 4, 0, 0, 0]);
  });
  it.each([
    ["too many", new Uint8Array(41)],
    ["a length of 1", Uint8Array.of(7, 1, 4, 0)],
    ["a length beyond the end", Uint8Array.of(7, 30, 4, 0)],
    ["a pointer into the head", Uint8Array.of(7, 7, 3, 0, 0, 0, 0)],
    ["a pointer to half an address", Uint8Array.of(7, 7, 5, 0, 0, 0, 0)],
    ["two records", Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0)],
    ["a source route without a hop", Uint8Array.of(131, 3, 4)],
    ["a timestamp of an unknown kind", Uint8Array.of(68, 8, 5, 2, 0, 0, 0, 0)],
    ["a router alert that is too long", Uint8Array.of(148, 5, 0, 0, 0)],
  ])("%s: EINVAL", (_what, options) => expect(sendWith(options).result).toBe(-EINVAL));
  it("none again with an empty value", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, Uint8Array.of(148, 4, 0, 0));
    sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, new Uint8Array(0));
    sysSend(kernel, fd, data, 20, 0);
    expectPacket(dev.takeFrames()[0], ipv4({ headerLength: 20 }));
  });
});

describe("O7 broadcast", () => {
  it("to all ones goes to all on the link; what is bound to a broadcast address sends from the host's own [1122:3.3.6d 1122:3.3.6e]", () => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    expect(sysBind(kernel, fd, address("10.0.0.255", 4000))).toBe(0);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_BROADCAST, 1);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_BINDTODEVICE, dev.ifindex);
    for (const to of ["255.255.255.255", "10.0.0.255", PEER]) {
      expect(sysSendto(kernel, fd, data, 20, 0, address(to, 9), 16)).toBe(20);
    }
    const all = "ff:ff:ff:ff:ff:ff";
    const sent = takeDatagrams(dev);
    expect(sent.map(({ ip, to }) => [ip.source, ip.destination, to === all])).toEqual([
      [HOST, "255.255.255.255", true],
      [HOST, "10.0.0.255", true],
      [HOST, PEER, false],
    ]);
  });

  it.each(["10.0.0.255", "255.255.255.255"])("to %s: EACCES unless allowed", (host) => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_BINDTODEVICE, dev.ifindex);
    const send = (): number => sysSendto(kernel, fd, data, 20, 0, address(host, 9), 16);
    expect(send()).toBe(-EACCES);
    expect(dev.takeFrames()).toEqual([]);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_BROADCAST, 1);
    expect(send()).toBe(20);
    expectPacket(dev.takeFrames()[0], link({ destination: "ff:ff:ff:ff:ff:ff" }), ipv4({ destination: host }));
  });
});

describe("O8 the checksum: ours, the card's, none [1122:4.1.3.4b]", () => {
  it.each([
    ["ours", {}, 0],
    ["the card's", { hardwareChecksum: true }, 1],
  ] as const)("%s is right on the wire", (_who, options, ipSummed) => {
    const { kernel, dev } = makeRig(options);
    const fd = connectedSocket(kernel);
    for (const length of [0, 1, 20, 333, 1472]) {
      expect(sysSend(kernel, fd, bytesOf(length), length, 0)).toBe(length);
      expect(dev.slots[dev.head - 1]!.ipSummed).toBe(ipSummed);
      expectPacket(dev.takeFrames()[0], carries(bytesOf(length)));
    }
  });
  it.each([{}, { hardwareChecksum: true }])("none with SO_NO_CHECK (%j)", (options) => {
    const { kernel, dev } = makeRig(options);
    const fd = connectedSocket(kernel);
    set(kernel, fd, flag.SOL_SOCKET, flag.SO_NO_CHECK, 1);
    sysSend(kernel, fd, data, 20, 0);
    expectPacket(dev.takeFrames()[0], udp({ checksum: 0, payload: data }));
  });
  it("a sum of zero is sent as all ones", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    sysSend(kernel, fd, Uint8Array.of(0, 0), 2, 0);
    const { checksum } = readPacket(dev.takeFrames()[0]!).udp;
    sysSend(kernel, fd, Uint8Array.of(checksum >> 8, checksum & 255), 2, 0);
    expectPacket(dev.takeFrames()[0], udp({ checksum: 0xffff, checksumIsGood: true }));
  });
});

describe("O9 may routers fragment, and which identification", () => {
  const ids = (discover: number | undefined, connected: boolean): [boolean, number[]] => {
    const { kernel, dev } = makeRig();
    const fd = connected ? connectedSocket(kernel) : udpSocket(kernel);
    if (discover !== undefined) set(kernel, fd, flag.SOL_IP, flag.IP_MTU_DISCOVER, discover);
    for (let nth = 0; nth < 3; nth += 1) {
      expect(sysSendto(kernel, fd, data, 20, 0, connected ? null : address(PEER, 9), 16)).toBe(20);
    }
    const packets = takeDatagrams(dev).map(({ ip }) => ip);
    return [packets[0]!.dontFragment, packets.map(({ id }) => id)];
  };
  it("a connected socket counts by itself", () => expect(ids(undefined, true)).toEqual([true, [0, 1, 2]]));
  it("another that forbids it sends 0", () => expect(ids(undefined, false)).toEqual([true, [0, 0, 0]]));
  it("who allows it counts with all others to that host [791:8]", () =>
    expect(ids(flag.IP_PMTUDISC_DONT, true)).toEqual([false, [1, 2, 3]]));
  it("by whichever routes they go, known ones or such as are looked up anew [791:8]", () => {
    const { kernel, dev } = makeRig();
    const sockets = [connectedSocket(kernel), udpSocket(kernel), udpSocket(kernel)];
    for (const fd of sockets) set(kernel, fd, flag.SOL_IP, flag.IP_MTU_DISCOVER, flag.IP_PMTUDISC_DONT);
    set(kernel, sockets[2]!, flag.SOL_IP, flag.IP_TOS, 0x10);
    for (let nth = 0; nth < 6; nth += 1) {
      expect(sysSendto(kernel, sockets[nth % 3]!, data, 20, 0, address(PEER, 9), 16)).toBe(20);
      // Every route that is known is dropped.
      addDefaultRoute(kernel.ip, dev, inetAddr(GATEWAY));
    }
    expect(takeDatagrams(dev).map(({ ip }) => ip.id)).toEqual([1, 2, 3, 4, 5, 6]);
  });
  it("the administrator may decide", () => {
    const { kernel, dev } = makeRig({ sysctl: { ipNoPmtuDisc: true } });
    sysSend(kernel, connectedSocket(kernel), data, 20, 0);
    expectPacket(dev.takeFrames()[0], ipv4({ dontFragment: false }));
  });
  it("who insists is told that a datagram is too long [1122:3.3.3a]", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    set(kernel, fd, flag.SOL_IP, flag.IP_MTU_DISCOVER, flag.IP_PMTUDISC_DO);
    expect(sysSend(kernel, fd, bytesOf(1472), 1472, 0)).toBe(1472);
    expect(sysSend(kernel, fd, bytesOf(1473), 1473, 0)).toBe(-EMSGSIZE);
  });
  it("a raw socket may bring its own header", () => {
    const { kernel, dev } = makeRig();
    const fd = sysSocket(kernel, AF_INET, flag.SOCK_RAW, 255);
    const packet = new Uint8Array(30);
    packet.set([0x45, 8, 0, 0, 0xab, 0xcd, 0, 0, 9, 99, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    expect(sysSendto(kernel, fd, packet, 30, 0, address(PEER, 0), 16)).toBe(30);
    expectPacket(dev.takeFrames()[0], ipv4({ tos: 8, id: 0xabcd, ttl: 9, protocol: 99, totalLength: 30 }));
    expect(sysSendto(kernel, fd, new Uint8Array(1501), 1501, 0, address(PEER, 0), 16)).toBe(-EMSGSIZE);
    expect(sysClose(kernel, fd)).toBe(0);
  });
});

describe("O10 the header's fields", () => {
  it("every byte, by hand", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    expect(set(kernel, fd, flag.SOL_IP, flag.IP_TTL, 33)).toBe(0);
    expect(set(kernel, fd, flag.SOL_IP, flag.IP_TOS, 0x10)).toBe(0);
    expect(sysSend(kernel, fd, Uint8Array.of(0x61, 0x62, 0x63), 3, 0)).toBe(3);
    expect(Buffer.from(dev.takeFrames()[0]!).toString("hex")).toBe(
      "020000000002" +
        "020000000001" +
        "0800" + // link
        "4510001f" +
        "00004000" +
        "2111" +
        "45bc" +
        "0a000001" +
        "0a000002" + // IPv4
        "0fa01388" +
        "000b" +
        "044b" + // UDP
        "616263",
    );
  });
  it.each([
    [flag.IP_TTL, 0],
    [flag.IP_TTL, 256],
    [flag.IP_TOS, 256],
    [flag.IP_MTU_DISCOVER, 3],
    [flag.IP_MULTICAST_TTL, 256],
  ])("option %i cannot be %i", (name, value) => {
    const { kernel } = makeRig();
    expect(set(kernel, connectedSocket(kernel), flag.SOL_IP, name, value)).toBe(-EINVAL);
  });
  it.each([
    [flag.SOL_SOCKET, flag.SO_BROADCAST, 1],
    [flag.SOL_SOCKET, flag.SO_PRIORITY, 5],
    [flag.SOL_SOCKET, flag.SO_ADU, 64],
    [flag.SOL_SOCKET, flag.SO_SNDTIMEO, 250],
    [flag.SOL_SOCKET, flag.SO_REUSEADDR, 1],
    [flag.SOL_IP, flag.IP_TTL, 5],
    [flag.SOL_IP, flag.IP_TOS, 8],
    [flag.SOL_IP, flag.IP_MTU_DISCOVER, 2],
    [flag.SOL_IP, flag.IP_RECVERR, 1],
    [flag.SOL_IP, flag.IP_MULTICAST_TTL, 5],
    [flag.SOL_IP, flag.IP_MULTICAST_LOOP, 0],
  ])("level %i, option %i reads as it was written", (level, name, value) => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    const into = new Uint8Array(4);
    expect(set(kernel, fd, level, name, value)).toBe(0);
    expect(sysGetsockopt(kernel, fd, level, name, into)).toBe(4);
    expect([...into]).toEqual([...sockoptInt(value)]);
  });
  it("other options and levels do not exist", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    expect(set(kernel, fd, flag.SOL_SOCKET, 999, 1)).toBe(-ENOPROTOOPT);
    expect(set(kernel, fd, flag.SOL_IP, 999, 1)).toBe(-ENOPROTOOPT);
    expect(set(kernel, fd, 999, 1, 1)).toBe(-ENOPROTOOPT);
    expect(sysGetsockopt(kernel, fd, 999, 1, new Uint8Array(4))).toBe(-ENOPROTOOPT);
    expect(set(kernel, fd, flag.SOL_IP, flag.IP_HDRINCL, 1)).toBe(-ENOPROTOOPT);
  });
});

describe("O11 the pseudo header", () => {
  it("has the addresses that are on the wire", () => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    for (const host of [PEER, GATEWAY, "192.0.2.200"]) {
      sysSendto(kernel, fd, data, 20, 0, address(host, 9), 16);
      expectPacket(dev.takeFrames()[0], ipv4({ destination: host }), carries(data));
    }
  });
});

describe("O12 counters and priority", () => {
  it("every datagram is counted", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    for (let nth = 0; nth < 5; nth += 1) sysSend(kernel, fd, data, 20, 0);
    sysSend(kernel, fd, data, 70000, 0);
    expect(kernel.net.udpStats.outDatagrams).toBe(5);
    expect(kernel.net.ipStats.outRequests).toBe(5);
    expect(dev.stats).toMatchObject({ txPackets: 5, txBytes: 5 * 62 });
    expect(dev.qdisc).toMatchObject({ packets: 5, bytes: 5 * 62, qlen: 0, drops: 0 });
  });
  it("interactive packets overtake others in the queue", () => {
    const { kernel, dev } = makeRig();
    const [slow, quick] = [udpSocket(kernel), udpSocket(kernel)];
    set(kernel, quick, flag.SOL_IP, flag.IP_TOS, 0x10);
    const to = address(PEER, 9);
    sysSendto(kernel, slow, data, 20, 0, to, 16);
    dev.takeFrames();
    dev.queueStopped = true;
    for (const fd of [slow, slow, quick]) sysSendto(kernel, fd, data, 20, 0, to, 16);
    expect(dev.takeFrames()).toEqual([]);
    dev.complete(0);
    expect(takeDatagrams(dev).map(({ ip }) => ip.tos)).toEqual([16, 0, 0]);
  });
});
