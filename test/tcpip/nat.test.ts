/** Translated addresses (RFC 3022) and mangled segment sizes: what filters may do to packets on their way. */
import { addDefaultRoute, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { Nat, type NatRules } from "../../fixtures/tcpip/network/netfilter/nat.ts";
import { TcpMssClamp, TcpResegment } from "../../fixtures/tcpip/network/netfilter/tcpMss.ts";
import type { RingDevice } from "../../fixtures/tcpip/link/ringDevice.ts";
import { sysBind, sysConnect, sysRecvfrom, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { EAGAIN } from "../../fixtures/tcpip/stack/errno.ts";
import { MSG_DONTWAIT, SOCK_DGRAM } from "../../fixtures/tcpip/stack/flags.ts";
import {
  NF_ACCEPT,
  NF_IP_FORWARD,
  NF_IP_LOCAL_OUT,
  NF_IP_POST_ROUTING,
  nfRegisterHook,
} from "../../fixtures/tcpip/stack/netfilter.ts";
import { NETIF_F_HW_CSUM, NETIF_F_SG } from "../../fixtures/tcpip/stack/device.ts";
import { FaultInjection } from "../../fixtures/tcpip/stack/slab.ts";
import { get16, get32 } from "../../fixtures/tcpip/wire/byteorder.ts";
import { inetAddr, inetNtoa } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, SIN_ADDR, SIN_PORT, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { buildIpv4, buildSegment, readSegment } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { internetChecksum, parseIpv4, parseUdp, reassemble } from "./checker/parse.ts";
import { bytesOf } from "./rig.ts";
import { Topology, addCard, held, inject, macAddress, taken, type OnWire } from "./topology.ts";
import { stream } from "./transferOver.ts";

const [INSIDE, OTHER, OUTSIDE, GATE] = ["10.0.0.7", "10.0.0.8", "192.0.2.7", "192.0.2.1"];

interface Gate {
  readonly kernel: Kernel;
  readonly nat: Nat;
  readonly inner: RingDevice;
  readonly outer: RingDevice;
  readonly topology: Topology;
}

type Rules = (devices: { inner: RingDevice; outer: RingDevice }) => NatRules;

function gate(rules: Rules, outerMtu = 1500, limit?: number): Gate {
  const topology = new Topology();
  const kernel = topology.machine({ sysctl: { ipForward: true } });
  const inner = addCard(kernel, "inner", "10.0.0.1", 1);
  const outer = addCard(kernel, "outer", GATE, 2, outerMtu);
  for (const host of [7, 8]) addNeighbour(kernel.ip, inner, inetAddr(`10.0.0.${host}`), macAddress(host));
  for (const host of [7, 9]) addNeighbour(kernel.ip, outer, inetAddr(`192.0.2.${host}`), macAddress(100 + host));
  return { kernel, nat: new Nat(kernel.ip, rules({ inner, outer }), limit), inner, outer, topology };
}

const masquerade: Rules = ({ outer }) => ({ source: [{ outdev: outer }] });

function udp(source: string, sport: number, destination: string, dport: number, length = 20): Uint8Array {
  return buildIpv4(source, destination, 17, buildUdp(source, destination, sport, dport, bytesOf(length)));
}

/** Addresses and ports of a datagram whose checksum is good. */
function endsOf({ ip }: OnWire): string {
  const datagram = parseUdp(ip.payload, ip.source, ip.destination);
  expect(datagram.checksumIsGood).not.toBe(false);
  return `${ip.source}:${datagram.sourcePort} > ${ip.destination}:${datagram.destinationPort}`;
}

describe("another source", () => {
  it("many hosts behind one address: each is told from the others, and gets its answers [part:nat]", () => {
    const { kernel, inner, outer, nat } = gate(masquerade);
    inject(kernel, inner, udp(INSIDE, 5000, OUTSIDE, 53));
    inject(kernel, inner, udp(OTHER, 5000, OUTSIDE, 53));
    inject(kernel, inner, udp(INSIDE, 5000, OUTSIDE, 54));
    const [first, second, third] = taken(outer).map(endsOf);
    expect([first, third]).toEqual([`${GATE}:5000 > ${OUTSIDE}:53`, `${GATE}:5000 > ${OUTSIDE}:54`]);
    const port = Number(/^192\.0\.2\.1:(\d+) > 192\.0\.2\.7:53$/.exec(second!)![1]);
    expect(port).not.toBe(5000);
    inject(kernel, outer, udp(OUTSIDE, 53, GATE, 5000));
    inject(kernel, outer, udp(OUTSIDE, 53, GATE, port));
    inject(kernel, outer, udp("192.0.2.9", 53, GATE, port));
    expect(taken(inner).map(endsOf)).toEqual([`${OUTSIDE}:53 > ${INSIDE}:5000`, `${OUTSIDE}:53 > ${OTHER}:5000`]);
    // Nobody expects the third.
    expect(taken(outer).map(({ ip }) => ip.protocol)).toEqual([1]);
    inject(kernel, inner, udp(OTHER, 5000, OUTSIDE, 53));
    expect(taken(outer).map(endsOf)).toEqual([second]);
    expect(nat.table.count).toBe(4);
  });

  it("the rest of the packet stays, one hop older; no sum stays none", () => {
    const { kernel, inner, outer } = gate(masquerade);
    const datagram = buildUdp(INSIDE, OUTSIDE, 5000, 53, bytesOf(33));
    datagram.set([0, 0], 6);
    inject(kernel, inner, buildIpv4(INSIDE, OUTSIDE, 17, datagram, { tos: 8, id: 77 }));
    const [{ ip }] = taken(outer) as [OnWire];
    expect(ip).toMatchObject({ tos: 8, id: 77, ttl: 63, source: GATE });
    expect([...ip.payload]).toEqual([...datagram]);
  });

  it("echoes by their number", () => {
    const { kernel, inner, outer } = gate(masquerade);
    const echo = (source: string): Uint8Array => buildIpv4(source, OUTSIDE, 1, buildIcmp(8, 0, 0x00070001, bytesOf(8)));
    inject(kernel, inner, echo(INSIDE));
    inject(kernel, inner, echo(OTHER));
    const asked = taken(outer).map(({ ip }) => ip);
    expect(asked.map((ip) => [ip.source, internetChecksum(ip.payload)])).toEqual([
      [GATE, 0],
      [GATE, 0],
    ]);
    const numbers = asked.map((ip) => get16(ip.payload, 4));
    expect(numbers[0]).toBe(7);
    expect(numbers[1]).not.toBe(7);
    for (const { payload } of asked) {
      const answer = buildIcmp(0, 0, get32(payload, 4), payload.slice(8));
      inject(kernel, outer, buildIpv4(OUTSIDE, GATE, 1, answer));
    }
    const got = taken(inner).map(({ ip }) => [ip.destination, get16(ip.payload, 4), internetChecksum(ip.payload)]);
    expect(got).toEqual([
      [INSIDE, 7, 0],
      [OTHER, 7, 0],
    ]);
  });

  it("a range of ports, and when it is used up no more connections", () => {
    const { kernel, inner, outer } = gate(({ outer: outdev }) => ({
      source: [{ outdev, to: inetAddr("192.0.2.50"), ports: [6000, 6002] }],
    }));
    for (let port = 1; port <= 5; port += 1) inject(kernel, inner, udp(INSIDE, 5000 + port, OUTSIDE, 53));
    const used = taken(outer).map(endsOf);
    expect([...used].sort()).toEqual([6000, 6001, 6002].map((port) => `192.0.2.50:${port} > ${OUTSIDE}:53`));
  });

  it("pieces of a datagram, in any order", () => {
    const { kernel, inner, outer } = gate(masquerade, 600);
    const datagram = buildUdp(INSIDE, OUTSIDE, 5000, 53, bytesOf(1800));
    inject(kernel, inner, buildIpv4(INSIDE, OUTSIDE, 17, datagram.subarray(1000), { id: 5, fragment: 125 }));
    inject(kernel, inner, buildIpv4(INSIDE, OUTSIDE, 17, datagram.subarray(0, 1000), { id: 5, fragment: 0x2000 }));
    const pieces = taken(outer).map(({ ip }) => ip);
    expect(pieces.every(({ source }) => source === GATE)).toBe(true);
    expect(pieces.length).toBeGreaterThan(3);
    const whole = parseUdp(reassemble(pieces), GATE, OUTSIDE);
    expect(whole).toMatchObject({ checksumIsGood: true, sourcePort: 5000 });
    expect([...whole.payload]).toEqual([...bytesOf(1800)]);
  });

  it("a connection that nobody uses is forgotten; as long as it is used it is not", () => {
    const { kernel, inner, outer, nat, topology } = gate(masquerade);
    inject(kernel, inner, udp(INSIDE, 5000, OUTSIDE, 53));
    inject(kernel, outer, udp(OUTSIDE, 53, GATE, 5000));
    for (let nth = 0; nth < 4; nth += 1) {
      topology.run(200_000);
      inject(kernel, outer, udp(OUTSIDE, 53, GATE, 5000));
    }
    expect(taken(inner)).toHaveLength(5);
    topology.run(301_000);
    expect([nat.table.count, nat.table.entering.size, nat.table.leaving.size]).toEqual([0, 0, 0]);
    expect(kernel.net.timers.count).toBe(0);
    inject(kernel, outer, udp(OUTSIDE, 53, GATE, 5000));
    expect(taken(inner)).toEqual([]);
  });

  it("no more connections than there may be; taken out, nothing is left and nothing translated", () => {
    const { kernel, inner, outer, nat } = gate(masquerade, 1500, 10);
    for (let port = 0; port < 20; port += 1) inject(kernel, inner, udp(INSIDE, 5000 + port, OUTSIDE, 53));
    expect(taken(outer)).toHaveLength(10);
    nat.remove();
    expect(kernel.net.timers.count).toBe(0);
    expect(kernel.net.nfHooks.flat()).toEqual([]);
    inject(kernel, inner, udp(INSIDE, 5000, OUTSIDE, 53));
    expect(taken(outer).map(endsOf)).toEqual([`${INSIDE}:5000 > ${OUTSIDE}:53`]);
  });

  it("without memory a packet is lost, and nothing leaks", () => {
    for (let nth = 1; nth < 12; nth += 1) {
      const { kernel, inner, outer, nat } = gate(masquerade, 600);
      kernel.net.memory.faults = new FaultInjection(nth);
      const datagram = buildUdp(INSIDE, OUTSIDE, 5000, 53, bytesOf(1800));
      inject(kernel, inner, buildIpv4(INSIDE, OUTSIDE, 17, datagram.subarray(0, 1000), { id: 5, fragment: 0x2000 }));
      inject(kernel, inner, buildIpv4(INSIDE, OUTSIDE, 17, datagram.subarray(1000), { id: 5, fragment: 125 }));
      kernel.net.memory.faults = null;
      nat.remove();
      kernel.net.clock.now += 100_000;
      for (const timer of [...kernel.net.timers.heap]) timer?.fire();
      outer.drain();
      inner.drain();
      expect(held(kernel)).toMatchObject({ heads: 0, blocks: 0 });
    }
  });
});

describe("another destination", () => {
  it("a server behind the gate: by its outer address and port; its answers come from there", () => {
    const { kernel, inner, outer } = gate(({ outer: indev }) => ({
      destination: [
        {
          indev,
          protocol: 17,
          destination: { address: inetAddr(GATE), length: 32 },
          destinationPort: 80,
          to: inetAddr(INSIDE),
          port: 8080,
        },
      ],
    }));
    inject(kernel, outer, udp(OUTSIDE, 999, GATE, 80));
    expect(taken(inner).map(endsOf)).toEqual([`${OUTSIDE}:999 > ${INSIDE}:8080`]);
    inject(kernel, inner, udp(INSIDE, 8080, OUTSIDE, 999));
    expect(taken(outer).map(endsOf)).toEqual([`${GATE}:80 > ${OUTSIDE}:999`]);
    // Another port is the gate's own.
    inject(kernel, outer, udp(OUTSIDE, 999, GATE, 81));
    expect(taken(inner)).toEqual([]);
  });

  it("both ends at once", () => {
    const { kernel, inner, outer } = gate(({ inner: outdev }) => ({
      destination: [{ destinationPort: 80, to: inetAddr(INSIDE), port: 8080 }],
      source: [{ outdev }],
    }));
    inject(kernel, outer, udp(OUTSIDE, 999, GATE, 80));
    const [went] = taken(inner).map(endsOf);
    expect(went).toBe(`10.0.0.1:1024 > ${INSIDE}:8080`.replace("1024", /:(\d+) /.exec(went!)![1]!));
    const port = Number(/:(\d+) /.exec(went!)![1]);
    inject(kernel, inner, udp(INSIDE, 8080, "10.0.0.1", port));
    expect(taken(outer).map(endsOf)).toEqual([`${GATE}:80 > ${OUTSIDE}:999`]);
  });

  it("this machine itself in the place of others", () => {
    const { kernel, inner } = gate(() => ({ destination: [{ protocol: 17, destinationPort: 53, port: 5353 }] }));
    const fd = sysSocket(kernel, AF_INET, SOCK_DGRAM, 0);
    expect(sysBind(kernel, fd, sockaddrIn(0, 5353))).toBe(0);
    inject(kernel, inner, udp(INSIDE, 4000, OUTSIDE, 53));
    const from = new Uint8Array(16);
    expect(sysRecvfrom(kernel, fd, new Uint8Array(100), MSG_DONTWAIT, from)).toBe(20);
    expect(sysSendto(kernel, fd, bytesOf(20), 20, 0, from, 16)).toBe(20);
    expect(taken(inner).map(endsOf)).toEqual([`${OUTSIDE}:53 > ${INSIDE}:4000`]);
  });

  it("of what this machine sends, by another way if need be, in pieces too", () => {
    const { kernel, inner, outer } = gate(() => ({ destination: [{ destinationPort: 53, to: inetAddr(INSIDE) }] }));
    const fd = sysSocket(kernel, AF_INET, SOCK_DGRAM, 0);
    const to = sockaddrIn(inetAddr(OUTSIDE), 53);
    expect(sysSendto(kernel, fd, bytesOf(20), 20, 0, to, 16)).toBe(20);
    const [went] = taken(inner).map(endsOf);
    const port = Number(/:(\d+) > 10\.0\.0\.7:53$/.exec(went!)![1]);
    expect(sysSendto(kernel, fd, bytesOf(4000), 4000, 0, to, 16)).toBe(4000);
    const pieces = taken(inner).map(({ ip }) => ip);
    const whole = parseUdp(reassemble(pieces), pieces[0]!.source, INSIDE);
    expect(whole).toMatchObject({ checksumIsGood: true, destinationPort: 53 });
    expect(whole.payload).toHaveLength(4000);
    expect(taken(outer)).toEqual([]);
    // The answer is from whom the question was for.
    inject(kernel, inner, udp(INSIDE, 53, GATE, port));
    const from = new Uint8Array(16);
    expect(sysRecvfrom(kernel, fd, new Uint8Array(100), MSG_DONTWAIT, from)).toBe(20);
    expect(inetNtoa(get32(from, SIN_ADDR))).toBe(OUTSIDE);
    expect(sysRecvfrom(kernel, fd, new Uint8Array(100), MSG_DONTWAIT, from)).toBe(-EAGAIN);
  });
});

describe("errors about translated packets (RFC 5508)", () => {
  const quote = (source: string, sport: number, destination: string, dport: number): Uint8Array =>
    udp(source, sport, destination, dport).subarray(0, 28);

  it("come back to who sent the packet, who reads what it sent [part:nat]", () => {
    const { kernel, inner, outer } = gate(masquerade);
    inject(kernel, inner, udp(INSIDE, 5000, OUTSIDE, 53));
    inject(kernel, inner, udp(OTHER, 5000, OUTSIDE, 53));
    const port = Number(/:(\d+) /.exec(endsOf(taken(outer)[1]!))![1]);
    for (const from of [OUTSIDE, "192.0.2.9"]) {
      inject(kernel, outer, buildIpv4(from, GATE, 1, buildIcmp(3, 3, 0, quote(GATE, port, OUTSIDE, 53))));
      const [told] = taken(inner);
      expect(told!.ip).toMatchObject({ source: from, destination: OTHER });
      expect(internetChecksum(told!.ip.payload)).toBe(0);
      const inside = parseIpv4(told!.ip.payload.subarray(8));
      expect(inside).toMatchObject({ source: OTHER, destination: OUTSIDE, checksumIsGood: true });
      expect(get16(told!.ip.payload, 28)).toBe(5000);
    }
  });

  it("of a server behind the gate speak of the gate", () => {
    const { kernel, inner, outer } = gate(() => ({ destination: [{ destinationPort: 80, to: inetAddr(INSIDE) }] }));
    inject(kernel, outer, udp(OUTSIDE, 999, GATE, 80));
    taken(inner);
    inject(kernel, inner, buildIpv4(INSIDE, OUTSIDE, 1, buildIcmp(3, 3, 0, quote(OUTSIDE, 999, INSIDE, 80))));
    const [told] = taken(outer);
    expect(told!.ip).toMatchObject({ source: GATE, destination: OUTSIDE });
    expect(parseIpv4(told!.ip.payload.subarray(8))).toMatchObject({ source: OUTSIDE, destination: GATE });
  });

  it("of the gate itself, about what it had translated already", () => {
    const { kernel, outer } = gate(() => ({ destination: [{ destinationPort: 80, to: inetAddr(INSIDE) }] }));
    const packet = udp(OUTSIDE, 999, GATE, 80);
    packet[8] = 1;
    packet.set([0, 0], 10);
    new DataView(packet.buffer).setUint16(10, internetChecksum(packet.subarray(0, 20)));
    inject(kernel, outer, packet);
    const [told] = taken(outer);
    expect(told!.ip.payload[0]).toBe(11);
    expect(internetChecksum(told!.ip.payload)).toBe(0);
    expect(parseIpv4(told!.ip.payload.subarray(8))).toMatchObject({ source: OUTSIDE, destination: GATE });
  });
});

describe("streams through a gate", () => {
  it.each([
    [0, 0],
    [0.05, 0],
    [0, NETIF_F_SG | NETIF_F_HW_CSUM],
  ])("masqueraded, or to a server behind it (loss %d, features %d)", (loss, features) => {
    const topology = new Topology();
    const [client, between, server] = [{}, { ipForward: true }, {}].map((sysctl) => topology.machine({ sysctl })) as [
      Kernel,
      Kernel,
      Kernel,
    ];
    const faults = { delay: 2, loss, seed: 5 };
    const [out] = topology.line([client, INSIDE], [between, "10.0.0.1"], { faults, features });
    const [outer] = topology.line([between, GATE], [server, OUTSIDE], { faults, mtu: 700, features });
    addDefaultRoute(client.ip, out, inetAddr("10.0.0.1"));
    const nat = new Nat(between.ip, {
      source: [{ outdev: outer }],
      destination: [{ indev: outer, destinationPort: 80, to: inetAddr(INSIDE), port: 8080 }],
    });
    const up = stream(topology, { from: client, to: server, address: OUTSIDE, length: 60_000 });
    expect(inetNtoa(get32(up.peer, SIN_ADDR))).toBe(GATE);
    const down = stream(topology, { from: server, to: client, address: GATE, serverPort: 8080, length: 60_000 });
    expect(inetNtoa(get32(down.peer, SIN_ADDR))).toBe(OUTSIDE);
    expect(get16(down.peer, SIN_PORT)).toBeGreaterThan(1023);
    topology.run(8_000_000);
    expect(nat.table.count).toBe(0);
    for (const kernel of topology.kernels) expect(held(kernel)).toMatchObject({ heads: 0, blocks: 0, timers: 0 });
  });
});

describe("segment sizes", () => {
  const syn = (options: number[], flags = 2): Uint8Array =>
    buildSegment({ source: INSIDE, destination: OUTSIDE, sourcePort: 5, destinationPort: 80, seq: 1, flags, options });

  function through(options: number[], limit: number, flags = 2): { options: string; good: boolean } {
    const { kernel, inner, outer, nat } = gate(() => ({}), 1400);
    nat.remove();
    nfRegisterHook(kernel.net, new TcpMssClamp(kernel.net, NF_IP_FORWARD, limit));
    inject(kernel, inner, syn(options, flags));
    const [{ ip }] = taken(outer) as [OnWire];
    const segment = readSegment(ip.payload, ip.source, ip.destination);
    return {
      options: segment.options.map(({ kind, data }) => `${kind}:${Buffer.from(data).toString("hex")}`).join(" "),
      good: segment.checksumIsGood,
    };
  }

  it("of a SYN are lowered, never raised, wherever the option stands; the sum follows [part:mss]", () => {
    expect(through([2, 4, 5, 0xb4], 1000)).toEqual({ options: "2:03e8", good: true });
    expect(through([2, 4, 2, 0x18], 1000)).toEqual({ options: "2:0218", good: true });
    expect(through([1, 2, 4, 5, 0xb4], 1000)).toEqual({ options: "2:03e8", good: true });
    expect(through([4, 2, 1, 2, 4, 5, 0xb4, 3, 3, 7], 1000)).toEqual({ options: "4: 2:03e8 3:07", good: true });
    expect(through([2, 4, 5, 0xb4], 1000, 18)).toEqual({ options: "2:03e8", good: true });
    expect(through([2, 4, 5, 0xb4], 1000, 16)).toEqual({ options: "2:05b4", good: true });
    expect(through([1, 1, 1], 1000)).toEqual({ options: "", good: true });
    // 0: what the way takes.
    expect(through([2, 4, 5, 0xb4], 0)).toEqual({ options: "2:0550", good: true });
  });

  it("of broken options nothing is changed", () => {
    for (const options of [[2, 0, 5, 0xb4], [2, 1, 5, 0xb4], [9, 44, 2, 4], [2]]) {
      const { kernel, inner, outer } = gate(() => ({}));
      nfRegisterHook(kernel.net, new TcpMssClamp(kernel.net, NF_IP_FORWARD, 500));
      const packet = syn(options);
      inject(kernel, inner, packet);
      expect([...taken(outer)[0]!.ip.payload]).toEqual([...packet.subarray(20)]);
    }
  });

  it("a connection over a narrow line needs no path MTU discovery with it", () => {
    const topology = new Topology();
    const [client, near, far, server] = [{}, { ipForward: true }, { ipForward: true }, {}].map((sysctl) =>
      topology.machine({ sysctl }),
    ) as [Kernel, Kernel, Kernel, Kernel];
    const [out] = topology.line([client, "10.0.0.7"], [near, "10.0.0.1"]);
    const [there, back] = topology.line([near, "10.0.9.1"], [far, "10.0.9.2"], { mtu: 600 });
    const [, home] = topology.line([far, "10.0.1.1"], [server, "10.0.1.7"]);
    addDefaultRoute(client.ip, out, inetAddr("10.0.0.1"));
    addDefaultRoute(near.ip, there, inetAddr("10.0.9.2"));
    addDefaultRoute(far.ip, back, inetAddr("10.0.9.1"));
    addDefaultRoute(server.ip, home, inetAddr("10.0.1.1"));
    nfRegisterHook(near.net, new TcpMssClamp(near.net, NF_IP_FORWARD, 0));
    // No error of a router arrives: a black hole for those who wait for one.
    nfRegisterHook(near.net, { hook: NF_IP_LOCAL_OUT, priority: 0, run: () => 0 });
    nfRegisterHook(far.net, { hook: NF_IP_LOCAL_OUT, priority: 0, run: () => 0 });
    stream(topology, { from: client, to: server, address: "10.0.1.7", length: 50_000 });
    // The answer's SYN goes the other way, and is clamped there as well: FORWARD sees both.
    stream(topology, { from: server, to: client, address: "10.0.0.7", length: 50_000 });
    expect(near.net.ipStats.fragFails + far.net.ipStats.fragFails).toBe(0);
  });

  it.each([0, NETIF_F_SG | NETIF_F_HW_CSUM])(
    "G5: segments on their way are cut into segments (features %d)",
    (features) => {
      const topology = new Topology();
      const [client, server] = [topology.machine(), topology.machine()] as const;
      topology.line([client, "10.0.0.7"], [server, "10.0.0.8"], { faults: { delay: 2 }, features });
      const before = [client, server].map(held);
      const target = new TcpResegment(client.net, NF_IP_LOCAL_OUT, 1448);
      nfRegisterHook(client.net, target);
      let largest = 0;
      let packets = 0;
      nfRegisterHook(client.net, {
        hook: NF_IP_POST_ROUTING,
        priority: 0,
        run: (_, skb) => {
          packets += 1;
          largest = Math.max(largest, skb.len);
          if (packets === 20) {
            target.limit = 500;
            largest = 0;
          }
          return NF_ACCEPT;
        },
      });
      stream(topology, { from: client, to: server, address: "10.0.0.8", length: 100_000 });
      expect(packets).toBeGreaterThan(150);
      expect(largest).toBeLessThanOrEqual(552);
      expect([client, server].map(held)).toEqual(before);
    },
  );

  it("the pieces: numbers, flags, urgent pointer, identification, sums", () => {
    const { kernel, inner, outer, nat } = gate(() => ({}));
    nat.remove();
    nfRegisterHook(kernel.net, new TcpResegment(kernel.net, NF_IP_FORWARD, 100));
    const payload = bytesOf(250);
    const fields = { source: INSIDE, destination: OUTSIDE, sourcePort: 5, destinationPort: 80, seq: -50, ack: 9 };
    inject(kernel, inner, buildSegment({ ...fields, flags: 1 + 8 + 16 + 32 + 128, urgent: 150, payload }));
    const pieces = taken(outer).map(({ ip }) => ({ ip, segment: readSegment(ip.payload, ip.source, ip.destination) }));
    expect(
      pieces.map(({ ip, segment }) => [ip.id, segment.seq | 0, segment.flags, segment.urgent, segment.payload.length]),
    ).toEqual([
      [1, -50, 16 + 32 + 128, 150, 100],
      [2, 50, 16 + 32, 50, 100],
      [3, 150, 1 + 8 + 16, 0, 50],
    ]);
    expect(pieces.every(({ segment }) => segment.checksumIsGood)).toBe(true);
    expect(pieces.flatMap(({ segment }) => [...segment.payload])).toEqual([...payload]);
  });
});

it("a gate connects nobody who was not asked for", () => {
  const { kernel, inner, outer } = gate(masquerade);
  expect(sysConnect(kernel, sysSocket(kernel, AF_INET, SOCK_DGRAM, 0), sockaddrIn(inetAddr(OUTSIDE), 9))).toBe(0);
  for (let port = 1; port < 65536; port += 1009) inject(kernel, outer, udp(OUTSIDE, 53, GATE, port));
  expect(taken(inner)).toEqual([]);
});
