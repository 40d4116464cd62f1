/** What the network layer does besides sending: control messages both ways, reassembly, path MTU, redirects. */
import { addDefaultRoute } from "../../fixtures/tcpip/network/configure.ts";
import { sysBind, sysConnect, sysFcntl, sysRecvfrom } from "../../fixtures/tcpip/socket/calls.ts";
import { pollOnce } from "../../fixtures/tcpip/socket/poll.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { EAGAIN, ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { buildIpv4, transportChecksum } from "./checker/build.ts";
import { internetChecksum } from "./checker/parse.ts";
import { GATEWAY, HOST, PEER, PEER_MAC, address, bytesOf, udpSocket } from "./rig.ts";
import { TcpScript, active, connecting, getOption, receive, send, setOption } from "./script/tcpScript.ts";

const macOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");

function icmp(type: number, code: number, rest: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  bytes[1] = code;
  view.setUint32(4, rest >>> 0);
  bytes.set(body, 8);
  view.setUint16(2, internetChecksum(bytes));
  return bytes;
}

function udp(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint16(4, bytes.length);
  bytes.set(payload, 8);
  view.setUint16(6, transportChecksum(PEER, HOST, 17, bytes));
  return bytes;
}

/** All packets but TCP's that went out since the last time. */
function packets(script: TcpScript): TcpScript["others"] {
  expect(script.sent).toEqual([]);
  return script.others.splice(0);
}

function datagramSocket(script: TcpScript, port: number): number {
  const fd = udpSocket(script.kernel);
  expect(sysBind(script.kernel, fd, address(HOST, port))).toBe(0);
  expect(sysFcntl(script.kernel, fd, flag.F_SETFL, flag.O_NONBLOCK)).toBe(0);
  return fd;
}

describe("echo", () => {
  it("is answered with what was asked [1122:3.1a 1122:3.2.2.6a gv:ipv4_ip_icmp part:echo]", () => {
    const script = new TcpScript();
    const body = bytesOf(1000);
    script.inject(buildIpv4(PEER, HOST, 1, icmp(8, 0, 0x12345678, body), { tos: 8 }));
    const [reply] = packets(script);
    expect(reply!.ip).toMatchObject({ source: HOST, destination: PEER, protocol: 1, checksumIsGood: true, tos: 8 });
    expect([...reply!.ip.payload]).toEqual([...icmp(0, 0, 0x12345678, body)]);
  });

  it("in pieces, if it is longer than the link takes", () => {
    const script = new TcpScript();
    const body = bytesOf(4000);
    script.inject(buildIpv4(PEER, HOST, 1, icmp(8, 0, 0x12345678, body)));
    const pieces = packets(script);
    const ids = new Set(pieces.map(({ ip }) => ip.id));
    expect({ pieces: pieces.length, ids: ids.size }).toEqual({ pieces: 3, ids: 1 });
    const whole = Buffer.concat(pieces.map(({ ip }) => ip.payload));
    expect(Buffer.compare(whole, icmp(0, 0, 0x12345678, body))).toBe(0);
    expect(pieces.map(({ ip }) => [ip.offset, ip.moreFragments, ip.dontFragment])).toEqual([
      [0, true, false],
      [1480, true, false],
      [2960, false, false],
    ]);
  });

  it("goes on with a record of the route and of times, of which nothing is lost [1122:3.2.2.6d]", () => {
    const script = new TcpScript();
    script.advance(77);
    const ask = (...options: number[]): number[] => {
      script.inject(buildIpv4(PEER, HOST, 1, icmp(8, 0, 1, bytesOf(8)), { options }));
      const [reply] = packets(script);
      expect(reply!.ip).toMatchObject({ source: HOST, destination: PEER, checksumIsGood: true });
      return [...reply!.ip.options];
    };
    const [peer, host] = [PEER, HOST].map((one) => one.split(".").map(Number)) as [number[], number[]];
    const now = [24, 16, 8, 0].map((bits) => (script.now >>> bits) & 255);
    expect(ask(7, 11, 8, ...peer, 0, 0, 0, 0, 0)).toEqual([7, 11, 12, ...peer, ...host, 0]);
    expect(ask(7, 7, 8, ...peer, 0)).toEqual([7, 7, 8, ...peer, 0]);
    expect(ask(68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0)).toEqual([68, 12, 13, 1, ...host, ...now]);
    // Others are not the answer's business.
    expect(ask(1, 148, 4, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0, 0, 0, 0)).toEqual([68, 8, 9, 0, ...now]);
    expect(ask(148, 4, 0, 0)).toEqual([]);
  });

  it("not to many, and not with a bad sum", () => {
    const script = new TcpScript();
    script.inject(buildIpv4(PEER, "10.0.0.255", 1, icmp(8, 0, 0, bytesOf(8))));
    const bad = icmp(8, 0, 0, bytesOf(8));
    bad[9]! ^= 1;
    script.inject(buildIpv4(PEER, HOST, 1, bad));
    expect(packets(script)).toEqual([]);
    expect(script.kernel.net.icmpStats.inErrors).toBe(1);
  });
});

describe("errors that are sent", () => {
  it("no such port, no such protocol: with the beginning of what was wrong [1122:3.2.2.1a 1122:3.2.2b 1122:4.1.3.1 gv:udp_port_unreachable part:unreachable]", () => {
    const script = new TcpScript();
    const wrong = buildIpv4(PEER, HOST, 17, udp(9, 99, bytesOf(20)));
    script.inject(wrong);
    script.inject(buildIpv4(PEER, HOST, 200, bytesOf(20)));
    const [port, protocol] = packets(script);
    expect([...port!.ip.payload.subarray(0, 2)]).toEqual([3, 3]);
    expect([...port!.ip.payload.subarray(8)]).toEqual([...wrong]);
    expect([...protocol!.ip.payload.subarray(0, 2)]).toEqual([3, 2]);
    expect(internetChecksum(port!.ip.payload)).toBe(0);
  });

  it("none about errors, about fragments, to many, or without end [1122:3.2.2e]", () => {
    const script = new TcpScript();
    script.inject(buildIpv4(PEER, HOST, 1, icmp(3, 3, 0, buildIpv4(HOST, PEER, 17, udp(1, 2, bytesOf(8))))));
    script.inject(buildIpv4("224.0.0.5", HOST, 17, udp(9, 99, bytesOf(8))));
    script.inject(buildIpv4("0.0.0.0", HOST, 17, udp(9, 99, bytesOf(8))));
    script.inject(buildIpv4(PEER, "10.0.0.255", 17, udp(9, 99, bytesOf(8))));
    expect(packets(script)).toEqual([]);
    for (let nth = 0; nth < 200; nth += 1) script.inject(buildIpv4(PEER, HOST, 17, udp(9, 99, bytesOf(8))));
    expect(packets(script)).toHaveLength(100);
  });
});

describe("errors that come [MUST-54 1122:3.2.2c]", () => {
  const about = (script: TcpScript, type: number, code: number, rest: number, quoted: Uint8Array, from = PEER): void =>
    script.inject(buildIpv4(from, HOST, 1, icmp(type, code, rest, quoted.subarray(0, 28))));

  it("UDP: a connected socket is told that nobody is there [1122:4.1.3.3 gv:udp_icmp_error_propagation]", () => {
    const script = new TcpScript();
    const fd = datagramSocket(script, 4000);
    expect(sysConnect(script.kernel, fd, address(PEER, 5000))).toBe(0);
    expect(sysSend(script.kernel, fd, bytesOf(10), 10, 0)).toBe(10);
    const [sent] = packets(script);
    about(script, 3, 3, 0, sent!.bytes);
    expect(sysSend(script.kernel, fd, bytesOf(10), 10, 0)).toBe(-ECONNREFUSED);
    expect(sysSend(script.kernel, fd, bytesOf(10), 10, 0)).toBe(10);
  });

  it("TCP: a handshake is refused by what is final; anything else, and an open connection, waits [MUST-56 SHLD-25 1122:3.2.2.1b 1122:3.2.2.4 1122:3.2.2.5b gv:tcp_connect_icmp_error gv:tcp_network_unreachable]", () => {
    const refused = connecting();
    about(refused.script, 3, 3, 0, refused.script.take() && quoteOf(refused.script));
    expect(getOption(refused, flag.SOL_SOCKET, flag.SO_ERROR)).toBe(ECONNREFUSED);
    for (const [type, code] of [
      [3, 0],
      [3, 1],
      [3, 5],
      [11, 0],
      [11, 1],
      [12, 0],
    ] as const) {
      const opened = active();
      send(opened, 1, 100);
      opened.script.take();
      about(opened.script, type, code, 0, quoteOf(opened.script));
      expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
      expect(opened.tp.softErr).not.toBe(0);
    }
    const given = active();
    send(given, 1, 100);
    given.script.take();
    about(given.script, 3, 1, 0, quoteOf(given.script));
    given.script.advance(3_000_000);
    expect(getOption(given, flag.SOL_SOCKET, flag.SO_ERROR)).toBe(EHOSTUNREACH);
    expect(EHOSTUNREACH).not.toBe(ETIMEDOUT);
  });

  it("TCP: who asks for it is told of what is not the end, once each time, and the connection goes on [MUST-47 SHLD-9 SHLD-20]", () => {
    const opened = active();
    const { script } = opened;
    setOption(opened, flag.SOL_IP, flag.IP_RECVERR, 1);
    send(opened, 1, 100);
    script.take();
    about(script, 3, 1, 0, quoteOf(script));
    expect(pollOnce(script.kernel, [{ fd: opened.fd, events: 0, revents: 0 }])).toBe(1);
    expect(send(opened, 101, 10)).toBe(-EHOSTUNREACH);
    expect(send(opened, 101, 10)).toBe(10);
    setOption(opened, flag.SOL_IP, flag.IP_RECVERR, 0);
    about(script, 3, 0, 0, quoteOf(script));
    expect(receive(opened, 1, 10)).toBe(-EAGAIN);
    expect(opened.tp).toMatchObject({ state: flag.TCP_ESTABLISHED, softErr: ENETUNREACH });
    // The third repetition is worth a word, too.
    for (const [said, why] of [
      [true, EHOSTUNREACH],
      [false, ETIMEDOUT],
    ] as const) {
      const silent = active();
      setOption(silent, flag.SOL_IP, flag.IP_RECVERR, 1);
      send(silent, 1, 100);
      if (said) about(silent.script, 3, 1, 0, quoteOf(silent.script));
      expect(receive(silent, 1, 10)).toBe(said ? -EHOSTUNREACH : -EAGAIN);
      while (silent.tp.retransmits < 3) silent.script.advance(10);
      expect([1, 2].map(() => receive(silent, 1, 10))).toEqual([-why, -EAGAIN]);
      while (silent.tp.retransmits < 5) silent.script.advance(10);
      expect(receive(silent, 1, 10)).toBe(-EAGAIN);
      silent.script.advance(3_000_000);
      expect(receive(silent, 1, 10)).toBe(-why);
    }
  });

  it("TCP: source quench is nothing, a forged number neither [MUST-55]", () => {
    const opened = active();
    send(opened, 1, 100);
    opened.script.take();
    const before = { ...opened.tp };
    about(opened.script, 4, 0, 0, quoteOf(opened.script));
    const forged = quoteOf(opened.script).slice();
    forged[24]! ^= 0x40;
    about(opened.script, 3, 1, 0, forged);
    expect({ cwnd: opened.tp.cwnd, soft: opened.tp.softErr }).toEqual({ cwnd: before.cwnd, soft: 0 });
  });

  /** The last packet that the card sent. */
  function quoteOf(script: TcpScript): Uint8Array {
    const { slots, head } = script.dev;
    const skb = slots[(head - 1) & 255]!;
    return skb.block!.bytes.slice(skb.nhRaw, skb.nhRaw + 28);
  }

  it("G5 path MTU: smaller segments from now on, what was lost is sent again, and after a while more is tried [1122:3.3.3a gv:tcp_splitseg_mss tcp:pmtu]", () => {
    const opened = active({ syn: "win 65535 mss 1460" });
    opened.tp.nonagle = 1;
    send(opened, 1, 2920);
    opened.script.sent.length = 0;
    about(opened.script, 3, 4, 600, quoteOf(opened.script), GATEWAY);
    expect(opened.tp.mssCache).toBe(560);
    let seq = 1;
    for (let round = 0; round < 20 && seq < 2921; round += 1) {
      for (const { segment } of opened.script.sent.splice(0)) {
        expect(segment.payload.length).toBeLessThanOrEqual(560);
        if (((segment.seq - opened.tp.iss) | 0) <= seq) {
          seq = Math.max(seq, ((segment.seq - opened.tp.iss) | 0) + segment.payload.length);
        }
      }
      opened.script.run(`in . 1 ack ${seq}`);
      opened.script.advance(200);
    }
    expect(seq).toBe(2921);
    opened.script.advance(700_000);
    send(opened, 2921, 1460);
    send(opened, 4381, 1460);
    opened.script.run(`in . 1 ack 2921`);
    opened.script.advance(1000);
    expect(opened.tp.mssCache).toBe(1460);
  });

  it("a path MTU that no path has is not believed, one that is not named is guessed", () => {
    const tiny = active({ syn: "win 65535 mss 1460" });
    tiny.tp.nonagle = 1;
    send(tiny, 1, 1460);
    tiny.script.take();
    about(tiny.script, 3, 4, 20, quoteOf(tiny.script));
    expect(tiny.tp.mssCache).toBe(1452);
    about(tiny.script, 3, 4, 100, quoteOf(tiny.script));
    expect(tiny.tp.mssCache).toBe(512);
  });

  it("a redirect by our own gateway is followed, by another it is not [1122:3.2.2.2c 1122:3.3.1.2a part:redirects]", () => {
    const script = new TcpScript();
    addDefaultRoute(script.kernel.ip, script.dev, inetAddr(GATEWAY));
    const fd = datagramSocket(script, 4000);
    const far = "192.0.2.1";
    const where = (): string => {
      expect(sysSendto(script.kernel, fd, bytesOf(4), 4, 0, address(far, 5000), 16)).toBe(4);
      return packets(script).at(-1)!.to;
    };
    const first = where();
    const quoted = buildIpv4(HOST, far, 17, udp(4000, 5000, bytesOf(4)));
    about(script, 5, 1, inetAddr(PEER), quoted, "10.0.0.77");
    expect(where()).toBe(first);
    about(script, 5, 1, inetAddr("172.16.0.1"), quoted, GATEWAY);
    expect(where()).toBe(first);
    about(script, 5, 1, inetAddr(PEER), quoted, GATEWAY);
    expect(where()).toBe(macOf(PEER_MAC));
  });
});

describe("reassembly (RFC 791, 3.2) [part:in]", () => {
  const datagram = udp(5000, 4000, bytesOf(3000));
  const piece = (from: number, to: number, more: boolean, id = 7): Uint8Array =>
    buildIpv4(PEER, HOST, 17, datagram.subarray(from, to), { id, fragment: (more ? 0x2000 : 0) | (from / 8) });
  const pieces = [piece(0, 1000, true), piece(1000, 2000, true), piece(2000, 3008, false)];

  function got(...fragments: readonly Uint8Array[]): { length: number; script: TcpScript } {
    const script = new TcpScript();
    const fd = datagramSocket(script, 4000);
    for (const fragment of fragments) script.inject(fragment);
    const buffer = new Uint8Array(4000);
    const length = sysRecvfrom(script.kernel, fd, buffer, 0, null);
    if (length > 0) expect([...buffer.subarray(0, length)]).toEqual([...bytesOf(3000)]);
    return { length, script };
  }

  it("in any order, with repetitions [1122:3.2.1.4 791:13 791:14 gv:ipv4_fragment_reassembly gv:ipv4_reassembly_basic gv:ipv4_reassembly_duplicate gv:ipv4_reassembly_out_of_order]", () => {
    const [a, b, c] = pieces as [Uint8Array, Uint8Array, Uint8Array];
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, a, c],
      [a, a, c, c, b],
      [c, a, b],
    ]) {
      expect(got(...order).length).toBe(3000);
    }
  });

  it("not of different datagrams, not with holes, not what contradicts itself [791:12 791:15 gv:ipv4_reassembly_overlap gv:ipv4_reassembly_subset part:hostile]", () => {
    const [a, b, c] = pieces as [Uint8Array, Uint8Array, Uint8Array];
    expect(got(a, piece(1000, 2000, true, 8), c).length).toBe(-EAGAIN);
    expect(got(a, c).length).toBe(-EAGAIN);
    expect(got(a, piece(504, 1504, true), b, c).length).toBe(-EAGAIN);
    expect(got(a, b, piece(2000, 2504, false), piece(2504, 3008, false)).length).toBe(-EAGAIN);
    expect(got(buildIpv4(PEER, HOST, 17, bytesOf(1000), { fragment: 0x1fff })).length).toBe(-EAGAIN);
    expect(got(buildIpv4(PEER, HOST, 17, bytesOf(999), { fragment: 0x2000 })).length).toBe(-EAGAIN);
  });

  it("what does not come in time is forgotten, and the sender told [1122:3.3.2c 791:16 791:17 gv:ipv4_fragment_icmp_error]", () => {
    const { script } = got(pieces[0]!);
    script.advance(29_000);
    expect(packets(script)).toEqual([]);
    script.advance(2_000);
    const [told] = packets(script);
    expect([...told!.ip.payload.subarray(0, 2)]).toEqual([11, 1]);
    expect(script.kernel.net.heads.inUse).toBeLessThanOrEqual(1);
    expect(script.kernel.net.ipStats.reasmFails).toBe(1);
  });

  it("a flood of fragments does not take more memory than it may [791:19 part:flood]", () => {
    const script = new TcpScript();
    for (let id = 0; id < 2000; id += 1) script.inject(piece(0, 1000, true, id));
    expect(script.kernel.net.heads.inUse).toBeLessThan(300);
    script.advance(60_000);
    script.dev.drain();
    expect(script.kernel.net.heads.inUse).toBe(0);
  });
});
