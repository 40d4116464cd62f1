/**
 * The stack and the kernel's own, over a tunnel: they find each other, and every byte that one sends arrives at the other.
 * tshark reads all of it, and finds nothing wrong.
 */
import { jest } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Sysctl } from "../../../fixtures/tcpip/stack/sysctl.ts";
import { describeWith } from "../describeWith.ts";
import { bodyBuffer, bodyHash, hashOf } from "./body.ts";
import { Capture, judgeFile, NOTHING_WRONG } from "./capture.ts";
import { hasKoffi, ip, Lab, missing, SERVICES, type Running, type Stack } from "./lab.ts";
import { startNginx, type Nginx } from "./nginx.ts";

jest.setTimeout(120_000);

const MEGABYTE = 1024 * 1024;
const LENGTH = 50 * MEGABYTE;
const OURS = "10.9.0.2";
const THEIRS = "10.9.0.1";

/** What the tests have measured, for whoever reads their output. */
function report(text: string): void {
  process.stderr.write(`peers: ${text}\n`);
}

function megabits(bytes: number, milliseconds: number): string {
  return `${Math.round((bytes * 8) / milliseconds / 1000)} Mbit/s`;
}

describeWith(missing(["ping", "curl", "nginx", "iperf3", "tcpdump", "tshark"]), "over a tunnel", () => {
  let lab: Lab;
  let peer: string;
  let stack: Stack;
  let kernelPeer: string;

  beforeAll(async () => {
    lab = new Lab(process.env["PEERS_KEEP"] !== undefined);
    peer = lab.namespace("peer");
    lab.tunnel(peer, "tun0", THEIRS, 1500);
    kernelPeer = lab.bundle(path.join(import.meta.dirname, "kernelPeer.ts"));
    stack = await lab.startStack(peer, {
      sysctl: {
        somaxconn: 2048,
        tcpMaxSynBacklog: 2048,
        // The longest datagrams do not fit into less.
        rmemDefault: 262144,
      },
    });
  });
  afterAll(async () => {
    await stack?.end();
    lab?.close();
  });

  /** Does something, and lets tshark judge what it was on the wire. */
  async function watched(name: string, work: () => Promise<void>, expected: readonly RegExp[] = []): Promise<number> {
    const capture = await Capture.start(lab, peer, "tun0", name);
    await work();
    const { packets, ...wrong } = await capture.judge(OURS, expected);
    expect(wrong).toEqual(NOTHING_WRONG);
    expect(packets).toBeGreaterThan(0);
    return packets;
  }

  async function kernel(...args: readonly string[]): Promise<number> {
    const { stdout, stderr } = await lab.run(peer, process.execPath, kernelPeer, ...args);
    expect(stderr).toBe("");
    return Number(stdout);
  }

  /** Nothing is held by anybody when all is over. */
  async function expectNothingHeld(): Promise<void> {
    for (let round = 0; round < 400; round += 1) {
      const { heads, files } = await stack.order("state");
      // The services.
      if (heads === 0 && files === SERVICES) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { heads, files } = await stack.order("state");
    expect({ heads, files }).toEqual({ heads: 0, files: SERVICES });
  }

  describe("ping", () => {
    // The last one comes in pieces.
    const sizes = [0, 56, 1472, 8000];

    it("is answered", async () => {
      await watched("ping-in", async () => {
        for (const size of sizes) {
          const { stdout } = await lab.run(peer, "ping", "-c", "5", "-i", "0.02", "-s", `${size}`, "-W", "20", OURS);
          expect(stdout).toContain(" 5 received, 0% packet loss");
        }
      });
    });

    it("asks", async () => {
      await watched("ping-out", async () => {
        for (const size of sizes) expect(await stack.order("ping", THEIRS, 5, size)).toBe(5);
      });
    });
  });

  /** Who is late, as on a machine with much to do, is asked again, and says that it has come twice. */
  const late = [/^D-SACK Sequence$/];
  /** Many connections: an answer that was late may come for one that has ended meanwhile. */
  const crowd = [...late, /^Connection reset \(RST\)$/];
  /** Who sends much waits for a window now and then. */
  const bulk = [...late, /^TCP window specified by the receiver is now completely full$/, /^TCP Zero Window segment$/];

  it("what a killed test has left is removed by the next one", () => {
    const dead = spawnSync("true").pid;
    const name = `peers-${dead}-left`;
    ip("netns", "add", name);
    const left = lab.start(name, "sleep", "100");
    try {
      new Lab().close();
      expect(spawnSync("ip", ["netns", "list"], { encoding: "utf8" }).stdout).not.toContain(name);
    } finally {
      left.child.kill("SIGKILL");
    }
  });

  it("a judge sees what is wrong", async () => {
    const capture = await Capture.start(lab, peer, "tun0", "judge");
    expect((await lab.run(peer, "curl", "-sS", `http://${OURS}/bytes/4000/5`)).code).toBe(0);
    expect(await capture.judge(OURS)).toMatchObject(NOTHING_WRONG);
    const packets = readFileSync(capture.file);
    // The last byte of a packet with data: its sum is wrong then. And the first byte of the next one: no IPv4.
    let at = 24;
    while (packets.readUInt32LE(at + 8) < 1000) at += 16 + packets.readUInt32LE(at + 8);
    const behind = at + 16 + packets.readUInt32LE(at + 8);
    packets[behind - 1]! ^= 1;
    packets[behind + 16 + 32]! = 0x10; // the header of a segment has four words, it says
    writeFileSync(capture.file, packets);
    const { badSums, violations } = await judgeFile(lab, peer, capture.file, OURS, []);
    expect(badSums.length).toBeGreaterThan(0);
    expect(violations.join()).toMatch(/Bad checksum/);
    expect(violations.join()).toMatch(/Bogus TCP header length/);
  });

  describe("echo", () => {
    let server: Running;
    const sizes = [1, 2, 511, 1472, 1473, 9000, 65507, 0, 77];

    beforeAll(async () => {
      server = lab.start(peer, process.execPath, kernelPeer, "serve", "7007");
      await server.said(/ready/);
    });
    afterAll(() => server.stop());

    it("sends datagrams of the kernel's back", async () => {
      await watched("udp-in", async () => {
        expect(await kernel("datagrams", OURS, "7", String(sizes))).toBe(sizes.length);
      });
    });

    it("gets its datagrams back", async () => {
      await watched("udp-out", async () => {
        expect(await stack.order("echoDatagrams", THEIRS, 7007, sizes)).toBe(sizes.length);
      });
    });

    it("serves 1,000 connections at once", async () => {
      await watched(
        "concurrent-in",
        async () => expect(await kernel("concurrent", OURS, "7", "1000")).toBe(1000),
        crowd,
      );
      await expectNothingHeld();
    });

    it("has 1,000 connections at once", async () => {
      await watched(
        "concurrent-out",
        async () => expect(await stack.order("concurrent", THEIRS, 7007, 1000)).toBe(1000),
        crowd,
      );
      await expectNothingHeld();
    });

    it("serves 10,000 connections one after the other", async () => {
      await watched(
        "sequential-in",
        async () => {
          const begin = performance.now();
          expect(await kernel("sequential", OURS, "7", "10000")).toBe(10000);
          report(`10,000 connections from the kernel: ${Math.round(performance.now() - begin)} ms`);
        },
        crowd,
      );
      await expectNothingHeld();
    });

    it("opens 10,000 connections one after the other", async () => {
      await watched(
        "sequential-out",
        async () => {
          const begin = performance.now();
          expect(await stack.order("sequential", THEIRS, 7007, 10000)).toBe(10000);
          report(`10,000 connections to the kernel: ${Math.round(performance.now() - begin)} ms`);
        },
        crowd,
      );
      await expectNothingHeld();
    });
  });

  describe("HTTP", () => {
    let nginx: Nginx;

    beforeAll(async () => {
      nginx = await startNginx(lab, peer, 8080);
      writeFileSync(path.join(nginx.root, "body"), bodyBuffer(LENGTH, 1));
    });
    afterAll(() => nginx.running.stop());

    it("gets 50 MB from nginx", async () => {
      await watched(
        "get-nginx",
        async () => {
          const { status, length, sha256, milliseconds } = await stack.order("get", THEIRS, 8080, "/body");
          expect({ status, length, sha256 }).toEqual({ status: 200, length: LENGTH, sha256: bodyHash(LENGTH, 1) });
          report(`50 MB from nginx: ${megabits(LENGTH, milliseconds)}, with tcpdump beside it`);
        },
        bulk,
      );
    });

    it("puts 50 MB to nginx", async () => {
      await watched(
        "put-nginx",
        async () => {
          const { status, milliseconds } = await stack.order("put", THEIRS, 8080, "/put", LENGTH, 2);
          expect(status).toBe(201);
          expect(await hashOf(path.join(nginx.root, "put"))).toBe(bodyHash(LENGTH, 2));
          report(`50 MB to nginx: ${megabits(LENGTH, milliseconds)}, with tcpdump beside it`);
        },
        bulk,
      );
    });

    it("gives curl 50 MB", async () => {
      await watched(
        "get-curl",
        async () => {
          const file = path.join(lab.folder, "got");
          const { code, stdout } = await lab.run(
            peer,
            ...["curl", "-sS", "-o", file, "-w", "%{http_code} %{speed_download}"],
            `http://${OURS}/bytes/${LENGTH}/3`,
          );
          expect(code).toBe(0);
          expect(stdout).toMatch(/^200 /);
          expect(await hashOf(file)).toBe(bodyHash(LENGTH, 3));
          report(
            `50 MB to curl: ${megabits(Number(stdout.split(" ")[1]), 1000)} (curl's figure), with tcpdump beside it`,
          );
        },
        bulk,
      );
    });

    it("takes 50 MB from curl", async () => {
      await watched(
        "put-curl",
        async () => {
          const { code, stdout } = await lab.run(
            peer,
            ...["curl", "-sS", "-T", path.join(nginx.root, "body"), "-w", " %{http_code} %{speed_upload}"],
            `http://${OURS}/whatever`,
          );
          expect(code).toBe(0);
          const [sha256, status, speed] = stdout.split(" ");
          expect({ sha256, status }).toEqual({ sha256: bodyHash(LENGTH, 1), status: "201" });
          report(`50 MB from curl: ${megabits(Number(speed), 1000)} (curl's figure), with tcpdump beside it`);
        },
        bulk,
      );
      await expectNothingHeld();
    });
  });

  describe("iperf3", () => {
    interface Report {
      readonly error?: string;
      readonly end: Record<"sum_sent" | "sum_received", { readonly bytes: number; readonly bits_per_second: number }>;
    }

    /** Runs one test: what the client has counted, and what the server says. */
    async function measure(reverse: boolean, seconds: number): Promise<{ ours: number; theirs: number }> {
      const server = lab.start(peer, "iperf3", "-s", "-1", "--json");
      await lab.listening(peer, 5201);
      const { bytes } = await stack.order("iperf3", THEIRS, 5201, reverse, seconds);
      const said = JSON.parse((await server.finished).stdout) as Report;
      expect(said.error).toBeUndefined();
      const sum = reverse ? said.end.sum_sent : said.end.sum_received;
      expect(sum.bytes).toBeGreaterThan(0);
      report(
        `iperf3 ${reverse ? "to us" : "from us"}: ${Math.round(sum.bits_per_second / 1e6)} Mbit/s (the server's figure)`,
      );
      return { ours: bytes, theirs: sum.bytes };
    }

    it.each([false, true])("runs (reverse: %s)", async (reverse) => {
      const { ours, theirs } = await measure(reverse, 2);
      // The one has sent what the other has not received, because the time was over: no more than is in the buffers of both.
      const kernels = ["tcp_rmem", "tcp_wmem"].map((one) =>
        Number(lab.must(peer, "sysctl", "-n", `net.ipv4.${one}`).trim().split(/\s+/)[2]),
      );
      const { tcpRmemMax, tcpWmemMax } = new Sysctl();
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(Math.max(...kernels) + Math.max(tcpRmemMax, tcpWmemMax));
    });

    it.each([false, true])("does nothing wrong (reverse: %s)", async (reverse) => {
      await watched(
        `iperf3-${reverse}`,
        () => measure(reverse, 1).then(() => {}),
        // The server does not read what comes after the time: it closes, and the kernel resets.
        [...bulk, ...(reverse ? [] : [/^Connection reset \(RST\)$/])],
      );
      await expectNothingHeld();
    });
  });

  it("works as well with a tunnel that Python has opened", async () => {
    const other = lab.namespace("python");
    lab.tunnel(other, "tun0", THEIRS, 1500);
    const python = await lab.startStack(other, { kind: "python" });
    const { code, stdout } = await lab.run(other, "ping", "-c", "3", "-i", "0.05", "-W", "20", OURS);
    expect({ code, heard: stdout.includes(" 3 received") }).toEqual({ code: 0, heard: true });
    const { stdout: digest } = await lab.run(
      other,
      "sh",
      "-c",
      `curl -sS http://${OURS}/bytes/${5 * MEGABYTE}/4 | sha256sum`,
    );
    expect(digest.split(" ")[0]).toBe(bodyHash(5 * MEGABYTE, 4));
    expect((await python.order("state")).kind).toBe("python");
    if (!hasKoffi()) report("koffi cannot be loaded here: all tunnels were opened by Python");
  });
});
