/** A machine between two links: what is for others goes on, one hop older; what cannot is told to its sender. */
import fc from "fast-check";
import { addDefaultRoute, addNeighbour, addRoute } from "../../fixtures/tcpip/network/configure.ts";
import type { RingDevice } from "../../fixtures/tcpip/link/ringDevice.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { RTN_BLACKHOLE, RTN_PROHIBIT, RTN_UNICAST, RTN_UNREACHABLE } from "../../fixtures/tcpip/stack/dst.ts";
import {
  NF_ACCEPT,
  NF_DROP,
  NF_IP_FORWARD,
  NF_IP_LOCAL_OUT,
  nfRegisterHook,
} from "../../fixtures/tcpip/stack/netfilter.ts";
import { FaultInjection } from "../../fixtures/tcpip/stack/slab.ts";
import type { Sysctl } from "../../fixtures/tcpip/stack/sysctl.ts";
import { csumReplace, csumReplace32 } from "../../fixtures/tcpip/wire/checksum.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { buildIpv4 } from "./checker/build.ts";
import { buildUdp } from "./checker/datagrams.ts";
import { internetChecksum, reassemble } from "./checker/parse.ts";
import { bytesOf } from "./rig.ts";
import { Topology, addCard, held, inject, macAddress, macText, taken, type OnWire } from "./topology.ts";
import { stream } from "./transferOver.ts";

const LEFT = "10.0.0.7";
const RIGHT = "10.0.1.7";

interface Router {
  readonly kernel: Kernel;
  readonly left: RingDevice;
  readonly right: RingDevice;
  readonly topology: Topology;
}

function router(sysctl: Partial<Sysctl> = { ipForward: true }, rightMtu = 1500): Router {
  const topology = new Topology();
  const kernel = topology.machine({ sysctl });
  const left = addCard(kernel, "left", "10.0.0.1", 1);
  const right = addCard(kernel, "right", "10.0.1.1", 2, rightMtu);
  addNeighbour(kernel.ip, left, inetAddr(LEFT), macAddress(7));
  addNeighbour(kernel.ip, right, inetAddr(RIGHT), macAddress(17));
  return { kernel, left, right, topology };
}

interface Fields {
  readonly ttl?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly fragment?: number;
  readonly options?: number[];
  readonly length?: number;
}

function packet(fields: Fields = {}): Uint8Array {
  const { source = LEFT, destination = RIGHT } = fields;
  const udp = buildUdp(source, destination, 4000, 5000, bytesOf(fields.length ?? 100));
  const bytes = buildIpv4(source, destination, 17, udp, { fragment: fields.fragment, options: fields.options, id: 9 });
  if (fields.ttl !== undefined) {
    bytes[8] = fields.ttl;
    bytes[10] = 0;
    bytes[11] = 0;
    new DataView(bytes.buffer).setUint16(10, internetChecksum(bytes.subarray(0, 20 + (fields.options?.length ?? 0))));
  }
  return bytes;
}

const icmpOf = ({ ip }: OnWire): { type: number; code: number; rest: number; quoted: Uint8Array } => {
  expect(ip.protocol).toBe(1);
  expect(internetChecksum(ip.payload)).toBe(0);
  const view = new DataView(ip.payload.buffer, ip.payload.byteOffset);
  return { type: ip.payload[0]!, code: ip.payload[1]!, rest: view.getUint32(4), quoted: ip.payload.subarray(8) };
};

describe("what is for others", () => {
  it("goes on, one hop older, otherwise as it came [1122:3.1b part:forwarding]", () => {
    const { kernel, left, right } = router();
    const came = packet();
    inject(kernel, left, came);
    const [went] = taken(right);
    expect(went).toMatchObject({ to: macText(17), ip: { ttl: 63, source: LEFT, destination: RIGHT } });
    const expected = came.slice();
    expected.set(went!.bytes.subarray(8, 12), 8);
    expect(went!.bytes).toEqual(expected);
    expect(taken(left)).toEqual([]);
    expect(kernel.net.ipStats).toMatchObject({ forwDatagrams: 1, outRequests: 0, inDelivers: 0 });
  });

  it("is dropped where forwarding is not wanted, and nothing is said [1122:3.1c]", () => {
    const { kernel, left, right } = router({});
    inject(kernel, left, packet());
    expect([...taken(left), ...taken(right)]).toEqual([]);
    expect(kernel.net.ipStats.inAddrErrors).toBe(1);
    expect(held(kernel).heads).toBe(0);
  });

  it("the second of a kind finds its route kept, until routes change", () => {
    const { kernel, left, right } = router();
    for (let nth = 0; nth < 3; nth += 1) inject(kernel, left, packet());
    expect(kernel.net.rtStats).toMatchObject({ inHit: 2, inSlowTot: 1 });
    addNeighbour(kernel.ip, right, inetAddr("10.0.1.9"), macAddress(19));
    addRoute(kernel.ip, {
      prefix: inetAddr(RIGHT),
      length: 32,
      type: RTN_UNICAST,
      dev: right,
      gateway: inetAddr("10.0.1.9"),
    });
    inject(kernel, left, packet());
    expect(taken(right).map(({ to }) => to)).toEqual([macText(17), macText(17), macText(17), macText(19)]);
    expect(kernel.net.rtStats.inSlowTot).toBe(2);
  });

  it("TTL 1 and 0: time exceeded, from the address of the link that it came by", () => {
    for (const ttl of [0, 1]) {
      const { kernel, left, right } = router();
      const came = packet({ ttl });
      inject(kernel, left, came);
      const [told] = taken(left);
      expect(told!.ip).toMatchObject({ source: "10.0.0.1", destination: LEFT });
      expect(icmpOf(told!)).toMatchObject({ type: 11, code: 0 });
      expect(icmpOf(told!).quoted).toEqual(came);
      expect(taken(right)).toEqual([]);
    }
  });

  it("too long for the next link: cut, or, where that is forbidden, told what would fit (RFC 1191) [791:5]", () => {
    const { kernel, left, right } = router({ ipForward: true }, 600);
    inject(kernel, left, packet({ length: 1400 }));
    const pieces = taken(right).map(({ ip }) => ip);
    expect(pieces.map(({ totalLength }) => totalLength)).toEqual([596, 596, 276]);
    expect(pieces.every(({ ttl }) => ttl === 63)).toBe(true);
    expect([...reassemble(pieces)]).toEqual([...buildUdp(LEFT, RIGHT, 4000, 5000, bytesOf(1400))]);
    inject(kernel, left, packet({ length: 1400, fragment: 0x4000 }));
    expect(taken(right)).toEqual([]);
    const [told] = taken(left);
    expect(icmpOf(told!)).toMatchObject({ type: 3, code: 4, rest: 600 });
    expect(told!.ip.totalLength).toBeLessThanOrEqual(576);
    // What fits exactly goes, forbidden or not.
    inject(kernel, left, packet({ length: 572, fragment: 0x4000 }));
    expect(taken(right)).toHaveLength(1);
  });

  it("fragments are passed on as they come, and cut further [791:4]", () => {
    const { kernel, left, right } = router({ ipForward: true }, 600);
    const whole = buildUdp(LEFT, RIGHT, 4000, 5000, bytesOf(2500));
    inject(kernel, left, buildIpv4(LEFT, RIGHT, 17, whole.subarray(1200), { id: 9, fragment: 150 }));
    inject(kernel, left, buildIpv4(LEFT, RIGHT, 17, whole.subarray(0, 1200), { id: 9, fragment: 0x2000 }));
    expect([...reassemble(taken(right).map(({ ip }) => ip))]).toEqual([...whole]);
    expect(kernel.net.ipStats.reasmReqds).toBe(0);
  });

  it.each([
    ["no route", undefined, 0],
    ["an unreachable one", RTN_UNREACHABLE, 1],
    ["a forbidden one", RTN_PROHIBIT, 13],
    ["a black hole", RTN_BLACKHOLE, -1],
  ])("%s: the sender is told, or not", (_, type, code) => {
    const { kernel, left } = router();
    if (type !== undefined) addRoute(kernel.ip, { prefix: inetAddr("192.0.2.0"), length: 24, type, dev: left });
    inject(kernel, left, packet({ destination: "192.0.2.1" }));
    const told = taken(left).map(icmpOf);
    expect(told.map((one) => [one.type, one.code])).toEqual(code < 0 ? [] : [[3, code]]);
    expect(held(kernel).heads).toBeLessThanOrEqual(told.length);
  });

  it("a next hop that does not answer: host unreachable, after three questions", () => {
    const { kernel, left, right, topology } = router();
    inject(kernel, left, packet({ destination: "10.0.1.99" }));
    expect(taken(left)).toEqual([]);
    topology.run(5000);
    expect(right.takeFrames()).toHaveLength(3);
    expect(taken(left).map(icmpOf)).toMatchObject([{ type: 3, code: 1 }]);
    expect(kernel.net.timers.count).toBe(0);
  });

  it("not what goes to many, not from or to impossible addresses", () => {
    const { kernel, left, right } = router();
    for (const [source, destination] of [
      [LEFT, "224.0.0.5"],
      [LEFT, "255.255.255.255"],
      [LEFT, "10.0.1.255"],
      [LEFT, "240.0.0.1"],
      [LEFT, "127.0.0.1"],
      ["224.0.0.1", RIGHT],
      ["255.255.255.255", RIGHT],
      ["127.0.0.1", RIGHT],
      ["0.0.0.0", RIGHT],
      ["10.0.0.1", RIGHT],
      ["10.0.0.255", RIGHT],
    ] as const) {
      inject(kernel, left, packet({ source, destination }));
    }
    expect([...taken(left), ...taken(right)]).toEqual([]);
    expect(held(kernel).heads).toBe(0);
  });

  it("filters see both devices, and may stop it", () => {
    const { kernel, left, right } = router();
    const seen: string[] = [];
    let verdict = NF_ACCEPT;
    nfRegisterHook(kernel.net, {
      hook: NF_IP_FORWARD,
      priority: 0,
      run: (_hook, _skb, indev, outdev) => {
        seen.push(`${indev!.name} ${outdev!.name}`);
        return verdict;
      },
    });
    nfRegisterHook(kernel.net, { hook: NF_IP_LOCAL_OUT, priority: 0, run: () => NF_DROP });
    inject(kernel, left, packet());
    verdict = NF_DROP;
    inject(kernel, left, packet());
    expect(seen).toEqual(["left right", "left right"]);
    expect(taken(right)).toHaveLength(1);
  });

  it("without memory it is lost and counted, and nothing leaks", () => {
    let nth = 1;
    for (let failed = true; failed; nth += 1) {
      const { kernel, left, right } = router({ ipForward: true }, 600);
      const faults = new FaultInjection(nth);
      kernel.net.memory.faults = faults;
      inject(kernel, left, packet({ length: 1400 }));
      inject(kernel, left, packet({ ttl: 1 }));
      inject(kernel, left, packet({ destination: "10.0.1.99" }));
      failed = faults.countdown <= 0;
      left.drain();
      right.drain();
      kernel.net.memory.faults = null;
      kernel.net.clock.now += 100_000;
      for (const entry of kernel.ip.neighbours.entries) entry.timer?.fire();
      for (let round = 0; round < 5; round += 1) for (const one of kernel.ip.neighbours.entries) one.timer?.fire();
      left.drain();
      right.drain();
      expect({ nth, heads: held(kernel).heads, blocks: held(kernel).blocks }).toEqual({ nth, heads: 0, blocks: 0 });
    }
    expect(nth).toBeGreaterThan(6);
  });
});

describe("redirects (RFC 1812, 5.2.7.2)", () => {
  const detour = (sysctl: Partial<Sysctl> = {}): Router => {
    const made = router({ ipForward: true, ...sysctl });
    addNeighbour(made.kernel.ip, made.left, inetAddr("10.0.0.9"), macAddress(9));
    addRoute(made.kernel.ip, {
      prefix: inetAddr("192.0.2.0"),
      length: 24,
      type: RTN_UNICAST,
      dev: made.left,
      gateway: inetAddr("10.0.0.9"),
    });
    return made;
  };

  it("who could have sent it there itself is told; the packet goes all the same [part:redirects]", () => {
    const { kernel, left } = detour();
    inject(kernel, left, packet({ destination: "192.0.2.1" }));
    const out = taken(left);
    expect(out.map(({ ip }) => ip.protocol)).toEqual([1, 17]);
    expect(icmpOf(out[0]!)).toMatchObject({ type: 5, code: 1, rest: inetAddr("10.0.0.9") >>> 0 });
    expect(out[0]!.ip).toMatchObject({ source: "10.0.0.1", destination: LEFT });
    expect(out[1]!).toMatchObject({ to: macText(9), ip: { ttl: 63 } });
  });

  it("not a stranger, not where the administrator does not want it", () => {
    const strange = detour();
    inject(strange.kernel, strange.left, packet({ source: "172.16.0.1", destination: "192.0.2.1" }));
    expect(taken(strange.left).map(({ ip }) => ip.protocol)).toEqual([17]);
    const off = detour({ ipSendRedirects: false });
    inject(off.kernel, off.left, packet({ destination: "192.0.2.1" }));
    expect(taken(off.left).map(({ ip }) => ip.protocol)).toEqual([17]);
  });
});

describe("options on the way", () => {
  it("the route and the time are recorded; what has no room left is counted or left [1122:3.2.1.8d]", () => {
    const { kernel, left, right, topology } = router();
    topology.clock.now = 4711;
    const cases: [number[], number[]][] = [
      [
        [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        [7, 11, 8, 10, 0, 1, 1, 0, 0, 0, 0, 1],
      ],
      [
        [7, 7, 8, 1, 2, 3, 4, 1],
        [7, 7, 8, 1, 2, 3, 4, 1],
      ],
      [
        [68, 8, 5, 0, 0, 0, 0, 0],
        [68, 8, 9, 0, 0, 0, 4711 >> 8, 4711 & 255],
      ],
      [
        [68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        [68, 12, 13, 1, 10, 0, 1, 1, 0, 0, 4711 >> 8, 4711 & 255],
      ],
      [
        [68, 8, 9, 0x20, 1, 2, 3, 4],
        [68, 8, 9, 0x30, 1, 2, 3, 4],
      ],
      [
        [1, 1, 200, 4, 5, 6, 0, 0],
        [1, 1, 200, 4, 5, 6, 0, 0],
      ],
    ];
    for (const [before, after] of cases) {
      inject(kernel, left, packet({ options: before }));
      expect([...taken(right)[0]!.ip.options]).toEqual(after);
    }
  });

  it("what is malformed is told by its place; a source route is not followed [1122:3.2.2.5a]", () => {
    const { kernel, left, right } = router();
    for (const [options, type, code, pointer] of [
      [[7, 2, 0, 0], 12, 0, 21],
      [[1, 7, 7, 3, 0, 0, 0, 0], 12, 0, 23],
      [[200, 1, 0, 0], 12, 0, 21],
      [[200, 9, 0, 0], 12, 0, 21],
      [[68, 8, 4, 0, 0, 0, 0, 0], 12, 0, 22],
      [[131, 7, 4, 10, 0, 1, 9, 0], 3, 5, 0],
    ] as const) {
      inject(kernel, left, packet({ options: [...options] }));
      expect(icmpOf(taken(left)[0]!)).toMatchObject({ type, code, rest: pointer * 2 ** 24 });
    }
    expect(taken(right)).toEqual([]);
    // A route that has been followed to its end is an option like others.
    inject(kernel, left, packet({ options: [131, 7, 8, 10, 0, 1, 9, 0] }));
    expect(taken(right)).toHaveLength(1);
  });
});

describe("the checksum after a change (RFC 1624)", () => {
  it("of the RFC's example, where RFC 1141 was wrong", () => expect(csumReplace(0xdd2f, 0x5555, 0x3285)).toBe(0));

  it("is what it would be if it were made anew", () => {
    const half = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(half, { minLength: 4, maxLength: 20 }), fc.nat(19), half, half, (words, at, high, low) => {
        const view = new DataView(new ArrayBuffer(words.length * 2));
        words.forEach((word, index) => view.setUint16(index * 2, word));
        const place = at % (words.length - 1);
        const bytes = new Uint8Array(view.buffer);
        const before = internetChecksum(bytes);
        const old = view.getInt32(place * 2);
        view.setUint16(place * 2, high);
        const half16 = csumReplace(before, old >>> 16, high);
        // The sum of nothing but zeros has two forms; on the wire headers are never that.
        fc.pre(words.some((word) => word !== 0) && bytes.some((byte) => byte !== 0));
        expect(half16).toBe(internetChecksum(bytes));
        view.setUint16(place * 2 + 2, low);
        fc.pre(bytes.some((byte) => byte !== 0));
        expect(csumReplace32(before, old, view.getInt32(place * 2))).toBe(internetChecksum(bytes));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});

describe("through machines in between", () => {
  /** A client, two routers with a narrow line between them, a server. */
  function chain(mtu: number, loss = 0): { topology: Topology; kernels: [Kernel, Kernel, Kernel, Kernel] } {
    const topology = new Topology();
    const [client, near, far, server] = [{}, { ipForward: true }, { ipForward: true }, {}].map((sysctl) =>
      topology.machine({ sysctl }),
    ) as [Kernel, Kernel, Kernel, Kernel];
    const faults = { delay: 3, loss, seed: 11 };
    const [out] = topology.line([client, "10.0.0.7"], [near, "10.0.0.1"], { faults });
    const [there, back] = topology.line([near, "10.0.9.1"], [far, "10.0.9.2"], { mtu, faults });
    const [, home] = topology.line([far, "10.0.1.1"], [server, "10.0.1.7"], { faults });
    addDefaultRoute(client.ip, out, inetAddr("10.0.0.1"));
    addDefaultRoute(near.ip, there, inetAddr("10.0.9.2"));
    addDefaultRoute(far.ip, back, inetAddr("10.0.9.1"));
    addDefaultRoute(server.ip, home, inetAddr("10.0.1.1"));
    return { topology, kernels: [client, near, far, server] };
  }

  it.each([
    [1500, 0],
    [600, 0],
    [600, 0.05],
  ])("a stream arrives, in segments that the path takes (MTU %d, loss %d), and nothing is left", (mtu, loss) => {
    const { topology, kernels } = chain(mtu, loss);
    const [client, near, far, server] = kernels;
    const before = kernels.map(held);
    stream(topology, { from: client, to: server, address: "10.0.1.7", length: 100_000 });
    expect(kernels.map(held)).toEqual(before);
    expect(near.net.ipStats.fragCreates + far.net.ipStats.fragCreates).toBe(0);
    // The first segments that were too long, and then no more.
    const tooLong = near.net.ipStats.fragFails;
    expect(tooLong > 0).toBe(mtu < 1500);
    expect(tooLong).toBeLessThan(12);
    expect(near.net.tcpStats.inSegs + far.net.tcpStats.inSegs).toBe(0);
    expect(near.net.ipStats.forwDatagrams).toBeGreaterThan(60);
  });

  it("a hop limit that is too small is an error that the sender hears", () => {
    const { topology, kernels } = chain(1500);
    const [client, near, , server] = kernels;
    client.net.sysctl.ipDefaultTtl = 1;
    const plan = { from: client, to: server, address: "10.0.1.7", length: 10, within: 1000 };
    expect(() => stream(topology, plan)).toThrow();
    expect(near.net.icmpStats.outErrors).toBeGreaterThan(0);
    expect(client.net.icmpStats.inMsgs).toBe(near.net.icmpStats.outErrors);
  });
});
