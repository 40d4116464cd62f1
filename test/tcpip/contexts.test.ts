import { contexts } from "../../fixtures/tcpip/contexts/all.ts";
import { generic } from "../../fixtures/tcpip/contexts/context.ts";
import { drive } from "../../fixtures/tcpip/contexts/drive.ts";
import { deepState, firstDifference } from "../../fixtures/tcpip/contexts/observe.ts";
import { parseFrame, parseIpv4, parseUdp, reassemble } from "./checker/parse.ts";

const FRAGMENTS: Readonly<Record<string, number>> = { adu4000: 3 };

describe.each(contexts)("context $name", (context) => {
  it.each(["hw", "sw"] as const)("sends what it is given (%s)", (checksum) => {
    const roots = context.setup(checksum);
    const observed = drive(roots, generic(roots, context.length), context.length, 300, 7);
    expect(new Set(observed.results)).toEqual(new Set([context.length]));
    const perDatagram = FRAGMENTS[context.name] ?? 1;
    expect(observed.frames).toHaveLength(300 * perDatagram);
    const packets = observed.frames.map((frame) => parseIpv4(parseFrame(frame).payload));
    expect(packets.every((packet) => packet.checksumIsGood)).toBe(true);
    for (let nth = 0; nth < packets.length; nth += perDatagram) {
      const first = packets[nth]!;
      const udp = parseUdp(reassemble(packets.slice(nth, nth + perDatagram)), first.source, first.destination);
      expect(udp.checksumIsGood).toBe(true);
      expect(udp.payload).toHaveLength(context.length);
    }
  });

  it("is the same from the same seed, down to the last field", () => {
    const [one, other] = [context.setup("sw"), context.setup("sw")];
    const first = drive(one, generic(one, context.length), context.length, 150, 3);
    const second = drive(other, generic(other, context.length), context.length, 150, 3);
    expect(second).toEqual(first);
    expect(firstDifference(deepState(other), deepState(one))).toBeUndefined();
  });

  it("the observation sees another payload and another count", () => {
    const [one, other, third] = [context.setup("sw"), context.setup("sw"), context.setup("sw")];
    const first = drive(one, generic(one, context.length), context.length, 20, 3);
    const second = drive(other, generic(other, context.length), context.length, 20, 4);
    const more = drive(third, generic(third, context.length), context.length, 21, 3);
    expect(second.frames).not.toEqual(first.frames);
    expect(firstDifference(deepState(other), deepState(one))).toBeDefined();
    expect(more.counters).not.toEqual(first.counters);
  });
});

it("the blocking context waits: the card sends while it does", () => {
  const context = contexts.find((candidate) => candidate.name === "blocking")!;
  const roots = context.setup("sw");
  drive(roots, generic(roots, context.length), context.length, 300, 7);
  expect(roots.dev.done).toBeGreaterThan(200);
  expect(roots.kernel.net.clock.now).toBeGreaterThan(0);
});
