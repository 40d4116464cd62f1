/** What a bad line does, fault by fault: what comes out, of packets whose number is in them, and when. */
import type { FaultOptions } from "../../fixtures/tcpip/link/faultInjector.ts";
import { sysBind, sysRecvfrom, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { MSG_DONTWAIT, SOCK_DGRAM } from "../../fixtures/tcpip/stack/flags.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, SIN_SIZE, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { THERE, World } from "./world.ts";

interface Arrived {
  readonly number: number;
  /** In milliseconds, since the first was sent. */
  readonly at: number;
}

interface Line {
  readonly arrived: readonly Arrived[];
  readonly lost: number;
  /** Those that a sum has found out. */
  readonly bad: number;
  readonly frame: number;
}

const COUNT = 1000;

/** Sends numbered datagrams, `gap` milliseconds apart. */
function line(faults: FaultOptions, { gap = 1, length = 100, count = COUNT } = {}): Line {
  const world = new World({ faults, there: { sysctl: { rmemDefault: 1 << 24, netdevMaxBacklog: 2 * count } } });
  const [from, to] = [world.here, world.there].map((kernel) => sysSocket(kernel, AF_INET, SOCK_DGRAM, 0));
  expect(sysBind(world.there, to!, sockaddrIn(inetAddr(THERE), 9))).toBe(0);
  const address = sockaddrIn(inetAddr(THERE), 9);
  const begin = world.clock.now;
  const arrived: Arrived[] = [];
  const buffer = new Uint8Array(length);
  const look = (): boolean => {
    while (sysRecvfrom(world.there, to!, buffer, MSG_DONTWAIT, null) > 0) {
      arrived.push({ number: new DataView(buffer.buffer).getUint32(0), at: world.clock.now - begin });
    }
    return false;
  };
  for (let number = 0; number < count; number += 1) {
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(0, number);
    expect(sysSendto(world.here, from!, bytes, length, 0, address, SIN_SIZE)).toBe(length);
    world.runUntil(look, gap);
  }
  world.runUntil(look, 600_000);
  const { ipStats, udpStats } = world.there.net;
  return {
    arrived,
    lost: world.hereDev.lost,
    bad: ipStats.inHdrErrors + ipStats.inAddrErrors + ipStats.inUnknownProtos + udpStats.inErrors + udpStats.noPorts,
    frame: 14 + 20 + 8 + length,
  };
}

const inOrder = Array.from({ length: COUNT }, (_, number) => number);
const numbers = ({ arrived }: Line): number[] => arrived.map(({ number }) => number);

describe("a line with faults [part:faults]", () => {
  it("none: every packet, once, in order, at once", () => {
    const seen = line({});
    expect(numbers(seen)).toEqual(inOrder);
    expect(seen.arrived.every(({ number, at }) => at === number)).toBe(true);
  });

  it("loss: so many do not come, the others in order", () => {
    const seen = line({ loss: 0.2 });
    expect(seen.lost).toBeGreaterThan(150);
    expect(seen.lost).toBeLessThan(250);
    expect(seen.arrived).toHaveLength(COUNT - seen.lost);
    expect(numbers(seen)).toEqual([...numbers(seen)].sort((one, other) => one - other));
  });

  it("duplication: so many come twice", () => {
    const seen = numbers(line({ duplicate: 0.1 }));
    expect(new Set(seen).size).toBe(COUNT);
    expect(seen.length).toBeGreaterThan(COUNT + 60);
    expect(seen.length).toBeLessThan(COUNT + 140);
  });

  it("delay: all as much later; jitter: at random up to so much more", () => {
    expect(line({ delay: 30 }).arrived.map(({ number, at }) => at - number)).toEqual(inOrder.map(() => 30));
    const late = line({ delay: 30, jitter: 10 }, { gap: 20 }).arrived.map(({ number, at }) => at - 20 * number);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...late)).toBeLessThan(40);
    expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(9);
  });

  it("reordering: so many are overtaken by those behind them", () => {
    const seen = line({ reorder: 0.1, reorderDelay: 5 });
    expect(numbers(seen)).not.toEqual(inOrder);
    expect([...numbers(seen)].sort((one, other) => one - other)).toEqual(inOrder);
    const held = seen.arrived.filter(({ number, at }) => at === number + 5).length;
    expect(held).toBeGreaterThan(60);
    expect(held).toBeLessThan(140);
    expect(seen.arrived.filter(({ number, at }) => at === number)).toHaveLength(COUNT - held);
  });

  it("corruption: one bit of so many is another, and every one is found out by a sum", () => {
    const seen = line({ corrupt: 0.2 });
    expect(seen.lost).toBe(0);
    expect(seen.arrived.length + seen.bad).toBe(COUNT);
    expect(seen.bad).toBeGreaterThan(150);
    expect(seen.bad).toBeLessThan(250);
    const good = new Set(numbers(seen));
    expect(good.size).toBe(seen.arrived.length);
    expect(Math.max(...good)).toBeLessThan(COUNT);
  });

  it("rate: packets follow each other no faster than their bits; what does not find room in the queue is lost", () => {
    const rate = 1_000_000;
    const seen = line({ rate }, { gap: 0 });
    const each = (seen.frame * 8000) / rate;
    expect(numbers(seen)).toEqual(inOrder);
    seen.arrived.forEach(({ number, at }) => expect(at).toBeCloseTo((number + 1) * each, 6));
    // Slower than the line: nobody waits.
    line({ rate }, { gap: 2 }).arrived.forEach(({ number, at }) => expect(at).toBeCloseTo(2 * number + each, 6));
    const short = line({ rate, limit: 10 }, { gap: 0 });
    expect(numbers(short)).toEqual(inOrder.slice(0, 11));
    expect(short.lost).toBe(COUNT - 11);
  });

  it("size: what is longer than a path takes is lost without a word", () => {
    const most = 14 + 20 + 8 + 100;
    expect(line({ maxSize: most }, { count: 10 }).arrived).toHaveLength(10);
    expect(line({ maxSize: most - 1 }, { count: 10 })).toMatchObject({ arrived: [], lost: 10 });
  });

  it("the same seed does the same, another one something else", () => {
    const faults = { loss: 0.1, duplicate: 0.1, reorder: 0.1, corrupt: 0.1, jitter: 3 };
    const one = line({ ...faults, seed: 5 });
    expect(line({ ...faults, seed: 5 })).toEqual(one);
    expect(numbers(line({ ...faults, seed: 6 }))).not.toEqual(numbers(one));
  });
});
