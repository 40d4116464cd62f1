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
import { describeWith } from "./describeWith.ts";
import { address, bytesOf, udpSocket } from "./rig.ts";

const lacking = spawnSync("tshark", ["--version"]).status === 0 ? [] : ["tshark"];

// Payloads are random: they are not to be taken for some protocol that they happen to look like.
const checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-d", "udp.port==1-65535,data"];
const columns = ["frame.protocols", "ip.checksum.status", "udp.checksum.status", "_ws.expert.severity"];
const badChecksum = /\b0\b/;
const warning = 0x600000;

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), "pcap-"))));
afterAll(() => rmSync(folder, { recursive: true }));

interface Judgement {
  readonly packets: number;
  readonly datagrams: number;
  readonly wrong: readonly string[];
}

function judge(parts: readonly Uint8Array[]): Judgement {
  const file = path.join(folder, "out.pcap");
  writeFileSync(file, Buffer.concat(parts));
  const fields = columns.flatMap((column) => ["-e", column]);
  const text = execFileSync("tshark", ["-r", file, ...checks, "-T", "fields", "-E", "separator=;", ...fields], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = text.trim().split("\n");
  return {
    packets: lines.length,
    datagrams: lines.filter((line) => line.split(";")[0]!.includes(":udp")).length,
    wrong: lines.filter((line) => {
      const [protocols = "", ip = "", udp = "", severity = ""] = line.split(";");
      const severe = severity.split(",").some((one) => Number(one) >= warning);
      return protocols.includes("malformed") || badChecksum.test(ip) || badChecksum.test(udp) || severe;
    }),
  };
}

describeWith(lacking, "tshark", () => {
  it.each(contexts)("finds nothing wrong in context $name", (context) => {
    const frames = (["hw", "sw"] as const).flatMap((checksum) => {
      const roots = context.setup(checksum);
      return drive(roots, generic(roots, context.length), context.length, 60, 5).frames;
    });
    const judgement = judge([pcapFileHeader(), ...frames.map((frame, nth) => pcapRecord(frame, nth))]);
    expect(judgement).toEqual({ packets: frames.length, datagrams: 120, wrong: [] });
  });

  it("would find a wrong checksum", () => {
    const context = contexts[0]!;
    const roots = context.setup("sw");
    const { frames } = drive(roots, generic(roots, context.length), context.length, 3, 5);
    frames[1]![50]! ^= 1;
    expect(judge([pcapFileHeader(), ...frames.map((frame) => pcapRecord(frame, 0))]).wrong).toHaveLength(1);
  });

  it.each([0, NETIF_F_HW_CSUM])("reads what the pcap device writes (features %i) [part:pcap]", (features) => {
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
    expect(judge(written)).toEqual({ packets: 9, datagrams: 5, wrong: [] });
    expect(kernel.net.heads.inUse).toBe(1); // waits for the answer
  });
});
