/** Two machines talk over a line that does everything wrong that a line can do: every byte arrives, once, in order. */
import { sysClose, sysRecvfrom, sysShutdown } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { NETIF_F_HW_CSUM, NETIF_F_SG } from "../../fixtures/tcpip/stack/device.ts";
import { EAGAIN } from "../../fixtures/tcpip/stack/errno.ts";
import { SHUT_WR } from "../../fixtures/tcpip/stack/flags.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { connectedPair, World, type WorldOptions } from "./world.ts";

function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

/** Sends as much as goes; the position reached. */
function pump(kernel: Kernel, fd: number, data: Uint8Array, from: number, piece: number): number {
  let at = from;
  while (at < data.length) {
    const chunk = data.subarray(at, Math.min(at + piece, data.length));
    const sent = sysSend(kernel, fd, chunk, chunk.length, 0);
    if (sent <= 0) {
      expect(sent).toBe(-EAGAIN);
      break;
    }
    at += sent;
  }
  return at;
}

/** Reads all there is; true: that was the end. */
function drain(kernel: Kernel, fd: number, into: number[], buffer: Uint8Array): boolean {
  for (;;) {
    const got = sysRecvfrom(kernel, fd, buffer, 0, null);
    if (got === 0) return true;
    if (got < 0) {
      expect(got).toBe(-EAGAIN);
      return false;
    }
    for (let at = 0; at < got; at += 1) into.push(buffer[at]!);
  }
}

interface Totals {
  readonly heads: number;
  readonly blocks: number;
  readonly pages: number;
  readonly timers: number;
  readonly socks: number;
}

function held(kernel: Kernel): Totals {
  const { net } = kernel;
  return {
    heads: net.heads.inUse,
    blocks: net.memory.sizeClasses.reduce((sum, one) => sum + one.inUse, 0),
    pages: net.memory.pagesInUse,
    timers: net.timers.count,
    socks: net.socksInUse,
  };
}

function transfer(options: WorldOptions, length: number, piece: number): World {
  const world = new World(options);
  const empty = held(world.here);
  const { client, server, listening } = connectedPair(world);
  const [up, down] = [pattern(length, 3), pattern(length >> 1, 4)];
  const [atThere, atHere]: [number[], number[]] = [[], []];
  const buffer = new Uint8Array(9000);
  let [sentUp, sentDown] = [0, 0];
  let [endThere, endHere] = [false, false];
  let [shutHere, shutThere] = [false, false];
  const done = world.runUntil(() => {
    sentUp = pump(world.here, client, up, sentUp, piece);
    sentDown = pump(world.there, server, down, sentDown, piece);
    if (sentUp === up.length && !shutHere) {
      shutHere = true;
      expect(sysShutdown(world.here, client, SHUT_WR)).toBe(0);
    }
    if (sentDown === down.length && !shutThere) {
      shutThere = true;
      expect(sysShutdown(world.there, server, SHUT_WR)).toBe(0);
    }
    endThere ||= drain(world.there, server, atThere, buffer);
    endHere ||= drain(world.here, client, atHere, buffer);
    return endThere && endHere;
  }, 3600_000);
  expect({ done, there: atThere.length, here: atHere.length }).toEqual({
    done: true,
    there: up.length,
    here: down.length,
  });
  expect(Buffer.compare(Buffer.from(atThere), Buffer.from(up))).toBe(0);
  expect(Buffer.compare(Buffer.from(atHere), Buffer.from(down))).toBe(0);
  expect(sysClose(world.here, client)).toBe(0);
  expect(sysClose(world.there, server)).toBe(0);
  expect(sysClose(world.there, listening)).toBe(0);
  world.run(1000_000);
  expect(held(world.here)).toEqual(empty);
  expect(held(world.there)).toEqual(empty);
  return world;
}

it("delivers over a good line", () => {
  const world = transfer({}, 1_000_000, 10_000);
  expect(world.here.net.tcpStats.retransSegs).toBe(0);
});

it("delivers from pages", () => {
  transfer({ features: NETIF_F_SG | NETIF_F_HW_CSUM, faults: { delay: 5 } }, 300_000, 7_000);
});

/** `STACK_SEEDS=1000 npm run jest -- test/tcpip/tcpTransfer` tries more, `STACK_SEEDS=1001-2000` others. */
const [first, last] = /^(?:(\d+)-)?(\d+)$/.exec(process.env["STACK_SEEDS"] ?? "30")!.slice(1);
const seeds = Array.from({ length: Number(last) - Number(first ?? 1) + 1 }, (_, index) => Number(first ?? 1) + index);

it.each(seeds)("delivers over a bad line (seed %d) [part:pipe part:bad-line]", (seed) => {
  transfer(
    {
      faults: {
        seed,
        loss: (seed % 5) * 0.05,
        duplicate: (seed % 3) * 0.05,
        reorder: (seed % 4) * 0.05,
        corrupt: (seed % 7) * 0.02,
        delay: (seed % 6) * 10,
        jitter: seed % 5,
        rate: seed % 8 === 0 ? 2_000_000 : 0,
      },
      mtu: seed % 9 === 0 ? 576 : 1500,
      features: seed % 2 === 0 ? NETIF_F_SG | NETIF_F_HW_CSUM : 0,
      // The client says nothing before it is accepted: if the server gave up the handshake, neither would ever speak again.
      there: { sysctl: { tcpSynackRetries: 15 } },
      here: {
        sysctl: {
          tcpSack: seed % 3 !== 0,
          tcpTimestamps: seed % 4 !== 0,
          tcpCongestionControl: seed % 2 ? "reno" : "cubic",
        },
      },
    },
    40_000,
    3_000,
  );
});
