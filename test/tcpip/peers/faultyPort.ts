/** A tunnel behind a bad line: what the kernel cannot do to packets (delay, reorder, damage) is done on our side of it. */
import type { OpenTun } from "../../../fixtures/tcpip/host/openTun.ts";
import { FaultInjector, type FaultOptions } from "../../../fixtures/tcpip/link/faultInjector.ts";

interface Held {
  readonly due: number;
  readonly packet: Uint8Array;
}

const LONGEST = 2048;

export class FaultyPort implements OpenTun {
  readonly kind;
  private readonly port: OpenTun;
  private readonly incoming: FaultInjector;
  private readonly outgoing: FaultInjector;
  /** On their way to us, by the time of their arrival. */
  private readonly line: Held[] = [];
  private readonly buffer = new Uint8Array(LONGEST);

  /** What goes out is not damaged: the judge beyond the tunnel would say that it is we who cannot sum. */
  constructor(port: OpenTun, options: FaultOptions) {
    this.kind = port.kind;
    this.port = port;
    this.incoming = new FaultInjector(options);
    this.outgoing = new FaultInjector({ ...options, seed: (options.seed ?? 1) + 1, corrupt: 0 });
  }

  private hold(packet: Uint8Array): void {
    const due = performance.now() + this.incoming.delay();
    let at = this.line.length;
    while (at > 0 && this.line[at - 1]!.due > due) at -= 1;
    this.line.splice(at, 0, { due, packet });
  }

  private takeIn(): void {
    const { incoming, port, buffer } = this;
    for (let length = port.read(buffer); length > 0; length = port.read(buffer)) {
      if (incoming.happens(incoming.options.loss)) continue;
      const packet = buffer.slice(0, length);
      if (incoming.happens(incoming.options.duplicate)) this.hold(packet);
      if (incoming.happens(incoming.options.corrupt)) incoming.damage(packet, 0, packet.length);
      this.hold(packet);
    }
  }

  read(into: Uint8Array): number {
    this.takeIn();
    const [first] = this.line;
    if (first === undefined || first.due > performance.now()) return 0;
    this.line.shift();
    into.set(first.packet.subarray(0, into.length));
    return first.packet.length;
  }

  write(bytes: Uint8Array, at: number, length: number): boolean {
    const { outgoing, port } = this;
    const packet = bytes.slice(at, at + length);
    const copies = outgoing.happens(outgoing.options.loss) ? 0 : outgoing.happens(outgoing.options.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      setTimeout(() => port.write(packet, 0, length), outgoing.delay());
    }
    return true;
  }

  wait(milliseconds: number): Promise<void> {
    const left = this.line.length === 0 ? milliseconds : this.line[0]!.due - performance.now();
    return this.port.wait(Math.max(0, Math.min(milliseconds, left)));
  }
}
