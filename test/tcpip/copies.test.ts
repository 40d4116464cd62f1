/** Bytes copied in parts, through scratch memory and by arrays that are kept: the same bytes as a copy that makes an array each time. */
import { Random } from "../../fixtures/tcpip/contexts/random.ts";
import { sysConnect, sysSetsockopt } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendmsg } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { NETIF_F_SG } from "../../fixtures/tcpip/stack/device.ts";
import { EFAULT, ENOBUFS } from "../../fixtures/tcpip/stack/errno.ts";
import {
  IP_MTU_DISCOVER,
  IP_PMTUDISC_DONT,
  SOL_IP,
  SOL_SOCKET,
  SO_SNDBUF,
  SO_SNDTIMEO,
} from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { FaultInjection } from "../../fixtures/tcpip/stack/slab.ts";
import { beginStaging, STAGED_PART, stagedPart, Staging } from "../../fixtures/tcpip/stack/staging.ts";
import type { Waiter } from "../../fixtures/tcpip/stack/structures.ts";
import { KeptPart, keptPart } from "../../fixtures/tcpip/wire/keptPart.ts";
import { ByteView, copyPacket, copyPart } from "../../fixtures/tcpip/wire/view.ts";
import { parseFrame, parseIpv4, parseUdp, reassemble } from "./checker/parse.ts";
import { address, bytesOf, connectedSocket, makeRig, PEER, udpSocket, type Rig } from "./rig.ts";

describe("out of memory", () => {
  it.each([32, 2048, 4096, 5000, 65536])("of %i bytes: these bytes, and no others are written", (size) => {
    const random = new Random(size);
    const view = new ByteView(size);
    for (let nth = 0; nth < 500; nth += 1) {
      // What was in it before is no longer: memory goes round.
      view.bytes.set(random.bytes(Math.min(size, 64)), random.below(Math.max(size - 64, 1)));
      const from = random.below(2) === 0 ? random.below(size) : Math.min(16, size - 1);
      const length = random.below(2) === 0 ? random.below(size - from + 1) : Math.min(1448, size - from);
      const expected = random.bytes(length + 20);
      const to = expected.slice();
      const at = random.below(20);
      expected.set(view.bytes.slice(from, from + length), at);
      (random.below(2) === 0 ? copyPart : copyPacket)(view, from, length, to, at);
      expect(Buffer.compare(to, expected)).toBe(0);
    }
  });
});

describe("the array that is kept", () => {
  const made = (lengths: (nth: number) => number, times: number): { made: number; latest: number } => {
    const kept = new KeptPart();
    const bytes = new Uint8Array(2048);
    const arrays = new Set<Uint8Array>();
    let latest = 0;
    for (let nth = 0; nth < times; nth += 1) {
      const part = keptPart(kept, bytes, 0, lengths(nth));
      if (part === null) continue;
      expect(part.length).toBe(lengths(nth));
      if (!arrays.has(part)) latest = nth;
      arrays.add(part);
    }
    return { made: arrays.size, latest };
  };

  it("is made once where all are alike", () => expect(made(() => 1448, 10_000)).toEqual({ made: 1, latest: 0 }));

  it.each([
    ["each is another", (nth: number) => nth % 2000],
    ["two take turns", (nth: number) => 100 + (nth & 1)],
    ["they come in pairs", (nth: number) => 100 + ((nth >> 1) & 1)],
  ])("is made but seldom where %s", (_, lengths) => expect(made(lengths, 10_000).made).toBeLessThan(15));

  it("is another one soon, where the packets are others for good", () => {
    const { made: count, latest } = made((nth) => (nth < 100 ? 52 : 1448), 10_000);
    expect(count).toBe(2);
    expect(latest).toBeLessThan(110);
  });
});

describe("parts of a caller's bytes", () => {
  const cuts = (random: Random, length: number): [number, number][] => {
    const parts: [number, number][] = [];
    const step = random.below(4) === 0 ? 1448 : 1 + random.below(STAGED_PART);
    for (let from = 0; from < length; from += step) parts.push([from, Math.min(step, length - from)]);
    return random.below(2) === 0 ? parts : parts.reverse();
  };

  it("are the caller's, from either end, of pieces shorter and longer than there is room for", () => {
    const random = new Random(5);
    const staging = new Staging();
    const bases = [10, 3000, 16384, 65536, 65537, 200_000].map((length) => random.bytes(length));
    for (let nth = 0; nth < 300; nth += 1) {
      const base = bases[random.below(bases.length)]!;
      base.fill(nth, random.below(base.length));
      const length = random.below(2) === 0 ? base.length : 1 + random.below(base.length);
      beginStaging(staging);
      for (const [from, wanted] of cuts(random, length)) {
        const part = stagedPart(staging, base, length, from, wanted);
        expect(Buffer.compare(part, base.slice(from, from + wanted))).toBe(0);
      }
    }
  });

  it("are those of a piece that says that it is longer than it is", () => {
    const base = bytesOf(65536);
    const staging = new Staging();
    for (const from of [1448, 0, 65536 - 100]) {
      expect([...stagedPart(staging, base, 70_000, from, 100)]).toEqual([...base.slice(from, from + 100)]);
    }
  });
});

/** A socket that may cut its datagrams, and what each that went out says. */
function cutter(options: Parameters<typeof makeRig>[0]): Rig & { fd: number; arrived: () => number[][] } {
  const rig = makeRig(options);
  const fd = connectedSocket(rig.kernel);
  expect(sysSetsockopt(rig.kernel, fd, SOL_IP, IP_MTU_DISCOVER, sockoptInt(IP_PMTUDISC_DONT))).toBe(0);
  const arrived = (): number[][] => {
    const byId = new Map<number, ReturnType<typeof parseIpv4>[]>();
    for (const bytes of rig.dev.takeFrames()) {
      const ip = parseIpv4(parseFrame(bytes).payload);
      byId.set(ip.id, [...(byId.get(ip.id) ?? []), ip]);
    }
    return [...byId.values()].map((parts) => {
      const udp = parseUdp(reassemble(parts), parts[0]!.source, parts[0]!.destination);
      expect(udp.checksumIsGood).toBe(true);
      return [...udp.payload];
    });
  };
  return { ...rig, fd, arrived };
}

describe("a message that is cut", () => {
  it.each([
    ["into fragments", {}, 4000],
    ["into pages", { features: NETIF_F_SG, mtu: 9000 }, 8000],
  ])("%s has what its array holds now, not what it held before", (_, options, length) => {
    const { kernel, fd, arrived } = cutter(options);
    const buffer = bytesOf(length);
    const sent: number[][] = [];
    for (let nth = 0; nth < 5; nth += 1) {
      buffer.fill(nth, nth * 300, nth * 300 + 900);
      expect(sysSend(kernel, fd, buffer, length, 0)).toBe(length);
      sent.push([...buffer]);
    }
    // Of a longer array, the front.
    expect(sysSend(kernel, fd, buffer, length - 500, 0)).toBe(length - 500);
    expect(arrived()).toEqual([...sent, [...buffer.slice(0, length - 500)]]);
  });

  it.each([1, 2, 3, 4, 5])("has it also after one that failed on the way (allocation %i)", (nth) => {
    const { kernel, dev, fd, arrived } = cutter({});
    const buffer = bytesOf(4000);
    kernel.net.memory.faults = new FaultInjection(nth);
    expect(sysSend(kernel, fd, buffer, 4000, 0)).toBe(-ENOBUFS);
    kernel.net.memory.faults = null;
    dev.takeFrames();
    buffer.reverse();
    expect(sysSend(kernel, fd, buffer, 4000, 0)).toBe(4000);
    expect(arrived()).toEqual([[...buffer]]);
  });

  it("may wait while another one is cut", () => {
    let rig: ReturnType<typeof cutter> | null = null;
    const other = bytesOf(5000, 9);
    let waits = 0;
    const waiter: Waiter = {
      waitForWmem(_, timeout): number {
        const { kernel, dev } = rig!;
        waits += 1;
        const fd = connectedOther(kernel);
        expect(sysSend(kernel, fd, other, other.length, 0)).toBe(other.length);
        dev.complete(100);
        return timeout - 1;
      },
      waitForEvent: () => -ENOBUFS,
    };
    const connectedOther = (kernel: Rig["kernel"]): number => {
      const fd = udpSocket(kernel);
      expect(sysConnect(kernel, fd, address(PEER, 5001))).toBe(0);
      expect(sysSetsockopt(kernel, fd, SOL_IP, IP_MTU_DISCOVER, sockoptInt(IP_PMTUDISC_DONT))).toBe(0);
      return fd;
    };
    rig = cutter({ instant: false, waiter, txQueueLen: 1000 });
    const { kernel, dev, fd, arrived } = rig;
    expect(sysSetsockopt(kernel, fd, SOL_SOCKET, SO_SNDBUF, sockoptInt(4096))).toBe(0);
    expect(sysSetsockopt(kernel, fd, SOL_SOCKET, SO_SNDTIMEO, sockoptInt(1000))).toBe(0);
    const message = bytesOf(9000);
    expect(sysSend(kernel, fd, message, message.length, 0)).toBe(message.length);
    dev.complete(100);
    expect(waits).toBeGreaterThan(0);
    const all = arrived();
    expect(all).toContainEqual([...message]);
    expect(all.filter((one) => one.length === other.length)).toEqual(new Array(waits).fill([...other]));
  });

  it("of pieces that lie in one array, and one that is too short", () => {
    const { kernel, fd, arrived } = cutter({});
    const base = bytesOf(6000);
    const iov = [new IoVec(base, 100), new IoVec(base, 6000), new IoVec(base.subarray(7), 2000)];
    expect(sysSendmsg(kernel, fd, { name: null, iov, control: null }, 0)).toBe(8100);
    expect(arrived()).toEqual([[...base.slice(0, 100), ...base, ...base.slice(7, 2007)]]);
    expect(sysSend(kernel, fd, base, 6001, 0)).toBe(-EFAULT);
    expect(arrived()).toEqual([]);
  });
});
