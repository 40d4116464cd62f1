/** What an administrator may set: each setting has an effect, and that alone is asked for here. None is left out. */
import { addDefaultRoute } from "../../fixtures/tcpip/network/configure.ts";
import {
  sysAccept,
  sysBind,
  sysClose,
  sysGetsockopt,
  sysListen,
  sysSetsockopt,
  sysShutdown,
  sysSocket,
} from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { EADDRNOTAVAIL } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { netRxAction, netifRx } from "../../fixtures/tcpip/stack/netifRx.ts";
import { allocSkb, kfreeSkb, skbPut } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { Sysctl } from "../../fixtures/tcpip/stack/sysctl.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, SIN_SIZE } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4 } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { parseFrame } from "./checker/parse.ts";
import { GATEWAY, HOST, PEER, address, bytesOf, connectedSocket, makeRig, takeDatagrams, udpSocket } from "./rig.ts";
import { TcpScript, active, connecting, listening, send, type Opened } from "./script/tcpScript.ts";

type Settings = Partial<Sysctl>;
/** What is seen of a machine with these settings. */
type Observe = (sysctl: Settings) => unknown;
type Row<K extends keyof Sysctl> = readonly [Observe, ...(readonly [Sysctl[K], unknown])[]];

const FAR = "192.0.2.9";

function option(kernel: Kernel, fd: number, level: number, name: number): number {
  const value = new Uint8Array(4);
  expect(sysGetsockopt(kernel, fd, level, name, value)).toBe(4);
  return new DataView(value.buffer).getInt32(0);
}

/** The first datagram of a connected socket. */
const datagram = (sysctl: Settings): ReturnType<typeof takeDatagrams>[number] => {
  const { kernel, dev } = makeRig({ sysctl });
  sysSend(kernel, connectedSocket(kernel), bytesOf(8), 8, 0);
  return takeDatagrams(dev)[0]!;
};

function firstPort(sysctl: Settings): number {
  const { kernel, dev } = makeRig({ sysctl });
  sysSendto(kernel, udpSocket(kernel), bytesOf(1), 1, 0, address(PEER, 9), SIN_SIZE);
  return takeDatagrams(dev)[0]!.udp.sourcePort;
}

/** A SYN has come and was answered. */
function halfOpen(sysctl: Settings): TcpScript {
  const { script } = listening({ sysctl });
  script.run("in S 0 mss 1000");
  return script;
}

const stream = (kernel: Kernel): number => sysSocket(kernel, AF_INET, flag.SOCK_STREAM, 0);
const buffer =
  (type: number, name: number, wanted?: number): Observe =>
  (sysctl) => {
    const { kernel } = makeRig({ sysctl });
    const fd = sysSocket(kernel, AF_INET, type, 0);
    if (wanted !== undefined) sysSetsockopt(kernel, fd, flag.SOL_SOCKET, name, sockoptInt(wanted));
    return option(kernel, fd, flag.SOL_SOCKET, name);
  };

/** A machine that hears packets. */
function hearing(sysctl: Settings, ...packets: readonly Uint8Array[]): TcpScript {
  const script = new TcpScript({ sysctl });
  for (const packet of packets) script.inject(packet);
  return script;
}

const fragment = (offset: number, more: boolean): Uint8Array =>
  buildIpv4(PEER, HOST, 17, bytesOf(16), { id: 7, fragment: (more ? 0x2000 : 0) | (offset / 8) });
const icmp = (
  from: string,
  type: number,
  code: number,
  rest: number,
  body: Uint8Array,
  options?: number[],
): Uint8Array => buildIpv4(from, HOST, 1, buildIcmp(type, code, rest, body), { options });

/** The kinds of options of our SYN. */
const synKinds = (sysctl: Settings): number[] =>
  connecting({ sysctl })
    .script.take()
    .segment.options.map(({ kind }) => kind);
const has =
  (kind: number): Observe =>
  (sysctl) =>
    synKinds(sysctl).includes(kind);

/** When something was sent, from the first on, within so much time. */
function times(script: TcpScript, within: number): number[] {
  // What was sent just now has this time, not that of the next event.
  const before = script.sent.splice(0);
  script.advance(within);
  const all = [...before, ...script.sent.splice(0)].map(({ at }) => at);
  return all.map((at) => at - all[0]!);
}

/** One segment that nobody acknowledges. */
function unanswered(sysctl: Settings, syn = "win 65535 mss 1460"): Opened {
  const opened = active({ sysctl, syn });
  opened.tp.nonagle = 1;
  send(opened, 1, 1460);
  return opened;
}

function handshakes(script: TcpScript, count: number): void {
  for (let port = 1; port <= count; port += 1) {
    script.peerPort = 6000 + port;
    script.segment({ seq: script.peerIsn, flags: 2 });
    const answer = script.sent.splice(0).at(-1);
    if (answer !== undefined) {
      script.segment({ seq: (script.peerIsn + 1) | 0, ack: (answer.segment.seq + 1) | 0, flags: 16 });
    }
  }
}

function flood(sysctl: Settings, count: number): TcpScript {
  const { script } = listening({ sysctl });
  for (let port = 1; port <= count; port += 1) {
    script.peerPort = 10_000 + port;
    script.segment({ seq: script.peerIsn, flags: 2 });
  }
  return script;
}

/** How long a state lasts, to the millisecond. */
function lasts(opened: Opened, state: number, most = 1_000_000): number {
  expect(opened.tp.state).toBe(state);
  const begin = opened.script.now;
  while (opened.tp.state === state && opened.script.now - begin < most) opened.script.advance(1);
  return opened.script.now - begin;
}

const keepalive = (sysctl: Settings): number[] => {
  const opened = active({ sysctl });
  sysSetsockopt(opened.script.kernel, opened.fd, flag.SOL_SOCKET, flag.SO_KEEPALIVE, sockoptInt(1));
  const begin = opened.script.now;
  opened.script.advance(200_000);
  return opened.script.sent.map(({ at }) => at - begin);
};

const settings: { [K in keyof Sysctl]: Row<K> } = {
  ipDefaultTtl: [(sysctl) => datagram(sysctl).ip.ttl, [9, 9], [64, 64]],
  ipNoPmtuDisc: [(sysctl) => datagram(sysctl).ip.dontFragment, [true, false], [false, true]],
  ipLocalPortMin: [(sysctl) => firstPort(sysctl), [40_000, 40_000], [50_000, 50_000]],
  ipLocalPortMax: [
    (sysctl) => {
      const { kernel } = makeRig({ sysctl: { ipLocalPortMin: 50_000, ...sysctl } });
      const sent = (): boolean =>
        sysSendto(kernel, udpSocket(kernel), bytesOf(1), 1, 0, address(PEER, 9), SIN_SIZE) === 1;
      return [1, 2, 3, 4].filter(sent).length;
    },
    [50_000, 1],
    [50_002, 3],
  ],
  ipNonlocalBind: [
    (sysctl) => {
      const { kernel } = makeRig({ sysctl });
      return sysBind(kernel, udpSocket(kernel), address("10.0.0.77", 9));
    },
    [false, -EADDRNOTAVAIL],
    [true, 0],
  ],
  ipAcceptRedirects: [
    (sysctl) => {
      const script = hearing(sysctl);
      addDefaultRoute(script.kernel.ip, script.dev, inetAddr(GATEWAY));
      const fd = udpSocket(script.kernel);
      const next = (): string => {
        sysSendto(script.kernel, fd, bytesOf(4), 4, 0, address(FAR, 9), SIN_SIZE);
        expect(script.sent).toEqual([]);
        return script.others.splice(0).at(-1)!.to;
      };
      const first = next();
      const about = buildIpv4(HOST, FAR, 17, buildUdp(HOST, FAR, 9, 9, bytesOf(4)));
      script.inject(icmp(GATEWAY, 5, 1, inetAddr(PEER), about));
      return next() !== first;
    },
    [true, true],
    [false, false],
  ],
  ipAcceptSourceRoute: [
    (sysctl) => {
      const route = [131, 7, 8, ...GATEWAY.split(".").map(Number), 0];
      return hearing(sysctl, icmp(PEER, 8, 0, 1, bytesOf(8), route)).others[0]!.ip.options.length > 0;
    },
    [false, false],
    [true, true],
  ],
  ipForward: [
    (sysctl) => hearing(sysctl, buildIpv4(PEER, FAR, 17, bytesOf(8))).kernel.net.ipStats.forwDatagrams,
    [false, 0],
    [true, 1],
  ],
  ipSendRedirects: [
    (sysctl) => {
      const script = new TcpScript({ sysctl: { ipForward: true, ...sysctl } });
      addDefaultRoute(script.kernel.ip, script.dev, inetAddr(GATEWAY));
      script.inject(buildIpv4(PEER, FAR, 17, bytesOf(8)));
      return script.others.filter(({ ip }) => ip.protocol === 1 && ip.payload[0] === 5).length;
    },
    [true, 1],
    [false, 0],
  ],
  ipFragTime: [
    (sysctl) => {
      const script = hearing(sysctl, fragment(0, true));
      script.advance(2000);
      return script.kernel.net.ipStats.reasmFails;
    },
    [1000, 1],
    [5000, 0],
  ],
  ipFragHighThresh: [
    (sysctl) => hearing(sysctl, fragment(0, true), fragment(16, false)).kernel.net.ipStats.reasmOks,
    [100, 0],
    [100_000, 1],
  ],
  ipPmtuExpires: [
    (sysctl) => {
      const script = hearing(sysctl);
      const fd = connectedSocket(script.kernel);
      const about = buildIpv4(HOST, PEER, 17, buildUdp(HOST, PEER, 4000, 5000, bytesOf(1000)));
      script.inject(icmp(GATEWAY, 3, 4, 600, about));
      const mtu = (): number => {
        sysSend(script.kernel, fd, bytesOf(4), 4, 0);
        return option(script.kernel, fd, flag.SOL_IP, flag.IP_MTU);
      };
      const before = mtu();
      script.advance(2000);
      return [before, mtu()];
    },
    [1000, [600, 1500]],
    [5000, [600, 600]],
  ],
  wmemDefault: [buffer(flag.SOCK_DGRAM, flag.SO_SNDBUF), [9999, 9999], [65_535, 65_535]],
  rmemDefault: [buffer(flag.SOCK_DGRAM, flag.SO_RCVBUF), [9999, 9999], [65_535, 65_535]],
  wmemMax: [buffer(flag.SOCK_DGRAM, flag.SO_SNDBUF, 1_000_000), [10_000, 20_000], [500_000, 1_000_000]],
  rmemMax: [buffer(flag.SOCK_DGRAM, flag.SO_RCVBUF, 1_000_000), [10_000, 20_000], [500_000, 1_000_000]],
  hotListLength: [
    (sysctl) => {
      const { heads } = makeRig({ sysctl }).kernel.net;
      const some = Array.from({ length: 5 }, () => allocSkb(heads, 1, GFP_ATOMIC)!);
      some.forEach((skb) => kfreeSkb(heads, skb));
      return heads.hotCount;
    },
    [2, 2],
    [128, 5],
  ],
  netdevMaxBacklog: [
    (sysctl) => {
      const { kernel, dev } = makeRig({ sysctl });
      for (let nth = 0; nth < 5; nth += 1) netifRx(allocSkb(kernel.net.heads, 100, GFP_ATOMIC)!, dev);
      return [kernel.net.backlog.qlen, dev.stats.rxDropped];
    },
    [3, [3, 2]],
    [300, [5, 0]],
  ],
  unresQlen: [
    (sysctl) => {
      const { kernel } = makeRig({ sysctl, knowsNeighbours: false });
      const fd = connectedSocket(kernel);
      for (let nth = 0; nth < 5; nth += 1) sysSend(kernel, fd, bytesOf(4), 4, 0);
      return kernel.net.heads.inUse;
    },
    // And the question itself, in the ring of the card.
    [1, 2],
    [3, 4],
  ],
  neighReachableTime: [
    (sysctl) => {
      const script = new TcpScript({ sysctl, knowsNeighbours: false });
      const mac = [2, 0, 0, 0, 0, 2];
      const [peer, host] = [PEER, HOST].map((one) => one.split(".").map(Number));
      const answer = Uint8Array.from([0, 1, 8, 0, 6, 4, 0, 1, ...mac, ...peer!, 0, 0, 0, 0, 0, 0, ...host!]);
      const { kernel, dev } = script;
      const skb = allocSkb(kernel.net.heads, 28, GFP_ATOMIC)!;
      skb.block!.bytes.set(answer, skbPut(skb, answer.length));
      skb.protocol = 0x0806;
      netifRx(skb, dev);
      netRxAction(kernel.net);
      script.advance(5000);
      dev.takeFrames();
      sysSend(kernel, connectedSocket(kernel), bytesOf(4), 4, 0);
      // Who has been silent for too long is asked again.
      return dev.takeFrames().filter((bytes) => parseFrame(bytes).etherType === 0x0806).length;
    },
    [1000, 1],
    [30_000, 0],
  ],
  rtCacheMaxSize: [
    (sysctl) => {
      const { kernel } = makeRig({ sysctl });
      const fd = udpSocket(kernel);
      for (let nth = 1; nth < 40; nth += 1) {
        sysSendto(kernel, fd, bytesOf(1), 1, 0, address(`192.0.2.${nth}`, 9), SIN_SIZE);
      }
      return kernel.ip.cache.entries <= 10;
    },
    [10, true],
    [4096, false],
  ],
  tcpWmemInitial: [buffer(flag.SOCK_STREAM, flag.SO_SNDBUF), [9999, 9999], [16_384, 16_384]],
  tcpRmemInitial: [buffer(flag.SOCK_STREAM, flag.SO_RCVBUF), [9999, 9999], [87_380, 87_380]],
  tcpWmemMax: [
    (sysctl) => {
      const opened = active({ sysctl });
      opened.tp.cwnd = 100;
      while (send(opened, 1, 1000) > 0);
      opened.script.run(`in . 1 ack 1001`);
      return opened.tp.sndbuf <= 20_000;
    },
    [20_000, true],
    [1_000_000, false],
  ],
  tcpRmemMax: [(sysctl) => connecting({ sysctl }).tp.rcvWscale, [65_535, 0], [6 * 1024 * 1024, 7]],
  tcpTimestamps: [has(8), [true, true], [false, false]],
  tcpWindowScaling: [has(3), [true, true], [false, false]],
  tcpSack: [has(4), [true, true], [false, false]],
  tcpDsack: [
    (sysctl) => {
      const opened = active({ sysctl, syn: "win 65535 mss 1000 sackok" });
      opened.script.run("in P. 1+10 ack 1\n out . 1 ack 11\n in P. 1+10 ack 1");
      return opened.script.take().segment.options.some(({ kind }) => kind === 5);
    },
    [true, true],
    [false, false],
  ],
  tcpEcn: [
    (sysctl) => {
      const { script } = listening({ sysctl });
      script.run("in SEW 0 win 1000 mss 1000");
      return [connecting({ sysctl }).script.take().segment.flags, script.take().segment.flags];
    },
    [0, [0x02, 0x12]],
    [1, [0xc2, 0x52]],
    [2, [0x02, 0x52]],
  ],
  tcpCongestionControl: [(sysctl) => active({ sysctl }).tp.ca.name, ["reno", "reno"], ["cubic", "cubic"]],
  tcpSynRetries: [(sysctl) => times(connecting({ sysctl }).script, 1_000_000).length, [2, 3], [4, 5]],
  tcpSynackRetries: [(sysctl) => times(halfOpen(sysctl), 1_000_000).length, [1, 2], [3, 4]],
  tcpRetries: [(sysctl) => times(unanswered(sysctl).script, 9_000_000).length, [3, 4], [5, 6]],
  tcpOrphanRetries: [
    (sysctl) => {
      const { script, fd } = unanswered(sysctl);
      script.sent.length = 0;
      expect(sysClose(script.kernel, fd)).toBe(0);
      script.sent.length = 0;
      return times(script, 9_000_000).length;
    },
    [2, 2],
    [4, 4],
  ],
  tcpKeepaliveTime: [(sysctl) => keepalive(sysctl)[0], [9000, 9000], [90_000, 90_000]],
  tcpKeepaliveIntvl: [
    (sysctl) => keepalive({ tcpKeepaliveTime: 9000, ...sysctl }).slice(0, 3),
    [5000, [9000, 14_000, 19_000]],
    [20_000, [9000, 29_000, 49_000]],
  ],
  tcpKeepaliveProbes: [
    (sysctl) => keepalive({ tcpKeepaliveTime: 9000, tcpKeepaliveIntvl: 1000, ...sysctl }).length,
    // The last word is a reset.
    [2, 3],
    [5, 6],
  ],
  tcpFinTimeout: [
    (sysctl) => {
      const opened = active({ sysctl });
      expect(sysClose(opened.script.kernel, opened.fd)).toBe(0);
      opened.script.run("out F. 1 ack 1\n in . 1 ack 2");
      return lasts(opened, flag.TCP_FIN_WAIT2);
    },
    [3000, 3000],
    [60_000, 60_000],
  ],
  tcpTimeWait: [
    (sysctl) => {
      const opened = active({ sysctl });
      expect(sysShutdown(opened.script.kernel, opened.fd, flag.SHUT_WR)).toBe(0);
      opened.script.run("out F. 1 ack 1\n in F. 1 ack 2\n out . 2 ack 2");
      return lasts(opened, flag.TCP_TIME_WAIT);
    },
    [3000, 3000],
    [60_000, 60_000],
  ],
  tcpMaxSynBacklog: [(sysctl) => flood(sysctl, 60).kernel.net.tcpStats.syncookiesSent, [40, 20], [256, 0]],
  tcpSyncookies: [
    (sysctl) => {
      const { syncookiesSent, listenOverflows } = flood({ tcpMaxSynBacklog: 40, ...sysctl }, 100).kernel.net.tcpStats;
      return [syncookiesSent, listenOverflows];
    },
    [true, [60, 0]],
    [false, [0, 60]],
  ],
  somaxconn: [
    (sysctl) => {
      const script = new TcpScript({ sysctl });
      const fd = stream(script.kernel);
      expect(sysBind(script.kernel, fd, address(HOST, 80))).toBe(0);
      expect(sysListen(script.kernel, fd, 1000)).toBe(0);
      handshakes(script, 10);
      let count = 0;
      while (sysAccept(script.kernel, fd, null, flag.MSG_DONTWAIT) >= 0) count += 1;
      return count;
    },
    [3, 3],
    [128, 10],
  ],
  tcpRtoMin: [(sysctl) => times(unanswered(sysctl).script, 2000)[1], [300, 300], [1000, 1000]],
  tcpRtoMax: [
    (sysctl) => times(unanswered({ tcpRetries: 5, ...sysctl }).script, 9_000_000),
    [500, [0, 200, 600, 1100, 1600, 2100]],
    [120_000, [0, 200, 600, 1400, 3000, 6200]],
  ],
  tcpRtoInitial: [(sysctl) => times(connecting({ sysctl }).script, 4000)[1], [1000, 1000], [3000, 3000]],
  tcpBlackHoleDetection: [
    (sysctl) => {
      const { script } = unanswered(sysctl);
      script.advance(2000);
      return script.kernel.net.tcpStats.blackHoles;
    },
    [true, 1],
    [false, 0],
  ],
  tcpDelackMax: [
    (sysctl) => {
      const opened = active({ sysctl });
      opened.tp.ackQuick = 0;
      opened.tp.ackLastRcv = 1;
      opened.tp.ackAto = 1000;
      opened.script.run("in P. 1+10 ack 1");
      const begin = opened.script.now;
      opened.script.advance(1000);
      return opened.script.take().at - begin;
    },
    [50, 50],
    [200, 200],
  ],
  tcpChallengeAckLimit: [
    (sysctl) => {
      const { script } = active({ sysctl });
      for (let nth = 0; nth < 10; nth += 1) script.run("in S 1");
      return script.sent.length;
    },
    [3, 3],
    [100, 10],
  ],
  tcpInvalidRatelimit: [
    (sysctl) => {
      const { script } = active({ sysctl });
      for (let nth = 0; nth < 5; nth += 1) script.run("in . -70000 ack 1\n +100");
      return script.sent.length;
    },
    [0, 5],
    [250, 2],
    [500, 1],
  ],
  tcpSlowStartAfterIdle: [
    (sysctl) => {
      const opened = active({ sysctl });
      opened.tp.nonagle = 1;
      opened.tp.cwnd = 20;
      send(opened, 1, 1000);
      opened.script.run("out P. 1+1000\n in . 1 ack 1001\n +60000");
      send(opened, 1001, 9000);
      return opened.script.sent.length;
    },
    [true, 4],
    [false, 9],
  ],
  tcpInitialWindow: [(sysctl) => active({ sysctl }).tp.cwnd, [0, 4], [10, 10]],
  tcpAbcLimit: [
    (sysctl) => {
      const opened = active({ sysctl });
      opened.tp.nonagle = 1;
      send(opened, 1, 4000);
      opened.script.run("in . 1 ack 4001");
      return opened.tp.cwnd;
    },
    [1, 5],
    [2, 6],
    [0, 8],
  ],
};

it("none is left out", () => {
  expect(Object.keys(settings).sort()).toEqual(Object.keys(new Sysctl()).sort());
});

it.each(Object.keys(settings) as (keyof Sysctl)[])("%s does what it says [part:settings]", (name) => {
  const [observe, ...expected] = settings[name] as Row<typeof name>;
  const seen = expected.map(([value]) => [value, observe({ [name]: value })]);
  expect(seen).toEqual(expected);
});
