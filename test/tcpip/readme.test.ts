/** The example of fixtures/tcpip/README.md, line by line. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import { PcapDevice } from "../../fixtures/tcpip/link/pcapDevice.ts";
import { addAddress, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { createKernel } from "../../fixtures/tcpip/socket/createKernel.ts";
import { sysConnect, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend } from "../../fixtures/tcpip/socket/send.ts";
import { IFF_UP } from "../../fixtures/tcpip/stack/device.ts";
import { SOCK_DGRAM } from "../../fixtures/tcpip/stack/flags.ts";
import type { DeviceOptions } from "../../fixtures/tcpip/stack/interfaceAddress.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { carries, expectPacket, ipv4 } from "./checker/expectPacket.ts";

const ethernet = (name: string): DeviceOptions => ({
  name,
  mtu: 1500,
  flags: IFF_UP,
  features: 0,
  hardHeaderLen: 14,
  txQueueLen: 0,
  address: Uint8Array.of(2, 0, 0, 0, 0, 1),
  broadcast: new Uint8Array(6).fill(255),
});

const names = {
  Noqueue,
  PcapDevice,
  addAddress,
  addDevice,
  addNeighbour,
  createKernel,
  sysConnect,
  sysSocket,
  sysSend,
  SOCK_DGRAM,
  inetAddr,
  AF_INET,
  sockaddrIn,
  ethernet,
};

it("the ten lines of the README send a datagram", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "../../fixtures/tcpip/README.md"), "utf8");
  const example = /<!-- example -->\s*```ts\n([^]*?)```/.exec(readme)![1]!.replaceAll(": Uint8Array[]", "");
  expect(example.trim().split("\n").length).toBeLessThanOrEqual(10);
  const run = new Function(...Object.keys(names), `${example}\nreturn { sent, frames };`) as (...values: unknown[]) => {
    sent: number;
    frames: Uint8Array[];
  };
  const { sent, frames } = run(...Object.values(names));
  expect(sent).toBe(3);
  expect(frames).toHaveLength(2); // the head of the file, and one packet
  expectPacket(frames[1]!.subarray(16), ipv4({ source: "10.0.0.1" }), carries(Uint8Array.of(1, 2, 3)));
});

it("the table of the README has every row and names files that exist", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "../../fixtures/tcpip/README.md"), "utf8");
  const files = [...readme.matchAll(/`((?:socket|transport|network|link|stack|wire)\/\w+\.ts)`/g)].map(
    ([, file]) => file!,
  );
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    expect(() => readFileSync(path.join(import.meta.dirname, "../../fixtures/tcpip", file))).not.toThrow();
  }
});
