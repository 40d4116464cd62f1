/** Machines for the benchmarks: with a device that forgets, with a peer that only acknowledges, and two with a line between them. */
import { importAll } from "./modules.mjs";

export const PEER = "10.0.0.2";

export async function loadStack(out) {
  return importAll(out, [
    "link/faultInjector.js",
    "link/noqueue.js",
    "link/nullDevice.js",
    "link/pipeDevice.js",
    "network/configure.js",
    "socket/calls.js",
    "socket/createKernel.js",
    "socket/send.js",
    "socket/sockopt.js",
    "socket/waiting.js",
    "stack/clock.js",
    "stack/device.js",
    "stack/flags.js",
    "stack/netifRx.js",
    "stack/skbuff.js",
    "stack/slab.js",
    "stack/timer.js",
    "wire/byteorder.js",
    "wire/checksum.js",
    "wire/ipv4.js",
    "wire/sockaddr.js",
    "wire/tcp.js",
  ]);
}

export function deviceOptions(stack, name, host, sum, mtu = 1500) {
  return {
    name,
    mtu,
    flags: stack.IFF_UP | stack.IFF_BROADCAST,
    features: sum === "hw" ? stack.NETIF_F_HW_CSUM : 0,
    hardHeaderLen: 14,
    txQueueLen: 0,
    address: Uint8Array.of(2, 0, 0, 0, 0, host),
    broadcast: new Uint8Array(6).fill(255),
  };
}

/** A machine at 10.0.0.`host`, whose device `makeDevice` makes; the other end is known. */
export function machine(stack, host, makeDevice, options = {}) {
  const kernel = stack.createKernel({ hashKey: [1, host], ...options });
  const dev = makeDevice(kernel.net);
  stack.addDevice(kernel.ip, dev);
  stack.addAddress(kernel.ip, dev, stack.inetAddr(`10.0.0.${host}`), 24);
  stack.addNeighbour(kernel.ip, dev, stack.inetAddr(`10.0.0.${3 - host}`), Uint8Array.of(2, 0, 0, 0, 0, 3 - host));
  return { kernel, dev };
}

/** Two machines, and what moves them: `turn` lets everything happen that can at this time; `step` does, and if there is nothing goes on to the next event. */
export function pair(stack, sum, mtu) {
  const clock = new stack.Clock();
  clock.now = 1000;
  const ends = [1, 2].map((host) =>
    machine(
      stack,
      host,
      (net) =>
        new stack.PipeDevice(
          net,
          new stack.Noqueue(),
          deviceOptions(stack, "pipe0", host, sum, mtu),
          new stack.FaultInjector({}),
        ),
      // Nothing is lost on the way, not even where everybody speaks at once.
      { clock, sysctl: { netdevMaxBacklog: 100_000 } },
    ),
  );
  stack.connectPipe(ends[0].dev, ends[1].dev);
  const [hereNet, thereNet] = ends.map(({ kernel }) => kernel.net);
  const moves = (net) => {
    const isDue = stack.timerNext(net.timers) <= clock.now;
    if (isDue) stack.timersRun(net.timers, clock.now);
    const hasPackets = net.backlog.qlen > 0;
    if (hasPackets) stack.netRxAction(net);
    return isDue || hasPackets;
  };
  // Nothing is allocated here: what is counted is the stack's.
  const turn = () => {
    let moved = false;
    for (let goesOn = true; goesOn;) {
      const here = moves(hereNet);
      const there = moves(thereNet);
      goesOn = here || there;
      moved ||= goesOn;
    }
    return moved;
  };
  const step = () => {
    // Who was woken has its turn before time goes on.
    if (turn()) return true;
    const next = Math.min(stack.timerNext(hereNet.timers), stack.timerNext(thereNet.timers));
    if (next === Infinity) return false;
    clock.now = Math.max(clock.now, next);
    turn();
    return true;
  };
  return { here: ends[0], there: ends[1], clock, turn, step };
}

export function must(result, what) {
  if (result < 0) throw new Error(`${what} failed: errno ${-result}`);
  return result;
}

export function streamSocket(stack, kernel) {
  const fd = must(stack.sysSocket(kernel, stack.AF_INET, stack.SOCK_STREAM, 0), "socket");
  stack.sysFcntl(kernel, fd, stack.F_SETFL, stack.O_NONBLOCK);
  return fd;
}
