/** The thread of compareInThread.ts. */
import { parentPort } from "node:worker_threads";
import { v8 } from "../engines/v8.ts";
import { compareVersions } from "./compareVersions.ts";
import type { Versions } from "./compareVersions.ts";

parentPort?.on("message", (versions: Versions) => {
  void compareVersions(v8, versions).then(
    (difference) => parentPort?.postMessage({ difference }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  );
});
