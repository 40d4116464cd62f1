/**
 * The stack, a router, and the kernel behind it: the path loses packets, or takes only short ones, and says so or does
 * not. Every byte arrives.
 */
import { jest } from "@jest/globals";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describeWith } from "../describeWith.ts";
import { bodyBuffer, bodyHash, hashOf } from "./body.ts";
import { Capture, NOTHING_WRONG } from "./capture.ts";
import { Lab, missing, type Stack } from "./lab.ts";
import { startNginx, type Nginx } from "./nginx.ts";
import type { StackOptions } from "./orders.ts";

jest.setTimeout(120_000);

const MEGABYTE = 1024 * 1024;
const OURS = "10.9.0.2";
const THEIRS = "10.8.0.2";

describeWith(missing(["nginx", "nft", "tcpdump", "tshark"]), "through a router", () => {
  let lab: Lab;
  let router: string;
  let peer: string;
  let nginx: Nginx;
  let stack: Stack;

  beforeAll(async () => {
    lab = new Lab(process.env["PEERS_KEEP"] !== undefined);
    router = lab.namespace("router");
    peer = lab.namespace("far");
    lab.tunnel(router, "tun0", "10.9.0.1", 1500);
    lab.line(router, "10.8.0.1", peer, THEIRS);
    lab.must(router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    lab.must(peer, "ip", "route", "add", "default", "via", "10.8.0.1");
    // So that the kernel finds black holes too.
    lab.must(peer, "sysctl", "-qw", "net.ipv4.tcp_mtu_probing=1");
    nginx = await startNginx(lab, peer, 8080);
  });
  beforeEach(async () => {
    // A machine that has learned nothing of the path yet.
    stack = await lab.startStack(router);
  });
  afterEach(async () => {
    await stack?.end();
    lab.drop(router);
    lab.must(router, "ip", "link", "set", "line0", "mtu", "1500");
    lab.must(peer, "ip", "route", "flush", "cache");
  });
  afterAll(() => lab?.close());

  /** What is lost is missed, comes later, comes twice, and fills the window meanwhile. */
  const losses = [
    /^D-SACK Sequence$/,
    /^Previous segment\(s\) not captured \(common at capture start\)$/,
    /^This frame is a \(suspected\) out-of-order segment$/,
    /^ACKed segment that wasn't captured \(common at capture start\)$/,
    /^TCP window specified by the receiver is now completely full$/,
    /^TCP Zero Window segment$/,
  ];

  async function watched(name: string, work: () => Promise<void>, more: readonly RegExp[] = []): Promise<Capture> {
    const capture = await Capture.start(lab, router, "tun0", name);
    await work();
    const { packets, ...wrong } = await capture.judge(OURS, [...losses, ...more]);
    expect(wrong).toEqual(NOTHING_WRONG);
    expect(packets).toBeGreaterThan(0);
    return capture;
  }

  async function expectGet(length: number): Promise<void> {
    writeFileSync(path.join(nginx.root, "body"), bodyBuffer(length, 1));
    expect(await stack.order("get", THEIRS, 8080, "/body")).toMatchObject({
      status: 200,
      length,
      sha256: bodyHash(length, 1),
    });
  }

  /** Each time something else under another name. */
  let seed = 1;
  async function expectPut(length: number): Promise<void> {
    seed += 1;
    const { status } = await stack.order("put", THEIRS, 8080, `/put-${seed}`, length, seed);
    expect(status).toBe(201);
    expect(await hashOf(path.join(nginx.root, `put-${seed}`))).toBe(bodyHash(length, seed));
  }

  describe("that loses packets", () => {
    it.each([
      [2, 4 * MEGABYTE],
      [10, MEGABYTE / 2],
    ])("%i % of them, both ways", async (percent, length) => {
      lab.drop(router, `numgen random mod 100 < ${percent}`);
      await watched(`loss-${percent}`, async () => {
        await expectPut(length);
        await expectGet(length);
      });
      const dropped = lab.dropped(router);
      expect(dropped).toBeGreaterThan(50);
      const { tcp, heads } = await stack.order("state");
      expect(tcp.retransSegs).toBeGreaterThan(10);
      expect(heads).toBe(0);
      process.stderr.write(
        `peers: ${percent} % lost (${dropped} packets): ${tcp.retransSegs} sent again, ${tcp.timeouts} of them by timeout\n`,
      );
    });
  });

  describe("with other options, and losses", () => {
    interface Options {
      readonly name: string;
      readonly ours?: StackOptions["sysctl"];
      readonly theirs?: string;
    }
    const all: readonly Options[] = [
      { name: "Reno", ours: { tcpCongestionControl: "reno" } },
      { name: "no SACK of ours", ours: { tcpSack: false } },
      { name: "no SACK of theirs", theirs: "tcp_sack=0" },
      { name: "no timestamps", ours: { tcpTimestamps: false } },
      { name: "no window scaling", theirs: "tcp_window_scaling=0" },
      { name: "nothing", ours: { tcpSack: false, tcpTimestamps: false, tcpWindowScaling: false } },
      { name: "congestion notification", ours: { tcpEcn: 1 }, theirs: "tcp_ecn=1" },
    ];

    it.each(all)("$name", async ({ name, ours = {}, theirs }) => {
      await stack.end();
      stack = await lab.startStack(router, { sysctl: ours });
      const [option = "", value = ""] = theirs?.split("=") ?? [];
      const usual = option === "" ? "" : lab.must(peer, "sysctl", "-n", `net.ipv4.${option}`).trim();
      if (option !== "") lab.must(peer, "sysctl", "-qw", `net.ipv4.${option}=${value}`);
      try {
        lab.drop(router, "numgen random mod 100 < 1");
        await watched(`options-${name.replaceAll(" ", "-")}`, async () => {
          await expectPut(MEGABYTE);
          await expectGet(MEGABYTE);
        });
      } finally {
        if (option !== "") lab.must(peer, "sysctl", "-qw", `net.ipv4.${option}=${usual}`);
      }
    });
  });

  describe("over a line that delays, doubles, reorders, loses and damages", () => {
    /** `PEERS_SEEDS=50 npm run jest -- test/tcpip/peers/paths` tries more. */
    const seeds = Array.from({ length: Number(process.env["PEERS_SEEDS"] ?? 3) }, (_, index) => index + 1);

    it.each(seeds)("(seed %i)", async (seed) => {
      await stack.end();
      const faults = { seed, delay: 4, jitter: 2, duplicate: 0.02, reorder: 0.03, loss: 0.01, corrupt: 0.01 };
      stack = await lab.startStack(router, { faults });
      await watched(
        `line-${seed}`,
        async () => {
          await expectPut(MEGABYTE);
          await expectGet(MEGABYTE);
        },
        // What was held back comes when the connection is over.
        [/^Connection reset \(RST\)$/],
      );
      // What was damaged was seen to be.
      const { tcp, ip } = await stack.order("state");
      expect(tcp.inErrs + ip.inHdrErrors + ip.inAddrErrors).toBeGreaterThan(0);
    });
  });

  describe("to a link that takes less", () => {
    it("and says so: segments are shorter from then on (RFC 1191)", async () => {
      lab.must(router, "ip", "link", "set", "line0", "mtu", "1400");
      const capture = await watched("pmtu", () => expectPut(4 * MEGABYTE));
      expect(await capture.count("icmp.type==3 && icmp.code==4")).toBeGreaterThan(0);
      const long = await capture.count(`ip.src==${OURS} && ip.len > 1400`);
      const short = await capture.count(`ip.src==${OURS} && ip.len == 1400`);
      // What was on its way when the message came.
      expect(long).toBeGreaterThan(0);
      expect(long).toBeLessThan(50);
      expect(short).toBeGreaterThan(2000);
      // It was the message, and nothing had to be guessed.
      expect((await stack.order("state")).tcp.blackHoles).toBe(0);
    });

    it("and does not: a black hole is found by what is lost (RFC 4821)", async () => {
      lab.drop(router, 'oifname "line0" ip length > 1400');
      const capture = await watched("black-hole", () => expectPut(4 * MEGABYTE));
      expect(await capture.count("icmp")).toBe(0);
      const { tcp } = await stack.order("state");
      expect(tcp.blackHoles).toBe(1);
      expect(await capture.count(`ip.src==${OURS} && ip.len > 1024`)).toBeLessThan(100);
    });

    it("on the way back: the kernel finds the black hole, and we take what comes", async () => {
      lab.drop(router, 'iifname "line0" ip length > 1400');
      const capture = await watched("black-hole-back", () => expectGet(4 * MEGABYTE));
      expect(await capture.count("icmp")).toBe(0);
    });
  });
});
