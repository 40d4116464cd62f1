/** What the test and the machine under test say to each other. */
import type { OpenTun } from "../../../fixtures/tcpip/host/openTun.ts";
import type { FaultOptions } from "../../../fixtures/tcpip/link/faultInjector.ts";
import type { DeviceStats, IpStats, TcpStats, UdpStats } from "../../../fixtures/tcpip/stack/stats.ts";
import type { Sysctl } from "../../../fixtures/tcpip/stack/sysctl.ts";

export interface StackOptions {
  readonly tun: string;
  readonly kind: OpenTun["kind"];
  readonly address: string;
  readonly gateway: string;
  readonly mtu: number;
  readonly sysctl: Partial<Sysctl>;
  /** What happens to packets between the stack and its tunnel; null: nothing. */
  readonly faults: FaultOptions | null;
}

export interface Transfer {
  readonly status: number;
  readonly length: number;
  readonly sha256: string;
  readonly milliseconds: number;
}

export interface StackState {
  readonly kind: OpenTun["kind"];
  readonly heads: number;
  readonly socks: number;
  readonly files: number;
  readonly committed: number;
  readonly tcp: TcpStats;
  readonly ip: IpStats;
  readonly udp: UdpStats;
  readonly device: DeviceStats;
  readonly cpu: NodeJS.CpuUsage;
  /** How many connections wait for the peer's window, and how many have closed their own and said so. */
  readonly closedWindows: { readonly theirs: number; readonly ours: number };
}

export interface Orders {
  /** How many of `count` were answered. */
  ping(host: string, count: number, size: number): Promise<number>;
  echoDatagrams(host: string, port: number, sizes: readonly number[]): Promise<number>;
  get(host: string, port: number, path: string): Promise<Transfer>;
  put(host: string, port: number, path: string, length: number, seed: number): Promise<Transfer>;
  iperf3(
    host: string,
    port: number,
    reverse: boolean,
    seconds: number,
  ): Promise<{ readonly bytes: number; readonly seconds: number }>;
  /** How many connections said and heard the same. */
  sequential(host: string, port: number, total: number): Promise<number>;
  concurrent(host: string, port: number, total: number): Promise<number>;
  /** Sends a body, and hears what the other has to say of it. */
  upload(host: string, port: number, length: number): Promise<string>;
  /** The error with which a connection could not be opened; 0: it could. */
  connect(host: string, port: number): Promise<number>;
  /** Opens a connection, says something, hears a byte, and aborts. */
  abort(host: string, port: number): Promise<void>;
  /** Opens a connection with keep-alive, a second apart, hears a byte, and waits for more: the error that ends it. */
  keepAlive(host: string, port: number): Promise<number>;
  /** The slow reader begins to read. */
  goOn(): Promise<void>;
  state(): Promise<StackState>;
}

export interface Order {
  readonly id: number;
  readonly name: keyof Orders;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
