/** The buffers of a connection: what a write becomes, what it costs, and how both ends' room follows the path. */
import { sysClose, sysRecvfrom } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { NETIF_F_HW_CSUM, NETIF_F_SG } from "../../fixtures/tcpip/stack/device.ts";
import { EAGAIN } from "../../fixtures/tcpip/stack/errno.ts";
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import type { SkBuff } from "../../fixtures/tcpip/stack/structures.ts";
import type { TcpSock } from "../../fixtures/tcpip/transport/tcp/tcpSock.ts";
import { active, payloadOf, send, setOption, type Opened } from "./script/tcpScript.ts";
import { held } from "./topology.ts";
import { World, connectedPair, tcpOf } from "./world.ts";

function queued(tp: TcpSock): SkBuff[] {
  const found: SkBuff[] = [];
  for (let skb = tp.writeQueue.head; skb !== null; skb = skb.next) found.push(skb);
  return found;
}

/** A connection whose peer's window is closed: what is written stays in the queue. */
const closed = (features = 0): Opened => active({ syn: "win 0 mss 1000", features });

describe.each([
  ["linear", 0],
  ["in pages", NETIF_F_SG | NETIF_F_HW_CSUM],
])("segments %s", (_, features) => {
  it("writes go into the last segment until that is full [tcp:coalescing tcp:linear tcp:paged]", () => {
    const opened = closed(features);
    let at = 1;
    for (const length of [10, 300, 1, 689, 1, 999, 500, 1500]) {
      expect(send(opened, at, length)).toBe(length);
      at += length;
    }
    const segments = queued(opened.tp);
    expect(segments.map(({ len }) => len)).toEqual([1000, 1000, 1000, 1000]);
    expect(segments.some(({ dataLen }) => dataLen > 0)).toBe(features !== 0);
    expect(opened.tp.writeSeq - opened.tp.iss - 1).toBe(4000);
    opened.script.run(`in . 1 ack 1 win 60000`);
    // The bytes are those that were written, in order: the script compares them.
    opened.script.run(`
      out P. 1+1000 ack 1
      out P. 1001+1000 ack 1
      out P. 2001+1000 ack 1`);
  });

  it("a segment that was sent does not grow", () => {
    const opened = active({ features });
    opened.tp.nonagle = 1;
    send(opened, 1, 10);
    send(opened, 11, 10);
    opened.script.run(`
      out P. 1+10 ack 1
      out P. 11+10 ack 1`);
    expect(queued(opened.tp)).toHaveLength(2);
  });

  it("pages are shared by segments that follow one another, and given back", () => {
    const opened = closed(features);
    for (let nth = 0; nth < 16; nth += 1) send(opened, 1 + nth * 500, 500);
    expect(held(opened.script.kernel).pages).toBe(features === 0 ? 0 : Math.ceil((16 * 500) / 4096));
    sysClose(opened.script.kernel, opened.fd);
    opened.script.advance(10_000_000);
    opened.script.sent.length = 0;
    opened.script.dev.drain();
    expect(held(opened.script.kernel)).toMatchObject({ heads: 0, blocks: 0, pages: 0, timers: 0, socks: 0 });
  });
});

describe("memory", () => {
  it("what waits is on the socket's account, and comes off it when it is acknowledged [tcp:memory]", () => {
    const opened = active();
    setOption(opened, flag.SOL_SOCKET, flag.SO_SNDBUF, 8000);
    const { tp } = opened;
    let sent = 0;
    for (let result = 1; result > 0; sent += Math.max(result, 0)) result = send(opened, 1 + sent, 1000);
    expect(tp.wmemQueued).toBe(queued(tp).reduce((sum, { truesize }) => sum + truesize, 0));
    expect(tp.wmemQueued).toBeGreaterThanOrEqual(tp.sndbuf);
    expect(send(opened, 1 + sent, 1)).toBe(-EAGAIN);
    const before = tp.wmemQueued;
    opened.script.run(`in . 1 ack 2001`);
    expect(tp.wmemQueued).toBe(queued(tp).reduce((sum, { truesize }) => sum + truesize, 0));
    expect(tp.wmemQueued).toBeLessThan(before);
  });

  it("a writer is told that there is room when there is a third of it", () => {
    const opened = active();
    setOption(opened, flag.SOL_SOCKET, flag.SO_SNDBUF, 8000);
    const { tp, script } = opened;
    let sent = 0;
    for (let result = 1; result > 0; sent += Math.max(result, 0)) result = send(opened, 1 + sent, 1000);
    let woken = 0;
    tp.sleepers.push({ wake: () => (woken += 1) });
    let acked = 1;
    while (woken === 0) {
      acked += 1000;
      script.sent.length = 0;
      script.run(`in . 1 ack ${acked}`);
      script.sent.length = 0;
    }
    expect((tp.sndbuf - tp.wmemQueued) * 2).toBeGreaterThanOrEqual(tp.wmemQueued);
    expect(acked).toBeGreaterThan(1001);
  });
});

describe("silly windows", () => {
  it("are not used: a small window waits until it is worth it, or the probe's time has come [tcp:sws-sender]", () => {
    const opened = active({ syn: "win 4000 mss 1000" });
    opened.tp.nonagle = 1;
    send(opened, 1, 4000);
    opened.script.sent.length = 0;
    opened.script.run(`in . 1 ack 4001 win 150`);
    send(opened, 4001, 3000);
    opened.script.quiet();
    opened.script.run(`in . 1 ack 4001 win 999`);
    opened.script.quiet();
    opened.script.run(`in . 1 ack 4001 win 1000`);
    expect(opened.script.sent.map(({ segment }) => segment.payload.length)).toEqual([1000]);
  });
});

describe("room that follows the path", () => {
  /** So many kilobytes over a line with a round trip of 40 ms; the connection at both ends afterwards. */
  function transfer(kilobytes: number, prepare: (one: TcpSock, other: TcpSock) => void = () => {}): [TcpSock, TcpSock] {
    const world = new World({ faults: { delay: 20 } });
    const { client, server } = connectedPair(world);
    const [sender, receiver] = [tcpOf(world.here, client), tcpOf(world.there, server)];
    prepare(sender, receiver);
    const data = payloadOf(1, 10_000);
    const buffer = new Uint8Array(65_536);
    let [sent, got] = [0, 0];
    const total = kilobytes * 1000;
    const done = world.runUntil(() => {
      while (sent < total) {
        const result = sysSend(world.here, client, data, Math.min(data.length, total - sent), 0);
        if (result <= 0) break;
        sent += result;
      }
      for (let read = 1; read > 0;) {
        read = sysRecvfrom(world.there, server, buffer, flag.MSG_DONTWAIT, null);
        if (read > 0) got += read;
      }
      return got === total;
    }, 600_000);
    expect({ done, got }).toEqual({ done: true, got: total });
    return [sender, receiver];
  }

  it("the send buffer grows with the congestion window, up to what the administrator allows [tcp:autotune-send]", () => {
    const [sender] = transfer(2000);
    const { tcpWmemInitial, tcpWmemMax } = sender.sysctl;
    expect(sender.sndbuf).toBeGreaterThan(4 * tcpWmemInitial);
    expect(sender.sndbuf).toBeGreaterThanOrEqual(sender.cwnd * sender.mssCache);
    expect(sender.sndbuf).toBeLessThanOrEqual(tcpWmemMax);
  });

  it("the receive buffer grows with what is read in a round trip, and the window with it [tcp:autotune-receive]", () => {
    const [, receiver] = transfer(2000);
    const { tcpRmemInitial, tcpRmemMax } = receiver.sysctl;
    expect(receiver.rcvbuf).toBeGreaterThan(2 * tcpRmemInitial);
    expect(receiver.rcvbuf).toBeLessThanOrEqual(tcpRmemMax);
    expect(receiver.rcvWnd).toBeGreaterThan(tcpRmemInitial);
  });

  it("not where the user has chosen", () => {
    const [sender, receiver] = transfer(500, (one, other) => {
      one.userLocks |= flag.SOCK_SNDBUF_LOCK;
      other.userLocks |= flag.SOCK_RCVBUF_LOCK;
    });
    expect(sender.sndbuf).toBe(sender.sysctl.tcpWmemInitial);
    expect(receiver.rcvbuf).toBe(receiver.sysctl.tcpRmemInitial);
  });
});
