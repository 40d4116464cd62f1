/**
 * Network namespaces with machines in them: the kernel's own, and ours on a tunnel. Whatever happens, nothing of it
 * stays: processes have a time limit of their own, the machine under test ends with its parent, and what a killed test
 * has left is removed by the next one.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import type { Answer, Order, Orders, StackOptions } from "./orders.ts";

const project = path.resolve(import.meta.dirname, "../../..");
const PREFIX = "peers-";
/** No program outlives this: in seconds. */
const LONGEST = 240;
/** The descriptors that a stack with nothing to do has open: those that its services listen on. */
export const SERVICES = 4;

export function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}

function has(tool: string): boolean {
  return spawnSync("which", [tool]).status === 0;
}

/** What this machine lacks; nothing: the tests can run. */
export function missing(tools: readonly string[]): string[] {
  const found = tools.filter((tool) => !has(tool));
  if (process.getuid?.() !== 0) return [...found, "root"];
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
  } catch {
    found.push("/dev/net/tun");
  }
  const trial = `${PREFIX}${process.pid}-trial`;
  if (!has("ip") || spawnSync("ip", ["netns", "add", trial]).status !== 0) found.push("network namespaces");
  else spawnSync("ip", ["netns", "delete", trial]);
  return found;
}

/** Without koffi the tunnel is opened by Python. */
export function hasKoffi(): boolean {
  return spawnSync(process.execPath, ["-e", 'require("koffi")'], { cwd: project }).status === 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends what runs in a namespace, and removes it. */
function removeNamespace(name: string): void {
  const { stdout } = spawnSync("ip", ["netns", "pids", name], { encoding: "utf8" });
  for (const pid of (stdout ?? "").split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  spawnSync("ip", ["netns", "delete", name]);
}

/** Removes the namespaces of tests that are not there any more. */
function sweep(): void {
  const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
  for (const line of (stdout ?? "").split("\n")) {
    const [name = ""] = line.split(" ");
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) removeNamespace(name);
  }
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export class Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  stdout = "";
  stderr = "";

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.finished = new Promise((resolve) => {
      // What is read of a program is all there when its pipes are closed.
      const over = child.stdout === null ? "exit" : "close";
      child.on(over, (code: number | null) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** Until it has said something, or said it so many times; fails when it ends before. */
  async said(what: RegExp, times = 1): Promise<void> {
    const ended = this.finished.then(() => true);
    const each = new RegExp(what, "g");
    for (;;) {
      if ([...(this.stdout + this.stderr).matchAll(each)].length >= times) return;
      const isOver = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(() => resolve(false), 20))]);
      if (isOver) throw new Error(`ended without ${String(what)}: ${this.stdout}${this.stderr}`);
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }
}

/** The machine under test. */
export class Stack {
  private readonly running: Running;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private lastId = 0;

  constructor(running: Running) {
    this.running = running;
    running.child.on("message", (answer: Answer) => this.waiting.get(answer.id)?.(answer));
    void running.finished.then(({ code, stderr }) => {
      for (const [id, resolve] of this.waiting) resolve({ id, error: `the stack ended with ${code}: ${stderr}` });
    });
  }

  private answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        this.waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(error));
      });
    });
  }

  ready(): Promise<unknown> {
    return this.answer(0);
  }

  /** The machine ends by itself. A test that was given up waits no longer for what it had asked: a refusal would end the others. */
  async end(): Promise<void> {
    this.waiting.clear();
    this.running.child.disconnect();
    await this.running.finished;
  }

  order<Name extends keyof Orders>(name: Name, ...args: Parameters<Orders[Name]>): ReturnType<Orders[Name]> {
    this.lastId += 1;
    const id = this.lastId;
    const answer = this.answer(id);
    this.running.child.send({ id, name, args } satisfies Order, (error) => {
      if (error !== null) this.waiting.get(id)?.({ id, error: `the stack is not there: ${error.message}` });
    });
    return answer as ReturnType<Orders[Name]>;
  }
}

export class Lab {
  readonly folder = mkdtempSync(path.join(tmpdir(), "peers-"));
  private readonly namespaces: string[] = [];
  private readonly children: ChildProcess[] = [];
  private readonly removeAll = (): void => this.close();
  private program = "";

  /** `keep`: the files stay, for whoever wants to look at the captures. */
  constructor(private readonly keep = false) {
    sweep();
    process.once("exit", this.removeAll);
  }

  /** A machine of the kernel's, with nothing but a loopback device. */
  namespace(role: string): string {
    const name = `${PREFIX}${process.pid}-${role}`;
    removeNamespace(name);
    ip("netns", "add", name);
    this.namespaces.push(name);
    ip("-n", name, "link", "set", "lo", "up");
    this.must(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
    return name;
  }

  /** A tunnel whose other end is ours. The kernel's queue to it holds more than a whole window. */
  tunnel(namespace: string, name: string, address: string, mtu: number): void {
    ip("-n", namespace, "tuntap", "add", "dev", name, "mode", "tun");
    ip("-n", namespace, "link", "set", name, "mtu", String(mtu), "txqueuelen", "10000", "up");
    ip("-n", namespace, "addr", "add", `${address}/24`, "dev", name);
  }

  /** A line between two machines, on which nothing is put together or taken apart. */
  line(one: string, oneAddress: string, other: string, otherAddress: string): void {
    ip("-n", one, "link", "add", "line0", "type", "veth", "peer", "name", "line0", "netns", other);
    for (const [namespace, address] of [
      [one, oneAddress],
      [other, otherAddress],
    ] as const) {
      ip("-n", namespace, "link", "set", "line0", "gso_max_segs", "1", "up");
      ip("-n", namespace, "addr", "add", `${address}/24`, "dev", "line0");
    }
  }

  /** Runs a short command to its end; fails if it does. */
  must(namespace: string, command: string, ...args: readonly string[]): string {
    const all = ["netns", "exec", namespace, "timeout", "20", command, ...args];
    const { status, stdout, stderr } = spawnSync("ip", all, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  /** A router drops what a rule is true of, of all that it forwards; and nothing else any more. */
  drop(namespace: string, ...rules: readonly string[]): void {
    const lines = ["flush ruleset", "table ip path {", "chain forward {", "type filter hook forward priority 0;"];
    lines.push(...rules.map((rule) => `${rule} counter drop`), "}", "}", "");
    const { status, stderr } = spawnSync("ip", ["netns", "exec", namespace, "nft", "-f", "-"], {
      encoding: "utf8",
      input: lines.join("\n"),
    });
    if (status !== 0) throw new Error(`nft: ${stderr}`);
  }

  /** Until somebody listens to a TCP port. */
  async listening(namespace: string, port: number): Promise<void> {
    for (let round = 0; round < 250; round += 1) {
      if (this.must(namespace, "ss", "-ltnH", `sport = :${port}`) !== "") return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`nobody listens to ${port}`);
  }

  /** How many packets it has dropped. */
  dropped(namespace: string): number {
    const counters = this.must(namespace, "nft", "list", "ruleset").matchAll(/packets (\d+)/g);
    return [...counters].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  start(namespace: string, command: string, ...args: readonly string[]): Running {
    const all = ["netns", "exec", namespace, "timeout", "-k", "1", String(LONGEST), command, ...args];
    const child = spawn("ip", all, { stdio: ["ignore", "pipe", "pipe"] });
    this.children.push(child);
    return new Running(child);
  }

  run(namespace: string, command: string, ...args: readonly string[]): Promise<Finished> {
    return this.start(namespace, command, ...args).finished;
  }

  /** The TypeScript of a program as one file of JavaScript that Node runs. */
  bundle(entry: string): string {
    const file = path.join(this.folder, `${path.basename(entry, ".ts")}.mjs`);
    buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["koffi"],
      outfile: file,
    });
    return file;
  }

  async startStack(namespace: string, options: Partial<StackOptions> = {}): Promise<Stack> {
    const all: StackOptions = {
      tun: "tun0",
      kind: hasKoffi() ? "koffi" : "python",
      address: "10.9.0.2",
      gateway: "10.9.0.1",
      mtu: 1500,
      sysctl: {},
      faults: null,
      ...options,
    };
    this.program ||= this.bundle(path.join(import.meta.dirname, "stackProcess.ts"));
    const opener = path.join(project, "fixtures/tcpip/host/openTun.py");
    const command = [
      ...(all.kind === "python" ? ["python3", opener, all.tun] : []),
      process.execPath,
      ...(process.env["PEERS_NODE"]?.split(" ") ?? []),
      this.program,
      JSON.stringify(all),
    ];
    const child = spawn("ip", ["netns", "exec", namespace, ...command], {
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      // The program lies elsewhere, and koffi here.
      env: { ...process.env, NODE_PATH: path.join(project, "node_modules") },
      serialization: "advanced",
    });
    this.children.push(child);
    const stack = new Stack(new Running(child));
    await stack.ready();
    return stack;
  }

  close(): void {
    process.removeListener("exit", this.removeAll);
    for (const child of this.children) child.kill("SIGKILL");
    for (const name of this.namespaces.splice(0)) removeNamespace(name);
    if (this.keep) process.stderr.write(`peers: captures are in ${this.folder}\n`);
    else rmSync(this.folder, { recursive: true, force: true });
  }
}
