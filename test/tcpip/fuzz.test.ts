/** Any bytes, anywhere: nothing throws, nothing leaks. */
import fc from "fast-check";
import { addDefaultRoute, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { Nat } from "../../fixtures/tcpip/network/netfilter/nat.ts";
import { TcpMssClamp, TcpResegment } from "../../fixtures/tcpip/network/netfilter/tcpMss.ts";
import {
  sysAccept,
  sysBind,
  sysClose,
  sysConnect,
  sysListen,
  sysRecvfrom,
  sysSetsockopt,
  sysSocket,
} from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend, sysSendto, sysSendmsg } from "../../fixtures/tcpip/socket/send.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { NF_IP_FORWARD, NF_IP_LOCAL_OUT, nfRegisterHook } from "../../fixtures/tcpip/stack/netfilter.ts";
import { netifRx, netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { allocSkb, skbPut, skbReserve } from "../../fixtures/tcpip/stack/skbuff.ts";
import { FaultInjection, GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { timersRun } from "../../fixtures/tcpip/stack/timer.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4, buildSegment } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { internetChecksum } from "./checker/parse.ts";
import { HOST, address, bytesOf } from "./rig.ts";
import { TcpScript, active, payloadOf, receive, send } from "./script/tcpScript.ts";
import { Topology, addCard, held, inject, macAddress } from "./topology.ts";
import { World, connectedPair } from "./world.ts";

const RUNS = { seed: 42, numRuns: 1500 };
const anyBytes = fc.uint8Array({ maxLength: 100 });
const octet = fc.integer({ min: 0, max: 255 });

/** A machine that does everything at once: forwards, translates, mangles, listens, has raw sockets. */
function busyMachine(): { kernel: Kernel; topology: Topology; cards: ReturnType<typeof addCard>[] } {
  const topology = new Topology();
  const kernel = topology.machine({ sysctl: { ipForward: true, ipAcceptSourceRoute: true } });
  const cards = [addCard(kernel, "left", "10.0.0.1", 1), addCard(kernel, "right", "192.0.2.1", 2, 576)];
  addNeighbour(kernel.ip, cards[0]!, inetAddr("10.0.0.2"), macAddress(7));
  addNeighbour(kernel.ip, cards[1]!, inetAddr("192.0.2.2"), macAddress(8));
  addDefaultRoute(kernel.ip, cards[1]!, inetAddr("192.0.2.2"));
  const nat = new Nat(
    kernel.ip,
    {
      source: [{ outdev: cards[1]! }],
      destination: [{ indev: cards[1]!, destinationPort: 80, to: inetAddr("10.0.0.2") }],
    },
    50,
  );
  expect(nat.table.count).toBe(0);
  nfRegisterHook(kernel.net, new TcpMssClamp(kernel.net, NF_IP_FORWARD, 500));
  nfRegisterHook(kernel.net, new TcpResegment(kernel.net, NF_IP_FORWARD, 200));
  nfRegisterHook(kernel.net, new TcpResegment(kernel.net, NF_IP_LOCAL_OUT, 200));
  const listening = sysSocket(kernel, AF_INET, flag.SOCK_STREAM, 0);
  sysBind(kernel, listening, sockaddrIn(0, 7));
  sysListen(kernel, listening, 8);
  sysBind(kernel, sysSocket(kernel, AF_INET, flag.SOCK_DGRAM, 0), sockaddrIn(0, 9));
  sysSocket(kernel, AF_INET, flag.SOCK_RAW, 1);
  const member = sysSocket(kernel, AF_INET, flag.SOCK_DGRAM, 0);
  for (const { ifindex } of cards) {
    const group = Uint8Array.of(239, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, ifindex);
    expect(sysSetsockopt(kernel, member, flag.SOL_IP, flag.IP_ADD_MEMBERSHIP, group)).toBe(0);
  }
  return { kernel, topology, cards };
}

function emptied({ kernel, topology, cards }: ReturnType<typeof busyMachine>): void {
  for (const [fd, file] of kernel.current.files.entries()) if (file !== null) sysClose(kernel, fd);
  topology.run(20_000_000);
  for (const card of cards) card.drain();
  expect(held(kernel)).toMatchObject({ heads: 0, blocks: 0, pages: 0, timers: 0 });
}

describe("a machine that forwards, translates and listens", () => {
  const addresses = [
    "10.0.0.1",
    "10.0.0.2",
    "192.0.2.1",
    "192.0.2.2",
    "10.0.0.255",
    "224.0.0.1",
    "239.1.2.3",
    "203.0.113.5",
    "127.0.0.1",
  ];
  const packets = fc.array(
    fc.record({
      card: fc.constantFrom(0, 1),
      source: fc.constantFrom(...addresses),
      destination: fc.constantFrom(...addresses),
      protocol: fc.constantFrom(1, 2, 6, 17, 99),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 90 }),
        fc.uint8Array({ minLength: 500, maxLength: 1400 }),
        fc
          .tuple(octet, octet, anyBytes)
          .map(([type, code, quoted]) =>
            buildIcmp(type % 20, code, 0, buildIpv4("192.0.2.1", "203.0.113.5", 17, quoted)),
          ),
        // IGMP, which has the sum in the same place.
        fc
          .tuple(fc.constantFrom(0x11, 0x12, 0x16, 0x17), octet, fc.constantFrom("239.1.2.3", "0.0.0.0"))
          .map(([type, time, group]) => buildIcmp(type, time, inetAddr(group), new Uint8Array(0))),
        fc
          .tuple(fc.constantFrom(7, 9, 80, 1), fc.uint8Array({ maxLength: 60 }))
          .map(([port, data]) => buildUdp("10.0.0.2", "192.0.2.2", 5, port, data)),
        fc.tuple(octet, fc.uint8Array({ maxLength: 40 }), fc.constantFrom(7, 80)).map(([flags, junk, port]) =>
          buildSegment({
            source: "10.0.0.2",
            destination: "10.0.0.1",
            sourcePort: 5,
            destinationPort: port,
            seq: 1,
            ack: 1,
            flags,
            options: [...junk],
            payload: bytesOf(700),
          }).subarray(20),
        ),
      ),
      fragment: fc.constantFrom(0, 0, 0, 0x2000, 0x2010, 0x0010, 0x4000, 0x1fff),
      options: fc.oneof(
        fc.constant([] as number[]),
        fc.array(octet, { minLength: 4, maxLength: 4 }),
        fc.constantFrom<number[]>(
          [7, 7, 4, 0, 0, 0, 0, 0],
          [68, 8, 5, 0, 0, 0, 0, 0],
          [131, 7, 4, 10, 0, 0, 2, 0],
          [131, 7, 8, 10, 0, 0, 9, 0],
        ),
      ),
      ttl: fc.constantFrom(64, 64, 1, 0),
      cut: fc.integer({ min: 0, max: 30 }),
      wait: fc.constantFrom(0, 0, 0, 100, 31_000),
    }),
    { maxLength: 40 },
  );

  it("takes whatever comes, and is empty afterwards [part:any-bytes]", () => {
    fc.assert(
      fc.property(packets, (list) => {
        const machine = busyMachine();
        for (const one of list) {
          const bytes = buildIpv4(one.source, one.destination, one.protocol, one.body, {
            fragment: one.fragment,
            options: one.options,
            id: 3,
          });
          bytes[8] = one.ttl;
          bytes.set([0, 0], 10);
          new DataView(bytes.buffer).setUint16(10, internetChecksum(bytes.subarray(0, 20 + one.options.length)));
          inject(machine.kernel, machine.cards[one.card]!, one.cut === 1 ? bytes.subarray(0, bytes.length - 1) : bytes);
          if (one.wait > 0) machine.topology.run(one.wait);
        }
        emptied(machine);
      }),
      { seed: 42, numRuns: 120 },
    );
  }, 120_000);

  it("any bytes at all, of any Ethernet type [part:any-bytes]", () => {
    const machine = busyMachine();
    const { net } = machine.kernel;
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(0x0800, 0x0806, 0x86dd, 0), (bytes, type) => {
        const skb = allocSkb(net.heads, bytes.length + 16, GFP_ATOMIC)!;
        skbReserve(skb, 16);
        skb.block!.bytes.set(bytes, skbPut(skb, bytes.length));
        skb.protocol = type;
        netifRx(skb, machine.cards[0]!);
        netRxAction(net);
      }),
      RUNS,
    );
    emptied(machine);
  });
});

describe("calls", () => {
  it("any options, addresses and control messages: an error or not, but no exception", () => {
    const { kernel, topology, cards } = busyMachine();
    const fds = [flag.SOCK_STREAM, flag.SOCK_DGRAM]
      .map((type) => sysSocket(kernel, AF_INET, type, 0))
      .concat(sysSocket(kernel, AF_INET, flag.SOCK_RAW, 17));
    fc.assert(
      fc.property(
        fc.constantFrom(...fds),
        fc.constantFrom(0, 1, 6, 17, 99),
        fc.integer({ min: -2, max: 110 }),
        anyBytes,
        anyBytes,
        (fd, level, name, value, other) => {
          sysSetsockopt(kernel, fd, level, name, value);
          sysSetsockopt(kernel, fd, flag.SOL_IP, flag.IP_OPTIONS, value.subarray(0, 40));
          sysSendmsg(
            kernel,
            fd,
            { name: other, iov: [new IoVec(value, value.length)], control: other },
            flag.MSG_DONTWAIT,
          );
          sysSendto(kernel, fd, value, value.length, flag.MSG_DONTWAIT, other, other.length);
          sysRecvfrom(kernel, fd, value, flag.MSG_DONTWAIT, other);
          if (other.length % 7 === 0) sysConnect(kernel, fd, other, flag.O_NONBLOCK);
          sysBind(kernel, fd, other);
          for (const card of cards) card.takeFrames();
        },
      ),
      { seed: 42, numRuns: 700 },
    );
    emptied({ kernel, topology, cards });
  });
});

describe("each allocation fails once", () => {
  /** Runs a story with the nth allocation failing, for every n that the story gets to. */
  function atEach(story: (fail: (kernel: Kernel) => void) => () => void): number {
    let nth = 1;
    for (let failed = true; failed; nth += 1) {
      const faults: FaultInjection[] = [];
      const check = story((kernel) => {
        const fault = new FaultInjection(nth);
        faults.push(fault);
        kernel.net.memory.faults = fault;
      });
      failed = faults.some(({ countdown }) => countdown <= 0);
      try {
        check();
      } catch (error) {
        throw new Error(`allocation ${nth}`, { cause: error });
      }
    }
    return nth;
  }

  it("of control messages, echoes, ARP, groups, reassembly, raw sockets, forwarding and translation [part:no-memory]", () => {
    const count = atEach((fail) => {
      const machine = busyMachine();
      fail(machine.kernel);
      const [left, right] = machine.cards as [ReturnType<typeof addCard>, ReturnType<typeof addCard>];
      const put = (card: typeof left, packet: Uint8Array): void => inject(machine.kernel, card, packet);
      put(left, buildIpv4("10.0.0.2", "10.0.0.1", 1, buildIcmp(8, 0, 1, bytesOf(600))));
      put(left, buildIpv4("10.0.0.2", "10.0.0.1", 17, buildUdp("10.0.0.2", "10.0.0.1", 5, 1, bytesOf(10))));
      put(left, buildIpv4("10.0.0.9", "10.0.0.1", 17, buildUdp("10.0.0.9", "10.0.0.1", 5, 1, bytesOf(10))));
      put(left, buildIpv4("10.0.0.2", "224.0.0.1", 2, buildIcmp(0x11, 20, 0, new Uint8Array(0))));
      const whole = buildUdp("10.0.0.2", "203.0.113.5", 5, 53, bytesOf(1600));
      put(left, buildIpv4("10.0.0.2", "203.0.113.5", 17, whole.subarray(800), { id: 7, fragment: 100 }));
      put(left, buildIpv4("10.0.0.2", "203.0.113.5", 17, whole.subarray(0, 800), { id: 7, fragment: 0x2000 }));
      const segment = {
        source: "10.0.0.2",
        destination: "203.0.113.5",
        sourcePort: 5,
        destinationPort: 80,
        seq: 1,
        flags: 16,
      };
      put(left, buildSegment({ ...segment, payload: bytesOf(900) }));
      put(right, buildIpv4("203.0.113.5", "192.0.2.1", 6, buildSegment({ ...segment, flags: 2 }).subarray(20)));
      machine.topology.run(5000);
      return () => {
        machine.kernel.net.memory.faults = null;
        emptied(machine);
      };
    });
    expect(count).toBeGreaterThan(20);
  }, 120_000);

  it("of a conversation from pages: what arrives is right, nothing leaks [part:no-memory]", () => {
    const count = atEach((fail) => {
      const world = new World({ features: 9, faults: { delay: 3 } });
      const { client, server, listening } = connectedPair(world);
      fail(world.here);
      fail(world.there);
      const data = payloadOf(1, 20_000);
      const arrived: number[] = [];
      const buffer = new Uint8Array(5000);
      let sent = 0;
      const turn = (): boolean => {
        while (sent < data.length) {
          const result = sysSend(world.here, client, data.subarray(sent), Math.min(7000, data.length - sent), 0);
          if (result <= 0) break;
          sent += result;
        }
        const got = sysRecvfrom(world.there, server, buffer, flag.MSG_DONTWAIT, null);
        if (got > 0) arrived.push(...buffer.subarray(0, got));
        return arrived.length === data.length;
      };
      // Who was refused memory tries again after a while.
      for (let second = 0; second < 300 && !world.runUntil(turn, 1000);) second += 1;
      return () => {
        expect(Buffer.compare(Buffer.from(arrived), Buffer.from(data))).toBe(0);
        for (const [kernel, fd] of [
          [world.here, client],
          [world.there, server],
          [world.there, listening],
        ] as const) {
          sysClose(kernel, fd);
        }
        world.run(1_000_000);
        for (const kernel of [world.here, world.there])
          expect(held(kernel)).toMatchObject({ heads: 0, blocks: 0, pages: 0, timers: 0 });
      };
    });
    expect(count).toBeGreaterThan(30);
  }, 120_000);
});

describe("a corpus of hostile segments [part:hostile]", () => {
  /** Names of attacks and of bugs that stacks had, each a list of segments on an open connection: numbers are distances from where it is. */
  type Hostile = readonly {
    seq?: number;
    ack?: number;
    flags?: number;
    length?: number;
    options?: number[];
    urgent?: number;
    window?: number;
  }[];
  const corpus: Record<string, Hostile> = {
    "a lamp test: all flags": [{ flags: 255, length: 10 }],
    "none at all": [{ flags: 0, length: 10 }],
    "SYN, FIN and RST together": [{ flags: 7 }, { flags: 3 }, { flags: 6 }],
    "urgent far beyond": [
      { flags: 48, urgent: 65_535, length: 1 },
      { flags: 48, urgent: 0, length: 1 },
    ],
    "urgent again and again": Array.from({ length: 20 }, (_, nth) => ({ flags: 48, seq: nth, urgent: nth, length: 1 })),
    "a window of nothing, and of everything": [{ window: 0 }, { window: 65_535 }, { window: 1 }],
    "the window shrinks under data": [
      { window: 100, ack: 0 },
      { window: 0, ack: 0 },
    ],
    "overlaps in all ways": [
      { seq: 10, length: 20 },
      { seq: 5, length: 10 },
      { seq: 25, length: 20 },
      { seq: 0, length: 60 },
      { seq: 12, length: 3 },
      { seq: 0, length: 5 },
    ],
    "one byte at a time, backwards": Array.from({ length: 60 }, (_, nth) => ({ seq: 60 - nth, length: 1 })),
    "numbers from the other side of the circle": [
      { seq: 0x7fff_ffff, length: 5 },
      { seq: -0x8000_0000, length: 5 },
      { ack: 0x7fff_ffff },
      { ack: -0x8000_0000 },
    ],
    "options that end too late, too early, never": [
      { options: [2, 40, 0, 0] },
      { options: [2, 0, 0, 0] },
      { options: [5, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0] },
      { options: Array<number>(40).fill(1) },
      { options: Array<number>(40).fill(255) },
      { options: [8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    ],
    "SACK of what was not sent, backwards, and of all": [
      { options: [5, 10, 127, 0, 0, 0, 128, 0, 0, 0, 0, 0] },
      { options: [5, 10, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0] },
      { options: [5, 34, ...Array<number>(32).fill(255)] },
    ],
    "acknowledgements split and doubled": Array.from({ length: 60 }, (_, nth) => ({ ack: nth % 7 })),
    "blind resets around the window": Array.from({ length: 40 }, (_, nth) => ({ flags: 4, seq: 1 + nth * 1000 })),
    "blind SYNs around the window": Array.from({ length: 40 }, (_, nth) => ({ flags: 2, seq: nth * 1000 })),
    "an end in the future": [
      { flags: 17, seq: 500 },
      { flags: 17, seq: 400, length: 50 },
    ],
  };

  it.each(Object.entries(corpus))("%s", (_, segments) => {
    const opened = active({ syn: "win 65535 mss 1000 sackok ts 5 0" });
    opened.tp.oobInline = true;
    send(opened, 1, 5000);
    const { rcvNxt, sndNxt } = opened.tp;
    const ahead = segments.some(({ flags, seq }) => flags === 17 && seq! > 0);
    for (const { seq = 0, ack = 0, flags = 16, length = 0, ...rest } of segments) {
      opened.script.segment({
        seq: (rcvNxt + seq) | 0,
        ack: (sndNxt + ack) | 0,
        flags,
        payload: payloadOf(1 + seq, length),
        ...rest,
      });
      opened.script.advance(10);
    }
    let at = 1;
    for (let got = 1; got > 0;) {
      got = receive(opened, at, 500);
      if (got > 0) at += got;
    }
    const { tp } = opened;
    expect(ahead ? tp.state : flag.TCP_ESTABLISHED).toBe(flag.TCP_ESTABLISHED);
    expect([tp.sackedOut, tp.lostOut, tp.retransOut, tp.packetsOut].every((count) => count >= 0)).toBe(true);
    sysClose(opened.script.kernel, opened.fd);
    opened.script.advance(10_000_000);
    opened.script.sent.length = 0;
    opened.script.dev.drain();
    expect(held(opened.script.kernel)).toMatchObject({ heads: 0, blocks: 0, timers: 0 });
  });

  it("a flood of SYNs from everywhere: little is remembered, an honest handshake is let in, nothing is left [part:flood]", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const { net } = kernel;
    const fd = sysSocket(kernel, AF_INET, flag.SOCK_STREAM, 0);
    expect(sysBind(kernel, fd, address(HOST, 80))).toBe(0);
    expect(sysListen(kernel, fd, 8)).toBe(0);
    for (let nth = 0; nth < 5000; nth += 1) {
      const source = `10.${nth & 127}.${(nth >> 7) & 255}.${1 + (nth % 250)}`;
      script.inject(
        buildSegment({ source, destination: HOST, sourcePort: 1024 + nth, destinationPort: 80, seq: nth, flags: 2 }),
      );
      if (nth % 100 === 0) {
        script.dev.takeFrames();
        script.dev.drain();
      }
    }
    expect(net.tcpStats.syncookiesSent).toBeGreaterThan(4000);
    expect(held(kernel)).toMatchObject({ pages: 0 });
    expect(held(kernel).heads).toBeLessThan(1000);
    script.sent.length = 0;
    script.run(`
      in  S 0 win 65535 mss 1000
      out S. 0 ack 1
      in  . 1 ack 1 win 65535`);
    expect(sysAccept(kernel, fd, null, flag.MSG_DONTWAIT)).toBeGreaterThanOrEqual(0);
    for (const [open, file] of kernel.current.files.entries()) if (file !== null) sysClose(kernel, open);
    for (let round = 0; round < 200; round += 1) {
      net.clock.now += 10_000;
      timersRun(net.timers, net.clock.now);
      netRxAction(net);
      script.dev.takeFrames();
      script.dev.drain();
    }
    expect(held(kernel)).toMatchObject({ heads: 0, blocks: 0, timers: 0, socks: 0 });
  });
});
