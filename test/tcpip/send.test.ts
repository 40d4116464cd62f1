import { sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import { bytesOf, connectedSocket, makeRig, takeDatagrams } from "./rig.ts";

describe("a connected socket sends", () => {
  it.each([0, 1, 2, 3, 63, 64, 65, 1024, 1471, 1472])("%i bytes", (length) => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    const payload = bytesOf(length);
    expect(sysSendto(kernel, fd, payload, length, 0, null, 0)).toBe(length);
    const [sent, ...others] = takeDatagrams(dev);
    expect(others).toEqual([]);
    expect(sent).toMatchObject({
      to: "02:00:00:00:00:02",
      ip: {
        version: 4,
        headerLength: 20,
        tos: 0,
        totalLength: 28 + length,
        dontFragment: true,
        moreFragments: false,
        offset: 0,
        ttl: 64,
        protocol: 17,
        checksumIsGood: true,
        source: "10.0.0.1",
        destination: "10.0.0.2",
      },
      udp: { sourcePort: 4000, destinationPort: 5000, length: 8 + length, checksumIsGood: true },
    });
    expect(sent!.udp.payload).toEqual(payload);
  });
});
