/** A connection that has found its pace takes no more memory from the machine: heads, blocks and pages go round. */
import { sysRecvfrom } from "../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { NETIF_F_HW_CSUM, NETIF_F_SG } from "../../fixtures/tcpip/stack/device.ts";
import { connectedPair, World } from "./world.ts";

interface Pools {
  readonly committed: number;
  readonly pages: number;
  readonly blocks: readonly number[];
}

function pools({ net }: Kernel): Pools {
  const { memory } = net;
  return {
    committed: memory.committed,
    pages: memory.pagesInUse + memory.freePageCount,
    blocks: memory.sizeClasses.map((one) => one.inUse + one.freeCount),
  };
}

it.each([0, NETIF_F_SG | NETIF_F_HW_CSUM])(
  "sends and receives without growing (features %i) [part:no-growth]",
  (features) => {
    // A window that does not grow either.
    const sysctl = { tcpWmemMax: 65536, tcpRmemMax: 87380 };
    const world = new World({ features, faults: { delay: 1 }, here: { sysctl }, there: { sysctl } });
    const { client, server } = connectedPair(world);
    const piece = new Uint8Array(16384);
    const transfer = (length: number): void => {
      let got = 0;
      const done = world.runUntil(() => {
        while (sysSend(world.here, client, piece, piece.length, 0) > 0) {
          // Until the buffer is full.
        }
        for (let read = 1; read > 0; got += Math.max(read, 0)) read = sysRecvfrom(world.there, server, piece, 0, null);
        return got >= length;
      }, 600_000);
      expect(done).toBe(true);
    };
    transfer(2_000_000);
    const before = [pools(world.here), pools(world.there)];
    transfer(4_000_000);
    expect([pools(world.here), pools(world.there)]).toEqual(before);
  },
);
