/**
 * Two versions of a program, compared by V8 in a thread that is given up after some programs: the Node of the oldest line
 * that we support keeps each context in which there was a module. The compiler stays where it is, and its code warm.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Versions } from "./compareVersions.ts";

/** comparisons, after which the contexts that are kept take as long to mark as a new thread takes to start */
const MOST = 250;

let thread: Worker | null = null;
let left = 0;

export async function compareInThread(versions: Versions): Promise<string | null> {
  if (thread === null || left === 0) {
    await thread?.terminate();
    // as much stack as the main thread has: programs that run out of it do so as early
    thread = new Worker(new URL("compareThread.js", import.meta.url), { resourceLimits: { stackSizeMb: 1 } });
    left = MOST;
  }
  left--;
  thread.postMessage(versions);
  const [answer] = (await once(thread, "message")) as [{ difference: string | null } | { error: string }];
  if ("error" in answer) throw new Error(answer.error);
  return answer.difference;
}
