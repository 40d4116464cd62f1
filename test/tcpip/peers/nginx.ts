/** An nginx of the test's own, which gives what is in a folder, and takes what is put there. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Lab, Running } from "./lab.ts";

export interface Nginx {
  readonly running: Running;
  readonly root: string;
}

export async function startNginx(lab: Lab, namespace: string, port: number): Promise<Nginx> {
  const root = path.join(lab.folder, "www");
  mkdirSync(root);
  const configuration = path.join(lab.folder, "nginx.conf");
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((one) => `${one}_temp_path ${lab.folder}/nginx-${one};`)
    .join(" ");
  writeFileSync(
    configuration,
    `daemon off; user root; worker_processes 1; pid ${lab.folder}/nginx.pid; error_log stderr notice;
    events { worker_connections 1024; }
    http { access_log off; client_max_body_size 100m; ${paths}
      server { listen ${port}; root ${root}; location / { dav_methods PUT; } } }`,
  );
  const running = lab.start(namespace, "nginx", "-e", "stderr", "-c", configuration);
  await running.said(/start worker process \d/);
  return { running, root };
}
