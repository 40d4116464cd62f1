/** Opening, closing and resetting connections, segment by segment (RFC 9293, 3.5, 3.6, 3.10; RFC 5961). */
import {
  sysAccept,
  sysBind,
  sysClose,
  sysConnect,
  sysGetname,
  sysListen,
  sysShutdown,
} from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import {
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  EALREADY,
  ECONNREFUSED,
  ECONNRESET,
  EISCONN,
  ENETUNREACH,
  ENOTCONN,
  EPIPE,
  ETIMEDOUT,
} from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { addAddress } from "../../fixtures/tcpip/network/configure.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { GATEWAY, HOST, PEER, address } from "./rig.ts";
import {
  TcpScript,
  active,
  connecting,
  getOption,
  listening,
  passive,
  receive,
  send,
  setOption,
  streamSocket,
  tcpOf,
  type Opened,
} from "./script/tcpScript.ts";

const close = ({ script, fd }: Opened): void => expect(sysClose(script.kernel, fd)).toBe(0);
const shut = ({ script, fd }: Opened): void => expect(sysShutdown(script.kernel, fd, flag.SHUT_WR)).toBe(0);
const pendingError = (opened: Opened): number => getOption(opened, flag.SOL_SOCKET, flag.SO_ERROR);

/** The card has freed what it sent, and no socket is left. */
function expectNoSockets(script: TcpScript): void {
  script.dev.drain();
  expect(script.kernel.net.socksInUse).toBe(0);
}

describe("three-way handshake", () => {
  it("active: SYN with all options, an answer, an acknowledgement [MUST-4 MUST-14 SHLD-5 MAY-3]", () => {
    const { script, tp } = connecting();
    script.run(`
      out S 0 mss 1460 sackok ws 7
      in  S. 0 ack 1 win 65535 mss 1400 sackok ws 3 ts 77 0
      out . 1 ack 1`);
    expect(tp.state).toBe(flag.TCP_ESTABLISHED);
    expect({ scale: tp.sndWscale, sack: tp.sackOk, ts: tp.tstampOk }).toEqual({ scale: 3, sack: true, ts: true });
  });

  it("SACK is offered in the place of a timestamp's padding: options take no more room than they need", () => {
    const { script } = connecting();
    const { headerLength, options } = script.take().segment;
    expect([headerLength, options.map(({ kind }) => kind)]).toEqual([40, [2, 4, 8, 3]]);
    const answering = listening().script;
    answering.run(`in S 0 win 1000 mss 1400 sackok ts 9 0 ws 2`);
    const answer = answering.take().segment;
    expect([answer.headerLength, answer.options.map(({ kind }) => kind)]).toEqual([40, [2, 4, 8, 3]]);
  });

  it("passive: the answer offers what was offered", () => {
    const { script } = listening();
    script.run(`
      in  S 0 win 1000 mss 1400
      out S. 0 ack 1 mss 1460`);
    expect(script.sent).toEqual([]);
    script.run(`in S 0 win 1000 mss 1400`);
    const again = script.take();
    expect(again.segment.options.map(({ kind }) => kind)).toEqual([2]);
  });

  it("both at once [MUST-10 tcp:simultaneous-open]", () => {
    const { script, tp } = connecting();
    script.run(`
      out S 0
      in  S 0 win 1000 mss 1000
      out S. 0 ack 1
      in  S. 0 ack 1 win 1000 mss 1000
      out . 1 ack 1
      in  . 1 ack 1 win 1000
      quiet`);
    expect(tp.state).toBe(flag.TCP_ESTABLISHED);
  });

  it("a listener forgets a handshake that is reset, and goes on listening; an active opener is told [MUST-11 gv:tcp_synrcvd_reset]", () => {
    const { script, fd } = listening();
    script.run(`
      in  S 0 mss 1000
      out S. 0 ack 1
      in  R 1
      in  . 1 ack 1
      out R 1`);
    expect(sysAccept(script.kernel, fd, null)).toBe(-EAGAIN);
    script.run(`in S 0 mss 1000`);
    script.take();
    const both = connecting();
    both.script.run(`
      out S 0
      in  S 0 mss 1000
      out S. 0 ack 1
      in  R 1`);
    expect(pendingError(both)).toBe(ECONNREFUSED);
  });

  it("a refusal is told [MUST-12 gv:tcp_synsent_reset]", () => {
    const opened = connecting();
    opened.script.run(`
      out S 0
      in  R. 0 ack 1`);
    expect(sysConnect(opened.script.kernel, opened.fd, address(PEER, 80))).toBe(-ECONNREFUSED);
  });

  it("a reset that acknowledges nothing of ours does not refuse", () => {
    const opened = connecting();
    opened.script.run(`
      out S 0
      in  R. 0 ack 5
      in  R 0
      quiet`);
    expect(sysConnect(opened.script.kernel, opened.fd, address(PEER, 80))).toBe(-EALREADY);
  });

  it("an answer that acknowledges something else is reset", () => {
    const { script } = connecting();
    script.run(`
      out S 0
      in  S. 0 ack 9
      out R 9
      in  . 0 ack 9
      out R 9
      quiet`);
  });

  it("SYNs are sent again, further and further apart, for at least three minutes [MUST-22 MUST-23]", () => {
    const opened = connecting();
    const begin = opened.script.now;
    opened.script.run(`
      out S 0
      +999
      quiet
      +1
      out S 0
      +1999
      quiet
      +1
      out S 0
      +4000
      out S 0`);
    opened.script.advance(170_000 - (opened.script.now - begin));
    expect(sysConnect(opened.script.kernel, opened.fd, address(PEER, 80))).toBe(-EALREADY);
    opened.script.advance(300_000);
    expect(sysConnect(opened.script.kernel, opened.fd, address(PEER, 80))).toBe(-ETIMEDOUT);
  });

  it("answers are sent again, and given up", () => {
    const { script } = listening();
    script.run(`
      in  S 0 mss 1000
      out S. 0 ack 1
      +1000
      out S. 0 ack 1
      +2000
      out S. 0 ack 1
      +4000
      out S. 0 ack 1
      +8000
      out S. 0 ack 1
      +16000
      out S. 0 ack 1
      +200000
      quiet`);
    expect(script.kernel.net.tcpStats.attemptFails).toBe(1);
  });

  it("numbers to begin with follow the clock, and differ by connection [MUST-8 SHLD-1 MUST-9 tcp:isn]", () => {
    const first = (wait: number, port: number, key?: [number, number]): number => {
      const script = new TcpScript({ hashKey: key });
      script.advance(wait);
      const fd = streamSocket(script.kernel);
      sysConnect(script.kernel, fd, address(PEER, port));
      return script.take().segment.seq;
    };
    expect((first(1000, 80) - first(0, 80)) | 0).toBe(250_000);
    expect(Math.abs((first(0, 81) - first(0, 80)) | 0)).toBeGreaterThan(1000);
    expect(first(0, 80, [1, 2])).not.toBe(first(0, 80));
  });

  it("data behind the SYN's answer is taken, and sent with the SYN it is left for the retransmission", () => {
    const opened = passive();
    opened.script.run(`in P. 1+10 ack 1`);
    expect(receive(opened, 1, 100)).toBe(10);
  });
});

describe("addresses", () => {
  it("no connection to a group or to all [MUST-46]", () => {
    const { script } = connecting();
    const fd = streamSocket(script.kernel);
    expect(sysConnect(script.kernel, fd, address("224.0.0.9", 80))).toBe(-ENETUNREACH);
    expect(sysConnect(script.kernel, fd, address("10.0.0.255", 80))).toBe(-ENETUNREACH);
  });

  it("a SYN from an impossible address, or to many, is not answered [MUST-57 MUST-63]", () => {
    const { script } = listening();
    for (const source of ["224.0.0.1", "255.255.255.255", "0.0.0.0"]) script.segment({ seq: 0, flags: 2, source });
    script.segment({ seq: 0, flags: 2, destination: "10.0.0.255" });
    script.segment({ seq: 0, flags: 2, destination: "255.255.255.255" });
    script.quiet();
  });

  it("two listeners on one port, by address; a third that is in the way is refused [MUST-41 MUST-42]", () => {
    const script = new TcpScript();
    addAddress(script.kernel.ip, script.dev, inetAddr("10.0.0.9"), 24);
    const [one, other, third] = [streamSocket(script.kernel), streamSocket(script.kernel), streamSocket(script.kernel)];
    expect(sysBind(script.kernel, one, address(HOST, 80))).toBe(0);
    expect(sysListen(script.kernel, one, 4)).toBe(0);
    expect(sysBind(script.kernel, other, address("10.0.0.9", 80))).toBe(0);
    expect(sysListen(script.kernel, other, 4)).toBe(0);
    expect(sysBind(script.kernel, third, address(HOST, 80))).toBe(-EADDRINUSE);
    script.run(`
      in  S 0 mss 1000
      out S. 0 ack 1
      in  . 1 ack 1`);
    expect(sysAccept(script.kernel, other, null)).toBe(-EAGAIN);
    expect(sysAccept(script.kernel, one, null)).toBeGreaterThan(0);
  });

  it("the source address is the route's, or the one that was bound [MUST-43 MUST-44 MUST-45 1122:3.2.1.3b 1122:3.3.4.2b]", () => {
    const script = new TcpScript();
    addAddress(script.kernel.ip, script.dev, inetAddr("10.0.0.9"), 32);
    const [one, other] = [streamSocket(script.kernel), streamSocket(script.kernel)];
    sysConnect(script.kernel, one, address(PEER, 80));
    expect(script.take().ip.source).toBe(HOST);
    expect(sysBind(script.kernel, other, address("10.0.0.9", 0))).toBe(0);
    sysConnect(script.kernel, other, address(PEER, 80));
    expect(script.take().ip.source).toBe("10.0.0.9");
    expect(sysBind(script.kernel, streamSocket(script.kernel), address(GATEWAY, 0))).toBe(-EADDRNOTAVAIL);
  });

  it("names of both ends", () => {
    const { script, fd } = active();
    const name = new Uint8Array(16);
    expect(sysGetname(script.kernel, fd, name, true)).toBe(16);
    expect([...name]).toEqual([...address(PEER, 80)]);
    expect(sysGetname(script.kernel, fd, name, false)).toBe(16);
    expect([...name]).toEqual([...address(HOST, 4000)]);
  });
});

describe("closing", () => {
  it("ours first: FIN-WAIT, TIME-WAIT, and that for twice the life of a segment [MUST-13 tcp:state-machine tcp:time-wait]", () => {
    const opened = active();
    close(opened);
    opened.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      in  F. 1 ack 2
      out . 2 ack 2
      +59000
      in  F. 1 ack 2
      out . 2 ack 2
      +59000
      in  F. 1 ack 2
      out . 2 ack 2
      +61000
      in  F. 1 ack 2
      out R 2`);
    expectNoSockets(opened.script);
  });

  it("theirs first: CLOSE-WAIT, LAST-ACK [tcp:state-machine]", () => {
    const opened = active();
    opened.script.run(`
      in  F. 1 ack 1
      out . 1 ack 2`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE_WAIT);
    expect(receive(opened, 1, 10)).toBe(0);
    expect(send(opened, 1, 10)).toBe(10);
    close(opened);
    opened.script.run(`
      out P. 1+10 ack 2
      out F. 11 ack 2
      in  . 2 ack 12
      quiet`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
    expectNoSockets(opened.script);
  });

  it("both at once: CLOSING [tcp:simultaneous-close]", () => {
    const opened = active();
    close(opened);
    opened.script.run(`
      out F. 1 ack 1
      in  F. 1 ack 1
      out . 2 ack 2`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSING);
    opened.script.run(`in . 2 ack 2`);
    expect(opened.tp.state).toBe(flag.TCP_TIME_WAIT);
  });

  it("half: the other direction goes on [MAY-1]", () => {
    const opened = active();
    shut(opened);
    expect(send(opened, 1, 1)).toBe(-EPIPE);
    opened.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      in  P. 1+100 ack 2
      out . 2 ack 101`);
    expect(receive(opened, 1, 200)).toBe(100);
    opened.script.run(`
      in  F. 101 ack 2
      out . 2 ack 102`);
    expect(receive(opened, 1, 1)).toBe(0);
  });

  it("the end is on the last segment that waits, and is sent again with it", () => {
    const opened = active({ syn: "win 5 mss 1000" });
    expect(send(opened, 1, 10)).toBe(10);
    close(opened);
    opened.script.run(`
      +200
      out P. 1+5 ack 1
      in  . 1 ack 6 win 100
      out FP. 6+5 ack 1
      +200
      out FP. 6+5 ack 1
      in  . 1 ack 12 win 100`);
    expect(opened.tp.state).toBe(flag.TCP_FIN_WAIT2);
  });

  it("what was not read, and what comes after close, is a reset [SHLD-3]", () => {
    const unread = active();
    unread.script.run(`
      in  P. 1+10 ack 1
      out . 1 ack 11`);
    close(unread);
    unread.script.run(`out R. 1 ack 11`);
    const late = active();
    close(late);
    late.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      in  P. 1+10 ack 2
      out R 2`);
    expect(late.tp.state).toBe(flag.TCP_CLOSE);
  });

  it("SO_LINGER 0 resets [gv:tcp_linger]", () => {
    const opened = active();
    const value = new Uint8Array(8);
    value[3] = 1;
    opened.tp.lingerTime = 0;
    close(opened);
    opened.script.run(`out R. 1 ack 1`);
    expectNoSockets(opened.script);
  });

  it("nobody waits for ever for a peer that does not close", () => {
    const opened = active();
    close(opened);
    opened.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      +60000
      out R. 2 ack 1`);
    expectNoSockets(opened.script);
  });

  it("a new SYN may reopen what waits [MAY-2 tcp:time-wait]", () => {
    const opened = passive();
    close(opened);
    opened.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      in  F. 1 ack 2
      out . 2 ack 2
      +100`);
    expect(opened.tp.state).toBe(flag.TCP_TIME_WAIT);
    opened.script.segment({ seq: (opened.script.peerIsn + 100_000) | 0, flags: 2 });
    expect(opened.script.take().segment.flags).toBe(18);
    // An older one does not.
    const other = passive();
    close(other);
    other.script.run(`
      out F. 1 ack 1
      in  F. 1 ack 2
      out . 2 ack 2`);
    other.script.segment({ seq: (other.script.peerIsn - 100_000) | 0, flags: 2 });
    expect(other.script.take().segment.flags).toBe(16);
  });

  it("with timestamps a newer one is enough, whatever the number [SHLD-4]", () => {
    const opened = passive({ syn: "win 65535 mss 1000 ts 100 0" });
    close(opened);
    opened.script.sent.length = 0;
    opened.script.run(`in F. 1 ack 2 ts 110 0`);
    expect(opened.tp.state).toBe(flag.TCP_TIME_WAIT);
    opened.script.sent.length = 0;
    const older = (opened.script.peerIsn - 100_000) | 0;
    opened.script.segment({ seq: older, flags: 2, options: [8, 10, 0, 0, 0, 90, 0, 0, 0, 0, 1, 1] });
    expect(opened.script.take().segment.flags).toBe(16);
    opened.script.segment({ seq: older, flags: 2, options: [8, 10, 0, 0, 0, 120, 0, 0, 0, 0, 1, 1] });
    expect(opened.script.take().segment.flags).toBe(18);
  });
});

describe("resets", () => {
  it("what nobody waits for is reset, but not a reset [tcp:reset-rules]", () => {
    const script = new TcpScript();
    script.hostPort = 99;
    script.segment({ seq: 100, ack: 500, flags: 16 });
    expect(script.take().segment).toMatchObject({ flags: 4, seq: 500 });
    script.segment({ seq: 100, flags: 2 });
    expect(script.take().segment).toMatchObject({ flags: 20, seq: 0, ack: 101 });
    script.segment({ seq: 100, flags: 1, payload: new Uint8Array(9) });
    expect(script.take().segment).toMatchObject({ flags: 20, ack: 110 });
    script.segment({ seq: 100, flags: 4 });
    script.quiet();
  });

  it("only the exact number resets; within the window it is questioned (RFC 5961) [tcp:rfc5961]", () => {
    const opened = active();
    opened.script.run(`
      in  R 5
      out . 1 ack 1
      in  R 100000
      quiet
      in  R 0
      quiet
      in  R 1
      quiet`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
    expect(send(opened, 1, 1)).toBe(-ECONNRESET);
    expect(receive(opened, 1, 1)).toBe(0);
  });

  it("a reset may say why, in data that nobody reads [SHLD-2]", () => {
    const opened = active();
    opened.script.run(`in R 1+20`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
    expect(receive(opened, 1, 20)).toBe(-ECONNRESET);
    expect(receive(opened, 1, 20)).toBe(0);
  });

  it("a reset, and urgent data, get through a closed window [MUST-66]", () => {
    const opened = active();
    opened.tp.windowClamp = 0;
    opened.tp.rcvWnd = 0;
    opened.script.run(`
      in  PU. 1+1 ack 1 urg 1
      out . 1 ack 1 win 0`);
    expect(opened.tp.urgData).not.toBe(0);
    opened.script.run(`in R 1`);
    expect(pendingError(opened)).toBe(ECONNRESET);
  });

  it("a SYN on a connection is questioned, too [tcp:rfc5961]", () => {
    const opened = active();
    opened.script.run(`
      in  S 1
      out . 1 ack 1
      in  S 5000
      out . 1 ack 1`);
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
  });

  it("questions are limited", () => {
    const opened = active({ sysctl: { tcpChallengeAckLimit: 3 } });
    for (let nth = 0; nth < 10; nth += 1) opened.script.run(`in S 1`);
    expect(opened.script.sent).toHaveLength(3);
    opened.script.sent.length = 0;
    opened.script.run(`
      +1000
      in S 1
      out . 1 ack 1`);
  });

  it("acknowledgements of what was never sent, or from long ago, are questioned (RFC 5961, 5) [MAY-12 tcp:rfc5961]", () => {
    const opened = active();
    opened.script.run(`
      in  P. 1+5 ack 99
      out . 1 ack 1
      in  P. 1+5 ack -70000
      out . 1 ack 1
      in  P 1+5
      quiet`);
    expect(receive(opened, 1, 5)).toBe(-EAGAIN);
  });

  it("a reset refuses what was accepted late, and shutdown of nothing is an error", () => {
    const { script, fd } = listening();
    script.run(`
      in  S 0 mss 1000
      out S. 0 ack 1
      in  . 1 ack 1
      in  R 1`);
    const child = sysAccept(script.kernel, fd, null);
    expect(sysSend(script.kernel, child, new Uint8Array(1), 1, 0)).toBe(-ECONNRESET);
    expect(sysShutdown(script.kernel, child, flag.SHUT_RDWR)).toBe(-ENOTCONN);
    expect(sysConnect(script.kernel, child, address(PEER, 1))).toBe(-EISCONN);
  });

  it("a bad checksum is as if nothing had come [MUST-2 MUST-3]", () => {
    const opened = active();
    opened.script.segment({
      seq: (opened.script.peerIsn + 1) | 0,
      ack: opened.tp.sndNxt,
      flags: 4,
      badChecksum: true,
    });
    opened.script.quiet();
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
    expect(opened.script.kernel.net.tcpStats.inErrs).toBe(1);
  });
});

describe("listeners", () => {
  it("no more than the backlog; the rest is told nothing [gv:tcp_listen_backlog tcp:backlog]", () => {
    const script = new TcpScript();
    const fd = streamSocket(script.kernel);
    expect(sysBind(script.kernel, fd, address(HOST, 80))).toBe(0);
    expect(sysListen(script.kernel, fd, 2)).toBe(0);
    for (let port = 1; port <= 4; port += 1) {
      script.peerPort = 6000 + port;
      script.segment({ seq: script.peerIsn, flags: 2 });
      const answer = script.sent.shift();
      if (answer !== undefined) {
        script.segment({ seq: (script.peerIsn + 1) | 0, ack: (answer.segment.seq + 1) | 0, flags: 16 });
      }
    }
    expect(tcpOf(script.kernel, fd).acceptQueue).toHaveLength(2);
    expect(script.kernel.net.tcpStats.listenOverflows).toBe(2);
  });

  it("a flood of SYNs is answered with cookies, and who answers one is let in [gv:tcp_syncookie tcp:syn-cookies]", () => {
    const { script, fd } = listening();
    for (let port = 1; port <= 500; port += 1) {
      script.peerPort = 10_000 + port;
      script.segment({ seq: script.peerIsn, flags: 2, options: [2, 4, 5, 0xb4] });
    }
    const tp = tcpOf(script.kernel, fd);
    expect(tp.requests.length).toBeLessThanOrEqual(256);
    expect(script.kernel.net.tcpStats.syncookiesSent).toBeGreaterThan(0);
    const last = script.sent.pop()!.segment;
    expect(last.destinationPort).toBe(10_500);
    script.sent.length = 0;
    script.segment({ seq: (script.peerIsn + 1) | 0, ack: (last.seq + 2) | 0, flags: 16 });
    expect(script.take().segment.flags).toBe(4);
    script.segment({ seq: (script.peerIsn + 1) | 0, ack: (last.seq + 1) | 0, flags: 24, payload: new Uint8Array(3) });
    const child = sysAccept(script.kernel, fd, null);
    expect(child).toBeGreaterThan(0);
    expect(tcpOf(script.kernel, child).mssClamp).toBe(1460);
    expect(sysClose(script.kernel, fd)).toBe(0);
  });

  it("closing one resets who was not accepted [gv:tcp_noaccept_close_rst]", () => {
    const { script, fd } = listening();
    script.run(`
      in  S 0 mss 1000
      out S. 0 ack 1
      in  . 1 ack 1`);
    expect(sysClose(script.kernel, fd)).toBe(0);
    script.run(`out R. 1 ack 1`);
    expectNoSockets(script);
  });

  it("the user can wait no longer than he wants [MUST-21]", () => {
    const opened = active();
    setOption(opened, flag.SOL_TCP, flag.TCP_USER_TIMEOUT, 5000);
    expect(send(opened, 1, 10)).toBe(10);
    opened.script.advance(4000);
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
    opened.script.advance(10_000);
    expect(pendingError(opened)).toBe(ETIMEDOUT);
  });
});
