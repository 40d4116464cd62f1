/** Machines, lines between them, and a time that all of them have. */
import { FaultInjector, type FaultOptions } from "../../fixtures/tcpip/link/faultInjector.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import { PipeDevice, connectPipe } from "../../fixtures/tcpip/link/pipeDevice.ts";
import { PfifoFast } from "../../fixtures/tcpip/link/pfifoFast.ts";
import { RingDevice } from "../../fixtures/tcpip/link/ringDevice.ts";
import { addAddress, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { createKernel, type KernelOptions } from "../../fixtures/tcpip/socket/createKernel.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { Clock } from "../../fixtures/tcpip/stack/clock.ts";
import { IFF_BROADCAST, IFF_MULTICAST, IFF_UP } from "../../fixtures/tcpip/stack/device.ts";
import type { DeviceOptions } from "../../fixtures/tcpip/stack/interfaceAddress.ts";
import { netifRx, netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { allocSkb, skbPut, skbReserve } from "../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../fixtures/tcpip/stack/slab.ts";
import { timerNext, timersRun } from "../../fixtures/tcpip/stack/timer.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { parseFrame, parseIpv4, type Ipv4Packet } from "./checker/parse.ts";

export function deviceOptions(name: string, mac: number, fields: Partial<DeviceOptions> = {}): DeviceOptions {
  return {
    name,
    mtu: 1500,
    flags: IFF_UP | IFF_BROADCAST | IFF_MULTICAST,
    features: 0,
    hardHeaderLen: 14,
    txQueueLen: 100,
    address: macAddress(mac),
    broadcast: new Uint8Array(6).fill(255),
    ...fields,
  };
}

export function macAddress(host: number): Uint8Array {
  return Uint8Array.of(2, 0, 0, 0, host >> 8, host & 255);
}

export function macText(host: number): string {
  return [...macAddress(host)].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** A card with an address, whose wire the test holds: what goes out can be read, what is to come in is given. */
export function addCard(kernel: Kernel, name: string, address: string, mac: number, mtu = 1500): RingDevice {
  const dev = new RingDevice(kernel.net, new PfifoFast(), deviceOptions(name, mac, { mtu }), true);
  addDevice(kernel.ip, dev);
  addAddress(kernel.ip, dev, inetAddr(address), 24);
  return dev;
}

/** An IP packet comes in by a device. */
export function inject(kernel: Kernel, dev: RingDevice, packet: Uint8Array): void {
  const { net } = kernel;
  const skb = allocSkb(net.heads, packet.length + 16, GFP_ATOMIC);
  if (skb === null) return;
  skbReserve(skb, 16);
  const at = skbPut(skb, packet.length);
  skb.block!.bytes.set(packet, at);
  skb.protocol = 0x0800;
  netifRx(skb, dev);
  netRxAction(net);
}

export interface OnWire {
  readonly to: string;
  readonly ip: Ipv4Packet;
  readonly bytes: Uint8Array;
}

/** The IP packets that went out since the last time; all of them have a good header checksum. */
export function taken(dev: RingDevice): OnWire[] {
  return dev
    .takeFrames()
    .map(parseFrame)
    .filter(({ etherType }) => etherType === 0x0800)
    .map((frame) => {
      const ip = parseIpv4(frame.payload);
      expect(ip.checksumIsGood).toBe(true);
      return { to: frame.destination, ip, bytes: frame.payload.subarray(0, ip.totalLength) };
    });
}

export class Topology {
  readonly clock = new Clock();
  readonly kernels: Kernel[] = [];

  constructor() {
    this.clock.now = 1000;
  }

  machine(options: KernelOptions = {}): Kernel {
    const kernel = createKernel({ clock: this.clock, hashKey: [3, this.kernels.length], ...options });
    this.kernels.push(kernel);
    return kernel;
  }

  /** A line; each end knows the other. */
  line(
    one: readonly [Kernel, string],
    other: readonly [Kernel, string],
    options: { readonly mtu?: number; readonly faults?: FaultOptions; readonly features?: number } = {},
  ): [PipeDevice, PipeDevice] {
    const ends = [one, other].map(([kernel, address], index) => {
      const host = inetAddr(address) & 0xffff;
      const fields = { mtu: options.mtu ?? 1500, txQueueLen: 0, features: options.features ?? 0 };
      const seed = (options.faults?.seed ?? 1) + index * 7777;
      const faults = new FaultInjector({ ...options.faults, seed });
      const dev = new PipeDevice(kernel.net, new Noqueue(), deviceOptions(`pipe${index}`, host, fields), faults);
      addDevice(kernel.ip, dev);
      addAddress(kernel.ip, dev, inetAddr(address), 24);
      return dev;
    }) as [PipeDevice, PipeDevice];
    connectPipe(...ends);
    addNeighbour(one[0].ip, ends[0], inetAddr(other[1]), ends[1].address);
    addNeighbour(other[0].ip, ends[1], inetAddr(one[1]), ends[0].address);
    return ends;
  }

  private settle(): void {
    while (this.kernels.some(({ net }) => net.backlog.qlen > 0)) {
      for (const { net } of this.kernels) netRxAction(net);
    }
  }

  /** Until `condition` holds; false: it did not within so many milliseconds. */
  runUntil(condition: () => boolean, milliseconds: number): boolean {
    const until = this.clock.now + milliseconds;
    this.settle();
    while (!condition()) {
      const next = Math.min(...this.kernels.map(({ net }) => timerNext(net.timers)));
      if (next > until) {
        this.clock.now = until;
        return condition();
      }
      this.clock.now = Math.max(next, this.clock.now);
      for (const { net } of this.kernels) timersRun(net.timers, this.clock.now);
      this.settle();
    }
    return true;
  }

  run(milliseconds: number): void {
    this.runUntil(() => false, milliseconds);
  }
}

export interface Held {
  readonly heads: number;
  readonly blocks: number;
  readonly pages: number;
  readonly timers: number;
  readonly socks: number;
}

/** What a machine holds that it has to give back. */
export function held(kernel: Kernel): Held {
  const { net } = kernel;
  return {
    heads: net.heads.inUse,
    blocks: net.memory.sizeClasses.reduce((sum, one) => sum + one.inUse, 0),
    pages: net.memory.pagesInUse,
    timers: net.timers.count,
    socks: net.socksInUse,
  };
}
