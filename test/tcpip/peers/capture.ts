/** An outside judge: what went over a tunnel, as tcpdump saw it and tshark reads it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Lab, Running } from "./lab.ts";

/** Sums are checked, and what is in a segment is not taken for a protocol that it happens to look like. */
const CHECKS = [
  ...["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"].flatMap((one) => ["-o", one]),
  ...["tcp.port==1-65535,data", "udp.port==1-65535,data"].flatMap((one) => ["-d", one]),
];
const FIELDS = [
  "frame.number",
  "frame.protocols",
  "ip.checksum.status",
  "tcp.checksum.status",
  "udp.checksum.status",
  "icmp.checksum.status",
  "_ws.expert.severity",
  "_ws.expert.message",
  "ip.src",
];
/**
 * Linux, when it sums for a device that cannot, sends a TCP sum of 0 as 0xffff, which is for UDP alone (RFC 1624 says
 * how it comes about). The receiver's sum is right all the same. We do not do that.
 */
const KERNELS_ZERO = /Checksum 0xffff instead of 0x0000/;
const WARNING = 0x600000;
/** tshark's word for a sum that is wrong. */
const BAD = /(^|;)0(;|$)/;

/** What tcpdump says when it is asked. */
const FIGURES = /(\d+) packets? captured\D+(\d+) packets? received by filter\D+(\d+) packets? dropped by kernel/g;

export interface Judgement {
  readonly packets: number;
  readonly malformed: readonly string[];
  readonly badSums: readonly string[];
  /** Warnings and errors of the expert analysis that were not expected, with how often each came. */
  readonly violations: readonly string[];
}

export class Capture {
  private readonly lab: Lab;
  private readonly namespace: string;
  private readonly running: Running;
  readonly file: string;

  private constructor(lab: Lab, namespace: string, device: string, name: string) {
    this.lab = lab;
    this.namespace = namespace;
    this.file = path.join(lab.folder, `${name}.pcap`);
    const options = ["-i", device, "-w", this.file, "-B", "65536", "-s", "0", "-Z", "root"];
    this.running = lab.start(namespace, "tcpdump", ...options);
  }

  static async start(lab: Lab, namespace: string, device: string, name: string): Promise<Capture> {
    const capture = new Capture(lab, namespace, device, name);
    await capture.running.said(/listening on/);
    return capture;
  }

  /** After the end: how many packets a display filter of tshark finds. */
  async count(filter: string): Promise<number> {
    const read = await this.lab.run(
      this.namespace,
      "tshark",
      "-n",
      "-r",
      this.file,
      "-Y",
      filter,
      "-T",
      "fields",
      "-e",
      "frame.number",
    );
    if (read.code !== 0) throw new Error(`tshark: ${read.stderr}`);
    return read.stdout.split("\n").filter((line) => line !== "").length;
  }

  /**
   * Until tcpdump has read what the kernel keeps for it; asked for its figures (SIGUSR1) it tells both. What comes later is not
   * waited for: the kernel keeps a packet for a second, and where one comes each second it would never have read all.
   */
  private async caughtUp(): Promise<void> {
    const { running } = this;
    const pid = this.tcpdump();
    let wanted = Infinity;
    for (let asked = 1; asked <= 400; asked += 1) {
      process.kill(pid, "SIGUSR1");
      await running.said(FIGURES, asked);
      const [captured, received, dropped] = [...running.stderr.matchAll(FIGURES)].at(-1)!.slice(1).map(Number);
      wanted = Math.min(wanted, received!);
      if (captured! + dropped! >= wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`tcpdump does not keep up: ${running.stderr}`);
  }

  /** The process itself: `timeout`, which is its parent, does not hand on every signal. */
  private tcpdump(): number {
    const { pid } = this.running.child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
  }

  /** Ends the capture: what is wrong in it, but for what is `expected` of this traffic. `ours` is the stack's address. */
  async judge(ours: string, expected: readonly RegExp[] = []): Promise<Judgement> {
    await this.caughtUp();
    const { stderr } = await this.running.stop("SIGINT");
    const missed = Number(/(\d+) packets dropped by kernel/.exec(stderr)?.[1] ?? 0);
    if (missed > 0) process.stderr.write(`peers: tcpdump missed ${missed} packets\n`);
    // A judge who has not seen all cannot say that something is missing.
    const pardoned = missed > 0 ? [...expected, /not captured/] : expected;
    return judgeFile(this.lab, this.namespace, this.file, ours, pardoned);
  }
}

/** What is wrong in a file of packets. */
export async function judgeFile(
  lab: Lab,
  namespace: string,
  file: string,
  ours: string,
  expected: readonly RegExp[],
): Promise<Judgement> {
  const fields = FIELDS.flatMap((field) => ["-e", field]);
  const shape = ["separator=|", "occurrence=a", "aggregator=;"].flatMap((one) => ["-E", one]);
  const read = await lab.run(namespace, "tshark", "-n", "-r", file, ...CHECKS, "-T", "fields", ...shape, ...fields);
  if (read.code !== 0) throw new Error(`tshark: ${read.stderr}`);
  const lines = read.stdout.split("\n").filter((line) => line !== "");
  return judge(lines, ours, expected);
}

function judge(lines: readonly string[], ours: string, expected: readonly RegExp[]): Judgement {
  const malformed: string[] = [];
  const badSums: string[] = [];
  const violations = new Map<string, { count: number; first: string }>();
  for (const line of lines) {
    const [number = "", protocols = "", ip = "", tcp = "", udp = "", icmp = "", severity = "", text = "", from] =
      line.split("|");
    const messages = text.split(";");
    if (protocols.includes("malformed")) malformed.push(line);
    // An error message quotes the beginning of a segment, and tshark sums that as if it were all of it.
    const quotes = protocols.includes(":icmp:ip:");
    const isKernels = from !== ours && messages.some((message) => KERNELS_ZERO.test(message));
    const sums = quotes || isKernels ? [ip, icmp] : [ip, tcp, udp, icmp];
    if (sums.some((sum) => BAD.test(sum))) badSums.push(line);
    for (const [index, one] of severity.split(";").entries()) {
      const message = messages[index] ?? "";
      const isPardoned =
        expected.some((pattern) => pattern.test(message)) ||
        (isKernels && KERNELS_ZERO.test(message)) ||
        (quotes && /^Bad checksum \[should be 0x[0-9a-f]{4}\]$/.test(message));
      if (Number(one) < WARNING || isPardoned) continue;
      const known = violations.get(message);
      if (known === undefined) violations.set(message, { count: 1, first: number });
      else known.count += 1;
    }
  }
  return {
    packets: lines.length,
    malformed: malformed.slice(0, 5),
    badSums: badSums.slice(0, 5),
    violations: [...violations].map(([message, { count, first }]) => `${count} times, first in ${first}: ${message}`),
  };
}

export const NOTHING_WRONG = { malformed: [], badSums: [], violations: [] };
