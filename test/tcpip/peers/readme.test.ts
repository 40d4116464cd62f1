/** The example of fixtures/tcpip/README.md that needs a tunnel, as a program: the kernel's sockets talk to it. */
import { jest } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describeWith } from "../describeWith.ts";
import { hasKoffi, Lab, missing } from "./lab.ts";

jest.setTimeout(60_000);

const project = path.resolve(import.meta.dirname, "../../..");
const stack = path.join(project, "fixtures/tcpip");
const readme = readFileSync(path.join(stack, "README.md"), "utf8");

/** Where the names of the example come from. */
const IMPORTS: Readonly<Record<string, string>> = {
  serveEchoStreams: "apps/echo.ts",
  openTun: "host/openTun.ts",
  RealTime: "host/realTime.ts",
  PfifoFast: "link/pfifoFast.ts",
  "TunDevice, tunOptions": "link/tunDevice.ts",
  "addAddress, addDevice": "network/configure.ts",
  createKernel: "socket/createKernel.ts",
  inetAddr: "wire/ipv4.ts",
};

const lacking = [...missing(["ss"]), ...(hasKoffi() ? [] : ["koffi"])];

describeWith(lacking, "the README's tunnel", () => {
  it("carries an echo server", async () => {
    const code = /<!-- example: tunnel -->\s*```ts\n([^]*?)```/.exec(readme)![1]!;
    expect(code.trim().split("\n").length).toBeLessThanOrEqual(11);
    const lab = new Lab();
    try {
      const peer = lab.namespace("readme");
      lab.tunnel(peer, "tun0", "10.9.0.1", 1500);
      const imports = Object.entries(IMPORTS).map(([names, file]) => `import { ${names} } from "${stack}/${file}";`);
      const entry = path.join(lab.folder, "example.ts");
      writeFileSync(entry, [...imports, "const kernel = createKernel();", code].join("\n"));
      const modules = `NODE_PATH=${path.join(project, "node_modules")}`;
      const example = lab.start(peer, "env", modules, process.execPath, lab.bundle(entry));
      const client = lab.bundle(path.join(import.meta.dirname, "kernelPeer.ts"));
      const asked = await lab.run(peer, process.execPath, client, "sequential", "10.9.0.2", "7", "3");
      expect({ stdout: asked.stdout, stderr: asked.stderr, said: example.stderr }).toEqual({
        stdout: "3\n",
        stderr: "",
        said: "",
      });
    } finally {
      lab.close();
    }
  });
});
