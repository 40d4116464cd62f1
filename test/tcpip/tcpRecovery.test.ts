/** Losses: the timeout, fast retransmit and recovery, with and without SACK; the congestion window; the round-trip time. */
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { packetsInFlight } from "../../fixtures/tcpip/transport/tcp/tcpSock.ts";
import { sysSetsockopt } from "../../fixtures/tcpip/socket/calls.ts";
import { ENOENT } from "../../fixtures/tcpip/stack/errno.ts";
import { active, payloadOf, send, type OpenOptions, type Opened } from "./script/tcpScript.ts";

/** A connection with so many segments of 1000 bytes on their way. */
function flying(count: number, options: OpenOptions = {}): Opened {
  const opened = active(options);
  opened.tp.nonagle = 1;
  opened.tp.cwnd = count;
  opened.tp.sndbuf = 1 << 20;
  expect(send(opened, 1, count * 1000)).toBe(count * 1000);
  expect(opened.script.sent.splice(0)).toHaveLength(count);
  return opened;
}

const starts = (opened: Opened): number[] =>
  opened.script.sent.splice(0).map(({ segment }) => (segment.seq - opened.tp.iss) | 0);

const RENO = { sysctl: { tcpCongestionControl: "reno" } };

describe("the timeout", () => {
  it("sends the first segment again, and waits twice as long each time [MUST-19 MUST-20 SHLD-11 gv:tcp_retransmission gv:tcp_retransmits]", () => {
    const opened = flying(2);
    const { script } = opened;
    const begin = script.now;
    const times: number[] = [];
    for (let nth = 0; nth < 5; nth += 1) {
      while (script.sent.length === 0) script.advance(1);
      times.push(script.take().at - begin);
      expect(starts(opened)).toEqual([]);
    }
    expect(times).toEqual([200, 600, 1400, 3000, 6200]);
    expect(opened.tp.cwnd).toBe(1);
    expect(opened.tp.dstCache === null || opened.tp.dstCache.obsolete === 0).toBe(true);
    script.advance(100_000);
    expect(opened.tp.state).toBe(flag.TCP_ESTABLISHED);
    script.advance(2_000_000);
    expect(opened.tp.state).toBe(flag.TCP_CLOSE);
  });

  it("what is acknowledged after a retransmission says nothing about the round trip [MUST-18]", () => {
    const opened = flying(1);
    const before = opened.tp.srtt8;
    opened.script.run(`
      +200
      out P. 1+1000 ack 1
      +500
      in  . 1 ack 1001`);
    expect(opened.tp.srtt8).toBe(before);
    const stamped = flying(1, { syn: "win 65535 mss 1012 ts 5 0" });
    stamped.script.run(`+150`);
    const { script } = stamped;
    script.run(`in . 1 ack 1001 ts 6 0`);
    expect(stamped.tp.srtt8).toBeGreaterThan(before);
  });

  it("follows the round trips and their variance (RFC 6298) [tcp:rto]", () => {
    const opened = active();
    opened.tp.nonagle = 1;
    for (let nth = 0; nth < 50; nth += 1) {
      send(opened, 1 + nth * 10, 10);
      opened.script.advance(100);
      opened.script.run(`in . 1 ack ${11 + nth * 10}`);
    }
    expect(opened.tp.srtt8 / 8).toBeGreaterThan(90);
    expect(opened.tp.srtt8 / 8).toBeLessThanOrEqual(100);
    expect(opened.tp.rto).toBeGreaterThanOrEqual(200);
    send(opened, 501, 10);
    opened.script.advance(400);
    opened.script.run(`in . 1 ack 511`);
    expect(opened.tp.rto).toBeGreaterThan(350);
  });

  it("afterwards slow start up to half of what was on its way, then slower", () => {
    const opened = flying(8, RENO);
    opened.script.run(`
      +200
      out . 1+1000 ack 1`);
    expect([opened.tp.cwnd, opened.tp.ssthresh]).toEqual([1, 4]);
    opened.script.run(`in . 1 ack 1001`);
    expect(opened.tp.cwnd).toBe(2);
    expect(starts(opened)).toEqual([1001, 2001]);
    opened.script.run(`
      in . 1 ack 2001
      in . 1 ack 3001`);
    expect(opened.tp.cwnd).toBe(4);
    opened.script.run(`in . 1 ack 8001`);
    expect(packetsInFlight(opened.tp)).toBe(0);
    expect(opened.tp.caState).toBe(0);
  });

  it("a peer that says it has a segment, and then has not, gets it again", () => {
    const opened = flying(4, { syn: "win 65535 mss 1000 sackok" });
    opened.script.run(`
      in  . 1 ack 1 sack 1001-4001
      out . 1+1000 ack 1
      in  . 1 ack 1001
      +200
      out . 1001+1000 ack 1
      in  . 1 ack 2001`);
    expect(starts(opened)).toEqual([2001, 3001]);
  });
});

describe("fast retransmit without SACK (RFC 5681, RFC 6582)", () => {
  it("at the third duplicate, not before [tcp:fast-retransmit]", () => {
    const opened = flying(8, RENO);
    opened.script.run(`
      in  . 1 ack 1
      in  . 1 ack 1
      quiet
      in  . 1 ack 1
      out . 1+1000 ack 1
      quiet`);
    expect(opened.tp.ssthresh).toBe(4);
  });

  it("each partial acknowledgement tells of the next loss; the end is when all of it has arrived [tcp:newreno]", () => {
    const opened = flying(8, RENO);
    opened.script.run(`
      in  . 1 ack 1
      in  . 1 ack 1
      in  . 1 ack 1
      out . 1+1000 ack 1
      in  . 1 ack 1
      in  . 1 ack 1
      in  . 1 ack 3001
      out . 3001+1000 ack 1
      in  . 1 ack 6001
      out . 6001+1000 ack 1
      in  . 1 ack 8001
      quiet`);
    expect(opened.tp.caState).toBe(0);
    expect(opened.tp.retransOut + opened.tp.lostOut + opened.tp.sackedOut).toBe(0);
  });

  it("limited transmit: the first two duplicates let new data go [tcp:fast-retransmit]", () => {
    const opened = flying(4, RENO);
    send(opened, 4001, 3000);
    opened.script.run(`
      quiet
      in  . 1 ack 1
      out . 4001+1000 ack 1
      in  . 1 ack 1
      out . 5001+1000 ack 1`);
  });

  it.each(["", " sackok"])("what was reordered is not counted twice: its arrival was known (%s)", (sackok) => {
    const opened = flying(10, { syn: `win 65535 mss 1000${sackok}` });
    const sack = (blocks: string): string => (sackok === "" ? "" : ` sack ${blocks}`);
    send(opened, 10_001, 9000);
    opened.script.run(`
      in  . 1 ack 1${sack("1001-2001")}
      out . 10001+1000
      in  . 1 ack 1${sack("1001-3001")}
      out . 11001+1000
      in  . 1 ack 3001
      out . 12001+1000
      out . 13001+1000
      quiet
      in  . 1 ack 5001
      out . 14001+1000
      out . 15001+1000
      out . 16001+1000
      out . 17001+1000
      quiet`);
    expect(opened.tp.cwnd).toBe(13);
  });

  it("a changed window, or data, is no duplicate", () => {
    const opened = flying(8, RENO);
    opened.script.run(`
      in  . 1 ack 1 win 60000
      in  . 1 ack 1 win 50000
      in  . 1 ack 1 win 40000
      in  P. 1+10 ack 1 win 40000
      out . 8001 ack 11
      in  P. 11+10 ack 1 win 40000
      out . 8001 ack 21
      quiet`);
  });

  it("duplicates of before a timeout do not begin another recovery", () => {
    const opened = flying(8, RENO);
    opened.script.run(`
      +200
      out . 1+1000 ack 1
      in  . 1 ack 8001`);
    const { ssthresh } = opened.tp;
    send(opened, 8001, 5000);
    opened.script.sent.length = 0;
    opened.script.run(`
      in . 1 ack 8001
      in . 1 ack 8001
      in . 1 ack 8001`);
    expect(starts(opened).every((seq) => seq > 8001)).toBe(true);
    expect(opened.tp.ssthresh).toBe(ssthresh);
  });
});

describe("recovery with SACK (RFC 6675)", () => {
  const SACK = { syn: "win 65535 mss 1000 sackok" };

  it("sends again exactly what is missing, as soon as three behind it have arrived [tcp:sack]", () => {
    const opened = flying(10, SACK);
    opened.script.run(`
      in  . 1 ack 1 sack 1001-2001
      in  . 1 ack 1 sack 1001-2001 3001-4001
      quiet
      in  . 1 ack 1 sack 1001-2001 3001-5001
      out . 1+1000 ack 1
      quiet
      in  . 1 ack 1 sack 5001-6001 3001-4001 1001-2001
      out . 2001+1000 ack 1
      out P. 9001+1000 ack 1
      quiet
      in  . 1 ack 2001 sack 3001-6001
      in  . 1 ack 10001
      quiet`);
    expect(opened.tp.caState).toBe(0);
    expect(packetsInFlight(opened.tp)).toBe(0);
  });

  it("with room, and nothing new to send, what was overtaken goes again, though it is not certain that it is lost (NextSeg, 3) [tcp:sack]", () => {
    const opened = flying(10, SACK);
    opened.script.run(`
      in  . 1 ack 1 sack 1001-2001
      in  . 1 ack 1 sack 1001-3001
      in  . 1 ack 1 sack 1001-3001 8001-9001
      out . 1+1000 ack 1
      quiet
      in  . 1 ack 4001 sack 8001-9001
      out . 4001+1000 ack 1
      out . 5001+1000 ack 1
      quiet
      in  . 1 ack 6001 sack 8001-9001
      out . 6001+1000 ack 1
      out . 7001+1000 ack 1
      out P. 9001+1000 ack 1
      in  . 1 ack 10001
      quiet`);
    expect(opened.tp.caState).toBe(0);
    expect(packetsInFlight(opened.tp)).toBe(0);
  });

  it("something new goes before what is only suspected (NextSeg, 2)", () => {
    const opened = flying(10, SACK);
    opened.script.run(`
      in  . 1 ack 1 sack 1001-2001
      in  . 1 ack 1 sack 1001-3001
      in  . 1 ack 1 sack 1001-3001 8001-9001
      out . 1+1000 ack 1`);
    send(opened, 10_001, 5000);
    opened.script.run(`
      quiet
      in  . 1 ack 4001 sack 8001-9001
      out . 10001+1000 ack 1
      out . 11001+1000 ack 1
      quiet`);
  });

  it("the last segment on its way goes again once in a recovery: nothing behind it could tell that it is lost (NextSeg, 4) [tcp:sack]", () => {
    const opened = flying(6, SACK);
    opened.script.run(`
      in  . 1 ack 1 sack 1001-4001
      out . 1+1000 ack 1
      out P. 5001+1000 ack 1
      quiet
      in  . 1 ack 4001
      quiet
      in  . 1 ack 6001
      quiet`);
    expect(opened.tp.caState).toBe(0);
    // In the next one too.
    opened.tp.cwnd = 6;
    send(opened, 6001, 6000);
    starts(opened);
    opened.script.run(`in . 1 ack 6001 sack 7001-10001`);
    expect(starts(opened)).toEqual([6000, 11_000].map((seq) => seq + 1));
  });

  it("blocks that cannot be true are not believed", () => {
    const opened = flying(4, SACK);
    for (const blocks of ["5000-4000", "3001-9001", "1-90000", "-500-0", "1-1"]) {
      opened.script.run(`in . 1 ack 1 sack ${blocks}`);
    }
    expect(opened.tp.sackedOut).toBe(0);
    expect(starts(opened)).toEqual([]);
  });

  it("a loss in what is sent again is found by the timeout", () => {
    const opened = flying(5, SACK);
    opened.script.run(`
      in  . 1 ack 1 sack 1001-5001
      out . 1+1000 ack 1
      +200
      out . 1+1000 ack 1
      in  . 1 ack 5001
      quiet`);
    expect(opened.tp.packetsOut).toBe(0);
  });
});

describe("the congestion window", () => {
  it("begins with what RFC 5681 says, and with one segment if the SYN was lost [tcp:slow-start]", () => {
    expect(active().tp.cwnd).toBe(4);
    expect(active({ syn: "win 65535 mss 1460" }).tp.cwnd).toBe(3);
    expect(active({ syn: "win 65535 mss 9000", mtu: 9000 }).tp.cwnd).toBe(2);
    // Or with as many as the administrator wants (RFC 6928).
    expect(active({ sysctl: { tcpInitialWindow: 10 } }).tp.cwnd).toBe(10);
  });

  it("doubles in slow start, and is begun again after a rest [tcp:slow-start]", () => {
    const opened = active();
    opened.tp.nonagle = 1;
    opened.tp.sndbuf = 1 << 20;
    send(opened, 1, 60_000);
    expect(opened.script.sent.splice(0)).toHaveLength(4);
    // Every second segment is acknowledged, as a receiver does it.
    let acked = 1;
    const acknowledge = (segments: number): void => {
      for (const end = acked + segments * 1000; acked < end;) opened.script.run(`in . 1 ack ${(acked += 2000)}`);
    };
    acknowledge(4);
    expect(opened.script.sent.splice(0)).toHaveLength(8);
    acknowledge(8);
    expect(opened.script.sent.splice(0)).toHaveLength(16);
    acknowledge(48);
    expect(opened.tp.packetsOut).toBe(0);
    opened.script.sent.length = 0;
    opened.script.advance(60_000);
    send(opened, 60_001, 20_000);
    expect(opened.script.sent).toHaveLength(4);
  });

  it("is opened little by one acknowledgement of much, and by one segment after a timeout (RFC 3465) [tcp:slow-start]", () => {
    const grown = (tcpCongestionControl: string, ...acks: readonly string[]): number => {
      const opened = flying(8, { sysctl: { tcpCongestionControl } });
      for (const ack of acks) opened.script.run(ack);
      return opened.tp.cwnd;
    };
    for (const algorithm of ["reno", "cubic"]) {
      expect(grown(algorithm, "in . 1 ack 1001")).toBe(9);
      expect(grown(algorithm, "in . 1 ack 4001")).toBe(10);
      expect(grown(algorithm, "in . 1 ack 4001", "in . 1 ack 8001")).toBe(12);
      expect(grown(algorithm, "+200\n out . 1+1000 ack 1\n in . 1 ack 4001")).toBe(2);
    }
  });

  it("an algorithm of the user's choice [MAY-18]", () => {
    const opened = active();
    expect(opened.tp.ca.name).toBe("cubic");
    const name = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const set = (text: string): number =>
      sysSetsockopt(opened.script.kernel, opened.fd, flag.SOL_TCP, flag.TCP_CONGESTION, name(text));
    expect(set("reno")).toBe(0);
    expect(opened.tp.ca.name).toBe("reno");
    expect(set("vegas")).toBe(-ENOENT);
  });

  it("Reno grows by one, CUBIC along its curve, each round trip [tcp:cubic]", () => {
    const rounds = (tcpCongestionControl: string): number[] => {
      const opened = active({ sysctl: { tcpCongestionControl, tcpWmemMax: 1 << 24 }, syn: "win 65535 mss 1000 ws 10" });
      const { tp, script } = opened;
      tp.nonagle = 1;
      tp.sndbuf = 1 << 24;
      tp.cwnd = 20;
      tp.ssthresh = 20;
      tp.caLastMax = 28;
      script.run(`in . 1 ack 1 win 60000`);
      let next = 1;
      const seen: number[] = [];
      for (let round = 0; round < 60; round += 1) {
        while (tp.writeSeq - tp.sndUna < 100_000) next += send(opened, next, 100_000);
        script.advance(100);
        while (tp.packetsOut > 0 && ((tp.sndNxt - tp.sndUna) | 0) > 0 && script.sent.length > 0) {
          const one = script.sent.shift()!;
          script.segment({
            seq: tp.rcvNxt,
            ack: (one.segment.seq + one.segment.payload.length) | 0,
            flags: 16,
            window: 60000,
          });
          if (script.now % 100 === 0 && one.at < script.now) continue;
          break;
        }
        seen.push(tp.cwnd);
      }
      return seen;
    };
    const [reno, cubic] = [rounds("reno"), rounds("cubic")];
    for (const window of [reno, cubic]) {
      expect(window.every((value, nth) => nth === 0 || value >= window[nth - 1]!)).toBe(true);
    }
    expect(reno.at(-1)!).toBeGreaterThan(20);
    expect(cubic.at(-1)!).toBeGreaterThan(20);
    expect(reno).not.toEqual(cubic);
  });
});

describe("T13 what stays dynamic", () => {
  it("a segment that is sent again is what was sent", () => {
    const opened = flying(3);
    opened.script.advance(200);
    const { segment } = opened.script.take();
    expect([...segment.payload]).toEqual([...payloadOf(1, 1000)]);
  });
});
