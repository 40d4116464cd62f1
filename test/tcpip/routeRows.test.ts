/** Rows R1-R5 of the acceptance table on the generic path: which way a packet goes, and how it leaves. */
import { NullDevice } from "../../fixtures/tcpip/link/nullDevice.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import {
  addAddress,
  addDevice,
  addNeighbour,
  addRoute,
  deleteRoute,
  setDeviceMtu,
  setDeviceUp,
} from "../../fixtures/tcpip/network/configure.ts";
import { neighTimer } from "../../fixtures/tcpip/network/neighbourTable.ts";
import { sysSetsockopt } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { IFF_UP, NETIF_F_SG, NET_XMIT_DROP } from "../../fixtures/tcpip/stack/device.ts";
import { RTN_BLACKHOLE, RTN_PROHIBIT, RTN_UNICAST, RTN_UNREACHABLE } from "../../fixtures/tcpip/stack/dst.ts";
import {
  EACCES,
  EHOSTUNREACH,
  EINVAL,
  ENETDOWN,
  ENETUNREACH,
  ENOBUFS,
  EPERM,
} from "../../fixtures/tcpip/stack/errno.ts";
import {
  IP_MTU_DISCOVER,
  IP_PMTUDISC_DONT,
  IP_RECVERR,
  IP_TOS,
  MSG_DONTWAIT,
  SOL_IP,
} from "../../fixtures/tcpip/stack/flags.ts";
import {
  NF_ACCEPT,
  NF_DROP,
  NF_IP_LOCAL_OUT,
  NF_IP_POST_ROUTING,
  NF_REPEAT,
  NF_STOLEN,
  nfRegisterHook,
  nfUnregisterHook,
} from "../../fixtures/tcpip/stack/netfilter.ts";
import { netRxAction, netifRx } from "../../fixtures/tcpip/stack/netifRx.ts";
import { allocSkb, kfreeSkb, skbPut } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { expectPacket, ipv4, link, readPacket } from "./checker/expectPacket.ts";
import { parseUdp, reassemble } from "./checker/parse.ts";
import {
  GATEWAY,
  HOST,
  PEER,
  address,
  bytesOf,
  connectedSocket,
  makeRig,
  takeDatagrams,
  udpSocket,
  type Rig,
} from "./rig.ts";

const data = bytesOf(20);
const far = "192.0.2.1";

function sendTo(rig: Rig, host: string, fd = udpSocket(rig.kernel)): number {
  return sysSendto(rig.kernel, fd, data, 20, 0, address(host, 9), 16);
}

describe("R1 a route that was kept", () => {
  it("is used while it is good, and looked up anew when routes have changed [part:route-cache]", () => {
    const rig = makeRig();
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel, far);
    const first = kernel.current.files[fd]!.inode.socket!.sk!.dstCache!;
    const { outHit, outSlowTot } = kernel.net.rtStats;
    sysSend(kernel, fd, data, 20, 0);
    expectPacket(dev.takeFrames()[0], link({ destination: "02:00:00:00:00:fe" }));
    expect(kernel.net.rtStats).toMatchObject({ outHit, outSlowTot });

    addRoute(kernel.ip, { prefix: inetAddr("192.0.2.0"), length: 24, type: RTN_UNICAST, dev, gateway: inetAddr(PEER) });
    expect(first.obsolete).not.toBe(0);
    sysSend(kernel, fd, data, 20, 0);
    expectPacket(dev.takeFrames()[0], link({ destination: "02:00:00:00:00:02" }), ipv4({ destination: far }));
    dev.drain();
    expect(first.refcnt).toBe(0);
    expect(kernel.current.files[fd]!.inode.socket!.sk!.dstCache).not.toBe(first);
  });
});

describe("R2 looking up a route", () => {
  it("the longest prefix wins, whatever the order; then the one without its type of service [1122:3.2.1.3a part:routes]", () => {
    const rig = makeRig();
    const { kernel, dev } = rig;
    const via = (prefix: string, length: number, last: number, tos = 0): void => {
      const gateway = inetAddr(`10.0.0.${last}`);
      addNeighbour(kernel.ip, dev, gateway, Uint8Array.of(2, 0, 0, 0, 0, last));
      addRoute(kernel.ip, { prefix: inetAddr(prefix), length, tos, type: RTN_UNICAST, dev, gateway });
    };
    via("192.0.2.128", 25, 25);
    via("192.0.0.0", 16, 16);
    via("192.0.2.129", 32, 32);
    via("192.0.2.0", 24, 24);
    via("192.0.2.0", 24, 8, 0x10);
    const hop = (host: string): string => {
      expect(sendTo(rig, host)).toBe(20);
      return takeDatagrams(dev)[0]!.to.slice(-2);
    };
    expect(["192.0.2.129", "192.0.2.130", "192.0.2.1", "192.0.9.1", "193.0.0.1"].map(hop)).toEqual([
      "20",
      "19",
      "18",
      "10",
      "fe",
    ]);
    const fd = udpSocket(kernel);
    sysSetsockopt(kernel, fd, SOL_IP, IP_TOS, sockoptInt(0x10));
    sendTo(rig, "192.0.2.1", fd);
    expect(takeDatagrams(dev)[0]!.to.slice(-2)).toBe("08");
    expect(deleteRoute(kernel.ip, inetAddr("192.0.2.128"), 25, 0)).toBe(true);
    expect(deleteRoute(kernel.ip, inetAddr("192.0.2.128"), 25, 0)).toBe(false);
    expect(hop("192.0.2.130")).toBe("18");
  });

  it("the second time it is in the cache [1122:3.3.1.2a part:route-cache]", () => {
    const rig = makeRig();
    const fd = udpSocket(rig.kernel);
    for (let nth = 0; nth < 4; nth += 1) sendTo(rig, far, fd);
    expect(rig.kernel.net.rtStats).toMatchObject({ outHit: 3, outSlowTot: 1 });
  });

  it("the cache does not grow without end", () => {
    const rig = makeRig({ sysctl: { rtCacheMaxSize: 8 } });
    const fd = udpSocket(rig.kernel);
    for (let nth = 1; nth < 40; nth += 1) sendTo(rig, `192.0.2.${nth}`, fd);
    expect(rig.kernel.ip.cache.entries).toBeLessThanOrEqual(8);
  });

  it.each([
    [RTN_UNREACHABLE, -EHOSTUNREACH],
    [RTN_PROHIBIT, -EACCES],
    [RTN_BLACKHOLE, -EINVAL],
  ])("a route of type %i says %i", (type, result) => {
    const rig = makeRig();
    addRoute(rig.kernel.ip, { prefix: inetAddr(far), length: 32, type, dev: rig.dev });
    expect(sendTo(rig, far)).toBe(result);
    expect(rig.kernel.net.ipStats.outNoRoutes).toBe(1);
  });

  it("ENETUNREACH without one, EINVAL for what is no destination", () => {
    const rig = makeRig();
    deleteRoute(rig.kernel.ip, 0, 0, 0);
    expect(sendTo(rig, far)).toBe(-ENETUNREACH);
    expect(sendTo(rig, "240.0.0.1")).toBe(-ENETUNREACH);
    const other = makeRig();
    expect(sendTo(other, "240.0.0.1")).toBe(-EINVAL);
    setDeviceUp(other.kernel.ip, other.dev, false);
    expect(sendTo(other, PEER)).toBe(-ENETUNREACH);
  });
});

describe("R3 what a route says", () => {
  it("source, device, gateway: another device, another of each", () => {
    const rig = makeRig();
    const { kernel } = rig;
    const seen: Uint8Array[] = [];
    kernel.net.taps.push({ see: (skb) => void seen.push(skb.block!.bytes.slice(skb.data, skb.tail)) });
    const other = new NullDevice(kernel.net, new Noqueue(), {
      name: "eth1",
      mtu: 1500,
      flags: IFF_UP,
      features: 0,
      hardHeaderLen: 14,
      txQueueLen: 0,
      address: Uint8Array.of(2, 0, 0, 0, 9, 1),
      broadcast: new Uint8Array(6).fill(255),
    });
    addDevice(kernel.ip, other);
    addAddress(kernel.ip, other, inetAddr("172.16.0.1"), 12);
    addNeighbour(kernel.ip, other, inetAddr("172.16.0.9"), Uint8Array.of(2, 0, 0, 0, 9, 9));
    addRoute(kernel.ip, {
      prefix: inetAddr(far),
      length: 32,
      type: RTN_UNICAST,
      dev: other,
      gateway: inetAddr("172.16.0.9"),
      prefSrc: inetAddr(HOST),
    });
    expect(sendTo(rig, "172.16.0.9")).toBe(20);
    expectPacket(seen[0], link({ source: "02:00:00:00:09:01" }), ipv4({ source: "172.16.0.1" }));
    expect(sendTo(rig, far)).toBe(20);
    expectPacket(seen[1], link({ destination: "02:00:00:00:09:09" }), ipv4({ source: HOST, destination: far }));
    expect(other.stats.txPackets).toBe(2);
  });
});

describe("R4 what is too long for the link is cut [791:1 791:2 791:3 791:7 part:out]", () => {
  it.each([
    [1473, 1500, 2],
    [2952, 1500, 2],
    [2953, 1500, 3],
    [4000, 1500, 3],
    [65507, 1500, 45],
    [100, 68, 3],
    [1480 * 2 - 8, 1500, 2],
  ])("%i bytes over %i: %i fragments", (length, mtu, count) => {
    const { kernel, dev } = makeRig({ mtu, sysctl: { wmemDefault: 1 << 20 } });
    const fd = connectedSocket(kernel);
    sysSetsockopt(kernel, fd, SOL_IP, IP_MTU_DISCOVER, sockoptInt(IP_PMTUDISC_DONT));
    const payload = bytesOf(length);
    expect(sysSend(kernel, fd, payload, length, 0)).toBe(length);
    const packets = dev.takeFrames().map((frame) => {
      const packet = readPacket(frame);
      expect(packet.ip.checksumIsGood).toBe(true);
      expect(packet.ip.totalLength).toBeLessThanOrEqual(mtu);
      return packet.ip;
    });
    expect(packets).toHaveLength(count);
    const udp = parseUdp(reassemble(packets), HOST, PEER);
    expect(udp.checksumIsGood).toBe(true);
    expect(Buffer.compare(udp.payload, payload)).toBe(0);
    expect(kernel.net.ipStats.fragCreates).toBe(count);
  });

  it("a smaller MTU of the device counts at once", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    sysSetsockopt(kernel, fd, SOL_IP, IP_MTU_DISCOVER, sockoptInt(IP_PMTUDISC_DONT));
    const send = (): number => {
      sysSend(kernel, fd, bytesOf(1000), 1000, 0);
      return dev.takeFrames().length;
    };
    expect(send()).toBe(1);
    setDeviceMtu(kernel.ip, dev, 576);
    expect(send()).toBe(2);
  });
});

describe("R5 the way out", () => {
  it("filters see the packet at two points, in order of priority, and may drop, keep or ask again [part:hooks]", () => {
    const rig = makeRig();
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel);
    const seen: string[] = [];
    const hook = (name: string, at: number, priority: number, verdicts: number[]) => ({
      hook: at,
      priority,
      run: (): number => {
        seen.push(name);
        return verdicts.shift() ?? NF_ACCEPT;
      },
    });
    const late = hook("late", NF_IP_LOCAL_OUT, 10, [NF_ACCEPT, NF_DROP]);
    nfRegisterHook(kernel.net, late);
    nfRegisterHook(kernel.net, hook("post", NF_IP_POST_ROUTING, 0, []));
    nfRegisterHook(kernel.net, hook("early", NF_IP_LOCAL_OUT, -10, [NF_REPEAT]));
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
    expect(seen).toEqual(["early", "early", "late", "post"]);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(-EPERM);
    expect(dev.takeFrames()).toHaveLength(1);
    dev.drain();
    expect(kernel.net.heads.inUse).toBe(0);
    nfUnregisterHook(kernel.net, late);
    const stolen = {
      hook: NF_IP_LOCAL_OUT,
      priority: 0,
      run: (_hook: number, skb: Parameters<typeof kfreeSkb>[1]): number => {
        kfreeSkb(kernel.net.heads, skb);
        return NF_STOLEN;
      },
    };
    nfRegisterHook(kernel.net, stolen);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
    expect(dev.takeFrames()).toEqual([]);
  });

  it("the link header is kept after the first packet, and follows the neighbour", () => {
    const rig = makeRig();
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel);
    const route = kernel.current.files[fd]!.inode.socket!.sk!.dstCache!;
    expect(route.hh).toBeNull();
    sysSend(kernel, fd, data, 20, 0);
    const kept = route.hh;
    expect(kept).not.toBeNull();
    sysSend(kernel, fd, data, 20, 0);
    addNeighbour(kernel.ip, dev, inetAddr(PEER), Uint8Array.of(2, 0, 0, 0, 0, 99));
    sysSend(kernel, fd, data, 20, 0);
    expect(route.hh).toBe(kept);
    expect(takeDatagrams(dev).map(({ to }) => to.slice(-2))).toEqual(["02", "02", "63"]);
  });

  it("who is not known is asked for; what waits goes when the answer comes", () => {
    const rig = makeRig({ knowsNeighbours: false });
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel);
    for (let nth = 0; nth < 5; nth += 1) expect(sysSend(kernel, fd, bytesOf(nth), nth, 0)).toBe(nth);
    const [question, ...others] = dev.takeFrames();
    expect(others).toEqual([]);
    expect(Buffer.from(question!).toString("hex")).toBe(
      "ffffffffffff0200000000010806" + "0001080006040001" + "0200000000010a000001" + "0000000000000a000002",
    );
    const answer = allocSkb(kernel.net.heads, 28, GFP_ATOMIC)!;
    skbPut(answer, 28);
    answer.block!.bytes.set(
      Buffer.from("0001080006040002" + "0200000000aa0a000002" + "0200000000010a000001", "hex"),
      answer.data,
    );
    answer.protocol = 0x0806;
    netifRx(answer, dev);
    netRxAction(kernel.net);
    const sent = takeDatagrams(dev);
    expect(sent.map(({ udp }) => udp.payload.length)).toEqual([2, 3, 4]); // the oldest were dropped
    expect(sent[0]!.to).toBe("02:00:00:00:00:aa");
    sysSend(kernel, fd, data, 20, 0);
    expect(takeDatagrams(dev)).toHaveLength(1);
  });

  it("who never answers is EHOSTUNREACH for the next call", () => {
    const rig = makeRig({ knowsNeighbours: false });
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel);
    sysSend(kernel, fd, data, 20, 0);
    for (let nth = 0; nth < 3; nth += 1) neighTimer(kernel.ip.neighbours);
    expect(dev.takeFrames()).toHaveLength(3);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(-EHOSTUNREACH);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
  });

  it("a full queue loses the packet; who wants to know is told", () => {
    const rig = makeRig({ txQueueLen: 2 });
    const { kernel, dev } = rig;
    const fd = connectedSocket(kernel);
    dev.queueStopped = true;
    const results = Array.from({ length: 3 }, () => sysSend(kernel, fd, data, 20, MSG_DONTWAIT));
    expect(results).toEqual([20, 20, 20]);
    expect(dev.qdisc.drops).toBe(1);
    sysSetsockopt(kernel, fd, SOL_IP, IP_RECVERR, sockoptInt(1));
    expect(sysSend(kernel, fd, data, 20, MSG_DONTWAIT)).toBe(-ENOBUFS);
    expect(NET_XMIT_DROP).toBe(1);
    dev.complete(0);
    expect(dev.takeFrames()).toHaveLength(2);
  });

  it("a device without a queue takes a packet or loses it; one that is down: ENETDOWN", () => {
    const rig = makeRig();
    const { kernel, dev } = rig;
    dev.qdisc = new Noqueue();
    const fd = connectedSocket(kernel);
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
    expect(dev.takeFrames()).toHaveLength(1);
    dev.queueStopped = true;
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(20);
    expect(dev.stats.txDropped).toBe(1);
    dev.flags &= ~IFF_UP;
    expect(sysSend(kernel, fd, data, 20, 0)).toBe(-ENETDOWN);
    dev.drain();
    expect(kernel.net.heads.inUse).toBe(0);
  });

  it.each([0, NETIF_F_SG])("what lies in pages arrives whole (features %i)", (later) => {
    const { kernel, dev } = makeRig({ features: NETIF_F_SG, mtu: 9000 });
    const fd = connectedSocket(kernel);
    dev.queueStopped = true;
    for (const length of [3000, 5000, 8901, 8972]) {
      expect(sysSend(kernel, fd, bytesOf(length), length, 0)).toBe(length);
    }
    const skbs = kernel.net.memory.pagesInUse;
    expect(skbs).toBeGreaterThan(0);
    dev.complete(0);
    if (later === 0) {
      dev.features = 0;
      sysSend(kernel, fd, bytesOf(8000), 8000, 0);
    }
    const sent = takeDatagrams(dev);
    expect(sent.map(({ udp }) => udp.checksumIsGood)).not.toContain(false);
    expect(sent.map(({ udp }) => udp.payload.length).slice(0, 4)).toEqual([3000, 5000, 8901, 8972]);
    expect(Buffer.compare(sent[2]!.udp.payload, bytesOf(8901))).toBe(0);
    dev.drain();
    expect(kernel.net.memory.pagesInUse).toBe(0);
  });
});

it("the gateway is only for others [1122:3.3.1.1a]", () => {
  const rig = makeRig();
  sendTo(rig, PEER);
  sendTo(rig, GATEWAY);
  sendTo(rig, far);
  expect(takeDatagrams(rig.dev).map(({ to }) => to.slice(-2))).toEqual(["02", "fe", "fe"]);
});
