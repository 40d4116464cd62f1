/** What is on the wire: reading never throws, whatever the bytes; what is read and written again is the same. */
import fc from "fast-check";
import { ethTypeTrans } from "../../fixtures/tcpip/link/ethTypeTrans.ts";
import { ipOptionsGet } from "../../fixtures/tcpip/network/ipOptions.ts";
import { rewriteTuple } from "../../fixtures/tcpip/network/netfilter/rewrite.ts";
import { readTuple } from "../../fixtures/tcpip/network/netfilter/tuple.ts";
import { sysBind } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { ErrorBox } from "../../fixtures/tcpip/stack/errno.ts";
import { allocSkb, kfreeSkb, skbPut } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { ArpPacket, parseArp, writeArp } from "../../fixtures/tcpip/wire/arp.ts";
import { put16, put32 } from "../../fixtures/tcpip/wire/byteorder.ts";
import { EtherHeader, parseEtherHeader, writeEtherHeader } from "../../fixtures/tcpip/wire/ether.ts";
import { IcmpHeader, parseIcmpHeader, writeIcmpHeader } from "../../fixtures/tcpip/wire/icmp.ts";
import { IgmpMessage, parseIgmp, writeIgmp } from "../../fixtures/tcpip/wire/igmp.ts";
import { IPOPT_END, IPOPT_NOOP, IpOption, parseIpOption, writeIpOption } from "../../fixtures/tcpip/wire/ipoptions.ts";
import { Ipv4Header, inetAddr, parseIpv4Header, writeIpv4Header } from "../../fixtures/tcpip/wire/ipv4.ts";
import { sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { TcpHeader, parseTcpHeader, writeTcpHeader } from "../../fixtures/tcpip/wire/tcp.ts";
import * as option from "../../fixtures/tcpip/wire/tcpOptions.ts";
import { UdpHeader, parseUdpHeader, writeUdpHeader } from "../../fixtures/tcpip/wire/udp.ts";
import { buildIpv4, buildSegment } from "./checker/build.ts";
import { buildIcmp, buildUdp } from "./checker/datagrams.ts";
import { internetChecksum } from "./checker/parse.ts";
import { HOST, PEER, address, bytesOf, udpSocket } from "./rig.ts";
import { TcpScript } from "./script/tcpScript.ts";

const RUNS = { seed: 42, numRuns: 1500 };
const anyBytes = fc.uint8Array({ maxLength: 100 });
const half = fc.integer({ min: 0, max: 0xffff });
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

it("reading never throws, wherever the bytes begin and end [part:wire-read]", () => {
  const at = fc.integer({ min: 0, max: 110 });
  fc.assert(
    fc.property(anyBytes, at, at, (bytes, from, to) => {
      parseEtherHeader(bytes, from, to, new EtherHeader());
      parseArp(bytes, from, to, new ArpPacket());
      parseIpv4Header(bytes, from, to, new Ipv4Header());
      parseIpOption(bytes, from, to, new IpOption());
      parseIcmpHeader(bytes, from, to, new IcmpHeader());
      parseIgmp(bytes, from, to, new IgmpMessage());
      parseUdpHeader(bytes, from, to - from, new UdpHeader());
      parseTcpHeader(bytes, from, to, new TcpHeader());
      option.parseTcpOptions(bytes, from, to, new option.TcpOptions());
      readTuple(bytes, from, to);
      ipOptionsGet(bytes.subarray(0, 40), new ErrorBox());
    }),
    RUNS,
  );
});

/**
 * Any bytes, with `patch` to make a header of them more often: `again` reads them at a place among others, and if they are
 * a header, writes it elsewhere and gives its length; then that many bytes must be the same. Says how many were headers.
 */
function sameAgain(
  length: number,
  patch: (bytes: Uint8Array) => void,
  again: (bytes: Uint8Array, at: number, end: number, into: Uint8Array) => number,
): number {
  let count = 0;
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: length, maxLength: length }),
      fc.boolean(),
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 0, max: length }),
      (content, patched, before, cut) => {
        const bytes = content.slice();
        if (patched) patch(bytes);
        const all = new Uint8Array(before + length);
        all.set(bytes, before);
        const into = new Uint8Array(length).fill(0xa5);
        const written = again(all, before, all.length, into);
        if (written > 0) {
          count += 1;
          expect(into.subarray(0, written)).toEqual(bytes.subarray(0, written));
          expect([...into.subarray(written)].every((byte) => byte === 0xa5)).toBe(true);
        }
        // What ends before its header does is none.
        const end = before + cut;
        expect(again(all, before, end, new Uint8Array(length))).toBe(written > 0 && written <= cut ? written : 0);
      },
    ),
    RUNS,
  );
  return count;
}

describe("what is read and written again is the same, for any bytes [part:wire-write]", () => {
  it("Ethernet", () => {
    const read = new EtherHeader();
    const count = sameAgain(
      20,
      () => {},
      (bytes, at, end, into) => {
        if (!parseEtherHeader(bytes, at, end, read)) return 0;
        writeEtherHeader(into, 0, read.destination, read.source, read.protocol);
        return 14;
      },
    );
    expect(count).toBe(RUNS.numRuns);
  });

  it("ARP", () => {
    const read = new ArpPacket();
    const count = sameAgain(
      32,
      (bytes) => bytes.set([0, 1, 8, 0, 6, 4]),
      (bytes, at, end, into) => {
        if (!parseArp(bytes, at, end, read)) return 0;
        const { op, senderHardware, senderAddress, targetHardware, targetAddress } = read;
        writeArp(into, 0, op, senderHardware, senderAddress, targetHardware, targetAddress);
        return 28;
      },
    );
    expect(count).toBeGreaterThan(500);
  });

  it("IPv4, with options: a header whose sum is right", () => {
    const read = new Ipv4Header();
    const count = sameAgain(
      60,
      (bytes) => {
        bytes[0] = 0x45 + (bytes[0]! % 11);
        bytes[2] = bytes[2]! | 1;
        put16(bytes, 10, 0);
        put16(bytes, 10, internetChecksum(bytes.subarray(0, (bytes[0] & 15) * 4)));
      },
      (bytes, at, end, into) => {
        if (!parseIpv4Header(bytes, at, end, read)) return 0;
        const { headerLength } = read;
        if (internetChecksum(bytes.subarray(at, at + headerLength)) !== 0) return 0;
        const options = headerLength === 20 ? null : bytes.subarray(at + 20, at + headerLength);
        const { tos, totalLength, ident, fragment, ttl, protocol, saddr, daddr } = read;
        writeIpv4Header(into, 0, tos, totalLength, ident, fragment, ttl, protocol, saddr, daddr, options);
        return headerLength;
      },
    );
    expect(count).toBeGreaterThan(500);
  });

  it("IPv4's options, one by one", () => {
    const read = new IpOption();
    const count = sameAgain(
      20,
      (bytes) => {
        bytes[1] = 2 + (bytes[1]! % 19);
      },
      (bytes, at, end, into) => {
        if (!parseIpOption(bytes, at, end, read)) return 0;
        const { type, length } = read;
        const alone = type === IPOPT_END || type === IPOPT_NOOP;
        return writeIpOption(into, 0, type, alone ? null : bytes.subarray(at + 2, at + length));
      },
    );
    expect(count).toBeGreaterThan(500);
  });

  it("ICMP", () => {
    const read = new IcmpHeader();
    const count = sameAgain(
      16,
      () => {},
      (bytes, at, end, into) => {
        if (!parseIcmpHeader(bytes, at, end, read)) return 0;
        writeIcmpHeader(into, 0, read.type, read.code, read.rest);
        put16(into, 2, read.check);
        return 8;
      },
    );
    expect(count).toBe(RUNS.numRuns);
  });

  it("IGMP", () => {
    const read = new IgmpMessage();
    const count = sameAgain(
      16,
      () => {},
      (bytes, at, end, into) => {
        if (!parseIgmp(bytes, at, end, read)) return 0;
        writeIgmp(into, 0, read.type, read.maxResponse, read.group);
        put16(into, 2, read.check);
        return 8;
      },
    );
    expect(count).toBe(RUNS.numRuns);
  });

  it("UDP", () => {
    const read = new UdpHeader();
    const count = sameAgain(
      16,
      (bytes) => put16(bytes, 4, 8),
      (bytes, at, end, into) => {
        if (!parseUdpHeader(bytes, at, end - at, read)) return 0;
        writeUdpHeader(into, 0, read.source, read.dest, read.length, read.check);
        return 8;
      },
    );
    expect(count).toBeGreaterThan(500);
  });

  it("TCP, but for bits that mean nothing", () => {
    const read = new TcpHeader();
    const count = sameAgain(
      60,
      (bytes) => {
        bytes[12] = (5 + (bytes[12]! % 11)) << 4;
      },
      (bytes, at, end, into) => {
        if (!parseTcpHeader(bytes, at, end, read) || (bytes[at + 12]! & 0x0f) !== 0) return 0;
        const { source, dest, seq, ackSeq, headerLength, flags, window, urgent } = read;
        writeTcpHeader(into, 0, source, dest, seq, ackSeq, headerLength, flags, window, urgent);
        put16(into, 16, read.check);
        into.set(bytes.subarray(at + 20, at + headerLength), 20);
        return headerLength;
      },
    );
    expect(count).toBeGreaterThan(500);
  });
});

it("TCP's options: what is read and written again is the same, in the order in which they are written [part:wire-options]", () => {
  const read = new option.TcpOptions();
  const block = fc.tuple(word, word);
  const maybe = { nil: null };
  fc.assert(
    fc.property(
      fc.option(fc.integer({ min: 1, max: 0xffff }), maybe),
      fc.option(fc.integer({ min: 0, max: 14 }), maybe),
      fc.boolean(),
      fc.option(fc.tuple(word, word), maybe),
      fc.array(block, { maxLength: 4 }),
      (mss, scale, permitted, time, blocks) => {
        const bytes = new Uint8Array(60);
        let end = 0;
        if (mss !== null) end = option.putMss(bytes, end, mss);
        if (time !== null && permitted) end = option.putSackPermittedTimestamp(bytes, end, ...time);
        else if (time !== null) end = option.putTimestamp(bytes, end, ...time);
        else if (permitted) end = option.putSackPermitted(bytes, end);
        if (scale !== null) end = option.putWindowScale(bytes, end, scale);
        const inSyn = option.synOptionsLength(time !== null, scale !== null, permitted);
        expect(end).toBe(inSyn - (mss === null ? option.TCPOLEN_MSS : 0));
        if (blocks.length > 0) end = option.putSackHead(bytes, end, blocks.length);
        for (const [from, to] of blocks) end = option.putSackBlock(bytes, end, from, to);
        expect(end % 4).toBe(0);
        option.parseTcpOptions(bytes, 0, end, read);
        const again = new Uint8Array(60);
        let at = 0;
        if (read.mss !== 0) at = option.putMss(again, at, read.mss);
        const { hasTimestamp, sackPermitted, tsVal, tsEcr } = read;
        if (hasTimestamp && sackPermitted) at = option.putSackPermittedTimestamp(again, at, tsVal, tsEcr);
        else if (hasTimestamp) at = option.putTimestamp(again, at, tsVal, tsEcr);
        else if (sackPermitted) at = option.putSackPermitted(again, at);
        if (read.windowScale >= 0) at = option.putWindowScale(again, at, read.windowScale);
        if (read.sackCount > 0) at = option.putSackHead(again, at, read.sackCount);
        for (let nth = 0; nth < read.sackCount; nth += 1)
          at = option.putSackBlock(again, at, read.sackStart[nth]!, read.sackEnd[nth]!);
        expect([at, again]).toEqual([end, bytes]);
      },
    ),
    RUNS,
  );
});

it("a frame that is shorter than its link header is for nobody", () => {
  const script = new TcpScript();
  const { net } = script.kernel;
  for (let length = 0; length <= 14; length += 1) {
    const skb = allocSkb(net.heads, 64, GFP_ATOMIC)!;
    skbPut(skb, length);
    // What a buffer had before does not count.
    put32(skb.block!.bytes, 12, 0x0800_4500);
    expect(ethTypeTrans(skb, script.dev)).toBe(length === 14);
    expect(skb.len).toBe(length === 14 ? 0 : length);
    kfreeSkb(net.heads, skb);
  }
});

it("UDP: a datagram that a socket sends is the one that was read", () => {
  const script = new TcpScript();
  const fd = udpSocket(script.kernel);
  expect(sysBind(script.kernel, fd, address(HOST, 4000))).toBe(0);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0xffff }), fc.uint8Array({ maxLength: 60 }), (port, payload) => {
      const datagram = buildUdp(HOST, PEER, 4000, port, payload);
      const read = new UdpHeader();
      expect(parseUdpHeader(datagram, 0, datagram.length, read)).toBe(true);
      const to = sockaddrIn(inetAddr(PEER), read.dest);
      expect(sysSendto(script.kernel, fd, datagram.subarray(8), read.length - 8, 0, to, 16)).toBe(payload.length);
      expect(script.sent).toEqual([]);
      expect([...script.others.pop()!.ip.payload]).toEqual([...datagram]);
    }),
    { seed: 42, numRuns: 300 },
  );
});

it("tuples: a packet that is rewritten and rewritten back is the same", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(6, 17, 1, 99),
      word,
      word,
      half,
      half,
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      (protocol, saddr, daddr, sport, dport, payload) => {
        const transport =
          protocol === 17
            ? buildUdp(PEER, HOST, 9, 10, payload)
            : protocol === 1
              ? buildIcmp(8, 0, 0x00050006, payload)
              : protocol === 6
                ? buildSegment({
                    source: PEER,
                    destination: HOST,
                    sourcePort: 1,
                    destinationPort: 2,
                    seq: 1,
                    flags: 16,
                    payload,
                  }).subarray(20)
                : bytesOf(30);
        const bytes = buildIpv4(PEER, HOST, protocol, transport);
        const before = bytes.slice();
        const tuple = readTuple(bytes, 0, bytes.length)!;
        const number = protocol === 1 ? sport : dport;
        rewriteTuple(bytes, 0, bytes.length, {
          protocol,
          saddr,
          daddr,
          sport: protocol === 99 ? 0 : sport,
          dport: protocol === 99 ? 0 : number,
        });
        rewriteTuple(bytes, 0, bytes.length, tuple);
        expect(bytes).toEqual(before);
      },
    ),
    RUNS,
  );
});
