/** Data on an open connection, segment by segment: sizes, windows, pushes, acknowledgements, urgent data, options. */
import { sysClose, sysRecvfrom, sysSetsockopt, sysShutdown } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSendmsg } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { EAGAIN, EINVAL, EPIPE } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import {
  active,
  connecting,
  getOption,
  listening,
  passive,
  payloadOf,
  receive,
  send,
  setOption,
  tcpOf,
} from "./script/tcpScript.ts";

const tcpOption = (opened: Parameters<typeof setOption>[0], name: number, value: number): void =>
  setOption(opened, flag.SOL_TCP, name, value);

/** A connection without delay of any kind, with this peer's SYN. */
const nodelay = (syn?: string): ReturnType<typeof active> => {
  const opened = active({ syn });
  tcpOption(opened, flag.TCP_NODELAY, 1);
  return opened;
};

describe("segments", () => {
  it("are as large as both sides and the path allow, less options [MUST-15 MUST-16 SHLD-6 SHLD-28 MUST-67 1122:3.3.2b]", () => {
    const sizes = (syn: string, mtu = 1500): number[] => {
      const opened = active({ syn, mtu });
      expect(send(opened, 1, 4000)).toBe(4000);
      return [opened.script.take().segment.payload.length, tcpOf(opened.script.kernel, opened.fd).advMss];
    };
    expect(sizes("win 65535 mss 1000")).toEqual([1000, 1460]);
    expect(sizes("win 65535")).toEqual([536, 1460]);
    expect(sizes("win 65535 mss 9000")).toEqual([1460, 1460]);
    expect(sizes("win 65535 mss 9000 ts 5 0")).toEqual([1448, 1460]);
    expect(sizes("win 65535 mss 1000", 600)).toEqual([560, 560]);
  });

  it("are no larger than the user wants, of a listener and of who it accepts: TCP_MAXSEG", () => {
    const opened = passive({
      syn: "win 65535 mss 1300",
      prepare: (kernel, fd) => {
        expect(sysSetsockopt(kernel, fd, flag.SOL_TCP, flag.TCP_MAXSEG, sockoptInt(1100))).toBe(0);
        expect(sysSetsockopt(kernel, fd, flag.SOL_TCP, flag.TCP_MAXSEG, sockoptInt(7))).toBe(-EINVAL);
      },
    });
    const listener = { ...opened, fd: opened.listener };
    expect([listener, opened].map((one) => getOption(one, flag.SOL_TCP, flag.TCP_MAXSEG))).toEqual([1100, 1100]);
    send(opened, 1, 2200);
    opened.script.run(`
      out . 1+1100
      out P. 1101+1100
      in  . 1 ack 2201`);
  });

  it("carry the maximum segment size in a SYN alone [MUST-65]", () => {
    const opened = active();
    send(opened, 1, 5000);
    const kinds = opened.script.sent.flatMap(({ segment }) => segment.options.map(({ kind }) => kind));
    expect(kinds).toEqual([]);
  });

  it("are never more than half of the greatest window", () => {
    const opened = active({ syn: "win 600 mss 1000" });
    send(opened, 1, 5000);
    expect(opened.script.take().segment.payload.length).toBe(300);
  });

  it("headers are whole words, filled up with no-operations [MUST-69]", () => {
    const opened = active({ syn: "win 65535 mss 1000 sackok ts 5 0" });
    opened.script.run(`in P. 11+10 ack 1 ts 6 0`);
    const { segment } = opened.script.take();
    expect(segment.headerLength).toBe(20 + 12 + 12);
    expect(segment.options.map(({ kind }) => kind)).toEqual([8, 5]);
  });

  it("the hop limit and the type of service are the user's [MUST-48 MUST-49 SHLD-21 SHLD-22 1122:3.2.1.6a 1122:3.2.1.7c]", () => {
    const opened = active();
    setOption(opened, flag.SOL_IP, flag.IP_TTL, 9);
    setOption(opened, flag.SOL_IP, flag.IP_TOS, 0x10);
    send(opened, 1, 10);
    expect(opened.script.take().ip).toMatchObject({ ttl: 9, tos: 0x10 });
  });

  it("pieces of one write are put together [tcp:coalescing]", () => {
    const opened = active();
    const iov = [0, 100, 250].map(
      (at, nth) => new IoVec(payloadOf(1 + at, [100, 150, 30][nth]!), [100, 150, 30][nth]!),
    );
    expect(sysSendmsg(opened.script.kernel, opened.fd, { name: null, iov, control: null }, 0)).toBe(280);
    opened.script.run(`out P. 1+280 ack 1`);
  });
});

describe("options that come", () => {
  it("in any segment, in any order and place, known or not, whole or not [MUST-5 MUST-6 MUST-7 MUST-64 MUST-68]", () => {
    const opened = active({ syn: "win 65535 mss 1000 ts 5 0" });
    const { script } = opened;
    const ts = [8, 10, 0, 0, 0, 9, 0, 0, 0, 0];
    const cases: (readonly number[])[] = [
      [...ts, 1, 1],
      [1, ...ts],
      [99, 3, 0, ...ts],
      [200, 2, 1, 1, 1, ...ts],
      [8, 3, 0, ...ts],
      [5, 0, 0, 0],
      [99, 41, 1, 1],
      [2, 1, 0, 0],
      [3],
      [8, 255],
      [0, 1, 2, 3],
    ];
    let seq = 1;
    for (const options of cases) {
      script.segment({
        seq: (script.peerIsn + seq) | 0,
        ack: opened.tp.sndNxt,
        flags: 24,
        options,
        payload: payloadOf(seq, 5),
      });
      seq += 5;
    }
    expect(receive(opened, 1, 1000)).toBe(5 * cases.length);
    expect(opened.tp.tsRecent).toBe(9);
  });

  it("a segment with an older timestamp is an old one (PAWS) [gv:tcp_paws_mechanism tcp:timestamps]", () => {
    const opened = active({ syn: "win 65535 mss 1000 ts 1000 0" });
    opened.script.run(`
      in  P. 1+10 ack 1 ts 999 0
      out . 1 ack 1
      in  P. 1+10 ack 1 ts 1001 0
      out . 1 ack 11
      in  R 11 ts 1 0
      quiet`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
    expect(opened.script.kernel.net.tcpStats.pawsDrops).toBe(1);
  });

  it("the timestamp of a segment that acknowledges what was never sent is not believed [tcp:timestamps]", () => {
    const opened = active({ syn: "win 65535 mss 1000 ts 1000 0" });
    opened.script.run(`
      in  F. 1 ack 9999 ts 2000000 0
      out . 1 ack 1
      in  P. 1+10 ack 1 ts 1001 0
      out . 1 ack 11`);
    expect(opened.script.kernel.net.tcpStats.pawsDrops).toBe(0);
  });

  it("after 24 days the last timestamp says nothing", () => {
    const opened = active({ syn: "win 65535 mss 1000 ts 1000 0" });
    opened.script.run(`
      +2200000000
      in  P. 1+10 ack 1 ts -5 0
      out . 1 ack 11`);
  });

  it("windows are scaled both ways, but not in SYNs [REC-1 tcp:window-scale]", () => {
    const opened = active({ syn: "win 100 mss 1000 ws 7" });
    expect(opened.tp.sndWnd).toBe(100);
    opened.script.run(`in . 1 ack 1 win 100`);
    expect(opened.tp.sndWnd).toBe(12800);
  });
});

describe("when to send", () => {
  it("Nagle: one small segment at a time [SHLD-7 MUST-38 gv:tcp_nagle tcp:nagle]", () => {
    const opened = active();
    send(opened, 1, 10);
    send(opened, 11, 10);
    send(opened, 21, 10);
    opened.script.run(`
      out P. 1+10 ack 1
      quiet
      in  . 1 ack 11
      out P. 11+20 ack 1`);
  });

  it("Minshall: what is full does not hold back what is small [tcp:minshall]", () => {
    const opened = active();
    send(opened, 1, 1010);
    opened.script.run(`
      out . 1+1000 ack 1
      out P. 1001+10 ack 1
      quiet`);
    send(opened, 1011, 10);
    opened.script.quiet();
  });

  it("TCP_NODELAY [MUST-17 tcp:nagle]", () => {
    const opened = nodelay();
    send(opened, 1, 10);
    send(opened, 11, 10);
    opened.script.run(`
      out P. 1+10 ack 1
      out P. 11+10 ack 1`);
    const held = active();
    send(held, 1, 10);
    send(held, 11, 10);
    held.script.run(`out P. 1+10 ack 1`);
    held.script.quiet();
    tcpOption(held, flag.TCP_NODELAY, 1);
    held.script.run(`out P. 11+10 ack 1`);
    expect(getOption(held, flag.SOL_TCP, flag.TCP_NODELAY)).toBe(1);
  });

  it("TCP_CORK and MSG_MORE hold back what is not full [MAY-15 MAY-16 gv:tcp_cork_mss tcp:cork]", () => {
    const opened = active();
    tcpOption(opened, flag.TCP_CORK, 1);
    send(opened, 1, 600);
    opened.script.quiet();
    send(opened, 601, 600);
    opened.script.run(`
      out . 1+1000 ack 1
      quiet`);
    tcpOption(opened, flag.TCP_CORK, 0);
    opened.script.run(`out P. 1001+200 ack 1`);
    send(opened, 1201, 100, flag.MSG_MORE);
    opened.script.quiet();
    send(opened, 1301, 100);
    opened.script.run(`
      in  . 1 ack 1201
      out P. 1201+200 ack 1`);
  });

  it("the last segment of a write is pushed, and when half a window was written since [MUST-60 MUST-61 tcp:push]", () => {
    const opened = nodelay("win 8000 mss 1000");
    send(opened, 1, 4000);
    expect(opened.script.sent.splice(0).map(({ segment }) => (segment.flags & 8) !== 0)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    const more = nodelay("win 8000 mss 1000");
    send(more, 1, 9000, flag.MSG_MORE);
    more.script.run(`in . 1 ack 4001 win 8000`);
    expect(more.script.sent.some(({ segment }) => (segment.flags & 8) !== 0)).toBe(true);
  });

  it("pushes of writes that become one segment become one, at its end [SHLD-27]", () => {
    const opened = active({ syn: "win 8000 mss 1000" });
    send(opened, 1, 10);
    send(opened, 11, 700);
    send(opened, 711, 700);
    opened.script.run(`
      out P. 1+10 ack 1
      out . 11+1000 ack 1
      in  . 1 ack 1011
      out P. 1011+400 ack 1`);
  });

  it("no more than the peer's window, which is an unsigned number [MUST-1 gv:tcp_window_msb_set]", () => {
    const opened = nodelay("win 2500 mss 1000");
    send(opened, 1, 10_000);
    opened.script.run(`
      out . 1+1000 ack 1
      out P. 1001+1000 ack 1
      quiet
      in  . 1 ack 2001 win 65535`);
    expect(opened.tp.sndWnd).toBe(65535);
  });

  it("an account that is full says so, and a closed one too", () => {
    const opened = active({ syn: "win 0 mss 1000" });
    setOption(opened, flag.SOL_SOCKET, flag.SO_SNDBUF, 4000);
    let sent = 0;
    for (let got = 1; got > 0;) {
      got = send(opened, 1 + sent, 3000);
      if (got > 0) sent += got;
      else expect(got).toBe(-EAGAIN);
    }
    expect(sent).toBeGreaterThan(2000);
    expect(sysShutdown(opened.script.kernel, opened.fd, flag.SHUT_WR)).toBe(0);
    expect(send(opened, 1, 1)).toBe(-EPIPE);
  });
});

describe("a closed window", () => {
  it("is asked about after the timeout, ever less often, for as long as there are answers [MUST-35 MUST-36 MUST-37 SHLD-29 SHLD-30 gv:tcp_zero_window_probe gv:tcp_zero_window_probe_retransmit tcp:zero-window]", () => {
    const opened = active({ syn: "win 0 mss 1000" });
    expect(send(opened, 1, 100)).toBe(100);
    opened.script.run(`
      quiet
      +199
      quiet
      +1
      out . 0 ack 1
      in  . 1 ack 1 win 0
      +399
      quiet
      +1
      out . 0 ack 1
      in  . 1 ack 1 win 0`);
    for (let nth = 0; nth < 40; nth += 1) {
      opened.script.advance(120_000);
      expect(opened.script.sent.splice(0).length).toBeGreaterThan(0);
      opened.script.run(`in . 1 ack 1 win 0`);
    }
    opened.script.run(`
      in  . 1 ack 1 win 1000
      out P. 1+100 ack 1`);
  });

  it("that says nothing is given up", () => {
    const opened = active({ syn: "win 0 mss 1000" });
    send(opened, 1, 100);
    opened.script.advance(3_000_000);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
  });

  it("is taken back: what was sent is sent again, nothing new is [MUST-34 SHLD-15 SHLD-16 MAY-7 gv:tcp_window_shrink]", () => {
    const opened = nodelay("win 4000 mss 1000");
    send(opened, 1, 3000);
    opened.script.run(`
      out . 1+1000 ack 1
      out . 1001+1000 ack 1
      out P. 2001+1000 ack 1
      in  . 1 ack 1001 win 500`);
    send(opened, 3001, 1000);
    opened.script.run(`
      quiet
      +200
      out . 1001+1000 ack 1
      in  . 1 ack 3001 win 5000
      out P. 3001+1000 ack 1`);
  });

  it("is taken back as a whole, with data on its way: for as long as there are answers that is no reason to give up [SHLD-17]", () => {
    const opened = nodelay("win 4000 mss 1000");
    send(opened, 1, 3000);
    opened.script.sent.length = 0;
    opened.script.run(`in . 1 ack 1001 win 0`);
    for (let nth = 0; nth < 40; nth += 1) {
      opened.script.advance(120_000);
      expect(opened.script.sent.splice(0).length).toBeGreaterThan(0);
      opened.script.run(`in . 1 ack 1001 win 0`);
    }
    opened.script.run(`in . 1 ack 3001 win 4000`);
    expect(opened.tp).toMatchObject({ state: flag.TCP_ESTABLISHED, packetsOut: 0 });
  });

  it("of our own is opened in steps that are worth it [MUST-39 SHLD-14 tcp:sws-receiver]", () => {
    const opened = active({
      prepare: (kernel, fd) => {
        tcpOf(kernel, fd).rcvbuf = 16000;
        tcpOf(kernel, fd).userLocks |= flag.SOCK_RCVBUF_LOCK;
      },
    });
    let seq = 1;
    let edge = 0;
    for (let nth = 0; nth < 40; nth += 1) {
      const window = (opened.tp.rcvWup + opened.tp.rcvWnd - opened.tp.rcvNxt) | 0;
      if (window < 1000) break;
      opened.script.run(`in P. ${seq}+1000 ack 1`);
      seq += 1000;
      for (const { segment } of opened.script.sent.splice(0)) {
        const right = ((segment.ack + segment.window) | 0) - opened.script.peerIsn;
        expect(right).toBeGreaterThanOrEqual(edge);
        edge = right;
      }
    }
    // A byte or two read do not open it.
    opened.script.advance(1000);
    opened.script.sent.length = 0;
    receive(opened, 1, 10);
    opened.script.quiet();
    receive(opened, 11, 12_000);
    expect(opened.script.take().segment.window).toBeGreaterThanOrEqual(2000);
  });
});

describe("acknowledgements", () => {
  /** Past the first segments, which are all answered at once. */
  const calm = (): ReturnType<typeof active> => {
    const opened = active();
    opened.tp.ackQuick = 0;
    opened.tp.ackLastRcv = 1;
    opened.tp.ackRcvMss = 1000;
    return opened;
  };

  it("wait, but less than half a second [SHLD-18 MUST-40 tcp:delayed-ack]", () => {
    const opened = calm();
    opened.script.run(`
      in  P. 1+10 ack 1
      quiet
      +200
      out . 1 ack 11`);
  });

  it("for every second full segment, at once [SHLD-19]", () => {
    const opened = calm();
    opened.script.run(`
      in  . 1+1000 ack 1
      quiet
      in  . 1001+1000 ack 1
      out . 1 ack 2001`);
  });

  it("go along with data [MUST-58 gv:tcp_should_piggyback gv:tcp_send_window_sizes_piggyback]", () => {
    const opened = calm();
    opened.script.run(`
      in  P. 1+10 ack 1
      quiet`);
    send(opened, 1, 10);
    opened.script.run(`
      out P. 1+10 ack 11
      +180
      quiet`);
  });

  it("of data out of order, and of the gap that is filled, at once; all of it in one [SHLD-31 MAY-13 MUST-59 tcp:sack]", () => {
    const opened = active({ syn: "win 65535 mss 1000 sackok" });
    opened.script.run(`
      in  P. 101+100 ack 1
      out . 1 ack 1 sack 101-201
      in  P. 301+100 ack 1
      out . 1 ack 1 sack 301-401 101-201
      in  P. 201+100 ack 1
      out . 1 ack 1 sack 101-401
      in  P. 1+100 ack 1
      out . 1 ack 401`);
    expect(receive(opened, 1, 1000)).toBe(400);
  });

  it("of data that came twice, with its numbers (D-SACK) [tcp:sack]", () => {
    const opened = active({ syn: "win 65535 mss 1000 sackok" });
    opened.script.run(`
      in  P. 1+100 ack 1
      out . 1 ack 101
      in  P. 1+100 ack 1
      out . 1 ack 101 sack 1-101`);
  });

  it("overlaps are cut: nothing is delivered twice", () => {
    const opened = active();
    opened.script.run(`
      in  P. 1+100 ack 1
      in  P. 51+100 ack 1
      in  P. 201+50 ack 1
      in  P. 181+40 ack 1
      in  P. 231+80 ack 1
      in  P. 101+400 ack 1`);
    expect(receive(opened, 1, 1000)).toBe(500);
    opened.script.sent.length = 0;
    expect(opened.tp.outOfOrder.qlen).toBe(0);
  });

  it("of what is behind the window tell where it is", () => {
    const opened = active();
    opened.script.run(`
      in  P. 200001+100 ack 1
      out . 1 ack 1`);
  });

  it("sequence numbers wrap", () => {
    const opened = active();
    const { script, tp } = opened;
    const shift = (0x7fff_ff00 - (script.peerIsn + 1)) | 0;
    script.peerIsn = (script.peerIsn + shift) | 0;
    for (const name of ["rcvNxt", "rcvWup", "copiedSeq", "lastAckSent", "sndWl1"] as const)
      tp[name] = (tp[name] + shift) | 0;
    for (let seq = 1; seq < 2000; seq += 100) script.run(`in P. ${seq}+100 ack 1`);
    expect(receive(opened, 1, 5000)).toBe(2000);
  });
});

describe("urgent data", () => {
  it("is sent with a pointer to the byte behind it [MUST-30 MUST-62]", () => {
    const opened = active();
    send(opened, 1, 10, flag.MSG_OOB);
    opened.script.run(`out P.U 1+10 ack 1 urg 10`);
  });

  it("is announced at once, kept apart, and its place is known [MUST-31 MUST-32 MUST-33 tcp:urgent]", () => {
    const opened = active();
    const woken: number[] = [];
    opened.tp.sleepers.push({ wake: () => void woken.push(opened.tp.urgData) });
    opened.script.run(`in P.U 1+10 ack 1 urg 30`);
    expect(woken.length).toBeGreaterThan(0);
    expect(getOption(opened, flag.SOL_TCP, flag.TCP_URGENT_LEFT)).toBe(30);
    opened.script.run(`in P. 11+50 ack 1`);
    const byte = new Uint8Array(1);
    expect(sysRecvfrom(opened.script.kernel, opened.fd, byte, flag.MSG_OOB, null)).toBe(1);
    expect(byte[0]).toBe(payloadOf(30, 1)[0]);
    expect(sysRecvfrom(opened.script.kernel, opened.fd, byte, flag.MSG_OOB, null)).toBe(-EINVAL);
    expect(receive(opened, 1, 100)).toBe(29);
    expect(receive(opened, 31, 100)).toBe(30);
  });

  it("stays in line if the user wants that", () => {
    const opened = active();
    setOption(opened, flag.SOL_SOCKET, flag.SO_OOBINLINE, 1);
    opened.script.run(`in P.U 1+10 ack 1 urg 10`);
    expect(receive(opened, 1, 100)).toBe(9);
    expect(receive(opened, 10, 100)).toBe(1);
  });
});

describe("reading", () => {
  it("MSG_PEEK, MSG_WAITALL, MSG_TRUNC, the low-water mark", () => {
    const opened = active();
    opened.script.run(`in P. 1+100 ack 1`);
    expect(receive(opened, 1, 40, flag.MSG_PEEK)).toBe(40);
    expect(receive(opened, 1, 40)).toBe(40);
    expect(sysRecvfrom(opened.script.kernel, opened.fd, new Uint8Array(10), flag.MSG_TRUNC, null)).toBe(10);
    expect(receive(opened, 51, 100)).toBe(50);
    expect(receive(opened, 101, 1)).toBe(-EAGAIN);
  });

  it("many small segments do not cost more memory than the buffer has", () => {
    const opened = active();
    const { script, tp } = opened;
    for (let seq = 1; seq <= 3000; seq += 1) script.run(`in P. ${seq}+1 ack 1`);
    expect(tp.rmemAlloc).toBeLessThanOrEqual(tp.rcvbuf * 2);
    expect(receive(opened, 1, 5000)).toBe(3000);
    expect(tp.rmemAlloc).toBe(0);
  });
});

describe("keep-alive", () => {
  it("is off unless asked for [MUST-24 MUST-25]", () => {
    const opened = active();
    opened.script.run(`
      +100000000
      quiet`);
    expect(getOption(opened, flag.SOL_SOCKET, flag.SO_KEEPALIVE)).toBe(0);
  });

  it("asks after two hours of silence, without data, and one lost answer is not the end [MUST-26 MUST-28 MUST-29 SHLD-12 MAY-5 tcp:keep-alive]", () => {
    const opened = active();
    setOption(opened, flag.SOL_SOCKET, flag.SO_KEEPALIVE, 1);
    opened.script.run(`
      +7199000
      quiet
      in  P. 1+10 ack 1
      out . 1 ack 11
      +7199000
      quiet
      +1000
      out . 0 ack 11
      +75000
      out . 0 ack 11
      in  . 11 ack 1
      +7199000
      quiet`);
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
  });

  it("has times of the user's, and ends what is dead [MUST-27]", () => {
    const opened = passive({
      prepare: (kernel, fd) => {
        const tp = tcpOf(kernel, fd);
        tp.keepOpen = true;
        tp.keepaliveTime = 10_000;
      },
    });
    tcpOption(opened, flag.TCP_KEEPINTVL, 1);
    tcpOption(opened, flag.TCP_KEEPCNT, 3);
    opened.script.run(`
      +10000
      out . 0 ack 1
      +1000
      out . 0 ack 1
      +1000
      out . 0 ack 1
      +1000
      out R. 1 ack 1`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
    expect(sysClose(opened.script.kernel, opened.fd)).toBe(0);
  });
});

describe("congestion notification (RFC 3168) [SHLD-8 tcp:ecn]", () => {
  const agreed = (): ReturnType<typeof active> => {
    const opened = connecting({ sysctl: { tcpEcn: 1 } });
    opened.script.run(`
      out SEW 0
      in  S.E 0 ack 1 win 65535 mss 1000
      out . 1 ack 1`);
    return opened;
  };

  it("a mark is echoed until the peer says that it has reduced its window", () => {
    const opened = agreed();
    opened.script.run(`
      in  P. 1+10 ack 1 ce
      out .E 1 ack 11
      in  P. 11+10 ack 1
      out .E 1 ack 21
      in  P.W 21+10 ack 1
      out . 1 ack 31`);
  });

  it("an echo reduces the window once in a round trip", () => {
    const opened = agreed();
    opened.tp.nonagle = 1;
    opened.tp.cwnd = 10;
    expect(send(opened, 1, 10_000)).toBe(10_000);
    expect(opened.script.sent[0]!.ip.tos & 3).toBe(2);
    opened.script.sent.length = 0;
    opened.script.run(`
      in .E 1 ack 1001
      in .E 1 ack 2001`);
    expect(opened.tp.cwnd).toBe(7);
    expect(send(opened, 10_001, 10_000)).toBeGreaterThan(0);
    opened.script.run(`in . 1 ack 10001`);
    expect(opened.script.sent.some(({ segment }) => (segment.flags & 128) !== 0)).toBe(true);
  });

  it("is granted to who asks, and not to who does not", () => {
    const answer = (flags: string, tcpEcn = 2): number => {
      const { script } = listening({ sysctl: { tcpEcn } });
      script.run(`in ${flags} 0 mss 1000`);
      return script.take().segment.flags;
    };
    expect([answer("SEW"), answer("S"), answer("SE"), answer("SEW", 0)]).toEqual([18 | 64, 18, 18, 18]);
  });
});
