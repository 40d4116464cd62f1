/**
 * The cases of gVisor's packetimpact list that no other test has. The list, with the tests of all of its names, is
 * docs/stack/PACKETIMPACT.md; only the names are theirs.
 */
import { addNeighbour, deleteRoute } from "../../fixtures/tcpip/network/configure.ts";
import {
  sysBind,
  sysClose,
  sysConnect,
  sysFcntl,
  sysGetsockopt,
  sysRecvfrom,
  sysSetsockopt,
  sysShutdown,
} from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../fixtures/tcpip/socket/sockopt.ts";
import { EAGAIN, ENETUNREACH, ETIMEDOUT } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import * as info from "../../fixtures/tcpip/transport/tcp/info.ts";
import { get32 } from "../../fixtures/tcpip/wire/byteorder.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { buildIpv4, buildSegment } from "./checker/build.ts";
import { buildUdp } from "./checker/datagrams.ts";
import { HOST, PEER, address, bytesOf, connectedSocket, makeRig, udpSocket } from "./rig.ts";
import {
  TcpScript,
  active,
  connecting,
  getOption,
  listening,
  passive,
  payloadOf,
  receive,
  send,
  setOption,
  streamSocket,
  tcpOf,
} from "./script/tcpScript.ts";
import { addCard, inject, macAddress } from "./topology.ts";

const tcp = flag.SOL_TCP;

describe("states", () => {
  it("in CLOSE-WAIT what is not expected is answered with where things are [gv:close_wait_state_ack gv:close_wait_state gv:tcp_close_wait_ack]", () => {
    const opened = passive();
    opened.script.run(`
      in  F. 1 ack 1
      out . 1 ack 2
      in  . 2 ack 1
      quiet
      in  . 100000+10 ack 1
      out . 1 ack 2
      in  . 2 ack 5000
      out . 1 ack 2`);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE_WAIT);
    expect(send(opened, 1, 10)).toBe(10);
    opened.script.run(`out P. 1+10 ack 2`);
  });

  it("FIN-WAIT-2 without a user ends; what comes then is reset [gv:fin_wait2_timeout gv:fin_wait2_reset]", () => {
    const opened = active();
    sysClose(opened.script.kernel, opened.fd);
    opened.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      +59000
      quiet
      +2000`);
    opened.script.sent.length = 0;
    opened.script.run(`
      in  P. 1+10 ack 2
      out R 2
      quiet`);
    // As long as there is a user, it waits.
    const half = active();
    sysShutdown(half.script.kernel, half.fd, flag.SHUT_WR);
    half.script.run(`
      out F. 1 ack 1
      in  . 1 ack 2
      +100000
      quiet
      in  P. 1+10 ack 2
      out . 2 ack 11`);
    expect(half.tp.state).toBe(flag.TCP_FIN_WAIT2);
    half.script.run(`in R 11`);
    expect(half.tp.state).toBe(flag.TCP_CLOSE);
  });

  it.each([
    ["ESTABLISHED", (o: ReturnType<typeof passive>) => void o],
    ["FIN-WAIT-1", (o: ReturnType<typeof passive>) => void sysShutdown(o.script.kernel, o.fd, flag.SHUT_WR)],
    ["CLOSE-WAIT", (o: ReturnType<typeof passive>) => o.script.run(`in F. 1 ack 1`)],
  ])(
    "an unacceptable number or acknowledgement is answered, and changes nothing (%s) [gv:tcp_outside_the_window gv:tcp_outside_the_window_closing gv:tcp_unacc_seq_ack gv:tcp_unacc_seq_ack_closing]",
    (_, enter) => {
      for (const [shift, ackShift, length] of [
        [70_000, 0, 10],
        [70_000, 0, 0],
        [-1, 0, 0],
        [0, 10, 10],
        [0, 100_000, 0],
      ] as const) {
        const opened = passive();
        enter(opened);
        opened.script.advance(2000);
        opened.script.sent.length = 0;
        const { tp } = opened;
        const state = [tp.state, tp.rcvNxt, tp.sndUna];
        opened.script.segment({
          seq: (tp.rcvNxt + shift) | 0,
          ack: (tp.sndNxt + ackShift) | 0,
          flags: 16,
          payload: payloadOf(1, length),
        });
        const [answer] = opened.script.sent.splice(0);
        expect({ flags: answer!.segment.flags & 6, ack: answer!.segment.ack | 0 }).toEqual({
          flags: 0,
          ack: tp.rcvNxt,
        });
        expect([tp.state, tp.rcvNxt, shift === 70_000 || ackShift > 0 ? tp.sndUna : state[2]]).toEqual(state);
      }
    },
  );

  it("an end is sent again until it is acknowledged, in each state that has sent one [gv:tcp_fin_retransmission]", () => {
    const first = active();
    sysShutdown(first.script.kernel, first.fd, flag.SHUT_WR);
    first.script.run(`
      out F. 1 ack 1
      +200
      out F. 1 ack 1
      +400
      out F. 1 ack 1
      in  . 1 ack 2
      +10000
      quiet`);
    expect(first.tp.state).toBe(flag.TCP_FIN_WAIT2);
    const second = passive();
    second.script.run(`
      in  F. 1 ack 1
      out . 1 ack 2`);
    sysClose(second.script.kernel, second.fd);
    second.script.run(`
      out F. 1 ack 2
      +200
      out F. 1 ack 2
      in  . 2 ack 2
      +10000
      quiet`);
  });

  it("a reset does not end TIME-WAIT before its time (RFC 1337) [gv:tcp_timewait_reset]", () => {
    const opened = active();
    sysShutdown(opened.script.kernel, opened.fd, flag.SHUT_WR);
    opened.script.run(`
      out F. 1 ack 1
      in  F. 1 ack 2
      out . 2 ack 2`);
    expect(opened.tp.state).toBe(flag.TCP_TIME_WAIT);
    opened.script.run(`
      in  R 2
      quiet
      in  R 1
      quiet
      in  F. 1 ack 2
      out . 2 ack 2`);
    expect(opened.tp.state).toBe(flag.TCP_TIME_WAIT);
  });

  it("in SYN-RECEIVED an acknowledgement of something else is reset [gv:tcp_acceptable_ack_syn_rcvd]", () => {
    for (const [ack, good] of [
      [0, false],
      [1, true],
      [2, false],
      [100, false],
    ] as const) {
      const { script, fd } = listening();
      script.run(`
        in  S 0 win 65535 mss 1000
        out S. 0 ack 1
        in  . 1 ack ${ack}`);
      expect(script.sent.splice(0).map(({ segment }) => segment.flags & 4)).toEqual(good ? [] : [4]);
      expect(tcpOf(script.kernel, fd).acceptQueue).toHaveLength(good ? 1 : 0);
    }
  });

  it("the window of the last segment of the handshake counts, not that of the SYN [gv:tcp_handshake_window_size]", () => {
    const { script, fd } = listening();
    script.run(`
      in  S 0 win 64240 mss 1000
      out S. 0 ack 1
      in  . 1 ack 1 win 1500`);
    expect(tcpOf(script.kernel, fd).acceptQueue[0]!.sndWnd).toBe(1500);
  });

  it("a SYN from this host's own address is not answered [gv:syn_with_same_ip]", () => {
    const { script } = listening();
    script.inject(
      buildSegment({ source: HOST, destination: HOST, sourcePort: 80, destinationPort: 80, seq: 1, flags: 2 }),
    );
    script.quiet();
    expect(script.kernel.net.rtStats.inMartian).toBe(1);
  });
});

describe("before the connection stands", () => {
  it("nothing is sent or read, and what came in the meantime is there at once [gv:tcp_queue_send_in_syn_sent gv:tcp_queue_receive_in_syn_sent gv:tcp_queue_send_recv_in_syn_sent]", () => {
    const opened = connecting();
    expect(send(opened, 1, 10)).toBe(-EAGAIN);
    expect(receive(opened, 1, 10)).toBe(-EAGAIN);
    opened.script.run(`
      out S 0
      in  S. 0 ack 1 win 65535 mss 1000
      out . 1 ack 1`);
    expect(send(opened, 1, 10)).toBe(10);
    opened.script.run(`
      out P. 1+10 ack 1
      in  P. 1+20 ack 11`);
    expect(receive(opened, 1, 100)).toBe(20);
  });

  it("without a route there is none: neither by the tables nor by what a router says [gv:tcp_network_unreachable]", () => {
    const { kernel } = makeRig();
    expect(deleteRoute(kernel.ip, 0, 0, 0)).toBe(true);
    expect(sysConnect(kernel, streamSocket(kernel), address("192.0.2.1", 80))).toBe(-ENETUNREACH);
  });
});

describe("windows and times", () => {
  it("a window that was closed is opened when there is room again [gv:tcp_zero_receive_window gv:tcp_rcv_buf_space]", () => {
    const opened = active({
      prepare: (kernel, fd) => {
        tcpOf(kernel, fd).rcvbuf = 20_000;
        tcpOf(kernel, fd).userLocks |= flag.SOCK_RCVBUF_LOCK;
      },
    });
    const { script } = opened;
    let seq = 1;
    for (let nth = 0; nth < 60; nth += 1) {
      script.run(`in P. ${seq}+1000 ack 1`);
      if (((opened.tp.rcvNxt - opened.script.peerIsn) | 0) > seq) seq += 1000;
      script.advance(300);
    }
    expect(script.sent.splice(0).at(-1)!.segment.window).toBeLessThan(1000);
    expect(receive(opened, 1, 100_000)).toBe(seq - 1);
    script.advance(300);
    expect(script.sent.splice(0).at(-1)!.segment.window).toBeGreaterThan(5000);
    script.run(`in P. ${seq}+1000 ack 1`);
    expect(receive(opened, seq, 2000)).toBe(1000);
  });

  it("a user who does not want to wait is told when his time is over [gv:tcp_user_timeout tcp:user-timeout]", () => {
    const opened = active();
    setOption(opened, tcp, flag.TCP_USER_TIMEOUT, 5000);
    send(opened, 1, 10);
    opened.script.advance(4000);
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
    opened.script.advance(6000);
    expect(getOption(opened, flag.SOL_SOCKET, flag.SO_ERROR)).toBe(ETIMEDOUT);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
  });

  it("and so when the peer's window stays closed and nothing is heard [gv:tcp_zero_window_probe_usertimeout]", () => {
    const opened = active({ syn: "win 0 mss 1000" });
    setOption(opened, tcp, flag.TCP_USER_TIMEOUT, 5000);
    send(opened, 1, 10);
    opened.script.advance(15_000);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
    const answered = active({ syn: "win 0 mss 1000" });
    setOption(answered, tcp, flag.TCP_USER_TIMEOUT, 5000);
    send(answered, 1, 10);
    for (let nth = 0; nth < 15; nth += 1) {
      answered.script.advance(1000);
      answered.script.run(`in . 1 ack 1 win 0`);
    }
    expect(answered.tp.state).toBe(flag.TCP_ESTABLISHED);
  });

  it("what a connection does can be read [gv:tcp_info]", () => {
    const opened = active({ syn: "win 65535 mss 1000 ws 7 sackok" });
    const read = (): Uint8Array => {
      const value = new Uint8Array(info.TCPI_SIZE);
      expect(sysGetsockopt(opened.script.kernel, opened.fd, tcp, flag.TCP_INFO, value)).toBe(info.TCPI_SIZE);
      return value;
    };
    const before = read();
    expect(before[info.TCPI_STATE]).toBe(flag.TCP_ESTABLISHED);
    expect(before[info.TCPI_OPTIONS]).toBe(info.TCPI_OPT_SACK | info.TCPI_OPT_WSCALE);
    expect(before[info.TCPI_WSCALE]! >> 4).toBe(7);
    expect([info.TCPI_SND_MSS, info.TCPI_PMTU].map((at) => get32(before, at))).toEqual([1000, 1500]);
    send(opened, 1, 3000);
    opened.script.advance(50);
    opened.script.run(`in . 1 ack 1001`);
    const after = read();
    expect(get32(after, info.TCPI_UNACKED)).toBe(2);
    expect(get32(after, info.TCPI_RTT)).toBe(opened.tp.srtt8 * 125);
    opened.script.advance(1000);
    const late = read();
    expect(late[info.TCPI_RETRANSMITS]).toBeGreaterThan(0);
    expect(get32(late, info.TCPI_LOST)).toBeGreaterThan(0);
    expect(get32(late, info.TCPI_SND_CWND)).toBe(1);
    expect(get32(late, info.TCPI_RTO)).toBeGreaterThan(get32(after, info.TCPI_RTO));
  });

  it("what came in another order is put in order, and no loss is made of it [gv:tcp_reordering]", () => {
    const opened = active({ syn: "win 65535 mss 1000 sackok" });
    opened.tp.cwnd = 8;
    opened.tp.nonagle = 1;
    send(opened, 1, 8000);
    opened.script.sent.length = 0;
    // Two overtook one: not yet three.
    opened.script.run(`
      in  . 1 ack 1 sack 1001-2001
      in  . 1 ack 1 sack 1001-3001
      in  . 1 ack 3001
      quiet`);
    expect(opened.script.kernel.net.tcpStats.retransSegs).toBe(0);
    for (const [from, to] of [
      [11, 21],
      [31, 41],
      [21, 31],
      [1, 11],
    ]) {
      opened.script.run(`in P. ${from}+${to! - from!} ack 3001`);
    }
    expect(receive(opened, 1, 100)).toBe(40);
  });

  it("each packet has a number of its own, a repetition too, where it may be cut [gv:ipv4_id_uniqueness]", () => {
    const opened = active();
    sysSetsockopt(
      opened.script.kernel,
      opened.fd,
      flag.SOL_IP,
      flag.IP_MTU_DISCOVER,
      sockoptInt(flag.IP_PMTUDISC_DONT),
    );
    send(opened, 1, 10);
    opened.script.advance(2000);
    send(opened, 11, 3000);
    const ids = opened.script.sent.map(({ ip }) => {
      expect(ip.dontFragment).toBe(false);
      return ip.id;
    });
    expect(ids.length).toBeGreaterThan(3);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("datagrams", () => {
  it("empty ones are sent and received [gv:udp_empty_send]", () => {
    const script = new TcpScript();
    const fd = connectedSocket(script.kernel);
    expect(sysSend(script.kernel, fd, new Uint8Array(0), 0, 0)).toBe(0);
    expect(script.sent).toEqual([]);
    expect(script.others.map(({ ip }) => ip.totalLength)).toEqual([28]);
    script.inject(buildIpv4(PEER, HOST, 17, buildUdp(PEER, HOST, 5000, 4000, new Uint8Array(0))));
    const from = new Uint8Array(16);
    expect(sysRecvfrom(script.kernel, fd, new Uint8Array(10), flag.MSG_DONTWAIT, from)).toBe(0);
    expect(from).toEqual(address(PEER, 5000));
    expect(sysRecvfrom(script.kernel, fd, new Uint8Array(10), flag.MSG_DONTWAIT, null)).toBe(-EAGAIN);
  });

  it("bound to no address: those of any; bound to a device: those of its link [gv:udp_any_addr_recv_unicast gv:udp_any_addr_bindtodevice_recv_unicast_broadcast]", () => {
    const { kernel, dev } = makeRig();
    const other = addCard(kernel, "eth1", "10.0.1.1", 9);
    addNeighbour(kernel.ip, other, inetAddr("10.0.1.7"), macAddress(7));
    const fd = udpSocket(kernel);
    expect(sysBind(kernel, fd, address("0.0.0.0", 4000))).toBe(0);
    expect(sysFcntl(kernel, fd, flag.F_SETFL, flag.O_NONBLOCK)).toBe(0);
    const count = (): number => {
      for (const [device, source, destination] of [
        [dev, PEER, HOST],
        [dev, PEER, "10.0.0.255"],
        [other, "10.0.1.7", "10.0.1.1"],
        [other, "10.0.1.7", "255.255.255.255"],
      ] as const) {
        inject(kernel, device, buildIpv4(source, destination, 17, buildUdp(source, destination, 9, 4000, bytesOf(4))));
      }
      let got = 0;
      while (sysRecvfrom(kernel, fd, new Uint8Array(10), 0, null) === 4) got += 1;
      return got;
    };
    expect(count()).toBe(4);
    expect(sysSetsockopt(kernel, fd, flag.SOL_SOCKET, flag.SO_BINDTODEVICE, sockoptInt(other.ifindex))).toBe(0);
    expect(count()).toBe(2);
  });

  it("both ways, every length [gv:udp_send_recv_dgram gv:udp_socket_send_recv gv:generic_dgram_socket_send_recv]", () => {
    const script = new TcpScript();
    const { kernel } = script;
    const fd = udpSocket(kernel);
    expect(sysBind(kernel, fd, address(HOST, 4000))).toBe(0);
    const buffer = new Uint8Array(3000);
    for (const length of [0, 1, 7, 548, 1472]) {
      expect(sysSendto(kernel, fd, bytesOf(length), length, 0, address(PEER, 9), 16)).toBe(length);
      expect(script.sent).toEqual([]);
      const { ip } = script.others.splice(0)[0]!;
      expect([...ip.payload.subarray(8)]).toEqual([...bytesOf(length)]);
      script.inject(buildIpv4(PEER, HOST, 17, buildUdp(PEER, HOST, 9, 4000, bytesOf(length))));
      expect(sysRecvfrom(kernel, fd, buffer, flag.MSG_DONTWAIT, null)).toBe(length);
      expect([...buffer.subarray(0, length)]).toEqual([...bytesOf(length)]);
    }
  });
});
