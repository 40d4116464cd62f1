/** Segments that nobody honest sends, and machines that run out of memory: nothing throws, no stream is corrupted, nothing leaks. */
import fc from "fast-check";
import { sysAccept, sysClose, sysConnect, sysRecvfrom, sysShutdown } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { FaultInjection } from "../../fixtures/tcpip/stack/slab.ts";
import { EAGAIN } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { parseTcpHeader, TcpHeader, TCP_HLEN, writeTcpHeader } from "../../fixtures/tcpip/wire/tcp.ts";
import * as options from "../../fixtures/tcpip/wire/tcpOptions.ts";
import { buildIpv4, buildSegment } from "./checker/build.ts";
import { HOST, PEER } from "./rig.ts";
import { TcpScript, active, listening, passive, payloadOf, receive, send } from "./script/tcpScript.ts";
import { THERE, World, connectedPair, listener, tcpOf, tcpSocket } from "./world.ts";

const RUNS = { numRuns: 300, seed: 42 };

it("two ends that have lost each other do not answer each other for ever [part:hostile tcp:rfc5961]", () => {
  const world = new World({ faults: { delay: 1 } });
  const { client, server } = connectedPair(world);
  for (const tp of [tcpOf(world.here, client), tcpOf(world.there, server)]) {
    // Somebody has given each of them data that the other has never sent.
    tp.rcvNxt = (tp.rcvNxt + 100_000) | 0;
  }
  expect(sysSend(world.here, client, new Uint8Array(10), 10, 0)).toBe(10);
  world.run(10_000);
  const { outSegs, retransSegs } = world.here.net.tcpStats;
  expect(outSegs + retransSegs).toBeLessThan(60);
  expect(world.there.net.tcpStats.outSegs).toBeLessThan(60);
});

describe("wire", () => {
  it("reading never throws, whatever the bytes and wherever they end", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.integer({ min: -5, max: 90 }),
        fc.integer({ min: -5, max: 90 }),
        (bytes, at, end) => {
          parseTcpHeader(bytes, Math.max(at, 0), end, new TcpHeader());
          options.parseTcpOptions(bytes, Math.max(at, 0), end, new options.TcpOptions());
        },
      ),
      { ...RUNS, numRuns: 3000 },
    );
  });

  it("a header is what was written", () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const half = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(
        half,
        half,
        word,
        word,
        fc.integer({ min: 5, max: 15 }),
        fc.integer({ min: 0, max: 255 }),
        half,
        half,
        (sport, dport, seq, ack, words, flags, window, urgent) => {
          const bytes = new Uint8Array(words * 4);
          writeTcpHeader(bytes, 0, sport, dport, seq, ack, words * 4, flags, window, urgent);
          const header = new TcpHeader();
          expect(parseTcpHeader(bytes, 0, bytes.length, header)).toBe(true);
          expect({ ...header }).toEqual({
            source: sport,
            dest: dport,
            seq,
            ackSeq: ack,
            headerLength: words * 4,
            flags,
            window,
            check: 0,
            urgent,
          });
          const again = new Uint8Array(words * 4);
          writeTcpHeader(
            again,
            0,
            header.source,
            header.dest,
            header.seq,
            header.ackSeq,
            header.headerLength,
            header.flags,
            header.window,
            header.urgent,
          );
          expect(again).toEqual(bytes);
          expect(parseTcpHeader(bytes, 0, bytes.length - 1, header)).toBe(false);
          expect(parseTcpHeader(bytes, 0, TCP_HLEN - 1, header)).toBe(false);
        },
      ),
      RUNS,
    );
  });

  it("options are what was written", () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65535 }),
        fc.integer({ min: 0, max: 14 }),
        word,
        word,
        fc.array(fc.tuple(word, word), { maxLength: 2 }),
        (mss, scale, val, ecr, blocks) => {
          const bytes = new Uint8Array(64);
          let at = options.putMss(bytes, 0, mss);
          at = options.putSackPermitted(bytes, at);
          at = options.putTimestamp(bytes, at, val, ecr);
          at = options.putWindowScale(bytes, at, scale);
          at = options.putSackHead(bytes, at, blocks.length);
          for (const [from, to] of blocks) at = options.putSackBlock(bytes, at, from, to);
          const read = new options.TcpOptions();
          options.parseTcpOptions(bytes, 0, at, read);
          expect(at % 4).toBe(0);
          expect(read).toMatchObject({
            mss,
            windowScale: scale,
            sackPermitted: true,
            hasTimestamp: true,
            tsVal: val,
            tsEcr: ecr,
            sackCount: blocks.length,
          });
          expect([...read.sackStart.subarray(0, blocks.length)]).toEqual(blocks.map(([from]) => from));
        },
      ),
      RUNS,
    );
  });
});

describe("hostile packets", () => {
  it("any bytes at all as IP, TCP, UDP and ICMP [part:any-bytes]", () => {
    const script = new TcpScript();
    listening();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(1, 6, 17, 99),
        fc.integer({ min: 0, max: 65535 }),
        (bytes, protocol, fragment) => {
          script.inject(bytes);
          script.inject(buildIpv4(PEER, HOST, protocol, bytes, { fragment: fragment & 0x3fff }));
          script.inject(buildIpv4(PEER, HOST, protocol, bytes));
        },
      ),
      RUNS,
    );
    script.advance(100_000);
    script.dev.drain();
    expect(script.kernel.net.heads.inUse).toBe(0);
  });

  it("any segment on an open connection: what arrives is a beginning of what was sent", () => {
    const flags = fc.integer({ min: 0, max: 255 }).map((bits) => bits & ~4);
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            seq: fc.integer({ min: -3000, max: 3000 }),
            ack: fc.integer({ min: -3000, max: 3000 }),
            length: fc.integer({ min: 0, max: 1400 }),
            flags,
            window: fc.integer({ min: 0, max: 65535 }),
            urgent: fc.integer({ min: 0, max: 100 }),
            junk: fc.uint8Array({ maxLength: 40 }),
            wait: fc.constantFrom(0, 0, 0, 10, 500),
          }),
          { maxLength: 40 },
        ),
        (segments) => {
          const opened = active({ syn: "win 65535 mss 1000 sackok" });
          opened.tp.oobInline = true;
          send(opened, 1, 3000);
          for (const one of segments) {
            opened.script.segment({
              seq: (opened.script.peerIsn + 1 + one.seq) | 0,
              ack: (opened.tp.iss + 1 + one.ack) | 0,
              flags: one.flags,
              window: one.window,
              urgent: one.urgent,
              options: [...one.junk],
              payload: payloadOf(1 + one.seq, one.length),
            });
            opened.script.advance(one.wait);
          }
          let at = 1;
          for (let got = 1; got > 0;) {
            got = receive(opened, at, 500);
            if (got > 0) at += got;
          }
          const { tp } = opened;
          expect(tp.packetsOut).toBeGreaterThanOrEqual(0);
          expect(tp.sackedOut + tp.lostOut).toBeLessThanOrEqual(tp.packetsOut);
          expect([tp.sackedOut, tp.lostOut, tp.retransOut].every((count) => count >= 0)).toBe(true);
          sysClose(opened.script.kernel, opened.fd);
          opened.script.advance(10_000_000);
          opened.script.sent.length = 0;
          opened.script.dev.drain();
          expect(opened.script.kernel.net.heads.inUse).toBe(0);
          expect(opened.script.kernel.net.timers.count).toBe(0);
        },
      ),
      { ...RUNS, numRuns: 150 },
    );
  }, 60_000);

  it("all combinations of flags in all states", () => {
    for (let flags = 0; flags < 256; flags += 1) {
      const waiting = listening();
      waiting.script.segment({ seq: 1, ack: 1, flags, payload: payloadOf(1, flags & 3) });
      for (const open of [active, passive]) {
        const opened = open();
        if ((flags & 16) !== 0) sysShutdown(opened.script.kernel, opened.fd, flag.SHUT_WR);
        for (const shift of [-1, 0, 1]) {
          opened.script.segment({
            seq: (opened.tp.rcvNxt + shift) | 0,
            ack: opened.tp.sndNxt,
            flags,
            payload: payloadOf(1, flags & 7),
          });
        }
        sysClose(opened.script.kernel, opened.fd);
        opened.script.advance(400_000);
        opened.script.dev.drain();
        expect(opened.script.kernel.net.timers.count).toBe(0);
      }
    }
  });

  it("headers that lie about their length [part:hostile]", () => {
    const script = new TcpScript();
    for (let words = 0; words < 16; words += 1) {
      const packet = buildSegment({
        source: PEER,
        destination: HOST,
        sourcePort: 1,
        destinationPort: 80,
        seq: 1,
        flags: 2,
      });
      packet[32] = (words << 4) | 0;
      script.inject(packet);
      for (let cut = 1; cut < packet.length; cut += 1) script.inject(packet.subarray(0, cut));
    }
    expect(script.sent.every(({ segment }) => (segment.flags & 4) !== 0)).toBe(true);
  });
});

describe("a machine that runs out of memory", () => {
  /** A connection, data both ways, an end; the `nth` allocation of each machine fails. */
  function conversation(nth: number): { failed: boolean; world: World } {
    const world = new World({ faults: { delay: 2 } });
    listener(world.there, THERE, 80);
    const client = tcpSocket(world.here);
    const faults = [new FaultInjection(nth), new FaultInjection(nth)];
    world.here.net.memory.faults = faults[0]!;
    world.there.net.memory.faults = faults[1]!;
    let connecting = sysConnect(world.here, client, sockaddrIn(inetAddr(THERE), 80));
    let server = -1;
    const data = Uint8Array.from({ length: 30_000 }, (_, index) => index % 253);
    const buffer = new Uint8Array(2000);
    const arrived: number[] = [];
    let sent = 0;
    let ended = false;
    world.runUntil(() => {
      if (connecting !== 0) connecting = sysConnect(world.here, client, sockaddrIn(inetAddr(THERE), 80));
      if (server < 0) server = sysAccept(world.there, 0, null, flag.MSG_DONTWAIT);
      while (sent < data.length) {
        const result = sysSend(
          world.here,
          client,
          data.subarray(sent, sent + 3000),
          Math.min(3000, data.length - sent),
          0,
        );
        if (result <= 0) break;
        sent += result;
        if (sent === data.length) sysShutdown(world.here, client, flag.SHUT_WR);
      }
      while (server >= 0) {
        const got = sysRecvfrom(world.there, server, buffer, flag.MSG_DONTWAIT, null);
        if (got < 0) {
          expect(got).toBe(-EAGAIN);
          break;
        }
        if (got === 0) {
          ended = true;
          break;
        }
        arrived.push(...buffer.subarray(0, got));
      }
      return ended;
    }, 600_000);
    expect({ nth, ended, connecting, server, sent }).toMatchObject({ ended: true });
    expect(Buffer.compare(Buffer.from(arrived), Buffer.from(data))).toBe(0);
    sysClose(world.here, client);
    sysClose(world.there, server);
    sysClose(world.there, 0);
    world.run(1_000_000);
    for (const { net } of [world.here, world.there]) {
      expect(net.heads.inUse).toBe(0);
      expect(net.memory.sizeClasses.reduce((sum, one) => sum + one.inUse, 0)).toBe(0);
      expect(net.timers.count).toBe(0);
      expect(net.socksInUse).toBe(0);
    }
    return { failed: faults.some((one) => one.countdown <= 0), world };
  }

  it("at whichever allocation: the data arrives, and nothing is lost [part:no-memory]", () => {
    let nth = 1;
    // Until one would have to fail that there is not.
    while (conversation(nth).failed) nth += 1;
    expect(nth).toBeGreaterThan(20);
    expect(nth).toBeLessThan(1000);
  }, 60_000);
});
