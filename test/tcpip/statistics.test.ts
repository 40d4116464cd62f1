/** Every counter counts what it is for, once each time, and there is none that nothing counts (RFC 2011, 2013, 4022). */
import { sysListen, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { ENETUNREACH } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { FaultInjection } from "../../fixtures/tcpip/stack/slab.ts";
import { IcmpStats, IpStats, RouteCacheStats, TcpStats, UdpStats } from "../../fixtures/tcpip/stack/stats.ts";
import { AF_INET, SIN_SIZE } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4 } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { HOST, PEER, address, bytesOf, connectedSocket, makeRig, udpSocket } from "./rig.ts";
import { TcpScript, active, connecting, listening, passive, send, setOption, type Opened } from "./script/tcpScript.ts";
import { Topology, addCard, inject } from "./topology.ts";
import { THERE, World } from "./world.ts";

/** How much a counter has grown, of a machine that something happens to. */
type Event = () => { readonly kernel: Kernel };

const icmpPacket = (type: number, code: number, rest: number, body: Uint8Array): Uint8Array =>
  buildIpv4(PEER, HOST, 1, buildIcmp(type, code, rest, body));

/** Packets come in. */
function came(...packets: readonly Uint8Array[]): { kernel: Kernel; script: TcpScript } {
  const script = new TcpScript();
  connectedSocket(script.kernel);
  for (const packet of packets) script.inject(packet);
  return { kernel: script.kernel, script };
}

const udp = (port = 4000, from = 5000): Uint8Array =>
  buildIpv4(PEER, HOST, 17, buildUdp(PEER, HOST, from, port, bytesOf(8)));

function damaged(packet: Uint8Array, at: number): Uint8Array {
  packet[at]! ^= 1;
  return packet;
}

function fragment(offset: number, more: boolean, length: number): Uint8Array {
  return buildIpv4(PEER, HOST, 17, bytesOf(length), { id: 7, fragment: (more ? 0x2000 : 0) | (offset / 8) });
}

/** A datagram goes out. */
function went(length: number, prepare?: (kernel: Kernel, fd: number) => void): { kernel: Kernel } {
  const { kernel } = makeRig();
  const fd = connectedSocket(kernel);
  prepare?.(kernel, fd);
  sysSend(kernel, fd, bytesOf(length), length, 0);
  return { kernel };
}

/** A machine between two links is given a packet for somebody behind it. */
function forwarded(length: number, mtu = 1500, fragmentField = 0): { kernel: Kernel } {
  const kernel = new Topology().machine({ sysctl: { ipForward: true } });
  const inner = addCard(kernel, "eth0", "10.0.0.1", 1);
  addCard(kernel, "eth1", "192.0.2.1", 2, mtu);
  inject(kernel, inner, buildIpv4("10.0.0.2", "192.0.2.2", 17, bytesOf(length), { fragment: fragmentField }));
  return { kernel };
}

/** A connection, or the beginning of one, to which a script happens. */
function script(opened: { script: TcpScript }, lines: string): { kernel: Kernel } {
  opened.script.run(lines);
  return { kernel: opened.script.kernel };
}

function flight(lines: string, options: Parameters<typeof active>[0] = {}): { kernel: Kernel } {
  const opened = active(options);
  opened.tp.nonagle = 1;
  opened.tp.cwnd = 8;
  send(opened, 1, 5000);
  opened.script.sent.length = 0;
  return script(opened, lines);
}

/** A connection that is past its first acknowledgements, which do not wait. */
function idle(): Opened {
  const opened = active();
  opened.tp.ackQuick = 0;
  opened.tp.ackLastRcv = opened.script.now;
  return opened;
}

/** One SYN more than are remembered. */
function cookie(): TcpScript {
  const { script: one } = listening({ sysctl: { tcpMaxSynBacklog: 4 } });
  for (let port = 1; one.kernel.net.tcpStats.syncookiesSent === 0; port += 1) {
    one.peerPort = 10_000 + port;
    one.segment({ seq: one.peerIsn, flags: 2, options: [2, 4, 5, 0xb4] });
  }
  return one;
}

/** A socket without a peer sends to each of these. */
function unconnected(...to: readonly string[]): { kernel: Kernel } {
  const { kernel } = makeRig();
  const fd = udpSocket(kernel);
  for (const one of to) sysSendto(kernel, fd, bytesOf(8), 8, 0, address(one, 9), SIN_SIZE);
  return { kernel };
}

/** Two hosts whose routes are kept in the same place: the first is in the way when the second is looked for. */
function sameBucket(): [string, string] {
  const hosts = Array.from({ length: 250 }, (_, nth) => `${nth + 11}.${nth % 7}.0.9`);
  for (const other of hosts.slice(1)) {
    if (unconnected(hosts[0]!, other).kernel.net.rtStats.hashSearch === 1) return [hosts[0]!, other];
  }
  throw new Error("none of them");
}

type Counted<T> = Record<keyof T, readonly [number, Event]>;

const ip: Counted<IpStats> = {
  inReceives: [2, () => came(udp(), damaged(udp(), 11))],
  inHdrErrors: [1, () => came(damaged(udp(), 11))],
  inAddrErrors: [1, () => came(buildIpv4(PEER, "10.0.0.77", 17, bytesOf(20)))],
  inDelivers: [1, () => came(udp(), buildIpv4(PEER, HOST, 200, bytesOf(20)))],
  inDiscards: [
    1,
    () => {
      const one = new TcpScript({ sysctl: { rmemDefault: 1 } });
      sysSocket(one.kernel, AF_INET, flag.SOCK_RAW, 200);
      one.inject(buildIpv4(PEER, HOST, 200, bytesOf(200)));
      return one;
    },
  ],
  inUnknownProtos: [1, () => came(buildIpv4(PEER, HOST, 200, bytesOf(20)))],
  forwDatagrams: [1, () => forwarded(100)],
  reasmReqds: [2, () => came(fragment(0, true, 16), fragment(16, false, 8))],
  reasmOks: [1, () => came(fragment(0, true, 16), fragment(16, false, 8))],
  reasmFails: [
    1,
    () => {
      const one = came(fragment(0, true, 16));
      one.script.advance(60_000);
      return one;
    },
  ],
  outRequests: [1, () => went(100)],
  outDiscards: [1, () => went(100, (kernel) => (kernel.net.memory.faults = new FaultInjection(1)))],
  outNoRoutes: [
    1,
    () => {
      const kernel = new Topology().machine();
      addCard(kernel, "eth0", HOST, 1);
      const to = address("192.0.2.7", 9);
      expect(sysSendto(kernel, udpSocket(kernel), bytesOf(8), 8, 0, to, SIN_SIZE)).toBe(-ENETUNREACH);
      return { kernel };
    },
  ],
  fragOks: [1, () => forwarded(1000, 576)],
  fragFails: [1, () => forwarded(1000, 576, 0x4000)],
  fragCreates: [3, () => went(4000)],
};

const icmp: Counted<IcmpStats> = {
  inMsgs: [2, () => came(icmpPacket(8, 0, 0, bytesOf(8)), damaged(icmpPacket(8, 0, 0, bytesOf(8)), 25))],
  inErrors: [1, () => came(damaged(icmpPacket(8, 0, 0, bytesOf(8)), 25))],
  outErrors: [1, () => came(udp(9))],
  outEchoReplies: [1, () => came(icmpPacket(8, 0, 0, bytesOf(8)))],
};

const datagrams: Counted<UdpStats> = {
  inDatagrams: [1, () => came(udp(), udp(9))],
  noPorts: [1, () => came(udp(), udp(9))],
  inErrors: [1, () => came(damaged(udp(), 30))],
  outDatagrams: [1, () => went(100)],
};

const tcp: Counted<TcpStats> = {
  activeOpens: [1, () => connecting().script],
  passiveOpens: [1, () => passive().script],
  attemptFails: [1, () => script(connecting(), "out S 0\n in R. 0 ack 1")],
  estabResets: [1, () => script(active(), "in R 1")],
  // The answer to the SYN, and what follows it.
  inSegs: [3, () => script(active(), "in P. 1+10 ack 1\n in P. 11+10 ack 1")],
  inErrs: [
    1,
    () => {
      const opened = active();
      opened.script.segment({ seq: opened.tp.rcvNxt, ack: opened.tp.sndNxt, flags: 16, badChecksum: true });
      return opened.script;
    },
  ],
  // SYN, its acknowledgement, two segments; what is sent again does not count.
  outSegs: [
    4,
    () => {
      const opened = active();
      send(opened, 1, 2000);
      opened.script.advance(2000);
      expect(opened.script.kernel.net.tcpStats.retransSegs).toBeGreaterThan(0);
      return opened.script;
    },
  ],
  retransSegs: [2, () => flight("+200\n +400")],
  timeouts: [2, () => flight("+200\n +400")],
  fastRetransmits: [1, () => flight("in . 1 ack 1\n in . 1 ack 1\n in . 1 ack 1")],
  outRsts: [1, () => script(listening(), "in . 0 ack 5\n out R 5")],
  delayedAcks: [1, () => script(idle(), "in P. 1+10 ack 1")],
  challengeAcks: [1, () => script(active(), "in S 1\n out . 1 ack 1")],
  pawsDrops: [1, () => script(active({ syn: "win 65535 ts 1000 0" }), "in . 1 ack 1 ts 9 0")],
  listenOverflows: [
    1,
    () => {
      const { script: one, fd } = listening();
      expect(sysListen(one.kernel, fd, 1)).toBe(0);
      for (const port of [6001, 6002]) {
        one.peerPort = port;
        one.segment({ seq: one.peerIsn, flags: 2 });
        const answer = one.sent.shift();
        if (answer === undefined) break;
        one.segment({ seq: (one.peerIsn + 1) | 0, ack: (answer.segment.seq + 1) | 0, flags: 16 });
      }
      return one;
    },
  ],
  syncookiesSent: [1, () => cookie()],
  syncookiesRecv: [
    1,
    () => {
      const one = cookie();
      const { seq } = one.sent.at(-1)!.segment;
      one.segment({ seq: (one.peerIsn + 1) | 0, ack: (seq + 1) | 0, flags: 16 });
      return one;
    },
  ],
  rcvPruned: [
    1,
    () => {
      const opened = active();
      opened.tp.rcvbuf = 1000;
      return script(opened, "in . 1+1000 ack 1");
    },
  ],
  blackHoles: [1, () => flight("+2000", { syn: "win 65535 mss 1460" })],
  abortOnTimeout: [1, () => flight("+3000000")],
  // After two hours of silence, and 75 seconds later.
  keepAlives: [
    2,
    () => {
      const opened = active();
      setOption(opened, flag.SOL_SOCKET, flag.SO_KEEPALIVE, 1);
      return script(opened, "+7200000\n out . 0 ack 1\n +75000\n out . 0 ack 1");
    },
  ],
};

const routes: Counted<RouteCacheStats> = {
  inHit: [1, () => came(udp(), udp())],
  inSlowTot: [1, () => came(udp(), udp())],
  inMartian: [1, () => came(buildIpv4("127.0.0.1", HOST, 17, bytesOf(20)))],
  outHit: [1, () => unconnected(PEER, PEER)],
  outSlowTot: [1, () => unconnected(PEER, PEER)],
  outSlowMc: [1, () => unconnected("224.0.0.9")],
  hashSearch: [1, () => unconnected(...sameBucket())],
};

it.each([
  ["IP", "ipStats", new IpStats(), ip],
  ["ICMP", "icmpStats", new IcmpStats(), icmp],
  ["UDP", "udpStats", new UdpStats(), datagrams],
  ["TCP", "tcpStats", new TcpStats(), tcp],
  ["routes", "rtStats", new RouteCacheStats(), routes],
] as const)("%s: each counter has an event that it counts [part:statistics]", (_, where, fresh, counted) => {
  expect(Object.keys(counted).sort()).toEqual(Object.keys(fresh).sort());
  for (const [name, [count, event]] of Object.entries(counted as Counted<Record<string, number>>)) {
    const stats = event().kernel.net[where] as unknown as Record<string, number>;
    expect({ name, count: stats[name] }).toEqual({ name, count });
  }
});

it("devices count packets and bytes, each way, and what they lose [part:statistics]", () => {
  const world = new World();
  const fd = udpSocket(world.here);
  for (let nth = 0; nth < 3; nth += 1) {
    expect(sysSendto(world.here, fd, bytesOf(100), 100, 0, address(THERE, 9), SIN_SIZE)).toBe(100);
  }
  world.run(10);
  const frame = 14 + 20 + 8 + 100;
  expect(world.hereDev.stats).toMatchObject({ txPackets: 3, txBytes: 3 * frame, txDropped: 0 });
  // What comes up has no link header any more.
  expect(world.thereDev.stats).toMatchObject({ rxPackets: 3, rxBytes: 3 * (frame - 14), rxDropped: 0 });
  const { kernel, dev } = makeRig({ instant: false });
  dev.qdisc = new Noqueue();
  const sender = connectedSocket(kernel);
  for (let nth = 0; nth < 256 + 1; nth += 1) sysSend(kernel, sender, bytesOf(8), 8, 0);
  expect(dev.stats).toMatchObject({ txPackets: 256, txDropped: 1 });
});
