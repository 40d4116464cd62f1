import { sysBind, sysConnect, sysRecvfrom } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { EAGAIN } from "../../fixtures/tcpip/stack/errno.ts";
import { MSG_PEEK } from "../../fixtures/tcpip/stack/flags.ts";
import { netRxAction } from "../../fixtures/tcpip/stack/netifRx.ts";
import { address, bytesOf, makeRig, udpSocket } from "./rig.ts";

describe("the loopback device [part:loopback]", () => {
  it.each([0, 1, 1000, 16000])("%i bytes come back to another socket of this host", (length) => {
    const { kernel } = makeRig();
    const [sender, receiver] = [udpSocket(kernel), udpSocket(kernel)];
    expect(sysBind(kernel, receiver, address("127.0.0.1", 7))).toBe(0);
    expect(sysBind(kernel, sender, address("127.0.0.1", 4001))).toBe(0);
    expect(sysSendto(kernel, sender, bytesOf(length), length, 0, address("127.0.0.1", 7), 16)).toBe(length);
    const into = new Uint8Array(20000);
    const from = new Uint8Array(16);
    expect(sysRecvfrom(kernel, receiver, into, 0, from)).toBe(-EAGAIN); // nobody has looked yet
    netRxAction(kernel.net);
    expect(sysRecvfrom(kernel, receiver, into, MSG_PEEK, null)).toBe(length);
    expect(sysRecvfrom(kernel, receiver, into, 0, from)).toBe(length);
    expect(into.subarray(0, length)).toEqual(bytesOf(length));
    expect(from).toEqual(address("127.0.0.1", 4001));
    expect(sysRecvfrom(kernel, receiver, into, 0, from)).toBe(-EAGAIN);
    expect(kernel.net.heads.inUse).toBe(0);
    expect(kernel.net.memory.pagesInUse).toBe(0);
  });

  it("a connected receiver gets what its peer sends, others the rest", () => {
    const { kernel } = makeRig();
    const [sender, all] = [udpSocket(kernel), udpSocket(kernel)];
    sysBind(kernel, sender, address("127.0.0.1", 4001));
    sysBind(kernel, all, address("0.0.0.0", 7));
    sysConnect(kernel, sender, address("10.0.0.1", 7));
    expect(sysSend(kernel, sender, bytesOf(3), 3, 0)).toBe(3);
    netRxAction(kernel.net);
    expect(sysRecvfrom(kernel, all, new Uint8Array(9), 0, null)).toBe(3);
    sysSendto(kernel, all, bytesOf(4), 4, 0, address("127.0.0.1", 4001), 16);
    netRxAction(kernel.net);
    expect(sysRecvfrom(kernel, sender, new Uint8Array(9), 0, null)).toBe(-EAGAIN);
    expect(kernel.net.udpStats.noPorts).toBe(1);
  });

  it("a receiver that does not read loses datagrams, and they are counted", () => {
    const { kernel } = makeRig({ sysctl: { rmemDefault: 1000 } });
    const [sender, receiver] = [udpSocket(kernel), udpSocket(kernel)];
    sysBind(kernel, receiver, address("127.0.0.1", 7));
    for (let nth = 0; nth < 5; nth += 1) {
      expect(sysSendto(kernel, sender, bytesOf(100), 100, 0, address("127.0.0.1", 7), 16)).toBe(100);
    }
    netRxAction(kernel.net);
    expect(kernel.net.udpStats).toMatchObject({ inDatagrams: 3, inErrors: 2 });
  });
});
