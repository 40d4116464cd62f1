/**
 * Packet scripts: what a peer sends, what the stack must answer, and when. A script is text, a line for an event:
 *
 *     in  <flags> <seq>[+<length>] [ack <n>] [win <n>] [urg <n>] [mss <n>] [ws <n>] [sackok] [ts <value> <echo>] [sack <a>-<b> ...] [ce]
 *     out <flags> <seq>[+<length>] ...      the next segment that was sent; only what is named is compared, but for flags, seq, length
 *     quiet                                  nothing (more) was sent
 *     +<milliseconds>                        time passes
 *
 * Flags are those of tcpdump: S, F, R, P, U, E, W, and . for an acknowledgement. Sequence numbers count from 0 at each
 * side's SYN. Between lines a test makes its calls.
 */
import type { RingDevice } from "../../../fixtures/tcpip/link/ringDevice.ts";
import {
  sysAccept,
  sysBind,
  sysConnect,
  sysFcntl,
  sysGetsockopt,
  sysListen,
  sysRecvfrom,
  sysSetsockopt,
  sysSocket,
} from "../../../fixtures/tcpip/socket/calls.ts";
import type { Kernel } from "../../../fixtures/tcpip/socket/kernel.ts";
import { sysSend } from "../../../fixtures/tcpip/socket/send.ts";
import { sockoptInt } from "../../../fixtures/tcpip/socket/sockopt.ts";
import { EINPROGRESS } from "../../../fixtures/tcpip/stack/errno.ts";
import { F_SETFL, O_NONBLOCK, SOCK_STREAM } from "../../../fixtures/tcpip/stack/flags.ts";
import { netifRx, netRxAction } from "../../../fixtures/tcpip/stack/netifRx.ts";
import { allocSkb, skbPut, skbReserve } from "../../../fixtures/tcpip/stack/skbuff.ts";
import { GFP_ATOMIC } from "../../../fixtures/tcpip/stack/slab.ts";
import { timerNext, timersRun } from "../../../fixtures/tcpip/stack/timer.ts";
import type { TcpSock } from "../../../fixtures/tcpip/transport/tcp/tcpSock.ts";
import { AF_INET } from "../../../fixtures/tcpip/wire/sockaddr.ts";
import { buildSegment, readSegment, type Segment, type SegmentFields } from "../checker/build.ts";
import { parseFrame, parseIpv4, type Ipv4Packet } from "../checker/parse.ts";
import { HOST, PEER, address, makeRig, type RigOptions } from "../rig.ts";

const FLAG_BITS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, ".": 16, U: 32, E: 64, W: 128 };
const PEER_ISN = 0x7000_0000;

export interface Sent {
  readonly at: number;
  readonly ip: Ipv4Packet;
  readonly segment: Segment;
}

export class TcpScript {
  readonly kernel: Kernel;
  readonly dev: RingDevice;
  /** Sent, and not looked at. */
  get sent(): Sent[] {
    this.collect();
    return this.out;
  }

  private readonly out: Sent[] = [];
  /** What was sent that is not TCP. */
  readonly others: { ip: Ipv4Packet; to: string; bytes: Uint8Array }[] = [];
  peerPort = 5000;
  hostPort = 80;
  peerIsn = PEER_ISN;
  private hostIsn: number | null = null;

  constructor(options: RigOptions = {}) {
    const rig = makeRig(options);
    this.kernel = rig.kernel;
    this.dev = rig.dev;
    this.kernel.net.clock.now = 10_000;
  }

  get now(): number {
    return this.kernel.net.clock.now;
  }

  private collect(): void {
    for (const bytes of this.dev.takeFrames()) {
      const frame = parseFrame(bytes);
      if (frame.etherType !== 0x0800) continue;
      const ip = parseIpv4(frame.payload);
      if (ip.protocol !== 6) {
        this.others.push({ ip, to: frame.destination, bytes: frame.payload });
        continue;
      }
      const segment = readSegment(ip.payload, ip.source, ip.destination);
      expect({ ip: ip.checksumIsGood, tcp: segment.checksumIsGood }).toEqual({ ip: true, tcp: true });
      this.out.push({ at: this.now, ip, segment });
    }
  }

  /** An IP packet comes in. */
  inject(packet: Uint8Array): void {
    const { net } = this.kernel;
    const skb = allocSkb(net.heads, packet.length + 16, GFP_ATOMIC)!;
    skbReserve(skb, 16);
    const at = skbPut(skb, packet.length);
    skb.block!.bytes.set(packet, at);
    skb.protocol = 0x0800;
    netifRx(skb, this.dev);
    netRxAction(net);
    this.collect();
  }

  segment(fields: Partial<SegmentFields> & { readonly seq: number; readonly flags: number }): void {
    this.inject(
      buildSegment({
        source: PEER,
        destination: HOST,
        sourcePort: this.peerPort,
        destinationPort: this.hostPort,
        ...fields,
      }),
    );
  }

  advance(milliseconds: number): void {
    const { net } = this.kernel;
    const until = this.now + milliseconds;
    while (timerNext(net.timers) <= until) {
      net.clock.now = Math.max(timerNext(net.timers), this.now);
      timersRun(net.timers, this.now);
      netRxAction(net);
      this.collect();
    }
    net.clock.now = until;
  }

  run(text: string): void {
    for (const line of text.split("\n").map((one) => one.replace(/#.*/, "").trim())) {
      if (line === "") continue;
      this.collect();
      const words = line.split(/\s+/);
      if (words[0] === "in") this.input(words.slice(1));
      else if (words[0] === "out") this.expectOut(line, words.slice(1));
      else if (words[0] === "quiet") this.quiet();
      else if (/^\+\d+$/.test(words[0]!)) this.advance(Number(words[0]!.slice(1)));
      else throw new Error(`not a line of a packet script: ${line}`);
    }
  }

  quiet(): void {
    expect(this.sent.map((one) => this.describe(one))).toEqual([]);
  }

  private input(words: readonly string[]): void {
    const parsed = parseLine(words);
    const base = this.hostIsn ?? 0;
    const options: number[] = [];
    const { fields } = parsed;
    if (fields.mss !== undefined) options.push(2, 4, fields.mss >> 8, fields.mss & 255);
    if (fields.sackok !== undefined) options.push(4, 2);
    if (fields.ws !== undefined) options.push(3, 3, fields.ws);
    if (parsed.ts !== undefined) {
      options.push(1, 1, 8, 10, ...word(parsed.ts[0]), ...word(this.echo(parsed.ts[1])));
    }
    if (parsed.sack.length > 0) {
      options.push(1, 1, 5, 2 + 8 * parsed.sack.length);
      for (const [from, to] of parsed.sack) options.push(...word(base + from), ...word(base + to));
    }
    this.segment({
      seq: (this.peerIsn + parsed.seq) | 0,
      ack: fields.ack === undefined ? 0 : (base + fields.ack) | 0,
      flags: parsed.flags,
      window: fields.win,
      urgent: fields.urg,
      options,
      payload: payloadOf(parsed.seq, parsed.length),
      tos: fields.ce === undefined ? 0 : 3,
    });
  }

  /** A timestamp to echo: 0 for what the stack sent last. */
  private echo(value: number): number {
    return value === 0 ? this.lastTsVal : value;
  }

  lastTsVal = 0;

  private relative(one: Sent): { seq: number; ack: number } {
    if (this.hostIsn === null && (one.segment.flags & 2) !== 0) this.hostIsn = one.segment.seq;
    return {
      seq: (one.segment.seq - (this.hostIsn ?? 0)) | 0,
      ack: (one.segment.flags & 16) !== 0 ? (one.segment.ack - this.peerIsn) | 0 : 0,
    };
  }

  describe(one: Sent): string {
    const { seq, ack } = this.relative(one);
    const { segment } = one;
    return `${flagsOf(segment.flags)} ${seq}+${segment.payload.length} ack ${ack} win ${segment.window}`;
  }

  /** The next segment that was sent. */
  take(): Sent {
    const one = this.sent.shift();
    if (one === undefined) throw new Error("nothing was sent");
    this.relative(one);
    const ts = one.segment.options.find(({ kind }) => kind === 8);
    if (ts !== undefined) this.lastTsVal = new DataView(ts.data.buffer).getInt32(0);
    return one;
  }

  private expectOut(line: string, words: readonly string[]): void {
    if (this.sent.length === 0) throw new Error(`nothing was sent, but the script has: ${line}`);
    const one = this.take();
    const { seq, ack } = this.relative(one);
    const { segment } = one;
    const wanted = parseLine(words);
    const option = (kind: number): Uint8Array | undefined => segment.options.find((each) => each.kind === kind)?.data;
    const seen: Record<string, unknown> = { flags: flagsOf(segment.flags), seq, length: segment.payload.length };
    const want: Record<string, unknown> = { flags: flagsOf(wanted.flags), seq: wanted.seq, length: wanted.length };
    const found: Record<string, () => unknown> = {
      ack: () => ack,
      win: () => segment.window,
      urg: () => segment.urgent,
      mss: () => new DataView(option(2)!.buffer).getUint16(0),
      ws: () => option(3)![0],
      sackok: () => (option(4) === undefined ? undefined : 1),
      ce: () => one.ip.tos & 3,
    };
    for (const [name, value] of Object.entries(wanted.fields)) {
      seen[name] = found[name]!();
      want[name] = value;
    }
    if (wanted.sack.length > 0) {
      const data = option(5);
      const blocks: [number, number][] = [];
      for (let at = 0; data !== undefined && at < data.length; at += 8) {
        const view = new DataView(data.buffer);
        blocks.push([(view.getInt32(at) - this.peerIsn) | 0, (view.getInt32(at + 4) - this.peerIsn) | 0]);
      }
      seen["sack"] = blocks;
      want["sack"] = wanted.sack;
    }
    expect({ line, ...seen }).toEqual({ line, ...want });
    if ((segment.flags & 6) === 0 && segment.payload.length > 0) {
      expect(Buffer.compare(segment.payload, payloadOf(seq, segment.payload.length))).toBe(0);
    }
  }
}

interface Line {
  readonly flags: number;
  readonly seq: number;
  readonly length: number;
  readonly fields: Record<string, number>;
  readonly ts: [number, number] | undefined;
  readonly sack: readonly [number, number][];
}

function parseLine(words: readonly string[]): Line {
  const flags = [...words[0]!].reduce((bits, letter) => bits | FLAG_BITS[letter]!, 0);
  const [seq, length] = words[1]!.split("+").map(Number);
  const fields: Record<string, number> = {};
  const sack: [number, number][] = [];
  let ts: [number, number] | undefined;
  for (let at = 2; at < words.length; at += 1) {
    const name = words[at]!;
    if (name === "sackok" || name === "ce") fields[name] = name === "ce" ? 3 : 1;
    else if (name === "ts") {
      ts = [Number(words[at + 1]), Number(words[at + 2])];
      at += 2;
    } else if (name === "sack") {
      while (/^-?\d+-\d+$/.test(words[at + 1] ?? "")) {
        const [from, to] = words[at + 1]!.split("-").map(Number);
        sack.push([from!, to!]);
        at += 1;
      }
    } else {
      fields[name] = Number(words[at + 1]);
      at += 1;
    }
  }
  return { flags, seq: seq!, length: length ?? 0, fields, ts, sack };
}

function flagsOf(bits: number): string {
  return Object.entries(FLAG_BITS)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([letter]) => letter)
    .join("");
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** What lies at a sequence number, on either side: bytes that tell where they belong. */
export function payloadOf(seq: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => ((seq + index) * 31 + ((seq + index) >> 8)) & 255);
}

export function streamSocket(kernel: Kernel): number {
  const fd = sysSocket(kernel, AF_INET, SOCK_STREAM, 0);
  expect(fd).toBeGreaterThanOrEqual(0);
  expect(sysFcntl(kernel, fd, F_SETFL, O_NONBLOCK)).toBe(0);
  return fd;
}

export function tcpOf(kernel: Kernel, fd: number): TcpSock {
  return kernel.current.files[fd]!.inode.socket!.sk as TcpSock;
}

export interface Opened {
  readonly script: TcpScript;
  readonly fd: number;
  readonly tp: TcpSock;
}

export interface OpenOptions extends RigOptions {
  /** The peer's SYN, or its answer: options and window. */
  readonly syn?: string;
  readonly prepare?: (kernel: Kernel, fd: number) => void;
}

/** A listener on port 80. */
export function listening(options: OpenOptions = {}): { script: TcpScript; fd: number } {
  const script = new TcpScript(options);
  const fd = streamSocket(script.kernel);
  options.prepare?.(script.kernel, fd);
  expect(sysBind(script.kernel, fd, address(HOST, 80))).toBe(0);
  expect(sysListen(script.kernel, fd, 8)).toBe(0);
  return { script, fd };
}

/** A connection that the peer has opened. */
export function passive(options: OpenOptions = {}): Opened & { readonly listener: number } {
  const { script, fd: listener } = listening(options);
  script.run(`
    in  S 0 ${options.syn ?? "win 65535 mss 1000"}
    out S. 0 ack 1
    in  . 1 ack 1 win 65535
    quiet`);
  const fd = sysAccept(script.kernel, listener, null);
  expect(fd).toBeGreaterThanOrEqual(0);
  expect(sysFcntl(script.kernel, fd, F_SETFL, O_NONBLOCK)).toBe(0);
  return { script, fd, listener, tp: tcpOf(script.kernel, fd) };
}

/** A socket that has sent its SYN to port 80 of the peer. */
export function connecting(options: OpenOptions = {}): Opened {
  const script = new TcpScript(options);
  const fd = streamSocket(script.kernel);
  script.hostPort = 4000;
  script.peerPort = 80;
  options.prepare?.(script.kernel, fd);
  expect(sysBind(script.kernel, fd, address(HOST, 4000))).toBe(0);
  expect(sysConnect(script.kernel, fd, address(PEER, 80))).toBe(-EINPROGRESS);
  return { script, fd, tp: tcpOf(script.kernel, fd) };
}

/** A connection that this host has opened. */
export function active(options: OpenOptions = {}): Opened {
  const opened = connecting(options);
  opened.script.run(`
    out S 0
    in  S. 0 ack 1 ${options.syn ?? "win 65535 mss 1000"}
    out . 1 ack 1
    quiet`);
  return opened;
}

export function send(opened: Opened, seq: number, length: number, flags = 0): number {
  return sysSend(opened.script.kernel, opened.fd, payloadOf(seq, length), length, flags);
}

/** Reads up to `length` bytes and checks that they are those from `seq` on; how many there were, or the error. */
export function receive(opened: Opened, seq: number, length: number, flags = 0): number {
  const buffer = new Uint8Array(length);
  const got = sysRecvfrom(opened.script.kernel, opened.fd, buffer, flags, null);
  if (got > 0) expect(Buffer.compare(buffer.subarray(0, got), payloadOf(seq, got))).toBe(0);
  return got;
}

export function setOption(opened: Opened, level: number, name: number, value: number): void {
  expect(sysSetsockopt(opened.script.kernel, opened.fd, level, name, sockoptInt(value))).toBe(0);
}

export function getOption(opened: Opened, level: number, name: number): number {
  const value = new Uint8Array(4);
  expect(sysGetsockopt(opened.script.kernel, opened.fd, level, name, value)).toBe(4);
  return new DataView(value.buffer).getInt32(0);
}
