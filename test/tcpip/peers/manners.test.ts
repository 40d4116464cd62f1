/** How the stack and the kernel's behave to each other when something is odd: pauses, refusals, aborts, silence. */
import { jest } from "@jest/globals";
import path from "node:path";
import { ECONNREFUSED, ETIMEDOUT } from "../../../fixtures/tcpip/stack/errno.ts";
import { describeWith } from "../describeWith.ts";
import { bodyHash } from "./body.ts";
import { Capture, NOTHING_WRONG } from "./capture.ts";
import { ip, Lab, missing, SERVICES, type Running, type Stack } from "./lab.ts";
import type { StackState } from "./orders.ts";

jest.setTimeout(120_000);

const OURS = "10.9.0.2";
const THEIRS = "10.9.0.1";
const LENGTH = 8 * 1024 * 1024;
/** Without an answer so many keep-alives end a connection (`keepAlive` in stackProcess.ts). */
const KEEPALIVES = 3;

describeWith(missing(["tcpdump", "tshark", "ss"]), "with the kernel", () => {
  let lab: Lab;
  let peer: string;
  let stack: Stack;
  let kernelPeer: string;

  beforeAll(async () => {
    lab = new Lab(process.env["PEERS_KEEP"] !== undefined);
    peer = lab.namespace("manners");
    lab.tunnel(peer, "tun0", THEIRS, 1500);
    kernelPeer = lab.bundle(path.join(import.meta.dirname, "kernelPeer.ts"));
    stack = await lab.startStack(peer);
  });
  afterAll(async () => {
    await stack?.end();
    lab?.close();
  });
  afterEach(async () => {
    await until("nothing is held", ({ heads, files }) => heads === 0 && files === SERVICES);
  });

  /** Until something is true of the machine; how long that takes is the machine's affair that this runs on. */
  async function until(what: string, isSo: (state: StackState) => boolean): Promise<void> {
    for (let round = 0; round < 400; round += 1) {
      if (isSo(await stack.order("state"))) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`it does not come to be that ${what}`);
  }

  function start(...args: readonly string[]): Running {
    return lab.start(peer, process.execPath, kernelPeer, ...args);
  }

  async function kernel(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await start(...args).finished;
    expect(stderr).toBe("");
    return stdout.trim();
  }

  async function watched(name: string, expected: readonly RegExp[], work: () => Promise<void>): Promise<Capture> {
    const capture = await Capture.start(lab, peer, "tun0", name);
    await work();
    const { packets, ...wrong } = await capture.judge(OURS, [/^D-SACK Sequence$/, ...expected]);
    expect(wrong).toEqual(NOTHING_WRONG);
    expect(packets).toBeGreaterThan(0);
    return capture;
  }

  describe("a reader that pauses closes its window, is asked, and gets the rest", () => {
    const closed = [
      /^TCP window specified by the receiver is now completely full$/,
      /^TCP Zero Window segment$/,
      // An answer that was late, to a connection that has ended.
      /^Connection reset \(RST\)$/,
    ];

    it("when it is the kernel's", async () => {
      const server = start("slow", "7010");
      await server.said(/ready/);
      const capture = await watched("pause-out", closed, async () => {
        const heard = stack.order("upload", THEIRS, 7010, LENGTH);
        await until("their window is closed", ({ closedWindows }) => closedWindows.theirs > 0);
        expect(await stack.order("connect", THEIRS, 7010)).toBe(0);
        expect(await heard).toBe(bodyHash(LENGTH, 1));
      });
      await server.finished;
      expect(await capture.count(`tcp.analysis.window_full && ip.src==${OURS}`)).toBeGreaterThan(0);
      expect(await capture.count(`tcp.window_size==0 && ip.src==${THEIRS} && tcp.flags.reset==0`)).toBeGreaterThan(0);
    });

    it("when it is ours", async () => {
      const capture = await watched("pause-in", closed, async () => {
        const heard = kernel("upload", OURS, "9", String(LENGTH));
        await until("our window is closed", ({ closedWindows }) => closedWindows.ours > 0);
        await stack.order("goOn");
        expect(await heard).toBe(bodyHash(LENGTH, 1));
      });
      expect(await capture.count(`tcp.window_size==0 && ip.src==${OURS} && tcp.flags.reset==0`)).toBeGreaterThan(0);
    });
  });

  describe("nobody listens", () => {
    const refused = [/^Connection reset \(RST\)$/];

    it("where the kernel would", async () => {
      await watched("refused-out", refused, async () => {
        expect(await stack.order("connect", THEIRS, 7999)).toBe(ECONNREFUSED);
      });
    });

    it("where we would", async () => {
      await watched("refused-in", refused, async () => {
        expect(await kernel("connect", OURS, "7999")).toBe("ECONNREFUSED");
      });
    });
  });

  describe("an abort is told to the other", () => {
    const reset = [/^Connection reset \(RST\)$/];

    it("by the kernel to us", async () => {
      const before = (await stack.order("state")).tcp.estabResets;
      await watched("abort-in", reset, async () => {
        expect(await kernel("abort", OURS, "7")).toBe("aborted");
        await until("the abort is noticed", ({ tcp }) => tcp.estabResets > before);
      });
      expect((await stack.order("state")).tcp.estabResets).toBe(before + 1);
    });

    it("by us to the kernel", async () => {
      const server = start("once", "7011");
      await server.said(/ready/);
      await watched("abort-out", reset, () => stack.order("abort", THEIRS, 7011));
      expect((await server.finished).stdout).toBe("ready\nECONNRESET\n");
    });
  });

  it("a peer that is there answers keep-alives, and one that has gone ends the connection", async () => {
    const server = start("once", "7012");
    await server.said(/ready/);
    let result = -1;
    const before = (await stack.order("state")).tcp.keepAlives;
    const capture = await watched("keep-alive", [], async () => {
      void stack.order("keepAlive", THEIRS, 7012).then((errno) => (result = errno));
      // More than it would have outlived without an answer, however long that takes.
      await until("it has asked once too often", ({ tcp }) => tcp.keepAlives > before + KEEPALIVES);
    });
    expect(result).toBe(-1);
    expect(await capture.count("tcp.analysis.keep_alive_ack")).toBeGreaterThan(0);
    ip("-n", peer, "addr", "del", `${THEIRS}/24`, "dev", "tun0");
    try {
      await until("the connection has ended", () => result >= 0);
      expect(result).toBe(ETIMEDOUT);
    } finally {
      ip("-n", peer, "addr", "add", `${THEIRS}/24`, "dev", "tun0");
      await server.stop();
    }
  });
});
