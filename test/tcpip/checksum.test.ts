import fc from "fast-check";
import {
  csumBlockAdd,
  csumBytes,
  csumFold,
  csumPartial,
  csumPseudoHeader,
  csumReduce,
  csumTcpUdpMagic,
  csumWords,
} from "../../fixtures/tcpip/wire/checksum.ts";
import { inetAddr, inetNtoa, prefixMask, writeIpv4Header } from "../../fixtures/tcpip/wire/ipv4.ts";
import { ByteView } from "../../fixtures/tcpip/wire/view.ts";
import { internetChecksum } from "./checker/parse.ts";

function viewOf(bytes: readonly number[], offset = 0): ByteView {
  const view = new ByteView(bytes.length + offset);
  view.bytes.set(bytes, offset);
  return view;
}

describe("the Internet checksum", () => {
  // RFC 1071, section 3: the bytes 00 01 f2 03 f4 f5 f6 f7 sum to 2ddf0, folded ddf2.
  const example = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];

  it("of the example in RFC 1071", () => {
    expect(csumBytes(Uint8Array.from(example), 0, 8, 0)).toBe(0x2ddf0);
    expect(csumReduce(0x2ddf0)).toBe(0xddf2);
    expect(csumPartial(viewOf(example), 0, 8, 0) % 0xffff).toBe(0xddf2);
    expect(csumFold(0x2ddf0)).toBe(0x220d);
  });

  it("of a well-known IPv4 header", () => {
    const bytes = new Uint8Array(20);
    writeIpv4Header(bytes, 0, 0, 0x73, 0, 0x4000, 64, 17, inetAddr("192.168.0.1"), inetAddr("192.168.0.199"), null);
    expect(Buffer.from(bytes).toString("hex")).toBe("4500007300004000" + "4011b861" + "c0a80001" + "c0a800c7");
  });

  it("by words, by bytes and by the letter of the RFC are the same, wherever the bytes lie", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, offset) => {
        const view = viewOf([...bytes], offset);
        const expected = internetChecksum(bytes);
        expect(csumFold(csumPartial(view, offset, bytes.length, 0))).toBe(expected);
        expect(csumFold(csumBytes(view.bytes, offset, bytes.length, 0))).toBe(expected);
      }),
    );
  });

  it("of the longest datagram does not lose a carry", () => {
    const view = new ByteView(65536);
    view.bytes.fill(0xff);
    expect(csumWords(view.words, 0, 16384)).toBe(0xffff);
    expect(csumFold(csumPartial(view, 0, 65535, 0))).toBe(internetChecksum(view.bytes.subarray(0, 65535)));
  });

  it("of parts, wherever they are cut, is that of the whole", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (bytes, cut) => {
        const at = cut % bytes.length;
        const first = csumBytes(bytes, 0, at, 0);
        const second = csumBytes(bytes, at, bytes.length - at, 0);
        expect(csumFold(csumBlockAdd(first, second, at))).toBe(internetChecksum(bytes));
      }),
    );
  });

  it("of the pseudo header has both addresses, the protocol and the length in it", () => {
    const saddr = inetAddr("10.0.0.1");
    const daddr = inetAddr("255.255.255.254");
    expect(csumPseudoHeader(saddr, daddr, 17, 8)).toBe(0x0a00 + 1 + 0xffff + 0xfffe + 17 + 8);
    const pseudo = Uint8Array.of(10, 0, 0, 1, 255, 255, 255, 254, 0, 17, 0, 8);
    expect(csumTcpUdpMagic(saddr, daddr, 8, 17, 0)).toBe(internetChecksum(pseudo));
  });
});

it("addresses read as they are written, and masks have as many bits", () => {
  expect(inetNtoa(inetAddr("203.0.113.9"))).toBe("203.0.113.9");
  expect([0, 1, 8, 24, 31, 32].map((length) => inetNtoa(prefixMask(length)))).toEqual([
    "0.0.0.0",
    "128.0.0.0",
    "255.0.0.0",
    "255.255.255.0",
    "255.255.255.254",
    "255.255.255.255",
  ]);
});
