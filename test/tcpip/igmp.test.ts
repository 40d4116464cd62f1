/** Groups: each socket's own, and what routers and switches are told of them (RFC 2236; RFC 1112, appendix I). */
import { sysClose, sysSetsockopt } from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { EADDRINUSE, EADDRNOTAVAIL } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { timerNext, timersRun } from "../../fixtures/tcpip/stack/timer.ts";
import type { RingDevice } from "../../fixtures/tcpip/link/ringDevice.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { buildIpv4 } from "./checker/build.ts";
import { internetChecksum } from "./checker/parse.ts";
import { HOST, PEER, makeRig, udpSocket } from "./rig.ts";
import { held, inject, taken } from "./topology.ts";

const GROUP = "239.1.2.3";
const OTHER = "239.4.5.6";
const [QUERY, OLD_REPORT, REPORT, LEAVE] = [0x11, 0x12, 0x16, 0x17];

function membership(kernel: Kernel, fd: number, name: number, group: string, ifindex: number): number {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, inetAddr(group));
  view.setInt32(8, ifindex);
  return sysSetsockopt(kernel, fd, flag.SOL_IP, name, bytes);
}

interface Spoken {
  readonly at: number;
  readonly to: string;
  readonly type: number;
  readonly group: string;
}

class Member {
  readonly kernel: Kernel;
  readonly dev: RingDevice;
  readonly spoken: Spoken[] = [];

  constructor() {
    ({ kernel: this.kernel, dev: this.dev } = makeRig());
    this.kernel.net.clock.now = 1000;
  }

  join(fd: number, group = GROUP): number {
    return this.after(membership(this.kernel, fd, flag.IP_ADD_MEMBERSHIP, group, this.dev.ifindex));
  }

  leave(fd: number, group = GROUP): number {
    return this.after(membership(this.kernel, fd, flag.IP_DROP_MEMBERSHIP, group, this.dev.ifindex));
  }

  close(fd: number): void {
    expect(this.after(sysClose(this.kernel, fd))).toBe(0);
  }

  /** Somebody else on the link speaks. */
  hear(type: number, maxResponse: number, group: string, to = "224.0.0.1", damage = 0): void {
    const message = new Uint8Array([type, maxResponse, 0, 0, ...group.split(".").map(Number)]);
    new DataView(message.buffer).setUint16(2, internetChecksum(message) ^ damage);
    inject(this.kernel, this.dev, buildIpv4(PEER, to, 2, message, { options: [148, 4, 0, 0] }));
    this.after(0);
  }

  advance(milliseconds: number): void {
    const { net } = this.kernel;
    const until = net.clock.now + milliseconds;
    while (timerNext(net.timers) <= until) {
      net.clock.now = timerNext(net.timers);
      timersRun(net.timers, net.clock.now);
      this.after(0);
    }
    net.clock.now = until;
  }

  /** What was said since the last time: kinds and groups. */
  said(): string[] {
    return this.spoken.splice(0).map(({ to, type, group }) => `${type.toString(16)} ${group} to ${to}`);
  }

  private after(result: number): number {
    netRxAction(this.kernel.net);
    for (const { ip, to, bytes } of taken(this.dev)) {
      expect([ip.protocol, ip.ttl, ip.source, [...bytes.subarray(20, 24)]]).toEqual([2, 1, HOST, [148, 4, 0, 0]]);
      expect(internetChecksum(ip.payload)).toBe(0);
      expect(ip.payload).toHaveLength(8);
      // The link's address of a group (RFC 1112, 6.4).
      const octets = ip.destination.split(".").map(Number);
      const low = [octets[1]! & 127, octets[2]!, octets[3]!].map((octet) => octet.toString(16).padStart(2, "0"));
      expect(to).toBe(`01:00:5e:${low.join(":")}`);
      const group = [...ip.payload.subarray(4)].join(".");
      this.spoken.push({ at: this.kernel.net.clock.now, to: ip.destination, type: ip.payload[0]!, group });
    }
    return result;
  }
}

describe("memberships", () => {
  it("are each socket's own: what one leaves another still hears; a closed socket leaves [part:groups]", () => {
    const member = new Member();
    const { kernel, dev } = member;
    const group = inetAddr(GROUP);
    const [one, other] = [udpSocket(kernel), udpSocket(kernel)];
    expect([member.join(one), member.join(one)]).toEqual([0, -EADDRINUSE]);
    expect(member.join(other)).toBe(0);
    expect(member.leave(one)).toBe(0);
    expect(member.leave(one)).toBe(-EADDRNOTAVAIL);
    expect(dev.groups).toContain(group);
    member.close(other);
    expect(dev.groups).not.toContain(group);
    member.close(one);
    expect(held(kernel)).toMatchObject({ timers: 0, socks: 0 });
  });
});

describe("routers are told [1122:3.3.7b part:groups]", () => {
  it("twice of the first member, of others nothing; and of the last that it has left", () => {
    const member = new Member();
    const [one, other] = [udpSocket(member.kernel), udpSocket(member.kernel)];
    member.join(one);
    expect(member.said()).toEqual([`16 ${GROUP} to ${GROUP}`]);
    member.advance(10_000);
    expect(member.said()).toEqual([`16 ${GROUP} to ${GROUP}`]);
    member.join(other);
    member.advance(100_000);
    member.leave(one);
    expect(member.said()).toEqual([]);
    member.close(other);
    expect(member.said()).toEqual([`17 ${GROUP} to 224.0.0.2`]);
    expect(member.kernel.net.timers.count).toBe(0);
  });

  it("not of the group that all hosts are in, and not by a device that has no groups", () => {
    const member = new Member();
    const fd = udpSocket(member.kernel);
    expect(member.join(fd, "224.0.0.1")).toBe(0);
    member.hear(QUERY, 10, "0.0.0.0");
    member.advance(20_000);
    expect(membership(member.kernel, fd, flag.IP_ADD_MEMBERSHIP, GROUP, member.kernel.ip.loopback.ifindex)).toBe(0);
    member.advance(20_000);
    expect(member.said()).toEqual([]);
  });

  it("when they ask: of each group once, at a time within what they allow", () => {
    const member = new Member();
    const fd = udpSocket(member.kernel);
    for (const group of [GROUP, OTHER]) member.join(fd, group);
    member.advance(20_000);
    member.spoken.length = 0;
    const times = new Set<number>();
    for (let nth = 0; nth < 20; nth += 1) {
      const begin = member.kernel.net.clock.now;
      member.hear(QUERY, 50, "0.0.0.0");
      member.advance(5000);
      expect(member.spoken.map(({ group }) => group).sort()).toEqual([GROUP, OTHER]);
      for (const { at, type } of member.spoken.splice(0)) {
        expect(type).toBe(REPORT);
        times.add(at - begin);
      }
    }
    expect(Math.max(...times)).toBeLessThan(5000);
    expect(times.size).toBeGreaterThan(20);
    member.hear(QUERY, 10, OTHER, OTHER);
    member.advance(1000);
    expect(member.said()).toEqual([`16 ${OTHER} to ${OTHER}`]);
  });

  it("an earlier answer stays as early when they ask again, a late one is made earlier", () => {
    const member = new Member();
    member.join(udpSocket(member.kernel));
    member.advance(20_000);
    member.spoken.length = 0;
    const begin = member.kernel.net.clock.now;
    member.hear(QUERY, 255, "0.0.0.0");
    member.hear(QUERY, 1, "0.0.0.0");
    member.hear(QUERY, 255, "0.0.0.0");
    member.advance(60_000);
    expect(member.spoken).toHaveLength(1);
    expect(member.spoken[0]!.at - begin).toBeLessThan(100);
  });

  it("unless somebody else has answered, who then says when it leaves", () => {
    const member = new Member();
    const fd = udpSocket(member.kernel);
    member.join(fd);
    member.advance(20_000);
    member.spoken.length = 0;
    member.hear(QUERY, 100, "0.0.0.0");
    member.hear(REPORT, 0, GROUP, GROUP);
    member.advance(20_000);
    member.leave(fd);
    expect(member.said()).toEqual([]);
  });

  it("as in RFC 1112 while one of them knows no other: after ten seconds at most, and no word of leaving", () => {
    const member = new Member();
    const fd = udpSocket(member.kernel);
    member.hear(QUERY, 0, "0.0.0.0");
    member.join(fd);
    expect(member.said()).toEqual([`12 ${GROUP} to ${GROUP}`]);
    member.advance(11_000);
    member.spoken.length = 0;
    member.hear(QUERY, 0, "0.0.0.0");
    member.advance(10_000);
    expect(member.spoken.splice(0).map(({ type }) => type)).toEqual([OLD_REPORT]);
    member.leave(fd);
    expect(member.said()).toEqual([]);
    member.advance(400_000);
    member.join(fd);
    member.leave(fd);
    expect(member.spoken.map(({ type }) => type)).toEqual([REPORT, LEAVE]);
  });

  it("what is damaged, cut short or of no known type says nothing", () => {
    const member = new Member();
    member.join(udpSocket(member.kernel));
    member.advance(20_000);
    member.spoken.length = 0;
    member.hear(QUERY, 10, "0.0.0.0", "224.0.0.1", 1);
    member.hear(0x99, 10, "0.0.0.0");
    inject(member.kernel, member.dev, buildIpv4(PEER, "224.0.0.1", 2, Uint8Array.of(QUERY, 10, 0, 0)));
    member.advance(60_000);
    expect(member.said()).toEqual([]);
    member.dev.drain();
    expect(member.kernel.net.heads.inUse).toBe(0);
  });
});
