/** Two machines and a line between them, in a time of their own. */
import { PipeDevice, connectPipe } from "../../fixtures/tcpip/link/pipeDevice.ts";
import { FaultInjector, type FaultOptions } from "../../fixtures/tcpip/link/faultInjector.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import { addAddress, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { sysAccept, sysBind, sysConnect, sysFcntl, sysListen, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { createKernel, type KernelOptions } from "../../fixtures/tcpip/socket/createKernel.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { Clock } from "../../fixtures/tcpip/stack/clock.ts";
import { IFF_BROADCAST, IFF_UP } from "../../fixtures/tcpip/stack/device.ts";
import { EINPROGRESS } from "../../fixtures/tcpip/stack/errno.ts";
import { F_SETFL, O_NONBLOCK, SOCK_STREAM } from "../../fixtures/tcpip/stack/flags.ts";
import { netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { timerNext, timersRun } from "../../fixtures/tcpip/stack/timer.ts";
import type { TcpSock } from "../../fixtures/tcpip/transport/tcp/tcpSock.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";

export const HERE = "10.0.0.1";
export const THERE = "10.0.0.2";

export interface WorldOptions {
  readonly faults?: FaultOptions;
  readonly mtu?: number;
  readonly features?: number;
  readonly here?: KernelOptions;
  readonly there?: KernelOptions;
}

export class World {
  readonly clock = new Clock();
  readonly here: Kernel;
  readonly there: Kernel;
  readonly hereDev: PipeDevice;
  readonly thereDev: PipeDevice;

  constructor(options: WorldOptions = {}) {
    this.clock.now = 1000;
    this.here = createKernel({ clock: this.clock, ...options.here });
    this.there = createKernel({ clock: this.clock, hashKey: [3, 4], ...options.there });
    const seed = options.faults?.seed ?? 1;
    this.hereDev = this.attach(this.here, 1, options, new FaultInjector({ ...options.faults, seed }));
    this.thereDev = this.attach(this.there, 2, options, new FaultInjector({ ...options.faults, seed: seed + 7777 }));
    connectPipe(this.hereDev, this.thereDev);
  }

  private attach(kernel: Kernel, host: number, options: WorldOptions, faults: FaultInjector): PipeDevice {
    const dev = new PipeDevice(
      kernel.net,
      new Noqueue(),
      {
        name: "pipe0",
        mtu: options.mtu ?? 1500,
        flags: IFF_UP | IFF_BROADCAST,
        features: options.features ?? 0,
        hardHeaderLen: 14,
        txQueueLen: 0,
        address: Uint8Array.of(2, 0, 0, 0, 0, host),
        broadcast: new Uint8Array(6).fill(255),
      },
      faults,
    );
    addDevice(kernel.ip, dev);
    addAddress(kernel.ip, dev, inetAddr(`10.0.0.${host}`), 24);
    addNeighbour(kernel.ip, dev, inetAddr(`10.0.0.${3 - host}`), Uint8Array.of(2, 0, 0, 0, 0, 3 - host));
    return dev;
  }

  /** Delivers what has arrived. */
  settle(): void {
    while (this.here.net.backlog.qlen + this.there.net.backlog.qlen > 0) {
      netRxAction(this.here.net);
      netRxAction(this.there.net);
    }
  }

  /** Moves the clock to the next event, or to `until` if that is earlier; says whether there was one. */
  step(until: number): boolean {
    this.settle();
    const next = Math.min(timerNext(this.here.net.timers), timerNext(this.there.net.timers));
    if (next > until) {
      this.clock.now = until;
      return false;
    }
    this.clock.now = Math.max(next, this.clock.now);
    timersRun(this.here.net.timers, this.clock.now);
    timersRun(this.there.net.timers, this.clock.now);
    this.settle();
    return true;
  }

  run(milliseconds: number): void {
    const until = this.clock.now + milliseconds;
    while (this.step(until)) {
      // Each step is one event.
    }
  }

  /** Until `condition` holds; false: it did not within so much time. */
  runUntil(condition: () => boolean, milliseconds: number): boolean {
    const until = this.clock.now + milliseconds;
    this.settle();
    while (!condition()) {
      if (!this.step(until)) return condition();
    }
    return true;
  }
}

export function tcpSocket(kernel: Kernel): number {
  const fd = sysSocket(kernel, AF_INET, SOCK_STREAM, 0);
  expect(fd).toBeGreaterThanOrEqual(0);
  sysFcntl(kernel, fd, F_SETFL, O_NONBLOCK);
  return fd;
}

export function tcpOf(kernel: Kernel, fd: number): TcpSock {
  return kernel.current.files[fd]!.inode.socket!.sk as TcpSock;
}

export function listener(kernel: Kernel, host: string, port: number, backlog = 16): number {
  const fd = tcpSocket(kernel);
  expect(sysBind(kernel, fd, sockaddrIn(inetAddr(host), port))).toBe(0);
  expect(sysListen(kernel, fd, backlog)).toBe(0);
  return fd;
}

export interface Pair {
  readonly client: number;
  readonly server: number;
  readonly listening: number;
}

/** A connection from here to there. */
export function connectedPair(world: World, port = 80, within = 600_000): Pair {
  const listening = listener(world.there, THERE, port);
  const client = tcpSocket(world.here);
  expect(sysConnect(world.here, client, sockaddrIn(inetAddr(THERE), port))).toBe(-EINPROGRESS);
  let server = -1;
  world.runUntil(() => (server = sysAccept(world.there, listening, null)) >= 0, within);
  expect(server).toBeGreaterThanOrEqual(0);
  sysFcntl(world.there, server, F_SETFL, O_NONBLOCK);
  world.runUntil(() => tcpOf(world.here, client).state === 1, within);
  return { client, server, listening };
}
