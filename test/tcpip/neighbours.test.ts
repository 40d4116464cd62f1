/** Neighbours in the course of time (RFC 826; RFC 1122, 2.3.2): asked for, known, doubted, asked again, given up. */
import { sysBind } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { EHOSTUNREACH } from "../../fixtures/tcpip/stack/errno.ts";
import { netifRx, netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { NUD_FAILED, NUD_REACHABLE, NUD_STALE } from "../../fixtures/tcpip/stack/neighbour.ts";
import { MSG_CONFIRM } from "../../fixtures/tcpip/stack/flags.ts";
import { allocSkb, skbPut, skbReserve } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { timerNext, timersRun } from "../../fixtures/tcpip/stack/timer.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { parseFrame } from "./checker/parse.ts";
import {
  HOST,
  HOST_MAC,
  PEER,
  PEER_MAC,
  address,
  bytesOf,
  connectedSocket,
  makeRig,
  udpSocket,
  type Rig,
} from "./rig.ts";
import { neighLookup } from "../../fixtures/tcpip/network/neighbourTable.ts";

function advance({ kernel: { net } }: Rig, milliseconds: number): void {
  const until = net.clock.now + milliseconds;
  while (timerNext(net.timers) <= until) {
    net.clock.now = Math.max(net.clock.now, timerNext(net.timers));
    timersRun(net.timers, net.clock.now);
    netRxAction(net);
  }
  net.clock.now = until;
}

const word = (text: string): number[] => text.split(".").map(Number);

function arp(op: number, mac: Uint8Array, sender: string, target: string, targetMac = new Uint8Array(6)): Uint8Array {
  return Uint8Array.from([0, 1, 8, 0, 6, 4, 0, op, ...mac, ...word(sender), ...targetMac, ...word(target)]);
}

function receive({ kernel: { net }, dev }: Rig, packet: Uint8Array): void {
  const skb = allocSkb(net.heads, packet.length + 16, GFP_ATOMIC)!;
  skbReserve(skb, 16);
  skb.block!.bytes.set(packet, skbPut(skb, packet.length));
  skb.protocol = 0x0806;
  netifRx(skb, dev);
  netRxAction(net);
}

const kinds = ({ dev }: Rig): string[] =>
  dev.takeFrames().map((bytes) => {
    const { etherType, destination } = parseFrame(bytes);
    return `${etherType === 0x0806 ? "arp" : "ip"} ${destination === "ff:ff:ff:ff:ff:ff" ? "all" : destination}`;
  });

const known = "02:00:00:00:00:02";
const answer = arp(2, PEER_MAC, PEER, HOST, HOST_MAC);
const entry = (rig: Rig): { nudState: number } => neighLookup(rig.kernel.ip.neighbours, rig.dev, inetAddr(PEER))!;

it("who is not known is asked for once a second, three times; then who waits is told [part:neighbours]", () => {
  const rig = makeRig({ knowsNeighbours: false });
  const fd = connectedSocket(rig.kernel);
  expect(sysSend(rig.kernel, fd, bytesOf(4), 4, 0)).toBe(4);
  expect(kinds(rig)).toEqual(["arp all"]);
  for (let nth = 0; nth < 2; nth += 1) {
    advance(rig, 999);
    expect(kinds(rig)).toEqual([]);
    advance(rig, 1);
    expect(kinds(rig)).toEqual(["arp all"]);
  }
  advance(rig, 10_000);
  expect(kinds(rig)).toEqual([]);
  expect(sysSend(rig.kernel, fd, bytesOf(4), 4, 0)).toBe(-EHOSTUNREACH);
  expect(rig.kernel.net.timers.count).toBe(0);
  rig.dev.drain();
  expect(rig.kernel.net.heads.inUse).toBe(0);
  // The next datagram asks anew.
  expect(sysSend(rig.kernel, fd, bytesOf(4), 4, 0)).toBe(4);
  expect(kinds(rig)).toEqual(["arp all"]);
});

it("who has not been heard of for long is asked where it was; the packet goes meanwhile [1122:3.3.1.4a]", () => {
  const rig = makeRig({ knowsNeighbours: false });
  const fd = connectedSocket(rig.kernel);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  receive(rig, answer);
  expect(kinds(rig)).toEqual(["arp all", `ip ${known}`]);
  expect(entry(rig).nudState).toBe(NUD_REACHABLE);
  advance(rig, 31_000);
  expect(entry(rig).nudState).toBe(NUD_STALE);
  expect(rig.kernel.net.timers.count).toBe(0);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  expect(kinds(rig)).toEqual([`arp ${known}`, `ip ${known}`, `ip ${known}`]);
  receive(rig, answer);
  expect(entry(rig).nudState).toBe(NUD_REACHABLE);
  advance(rig, 31_000);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  advance(rig, 5000);
  expect(entry(rig).nudState).toBe(NUD_FAILED);
  kinds(rig);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  expect(kinds(rig)).toEqual(["arp all"]);
});

it("answers on higher layers count as well [1122:3.3.1.4b]", () => {
  const rig = makeRig({ knowsNeighbours: false });
  const fd = connectedSocket(rig.kernel);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  receive(rig, answer);
  for (let nth = 0; nth < 10; nth += 1) {
    advance(rig, 20_000);
    sysSend(rig.kernel, fd, bytesOf(4), 4, MSG_CONFIRM);
  }
  expect(kinds(rig).filter((one) => one.startsWith("arp"))).toHaveLength(1);
  advance(rig, 31_000);
  sysSend(rig.kernel, fd, bytesOf(4), 4, 0);
  sysSend(rig.kernel, fd, bytesOf(4), 4, MSG_CONFIRM);
  kinds(rig);
  advance(rig, 1000);
  expect(kinds(rig)).toEqual([]);
  expect(entry(rig).nudState).toBe(NUD_REACHABLE);
});

it("no more packets wait than may, and the latest are kept", () => {
  const rig = makeRig({ knowsNeighbours: false });
  const fd = udpSocket(rig.kernel);
  expect(sysBind(rig.kernel, fd, address(HOST, 4000))).toBe(0);
  for (let nth = 0; nth < 10; nth += 1) sysSendto(rig.kernel, fd, bytesOf(4, nth), 4, 0, address(PEER, 9), 16);
  rig.dev.takeFrames();
  receive(rig, answer);
  const last = rig.dev.takeFrames().map((bytes) => bytes.slice(42));
  expect(last).toEqual([7, 8, 9].map((seed) => bytesOf(4, seed)));
});

it("what is asked of this host is answered, what is asked of others is not, and neither teaches of strangers", () => {
  const rig = makeRig({ knowsNeighbours: false });
  receive(rig, arp(1, PEER_MAC, PEER, HOST));
  expect(kinds(rig)).toEqual([`arp ${known}`]);
  expect(entry(rig).nudState).toBe(NUD_REACHABLE);
  receive(rig, arp(1, PEER_MAC, "10.0.0.9", "10.0.0.8"));
  receive(rig, arp(2, PEER_MAC, "10.0.0.9", HOST));
  expect(kinds(rig)).toEqual([]);
  expect(neighLookup(rig.kernel.ip.neighbours, rig.dev, inetAddr("10.0.0.9"))).toBeNull();
  for (let cut = 0; cut < 28; cut += 1) receive(rig, arp(1, PEER_MAC, PEER, HOST).subarray(0, cut));
  expect(kinds(rig)).toEqual([]);
});
