/** What is asked of a host on the Internet (RFC 1122, 3 and 4.1; RFC 791), as far as no other test shows it. */
import { addAddress, addDefaultRoute, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { neighTimer } from "../../fixtures/tcpip/network/neighbourTable.ts";
import { NullDevice } from "../../fixtures/tcpip/link/nullDevice.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import {
  sysAccept,
  sysBind,
  sysConnect,
  sysGetsockopt,
  sysRecvfrom,
  sysSetsockopt,
  sysSocket,
} from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { EAGAIN, EINVAL } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { netifRx, netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { PACKET_BROADCAST, PACKET_HOST, PACKET_OTHERHOST } from "../../fixtures/tcpip/stack/skbMarks.ts";
import { allocSkb, skbPut, skbReserve } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { get32 } from "../../fixtures/tcpip/wire/byteorder.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4, buildSegment, readSegment, type SegmentFields } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { internetChecksum, parseFrame, parseIpv4, type Ipv4Packet } from "./checker/parse.ts";
import { GATEWAY, HOST, PEER, address, bytesOf, makeRig, udpSocket } from "./rig.ts";
import { TcpScript, active, connecting, listening, send, tcpOf } from "./script/tcpScript.ts";
import { Topology, addCard, deviceOptions, held, inject, macAddress, macText, taken } from "./topology.ts";

function receiver(kernel: Kernel, port = 4000): number {
  const fd = udpSocket(kernel);
  expect(sysBind(kernel, fd, address("0.0.0.0", port))).toBe(0);
  return fd;
}

function got(kernel: Kernel, fd: number): number {
  return sysRecvfrom(kernel, fd, new Uint8Array(70_000), flag.MSG_DONTWAIT, null);
}

interface Header {
  readonly options?: number[];
  readonly ttl?: number;
  readonly tos?: number;
}

function packet(source = PEER, destination = HOST, { options, ttl = 64, tos }: Header = {}): Uint8Array {
  const bytes = buildIpv4(source, destination, 17, buildUdp(source, destination, 9, 4000, bytesOf(10)), {
    options,
    tos,
  });
  return resum(bytes, (header) => (header[8] = ttl));
}

/** Changes a header and sums it again. */
function resum(bytes: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  change(bytes);
  bytes.set([0, 0], 10);
  new DataView(bytes.buffer).setUint16(10, internetChecksum(bytes.subarray(0, (bytes[0]! & 15) * 4)));
  return bytes;
}

describe("what comes", () => {
  it("in another version, with a bad sum, with lengths that lie: dropped without a word, and counted [1122:3.1d 1122:3.2.1.1 1122:3.2.1.2]", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const fd = receiver(kernel);
    const bad = [
      resum(packet(), (bytes) => (bytes[0] = 0x65)),
      resum(packet(), (bytes) => (bytes[0] = 0x44)),
      resum(packet(), (bytes) => (bytes[0] = 0x4f)),
      resum(packet(), (bytes) => (bytes[3]! += 1)),
      resum(packet(), (bytes) => (bytes[3] = 19)),
      packet().fill(7, 10, 12),
      packet().subarray(0, 19),
      new Uint8Array(0),
    ];
    for (const one of bad) script.inject(one);
    expect(kernel.net.ipStats.inHdrErrors).toBe(bad.length);
    expect([got(kernel, fd), script.others, held(kernel).heads]).toEqual([-EAGAIN, [], 0]);
    // Links pad.
    const padded = new Uint8Array(100);
    padded.set(packet());
    script.inject(padded);
    expect(got(kernel, fd)).toBe(10);
  });

  it("for or from an address that cannot be: the same [1122:3.2.1.3c 1122:3.2.1.3d 1122:4.1.3.6 gv:udp_discard_mcast_source_addr]", () => {
    const script = new TcpScript();
    const fd = receiver(script.kernel);
    for (const [source, destination] of [
      [PEER, "10.0.0.3"],
      [PEER, "127.0.0.1"],
      [PEER, "240.0.0.1"],
      ["224.0.0.5", HOST],
      ["255.255.255.255", HOST],
      ["10.0.0.255", HOST],
      ["127.0.0.1", HOST],
      ["0.0.0.0", HOST],
      ["0.1.2.3", "255.255.255.255"],
      ["240.0.0.1", HOST],
      [HOST, HOST],
    ] as const) {
      script.inject(packet(source, destination));
      expect({ source, destination, got: got(script.kernel, fd) }).toEqual({ source, destination, got: -EAGAIN });
    }
    expect(script.others).toEqual([]);
    expect(script.kernel.net.ipStats.inAddrErrors).toBe(11);
    // Who has no address yet may ask all.
    script.inject(packet("0.0.0.0", "255.255.255.255"));
    expect(got(script.kernel, fd)).toBe(10);
  });

  it("with little time to live: for this host it is enough [1122:3.2.1.7b]", () => {
    const script = new TcpScript();
    const fd = receiver(script.kernel);
    for (const ttl of [0, 1]) {
      script.inject(packet(PEER, HOST, { ttl }));
      expect(got(script.kernel, fd)).toBe(10);
    }
  });

  it("with options: unknown ones and the stream identifier are passed over, a source route ends here [1122:3.2.1.8c 1122:3.2.1.8e]", () => {
    const script = new TcpScript();
    const fd = receiver(script.kernel);
    for (const options of [
      [136, 4, 1, 2],
      [99, 5, 1, 2, 3, 0, 0, 0],
      [130, 3, 9, 0],
      [131, 7, 8, 10, 0, 0, 9, 0],
      [1, 1, 1, 0],
    ]) {
      script.inject(packet(PEER, HOST, { options }));
      expect({ options, got: got(script.kernel, fd) }).toEqual({ options, got: 10 });
    }
    expect(script.others).toEqual([]);
  });

  it("sent to many by the link, to one by its address: dropped; for another host of the link as well [1122:3.3.6c]", () => {
    const { kernel, dev } = makeRig();
    const fd = receiver(kernel);
    const put = (pktType: number, destination = HOST): number => {
      const bytes = packet(PEER, destination);
      const skb = allocSkb(kernel.net.heads, bytes.length + 16, GFP_ATOMIC)!;
      skbReserve(skb, 16);
      skb.block!.bytes.set(bytes, skbPut(skb, bytes.length));
      skb.protocol = 0x0800;
      skb.pktType = pktType;
      netifRx(skb, dev);
      netRxAction(kernel.net);
      return got(kernel, fd);
    };
    expect([PACKET_HOST, PACKET_BROADCAST, PACKET_OTHERHOST].map((type) => put(type))).toEqual([10, -EAGAIN, -EAGAIN]);
    expect(put(PACKET_BROADCAST, "10.0.0.255")).toBe(10);
    expect(held(kernel).heads).toBe(0);
  });

  it("for all, in each form of that, and for all hosts from the start [1122:3.3.6a 1122:3.3.7a]", () => {
    const script = new TcpScript();
    const fd = receiver(script.kernel);
    for (const destination of ["255.255.255.255", "10.0.0.255", "10.0.0.0", "0.0.0.0", "224.0.0.1"]) {
      script.inject(packet(PEER, destination));
      expect({ destination, got: got(script.kernel, fd) }).toEqual({ destination, got: 10 });
    }
    script.inject(packet(PEER, "224.0.0.2"));
    expect(got(script.kernel, fd)).toBe(-EAGAIN);
  });

  it("with a bad sum of its own: dropped without a word; with none it is taken [1122:4.1.3.4a]", () => {
    const script = new TcpScript();
    const fd = receiver(script.kernel);
    const datagram = buildUdp(PEER, HOST, 9, 4000, bytesOf(10));
    const variants: [(bytes: Uint8Array) => void, number][] = [
      [(bytes) => (bytes[9]! ^= 1), -EAGAIN],
      [(bytes) => (bytes[6]! ^= 1), -EAGAIN],
      [(bytes) => bytes.set([0, 0], 6), 10],
      [(bytes) => bytes.set([0, 7], 4), -EAGAIN],
      [(bytes) => bytes.set([0, 99], 4), -EAGAIN],
    ];
    for (const [change, result] of variants) {
      const bytes = datagram.slice();
      change(bytes);
      script.inject(buildIpv4(PEER, HOST, 17, bytes));
      expect(got(script.kernel, fd)).toBe(result);
    }
    expect(script.others).toEqual([]);
    expect(script.kernel.net.udpStats.inErrors).toBe(4);
    // And what this host sends has one.
    sysSendto(script.kernel, fd, bytesOf(3), 3, 0, address(PEER, 9), 16);
    const { payload } = script.sent.length === 0 ? script.others[0]!.ip : { payload: new Uint8Array(8) };
    expect(payload[6]! + payload[7]!).toBeGreaterThan(0);
  });
});

describe("control messages", () => {
  it("of unknown and of forsaken types are nothing; masks are told to nobody [1122:3.2.2a 1122:3.2.2.9]", () => {
    const script = new TcpScript();
    for (const type of [1, 2, 6, 7, 9, 10, 13, 14, 15, 16, 17, 18, 30, 99, 255]) {
      script.inject(buildIpv4(PEER, HOST, 1, buildIcmp(type, 0, 0, bytesOf(40))));
    }
    expect(script.others).toEqual([]);
    expect(held(script.kernel).heads).toBe(0);
  });

  it("that report errors have no type of service [1122:3.2.2d]", () => {
    const script = new TcpScript();
    script.inject(packet(PEER, HOST, { tos: 0x18 }));
    expect(script.others.map(({ ip }) => [ip.protocol, ip.tos])).toEqual([[1, 0]]);
  });

  it("redirects of nets are heard as those of hosts are; a host sends none [1122:3.2.2.2a 1122:3.2.2.2b]", () => {
    for (const code of [0, 1, 2, 3]) {
      const script = new TcpScript();
      const { kernel } = script;
      addDefaultRoute(kernel.ip, script.dev, inetAddr(GATEWAY));
      const fd = receiver(kernel);
      const to = address("192.0.2.1", 9);
      const hop = (): string => {
        sysSendto(kernel, fd, bytesOf(3), 3, 0, to, 16);
        expect(script.sent).toEqual([]);
        return script.others.splice(0)[0]!.to;
      };
      const before = hop();
      const quoted = buildIpv4(HOST, "192.0.2.1", 17, buildUdp(HOST, "192.0.2.1", 4000, 9, bytesOf(3)));
      script.inject(buildIpv4(GATEWAY, HOST, 1, buildIcmp(5, code, inetAddr(PEER), quoted.subarray(0, 28))));
      expect(hop()).not.toBe(before);
      // A packet that it would have to send back where it came from.
      script.inject(packet(PEER, "192.0.2.7"));
      expect(script.others).toEqual([]);
    }
  });

  it("an echo to many is not answered [1122:3.2.2.6b]", () => {
    const script = new TcpScript();
    for (const asked of ["10.0.0.255", "255.255.255.255", "224.0.0.1"]) {
      script.inject(buildIpv4(PEER, asked, 1, buildIcmp(8, 0, 1, bytesOf(8))));
    }
    expect(script.others).toEqual([]);
  });

  it("an echo comes from the address that was asked [1122:3.3.4.2a]", () => {
    const script = new TcpScript();
    addAddress(script.kernel.ip, script.dev, inetAddr("10.0.0.50"), 24);
    for (const asked of [HOST, "10.0.0.50"]) script.inject(buildIpv4(PEER, asked, 1, buildIcmp(8, 0, 1, bytesOf(8))));
    expect(script.others.map(({ ip }) => ip.source)).toEqual([HOST, "10.0.0.50"]);
  });
});

describe("what goes", () => {
  it("has a time to live [1122:3.2.1.7a]", () => {
    const { kernel, dev } = makeRig();
    const fd = receiver(kernel);
    expect(sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_TTL, sockoptInt(0))).toBe(-EINVAL);
    // For a group 0 means: nobody but this host.
    expect(sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_MULTICAST_TTL, sockoptInt(0))).toBe(0);
    sysSendto(kernel, fd, bytesOf(3), 3, 0, address("224.0.0.1", 9), 16);
    expect(dev.takeFrames()).toEqual([]);
  });

  it("has one source route at most [1122:3.2.1.8g]", () => {
    const { kernel } = makeRig();
    const fd = receiver(kernel);
    const route = [131, 7, 4, 10, 0, 0, 9];
    const set = (options: number[]): number =>
      sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, Uint8Array.from(options));
    expect(set([...route, 0])).toBe(0);
    expect(set([...route, ...route])).toBe(-EINVAL);
  });

  it("needs no router on the link [1122:3.3.1.1b 1122:3.3.1.6]", () => {
    const topology = new Topology();
    const kernel = topology.machine();
    const card = addCard(kernel, "eth0", HOST, 1);
    addNeighbour(kernel.ip, card, inetAddr(PEER), macAddress(2));
    expect(sysSendto(kernel, receiver(kernel), bytesOf(3), 3, 0, address(PEER, 9), 16)).toBe(3);
    expect(taken(card)).toHaveLength(1);
  });

  it("by another router if the first does not answer, until it does [1122:3.3.1.2b 1122:3.3.1.4a 1122:3.3.1.5]", () => {
    const { topology, kernel, card } = twoGateways();
    const fd = receiver(kernel);
    const hops = (): string[] => {
      expect(sysSendto(kernel, fd, bytesOf(3), 3, 0, address("192.0.2.1", 9), 16)).toBe(3);
      return card
        .takeFrames()
        .map((bytes) => `${parseFrame(bytes).etherType === 0x0806 ? "asks" : "goes"} ${parseFrame(bytes).destination}`);
    };
    expect(hops()).toEqual(["asks ff:ff:ff:ff:ff:ff"]);
    topology.run(5000);
    card.takeFrames();
    expect(hops()).toEqual([`goes ${macText(12)}`]);
    // The same for what passes through.
    kernel.net.sysctl.ipForward = true;
    inject(kernel, card, packet(PEER, "192.0.2.9"));
    expect(
      taken(card)
        .filter(({ ip }) => ip.protocol === 17)
        .map(({ to }) => to),
    ).toEqual([macText(12)]);
    addNeighbour(kernel.ip, card, inetAddr("10.0.0.11"), macAddress(11));
    addDefaultRoute(kernel.ip, card, inetAddr("10.0.0.11"), 0);
    expect(hops()).toEqual([`goes ${macText(11)}`]);
  });

  it("by the first again if none answers: perhaps it was the question that was lost", () => {
    const { kernel, card } = twoGateways(false);
    const fd = receiver(kernel);
    for (let round = 0; round < 4; round += 1) {
      sysSendto(kernel, fd, bytesOf(3), 3, 0, address("192.0.2.1", 9), 16);
      expect(card.takeFrames().length).toBeGreaterThan(0);
      for (let nth = 0; nth < 4; nth += 1) neighTimer(kernel.ip.neighbours);
    }
    expect(held(kernel).timers).toBeLessThan(3);
  });

  /** Two routers, of which the second is known. */
  function twoGateways(knowsSecond = true): { topology: Topology; kernel: Kernel; card: ReturnType<typeof addCard> } {
    const topology = new Topology();
    const kernel = topology.machine();
    const card = addCard(kernel, "eth0", HOST, 1);
    addDefaultRoute(kernel.ip, card, inetAddr("10.0.0.12"), 1);
    addDefaultRoute(kernel.ip, card, inetAddr("10.0.0.11"), 0);
    if (knowsSecond) addNeighbour(kernel.ip, card, inetAddr("10.0.0.12"), macAddress(12));
    return { topology, kernel, card };
  }

  it("what the path takes can be asked [1122:3.3.3a]", () => {
    const { kernel } = makeRig({ mtu: 1400 });
    const fd = receiver(kernel);
    const value = new Uint8Array(4);
    expect(sysGetsockopt(kernel, fd, flag.SOL_IP, flag.IP_MTU, value)).toBeLessThan(0);
    expect(sysConnect(kernel, fd, address(PEER, 9))).toBe(0);
    expect(sysGetsockopt(kernel, fd, flag.SOL_IP, flag.IP_MTU, value)).toBe(4);
    expect(get32(value, 0)).toBe(1400);
  });
});

describe("fragments", () => {
  /** The fragments of a datagram of `length` bytes, cut at multiples of `step`. */
  function pieces(length: number, step: number, header: Header = {}): Uint8Array[] {
    const whole = buildUdp(PEER, HOST, 9, 4000, bytesOf(length));
    const cut: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += step) {
      const fragment = (at + step < whole.length ? 0x2000 : 0) | (at / 8);
      cut.push(buildIpv4(PEER, HOST, 17, whole.subarray(at, at + step), { ...header, id: 3, fragment }));
    }
    return cut;
  }

  it("make datagrams of every length up to the longest there is; what would be longer is dropped [1122:3.3.2a 791:10 791:11]", () => {
    for (const [length, step] of [
      [548, 64],
      [548, 8],
      [9000, 1480],
      [65_507, 1480],
      [65_507, 8176],
    ] as const) {
      const script = new TcpScript();
      const fd = receiver(script.kernel);
      expect(sysSetsockopt(script.kernel, fd, flag.SOL_SOCKET, flag.SO_RCVBUF, sockoptInt(131_071))).toBe(0);
      for (const piece of pieces(length, step)) script.inject(piece);
      expect({ step, got: got(script.kernel, fd) }).toEqual({ step, got: length });
      expect(held(script.kernel).heads).toBe(0);
    }
    const script = new TcpScript();
    script.inject(buildIpv4(PEER, HOST, 17, bytesOf(1000), { fragment: 8190 }));
    expect(script.kernel.net.ipStats.reasmFails).toBe(1);
    expect(held(script.kernel).heads).toBe(0);
  });

  it("the whole has the header of the first [791:18]", () => {
    const script = new TcpScript();
    const fd = sysSocket(script.kernel, AF_INET, flag.SOCK_RAW, 17);
    const [first, second] = pieces(100, 56, { tos: 8 }) as [Uint8Array, Uint8Array];
    const other = buildIpv4(PEER, HOST, 17, first.subarray(20), {
      tos: 8,
      id: 3,
      fragment: 0x2000,
      options: [148, 4, 0, 0],
    });
    script.inject(second);
    script.inject(other);
    const buffer = new Uint8Array(200);
    expect(sysRecvfrom(script.kernel, fd, buffer, flag.MSG_DONTWAIT, null)).toBe(24 + 108);
    expect([...buffer.subarray(0, 2), ...buffer.subarray(2, 4), ...buffer.subarray(6, 8)]).toEqual([
      0x46, 8, 0, 132, 0, 0,
    ]);
    expect([...buffer.subarray(20, 24)]).toEqual([148, 4, 0, 0]);
    expect(internetChecksum(buffer.subarray(0, 24))).toBe(0);
  });

  it("68 bytes are the least that every link takes [791:9]", () => {
    const topology = new Topology();
    const kernel = topology.machine({ sysctl: { ipForward: true } });
    const left = addCard(kernel, "left", "10.0.0.1", 1);
    const right = addCard(kernel, "right", "10.0.1.1", 2, 68);
    addNeighbour(kernel.ip, right, inetAddr("10.0.1.7"), macAddress(17));
    const forward = (payload: number, options: number[]): number[] => {
      inject(kernel, left, buildIpv4(PEER, "10.0.1.7", 99, bytesOf(payload), { options }));
      return taken(right).map(({ ip }) => ip.totalLength);
    };
    expect(forward(48, [])).toEqual([68]);
    expect(forward(8, Array<number>(40).fill(1))).toEqual([68]);
    expect(forward(16, Array<number>(40).fill(1))).toEqual([68, 68]);
  });
});

it("a device that is only there is no harm [part:null]", () => {
  const { kernel } = makeRig();
  const dev = new NullDevice(kernel.net, new Noqueue(), deviceOptions("null0", 5));
  addDevice(kernel.ip, dev);
  addAddress(kernel.ip, dev, inetAddr("172.16.0.1"), 12);
  expect(sysSendto(kernel, receiver(kernel), bytesOf(3), 3, 0, address("172.31.0.9", 9), 16)).toBe(3);
});

describe("TCP over IP's options", () => {
  it("unknown options do not disturb it [MUST-50]", () => {
    const { script, fd } = listening();
    const syn = buildSegment({
      source: PEER,
      destination: HOST,
      sourcePort: 5000,
      destinationPort: 80,
      seq: 5,
      flags: 2,
    });
    script.inject(buildIpv4(PEER, HOST, 6, syn.subarray(20), { options: [99, 4, 1, 2] }));
    expect(script.take().segment.flags).toBe(18);
    expect(tcpOf(script.kernel, fd).requests).toHaveLength(1);
  });

  it("a source route of the user's is sent with every segment, and summed for its end [MUST-51]", () => {
    const route = Uint8Array.of(131, 7, 4, 10, 0, 0, 254, 0);
    const { script } = connecting({
      prepare: (kernel, fd) => expect(sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, route)).toBe(0),
    });
    const frames = script.dev.takeFrames().map((bytes) => parseIpv4(parseFrame(bytes).payload));
    expect(frames).toHaveLength(1);
    const [syn] = frames as [Ipv4Packet];
    expect(syn.destination).toBe(GATEWAY);
    expect([...syn.options]).toEqual([131, 7, 4, 10, 0, 0, 2, 0]);
    expect(readSegment(syn.payload, HOST, PEER).checksumIsGood).toBe(true);
  });

  describe("a source route that came", () => {
    // By 10.0.0.254 and the peer's own router 192.0.2.1: each has put down the address by which it sent the packet on.
    const came = [131, 11, 12, 192, 0, 2, 1, 10, 0, 0, 254, 1];
    const seen = (script: TcpScript): { destination: string; options: number[]; flags: number; good: boolean }[] =>
      script.dev.takeFrames().map((bytes) => {
        const { destination, options, payload } = parseIpv4(parseFrame(bytes).payload);
        const { flags, checksumIsGood } = readSegment(payload, HOST, PEER);
        return { destination, options: [...options], flags, good: checksumIsGood };
      });
    const put = (script: TcpScript, fields: Partial<SegmentFields>, options: number[]): void => {
      const segment = { source: PEER, destination: HOST, sourcePort: 5000, destinationPort: 80, seq: 5, flags: 16 };
      const bytes = buildIpv4(PEER, HOST, 6, buildSegment({ ...segment, ...fields }).subarray(20), { options });
      inject(script.kernel, script.dev, bytes);
    };
    /** A connection from PEER, whose segments have these options; what answers it. */
    function opened(options: number[], prepare?: (kernel: Kernel, fd: number) => void, accepts = true) {
      const { script, fd } = listening({ sysctl: { ipAcceptSourceRoute: accepts }, prepare });
      addNeighbour(script.kernel.ip, script.dev, inetAddr("10.0.0.99"), macAddress(99));
      put(script, { flags: 2 }, options);
      const answers = seen(script);
      put(script, { seq: 6, ack: (tcpOf(script.kernel, fd).requests[0]!.iss + 1) | 0 }, options);
      const child = sysAccept(script.kernel, fd, null, flag.MSG_DONTWAIT);
      expect(child).toBeGreaterThanOrEqual(0);
      const say = (): void => expect(sysSend(script.kernel, child, bytesOf(10), 10, 0)).toBe(10);
      say();
      return { script, child, tp: tcpOf(script.kernel, child), answers: [...answers, ...seen(script)], say };
    }
    // The last place is for whom it is for in the end.
    const byRoute = { destination: GATEWAY, options: [131, 11, 4, 192, 0, 2, 1, 10, 0, 0, 2, 0], good: true };

    it("is the way of all answers, the other way round [MUST-53 1122:3.2.1.8f]", () => {
      const { answers, tp } = opened(came);
      expect(answers).toEqual([
        { ...byRoute, flags: 18 },
        { ...byRoute, flags: 24 },
      ]);
      expect(tp.mssCache).toBe(536 - 12);
    });

    it("is not, if the administrator does not want it", () => {
      const { answers } = opened(came, undefined, false);
      expect(answers).toMatchObject([
        { destination: PEER, options: [], flags: 18, good: true },
        { destination: PEER, options: [], flags: 24, good: true },
      ]);
    });

    it("gives way to the user's [MUST-52]", () => {
      const route = Uint8Array.of(131, 11, 4, 10, 0, 0, 254, 10, 0, 0, 77, 0);
      const set = (kernel: Kernel, fd: number): void =>
        expect(sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, route)).toBe(0);
      const users = { destination: GATEWAY, options: [131, 11, 4, 10, 0, 0, 77, 10, 0, 0, 2, 0], good: true };
      expect(opened(came, set).answers).toEqual([
        { ...users, flags: 18 },
        { ...users, flags: 24 },
      ]);
      // And where this host has opened the connection.
      const { script, fd, tp } = connecting({ sysctl: { ipAcceptSourceRoute: true }, prepare: set });
      const [syn] = seen(script);
      put(script, { sourcePort: 80, destinationPort: 4000, seq: 7, ack: (tp.iss + 1) | 0, flags: 18 }, came);
      expect(sysSend(script.kernel, fd, bytesOf(5), 5, 0)).toBe(5);
      for (const one of [syn, ...seen(script)]) expect(one).toMatchObject(users);
    });

    it("is followed if it changes, but for the user's [SHLD-24]", () => {
      const { script, child, tp, say } = opened([]);
      const ack = (): void => put(script, { seq: 6, ack: tp.sndNxt }, came);
      ack();
      say();
      expect(seen(script)).toEqual([{ ...byRoute, flags: 24 }]);
      const other = [131, 7, 8, 10, 0, 0, 99, 1];
      put(script, { seq: 6, ack: tp.sndNxt }, other);
      const kept = tp.cameBy;
      put(script, { seq: 6, ack: tp.sndNxt }, other);
      expect(tp.cameBy).toBe(kept);
      say();
      expect(seen(script)).toMatchObject([{ destination: "10.0.0.99", options: [131, 7, 4, 10, 0, 0, 2, 0] }]);
      expect(sysSetsockopt(script.kernel, child, flag.SOL_IP, flag.IP_OPTIONS, new Uint8Array(0))).toBe(0);
      ack();
      say();
      expect(seen(script)).toMatchObject([{ options: [] }]);
    });

    it("is the way of an echo", () => {
      const script = new TcpScript({ sysctl: { ipAcceptSourceRoute: true } });
      inject(script.kernel, script.dev, buildIpv4(PEER, HOST, 1, buildIcmp(8, 0, 7, bytesOf(8)), { options: came }));
      const [reply] = script.dev.takeFrames().map((bytes) => parseIpv4(parseFrame(bytes).payload));
      expect(reply).toMatchObject({ destination: GATEWAY });
      expect([...reply!.options]).toEqual(byRoute.options);
    });

    it("does no harm if it is nonsense", () => {
      for (const options of [
        [131, 3, 4, 0],
        [131, 7, 8, 10, 0, 0, 2, 0],
        [131, 6, 8, 10, 0, 0, 2, 0],
        [137, 4, 5, 10],
      ]) {
        const script = new TcpScript({ sysctl: { ipAcceptSourceRoute: true } });
        inject(script.kernel, script.dev, buildIpv4(PEER, HOST, 1, buildIcmp(8, 0, 7, bytesOf(8)), { options }));
        const [reply] = script.dev.takeFrames().map((bytes) => parseIpv4(parseFrame(bytes).payload));
        expect([...(reply?.options ?? [])]).toEqual([]);
      }
    });
  });

  it("doubts about the route begin with the third repetition, and are not the end [SHLD-10]", () => {
    const opened = active();
    send(opened, 1, 10);
    const kept = [1, 2, 3].map(() => {
      const before = opened.tp.retransmits;
      while (opened.tp.retransmits === before) opened.script.advance(10);
      return opened.tp.dstCache !== null && opened.tp.dstCache.obsolete === 0;
    });
    expect(kept.slice(0, 2)).toEqual([true, true]);
    expect(opened.tp.dstCache).toBeNull();
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
  });
});
