/** Rows B1-B5 of the acceptance table on the generic path: where the bytes go. */
import { sysClose, sysSetsockopt } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendmsg, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { deepState, firstDifference } from "../../fixtures/tcpip/contexts/observe.ts";
import { NETIF_F_SG } from "../../fixtures/tcpip/stack/device.ts";
import { EAGAIN, EFAULT, EMSGSIZE, ENOBUFS, EPIPE, EHOSTUNREACH, ErrorBox } from "../../fixtures/tcpip/stack/errno.ts";
import {
  IP_MTU_DISCOVER,
  IP_PMTUDISC_DONT,
  MSG_DONTWAIT,
  SEND_SHUTDOWN,
  SOL_IP,
  SOL_SOCKET,
  SO_ADU,
  SO_SNDBUF,
} from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { allocSkb, kfreeSkb } from "../../fixtures/tcpip/stack/skbuff.ts";
import {
  FaultInjection,
  GFP_ATOMIC,
  GFP_KERNEL,
  Memory,
  PAGE_SIZE,
  kfree,
  kmalloc,
} from "../../fixtures/tcpip/stack/slab.ts";
import { sockAllocSendPskb } from "../../fixtures/tcpip/stack/sockAlloc.ts";
import type { Sock } from "../../fixtures/tcpip/stack/structures.ts";
import { carries, expectPacket } from "./checker/expectPacket.ts";
import { PEER, address, bytesOf, connectedSocket, makeRig, takeDatagrams, udpSocket, type Rig } from "./rig.ts";

function sockOf({ kernel }: Rig, fd: number): Sock {
  return kernel.current.files[fd]!.inode.socket!.sk!;
}

describe("B1 a buffer on the socket's account", () => {
  it("an error that happened, a socket shut down, a full account: in this order", () => {
    const rig = makeRig();
    const sk = sockOf(rig, connectedSocket(rig.kernel));
    const reason = (): number => {
      const error = new ErrorBox();
      expect(sockAllocSendPskb(sk, 100, 0, true, error)).toBeNull();
      return error.code;
    };
    sk.err = EHOSTUNREACH;
    sk.shutdown = SEND_SHUTDOWN;
    sk.wmemAlloc = sk.sndbuf;
    expect(reason()).toBe(-EHOSTUNREACH);
    expect(reason()).toBe(-EPIPE);
    sk.shutdown = 0;
    expect(reason()).toBe(-EAGAIN);
    expect(sk.noSpace).toBe(true);
  });

  it("is charged when it is sent and credited when it has gone; then who waited is woken", () => {
    const rig = makeRig();
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel);
    sysSetsockopt(kernel, fd, SOL_SOCKET, SO_SNDBUF, sockoptInt(1024));
    const sk = sockOf(rig, fd);
    let sent = 0;
    while (sysSend(kernel, fd, bytesOf(100), 100, MSG_DONTWAIT) === 100) sent += 1;
    expect(sk.wmemAlloc).toBe(sent * (160 + 160));
    expect(sk.refcnt).toBe(2 + sent);
    expect(kernel.net.ipStats.outDiscards).toBe(1);
    dev.drain();
    expect(sk).toMatchObject({ wmemAlloc: 0, refcnt: 2, wakeups: 1, noSpace: false });
  });
});

describe("B2 memory", () => {
  it("in size classes, used again, up to a limit with a reserve", () => {
    const memory = new Memory(64 * 1024 + 1024);
    const first = kmalloc(memory, 500, GFP_KERNEL)!;
    expect(first.size).toBe(512);
    kfree(first);
    expect(kmalloc(memory, 512, GFP_KERNEL)).toBe(first);
    expect(kmalloc(memory, 512, GFP_KERNEL)).not.toBeNull();
    expect(kmalloc(memory, 512, GFP_KERNEL)).toBeNull();
    expect(kmalloc(memory, 512, GFP_ATOMIC)).not.toBeNull();
    expect(kmalloc(memory, 200000, GFP_ATOMIC)).toBeNull();
    expect(memory.sizeClasses.find(({ size }) => size === 512)).toMatchObject({ inUse: 3, freeCount: 0 });
  });

  it("who may not sleep does not, and it is noticed", () => {
    const { kernel } = makeRig();
    const { heads, memory } = kernel.net;
    memory.inInterrupt = true;
    kfreeSkb(heads, allocSkb(heads, 10, GFP_KERNEL)!);
    expect(memory.sleepsInInterrupt).toBe(1);
    kfreeSkb(heads, allocSkb(heads, 10, GFP_ATOMIC)!);
    expect(memory.sleepsInInterrupt).toBe(1);
  });

  it("heads come from the short list, then from the cache, then are made", () => {
    const { kernel } = makeRig({ sysctl: { hotListLength: 1 } });
    const { heads } = kernel.net;
    const pair = [allocSkb(heads, 1, GFP_KERNEL)!, allocSkb(heads, 1, GFP_KERNEL)!];
    pair.forEach((skb) => kfreeSkb(heads, skb));
    expect(heads).toMatchObject({ hotCount: 1, inUse: 0 });
    expect([allocSkb(heads, 1, GFP_KERNEL), allocSkb(heads, 1, GFP_KERNEL)]).toEqual(pair);
    expect(heads).toMatchObject({ hotCount: 0, inUse: 2, free: null });
  });
});

describe("B3 pages", () => {
  it.each([
    [0, []],
    [1, [1]],
    [PAGE_SIZE, [4096]],
    [3 * PAGE_SIZE, [4096, 4096, 4096]],
    [PAGE_SIZE + 1, [4096, 1]],
  ])("%i bytes beside the linear ones", (dataLength, sizes) => {
    const rig = makeRig();
    const { heads, memory } = rig.kernel.net;
    const sk = sockOf(rig, connectedSocket(rig.kernel));
    const skb = sockAllocSendPskb(sk, 128, dataLength, true, new ErrorBox())!;
    expect(skb.shared.frags.slice(0, skb.shared.nrFrags).map(({ size }) => size)).toEqual(sizes);
    expect(skb.truesize).toBe(128 + 160 + dataLength);
    expect(memory.pagesInUse).toBe(sizes.length);
    kfreeSkb(heads, skb);
    expect(memory.pagesInUse).toBe(0);
    expect(sk.wmemAlloc).toBe(0);
  });
});

describe("B4 application data units", () => {
  it("another length is EMSGSIZE, and nothing is sent", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    expect(sysSetsockopt(kernel, fd, SOL_SOCKET, SO_ADU, sockoptInt(64))).toBe(0);
    const lengths = [0, 63, 64, 65, 100000];
    expect(lengths.map((length) => sysSend(kernel, fd, bytesOf(64), length, 0))).toEqual([
      -EMSGSIZE,
      -EMSGSIZE,
      64,
      -EMSGSIZE,
      -EMSGSIZE,
    ]);
    expect(dev.takeFrames()).toHaveLength(1);
    expect(sysSetsockopt(kernel, fd, SOL_SOCKET, SO_ADU, sockoptInt(70000))).toBe(-22);
    expect(sysSetsockopt(kernel, fd, SOL_SOCKET, SO_ADU, sockoptInt(0))).toBe(0);
    expect(sysSend(kernel, fd, bytesOf(3), 3, 0)).toBe(3);
  });
});

describe("B5 the caller's pieces", () => {
  it.each([[[40]], [[1, 2, 3, 34]], [[0, 40, 0]], [[39, 1]], [[13, 13, 13]], [new Array(40).fill(1) as number[]]])(
    "of %j bytes are one datagram",
    (lengths) => {
      const { kernel, dev } = makeRig();
      const fd = connectedSocket(kernel);
      const whole = bytesOf(lengths.reduce((sum, length) => sum + length, 0));
      let at = 0;
      const iov = lengths.map((length) => new IoVec(whole.subarray(at, (at += length)), length));
      expect(sysSendmsg(kernel, fd, { name: null, iov, control: null }, 0)).toBe(whole.length);
      expectPacket(dev.takeFrames()[0], carries(whole));
    },
  );

  it("over fragments and pages too", () => {
    for (const features of [0, NETIF_F_SG]) {
      const { kernel, dev } = makeRig({ features, mtu: 9000 });
      const fd = connectedSocket(kernel);
      const whole = bytesOf(8000);
      const iov = [new IoVec(whole.subarray(0, 4999), 4999), new IoVec(whole.subarray(4999), 3001)];
      expect(sysSendmsg(kernel, fd, { name: null, iov, control: null }, 0)).toBe(8000);
      expectPacket(dev.takeFrames()[0], carries(whole));
    }
  });

  it("a piece that is shorter than it says is EFAULT", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    const iov = [new IoVec(bytesOf(5), 5), new IoVec(bytesOf(5), 6)];
    expect(sysSendmsg(kernel, fd, { name: null, iov, control: null }, 0)).toBe(-EFAULT);
    expect(dev.takeFrames()).toEqual([]);
    expect(kernel.net.heads.inUse).toBe(0);
  });

  it("too many pieces are EMSGSIZE", () => {
    const { kernel } = makeRig();
    const iov = Array.from({ length: 1025 }, () => new IoVec(bytesOf(1), 1));
    expect(sysSendmsg(kernel, connectedSocket(kernel), { name: null, iov, control: null }, 0)).toBe(-EMSGSIZE);
  });
});

describe("when memory runs out", () => {
  const cases: [string, (rig: Rig) => () => number][] = [
    ["a short datagram", (rig) => short(rig, 100)],
    ["a datagram in pages", (rig) => short(rig, 8000)],
    ["a datagram in fragments", (rig) => short(rig, 30000)],
  ];
  const short = ({ kernel }: Rig, length: number): (() => number) => {
    const fd = udpSocket(kernel);
    sysSetsockopt(kernel, fd, SOL_IP, IP_MTU_DISCOVER, sockoptInt(IP_PMTUDISC_DONT));
    return () => sysSendto(kernel, fd, bytesOf(length), length, MSG_DONTWAIT, address(PEER, 9), 16);
  };

  it.each(cases)("%s: each allocation in turn fails, ENOBUFS, and nothing is lost", (_what, sender) => {
    const rig = makeRig({ features: NETIF_F_SG, mtu: 9000, sysctl: { wmemDefault: 1 << 20 } });
    const { kernel, dev } = rig;
    const send = sender(rig);
    const length = send();
    expect(length).toBeGreaterThan(0);
    let failures = 0;
    for (let nth = 1; ; nth += 1) {
      kernel.net.memory.faults = new FaultInjection(nth);
      const result = send();
      dev.drain();
      dev.takeFrames();
      expect(kernel.net.heads.inUse).toBe(0);
      expect(kernel.net.memory.pagesInUse).toBe(0);
      expect(kernel.net.memory.sizeClasses.every(({ inUse }) => inUse === 0)).toBe(true);
      expect(kernel.current.files[0]!.inode.socket!.sk!.wmemAlloc).toBe(0);
      if (result === length) break;
      expect(result).toBe(-ENOBUFS);
      failures += 1;
    }
    expect(failures).toBeGreaterThan(0);
    kernel.net.memory.faults = null;
    expect(send()).toBe(length);
  });

  it("without memory for a head nothing is sent, and later it is", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    const { limit } = kernel.net.memory;
    kernel.net.memory.limit = 0;
    expect(sysSend(kernel, fd, bytesOf(5), 5, 0)).toBe(-ENOBUFS);
    kernel.net.memory.limit = limit;
    expect(sysSend(kernel, fd, bytesOf(5), 5, 0)).toBe(5);
    expect(takeDatagrams(dev)).toHaveLength(1);
  });
});

it("many sockets, opened, used and closed, leave no trace", () => {
  const { kernel, dev } = makeRig();
  const round = (): string[] => {
    const fds = Array.from({ length: 20 }, () => udpSocket(kernel));
    for (const fd of fds) expect(sysSendto(kernel, fd, bytesOf(50), 50, 0, address(PEER, 9), 16)).toBe(50);
    fds.forEach((fd) => sysClose(kernel, fd));
    dev.complete(100);
    dev.drain();
    dev.takeFrames();
    kernel.net.nextPort = 40000;
    return deepState(kernel.net.memory).concat(deepState(kernel.current));
  };
  round();
  const before = round();
  expect(firstDifference(round(), before)).toBeUndefined();
});
