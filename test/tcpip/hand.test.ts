/** The residuals made by hand do what the generic path does, down to the last field of the last structure. */
import { generic, type Checksum, type Roots, type Send } from "../../fixtures/tcpip/contexts/context.ts";
import { drive } from "../../fixtures/tcpip/contexts/drive.ts";
import { deepState, firstDifference } from "../../fixtures/tcpip/contexts/observe.ts";
import * as context1024 from "../../fixtures/tcpip/contexts/udp1024.ts";
import * as context64 from "../../fixtures/tcpip/contexts/udp64.ts";
import * as hand1024 from "../../fixtures/tcpip/hand/udp1024.ts";
import * as hand64 from "../../fixtures/tcpip/hand/udp64.ts";
import { EAGAIN, EFAULT, EHOSTUNREACH, EPIPE } from "../../fixtures/tcpip/stack/errno.ts";
import { SEND_SHUTDOWN } from "../../fixtures/tcpip/stack/flags.ts";
import type { Sock } from "../../fixtures/tcpip/stack/structures.ts";

function sockOf(roots: Roots): Sock {
  return roots.kernel.current.files[roots.fd]!.inode.socket!.sk!;
}

describe.each([
  ["udp64", "hw", context64, hand64.bind],
  ["udp64", "sw", context64, hand64.bind],
  ["udp1024", "hw", context1024, hand1024.bind],
  ["udp1024", "sw", context1024, hand1024.bind],
] as const)("%s %s by hand", (_name, checksum: Checksum, context, bind) => {
  const pair = (): { one: Roots; other: Roots; slow: Send; fast: Send } => {
    const [one, other] = [context.setup(checksum), context.setup(checksum)];
    return { one, other, slow: generic(one, context.length), fast: bind(other, checksum) };
  };

  it("sends the same frames and leaves the same state, over thousands of payloads", () => {
    const { one, other, slow, fast } = pair();
    const expected = drive(one, slow, context.length, 3000, 11);
    const observed = drive(other, fast, context.length, 3000, 11);
    expect(observed.results).toEqual(expected.results);
    expect(observed.frames.map((frame) => Buffer.from(frame).toString("base64"))).toEqual(
      expected.frames.map((frame) => Buffer.from(frame).toString("base64")),
    );
    expect(observed.counters).toEqual(expected.counters);
    expect(firstDifference(deepState(other), deepState(one))).toBeUndefined();
  });

  it.each([
    ["a pending error", -EHOSTUNREACH, (roots: Roots) => void (sockOf(roots).err = EHOSTUNREACH)],
    ["a socket shut down", -EPIPE, (roots: Roots) => void (sockOf(roots).shutdown = SEND_SHUTDOWN)],
    ["a full account", -EAGAIN, (roots: Roots) => void (sockOf(roots).wmemAlloc = sockOf(roots).sndbuf)],
    ["a card that has stopped", context.length, (roots: Roots) => void (roots.dev.queueStopped = true)],
    ["a card that is full", context.length, (roots: Roots) => void (roots.dev.done = roots.dev.head - 256)],
    ["a full queue", context.length, (roots: Roots) => void (roots.dev.txQueueLen = 0)],
    ["no heads at hand", context.length, (roots: Roots) => void (roots.kernel.net.heads.hot = null)],
  ])("meets %s as the generic path does", (_what, result, disturb) => {
    const { one, other, slow } = pair();
    disturb(one);
    disturb(other);
    const fast = bind(other, checksum);
    expect(slow(new Uint8Array(context.length))).toBe(result);
    expect(fast(new Uint8Array(context.length))).toBe(result);
    expect(firstDifference(deepState(other), deepState(one))).toBeUndefined();
  });

  it("refuses a buffer that is too short, and takes one that is too long", () => {
    const { one, other, slow, fast } = pair();
    for (const size of [context.length - 1, context.length + 1, 0]) {
      const expected = size < context.length ? -EFAULT : context.length;
      expect(slow(new Uint8Array(size).fill(7))).toBe(expected);
      expect(fast(new Uint8Array(size).fill(7))).toBe(expected);
    }
    expect(firstDifference(deepState(other), deepState(one))).toBeUndefined();
  });
});
