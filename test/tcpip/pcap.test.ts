/** An outside judge: tshark reads what every context and other traffic put on the wire, and finds nothing wrong. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { contexts } from "../../fixtures/tcpip/contexts/all.ts";
import { generic } from "../../fixtures/tcpip/contexts/context.ts";
import { drive } from "../../fixtures/tcpip/contexts/drive.ts";
import { Noqueue } from "../../fixtures/tcpip/link/noqueue.ts";
import { PcapDevice, pcapFileHeader, pcapRecord } from "../../fixtures/tcpip/link/pcapDevice.ts";
import { addAddress, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { createKernel } from "../../fixtures/tcpip/socket/createKernel.ts";
import { sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { IFF_UP, NETIF_F_HW_CSUM } from "../../fixtures/tcpip/stack/device.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { address, bytesOf, udpSocket } from "./rig.ts";

const tshark = spawnSync("tshark", ["--version"]).status === 0;
if (!tshark) {
  process.stderr.write(
    "pcap.test.ts: tshark is not installed, nobody else has judged the packets (apt install tshark)\n",
  );
}

// Payloads are random: they are not to be taken for some protocol that they happen to look like.
const checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-d", "udp.port==1-65535,data"];
const bad =
  "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || _ws.expert.severity >= 0x600000 || icmp";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), "pcap-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** [all packets, those with something wrong, UDP datagrams] */
function judge(parts: readonly Uint8Array[]): [number, string, number] {
  const file = path.join(folder, "out.pcap");
  writeFileSync(file, Buffer.concat(parts));
  const run = (filter: string): string =>
    execFileSync("tshark", ["-r", file, ...checks, "-Y", filter], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const lines = (text: string): number => text.split("\n").length - 1;
  return [lines(run("frame")), run(bad), lines(run("udp"))];
}

// Skipped where tshark is not installed: the line above says so.
(tshark ? describe : describe.skip)("tshark", () => {
  it.each(contexts)(
    "finds nothing wrong in context $name",
    (context) => {
      for (const checksum of ["hw", "sw"] as const) {
        const roots = context.setup(checksum);
        const { frames } = drive(roots, generic(roots, context.length), context.length, 60, 5);
        const [all, wrong, datagrams] = judge([
          pcapFileHeader(),
          ...frames.map((frame, nth) => pcapRecord(frame, nth)),
        ]);
        expect(wrong).toBe("");
        expect(all).toBe(frames.length);
        expect(datagrams).toBe(60);
      }
    },
    60000,
  );

  it("would find a wrong checksum", () => {
    const context = contexts[0]!;
    const roots = context.setup("sw");
    const { frames } = drive(roots, generic(roots, context.length), context.length, 3, 5);
    frames[1]![50]! ^= 1;
    expect(judge([pcapFileHeader(), ...frames.map((frame) => pcapRecord(frame, 0))])[1]).toContain("UDP");
  });

  it.each([0, NETIF_F_HW_CSUM])("reads what the pcap device writes (features %i)", (features) => {
    const kernel = createKernel();
    const written: Uint8Array[] = [];
    const dev = new PcapDevice(
      kernel.net,
      new Noqueue(),
      {
        name: "pcap0",
        mtu: 1500,
        flags: IFF_UP,
        features,
        hardHeaderLen: 14,
        txQueueLen: 0,
        address: Uint8Array.of(2, 0, 0, 0, 0, 1),
        broadcast: new Uint8Array(6).fill(255),
      },
      (bytes) => void written.push(bytes),
    );
    addDevice(kernel.ip, dev);
    addAddress(kernel.ip, dev, inetAddr("10.0.0.1"), 24);
    addNeighbour(kernel.ip, dev, inetAddr("10.0.0.2"), Uint8Array.of(2, 0, 0, 0, 0, 2));
    const fd = udpSocket(kernel);
    for (const length of [0, 1, 99, 1472, 5000]) {
      kernel.net.clock.now += 1001;
      expect(sysSendto(kernel, fd, bytesOf(length), length, 0, address("10.0.0.2", 9), 16)).toBe(length);
    }
    sysSendto(kernel, fd, bytesOf(5), 5, 0, address("10.0.0.3", 9), 16); // asks by ARP
    expect(judge(written)).toEqual([9, "", 5]);
    expect(kernel.net.heads.inUse).toBe(1); // waits for the answer
  });
});
