/** The tunnel as a device, with a port that the test holds. The real one is for test/tcpip/peers. */
import { PfifoFast } from "../../fixtures/tcpip/link/pfifoFast.ts";
import { TunDevice, tunOptions, type TunPort } from "../../fixtures/tcpip/link/tunDevice.ts";
import { RealTime } from "../../fixtures/tcpip/host/realTime.ts";
import { addAddress, addDevice } from "../../fixtures/tcpip/network/configure.ts";
import { sysBind, sysRecvfrom } from "../../fixtures/tcpip/socket/calls.ts";
import { createKernel } from "../../fixtures/tcpip/socket/createKernel.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { netifWakeQueue } from "../../fixtures/tcpip/stack/devQueueXmit.ts";
import { EAGAIN } from "../../fixtures/tcpip/stack/errno.ts";
import { netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { FaultInjection } from "../../fixtures/tcpip/stack/slab.ts";
import { Timer, timerMod } from "../../fixtures/tcpip/stack/timer.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { buildIpv4 } from "./checker/build.ts";
import { buildUdp } from "./checker/datagrams.ts";
import { parseIpv4, parseUdp } from "./checker/parse.ts";
import { address, bytesOf, udpSocket } from "./rig.ts";

const OURS = "10.9.0.2";
const THEIRS = "10.9.0.1";

class HeldPort implements TunPort {
  readonly incoming: Uint8Array[] = [];
  readonly outgoing: Uint8Array[] = [];
  room = Infinity;

  read(into: Uint8Array): number {
    const packet = this.incoming.shift();
    if (packet === undefined) return 0;
    into.set(packet.subarray(0, into.length));
    return packet.length;
  }

  write(bytes: Uint8Array, at: number, length: number): boolean {
    if (this.outgoing.length >= this.room) return false;
    this.outgoing.push(bytes.slice(at, at + length));
    return true;
  }
}

interface Machine {
  readonly kernel: Kernel;
  readonly device: TunDevice;
  readonly port: HeldPort;
  readonly fd: number;
}

function machine(): Machine {
  const kernel = createKernel();
  const port = new HeldPort();
  const device = new TunDevice(kernel.net, new PfifoFast(), tunOptions("tun0", 1500), port);
  addDevice(kernel.ip, device);
  addAddress(kernel.ip, device, inetAddr(OURS), 24);
  const fd = udpSocket(kernel);
  expect(sysBind(kernel, fd, address(OURS, 7))).toBe(0);
  return { kernel, device, port, fd };
}

function datagram(payload: Uint8Array): Uint8Array {
  return buildIpv4(THEIRS, OURS, 17, buildUdp(THEIRS, OURS, 9, 7, payload));
}

it("sends packets without a link header, to anybody behind it, and asks nobody for an address [part:tun]", () => {
  const { kernel, device, port, fd } = machine();
  for (const length of [0, 1, 1472]) {
    expect(sysSendto(kernel, fd, bytesOf(length), length, 0, address(THEIRS, 9), 16)).toBe(length);
    const ip = parseIpv4(port.outgoing.pop()!);
    expect(ip).toMatchObject({ source: OURS, destination: THEIRS, totalLength: 28 + length, checksumIsGood: true });
    const udp = parseUdp(ip.payload, OURS, THEIRS);
    expect([...udp.payload]).toEqual([...bytesOf(length)]);
  }
  expect(device.stats).toMatchObject({ txPackets: 3, txBytes: 3 * 28 + 1473 });
  expect(kernel.net.heads.inUse).toBe(0);
});

it("receives as many packets as it may at once [part:tun]", () => {
  const { kernel, device, port, fd } = machine();
  for (let nth = 0; nth < 5; nth += 1) port.incoming.push(datagram(bytesOf(nth)));
  expect(device.receive(3)).toBe(3);
  netRxAction(kernel.net);
  expect(device.receive(3)).toBe(2);
  netRxAction(kernel.net);
  expect(device.receive(3)).toBe(0);
  const into = new Uint8Array(10);
  expect([0, 1, 2, 3, 4].map(() => sysRecvfrom(kernel, fd, into, 0, null))).toEqual([0, 1, 2, 3, 4]);
  expect(kernel.net.heads.inUse).toBe(0);
});

it("keeps what does not go until there is room again", () => {
  const { kernel, device, port, fd } = machine();
  port.room = 2;
  for (let nth = 1; nth <= 4; nth += 1) {
    expect(sysSendto(kernel, fd, bytesOf(nth), nth, 0, address(THEIRS, 9), 16)).toBe(nth);
  }
  expect([port.outgoing.length, device.queueStopped, kernel.net.heads.inUse]).toEqual([2, true, 2]);
  port.room = Infinity;
  netifWakeQueue(device);
  expect(port.outgoing.map((packet) => packet.length)).toEqual([29, 30, 31, 32]);
  expect([device.queueStopped, kernel.net.heads.inUse]).toEqual([false, 0]);
});

it("drops what is too long, what is no IPv4, and what there is no memory for", () => {
  const { kernel, device, port, fd } = machine();
  port.incoming.push(datagram(bytesOf(1600)), Uint8Array.of(0x60, 0, 0, 0), datagram(bytesOf(4)), datagram(bytesOf(5)));
  expect(device.receive(3)).toBe(3);
  netRxAction(kernel.net);
  kernel.net.memory.faults = new FaultInjection(1);
  expect(device.receive(3)).toBe(0);
  expect(device.stats.rxDropped).toBe(2);
  const into = new Uint8Array(10);
  expect(sysRecvfrom(kernel, fd, into, 0, null)).toBe(4);
  expect(sysRecvfrom(kernel, fd, into, 0, null)).toBe(-EAGAIN);
  // The packet that had no memory still waits in the port.
  expect(device.receive(3)).toBe(1);
  netRxAction(kernel.net);
  expect(sysRecvfrom(kernel, fd, into, 0, null)).toBe(5);
  expect(kernel.net.heads.inUse).toBe(0);
});

it("in real time what has come goes before what is late, but not for ever", () => {
  const { kernel, device, port } = machine();
  const time = new RealTime(kernel.net, device, Object.assign(port, { kind: "koffi" as const, wait: async () => {} }));
  let fired = 0;
  class Late extends Timer {
    fire(): void {
      fired += 1;
    }
  }
  /** How many rounds it takes with so many packets waiting. */
  const roundsWith = (packets: number): number => {
    for (let nth = 0; nth < packets; nth += 1) port.incoming.push(datagram(bytesOf(1)));
    timerMod(kernel.net.timers, new Late(), 0);
    const before = fired;
    let rounds = 0;
    for (; fired === before; rounds += 1) time.round();
    port.incoming.length = 0;
    return rounds;
  };
  expect([0, 10, 64, 200, 5000].map(roundsWith)).toEqual([1, 1, 2, 4, 16]);
});
