/** Assertions on packets, to be put together: `expectPacket(bytes, ipv4({ ttl: 64 }), udp({ length: 12 }))`. */
import { parseFrame, parseIpv4, parseUdp, type Frame, type Ipv4Packet, type UdpDatagram } from "./parse.ts";

export interface Packet {
  readonly frame: Frame;
  readonly ip: Ipv4Packet;
  /** Of a first or only fragment. */
  readonly udp: UdpDatagram;
}

export type Check = (packet: Packet) => void;

export function readPacket(bytes: Uint8Array): Packet {
  const frame = parseFrame(bytes);
  const ip = parseIpv4(frame.payload);
  return {
    frame,
    ip,
    get udp() {
      return parseUdp(ip.payload, ip.source, ip.destination);
    },
  };
}

export function expectPacket(bytes: Uint8Array | undefined, ...checks: readonly Check[]): void {
  if (bytes === undefined) {
    throw new Error("no packet was sent");
  }
  const packet = readPacket(bytes);
  expect(packet.frame.etherType).toBe(0x0800);
  expect(packet.ip.version).toBe(4);
  expect(packet.ip.checksumIsGood).toBe(true);
  expect(packet.frame.payload).toHaveLength(packet.ip.totalLength);
  for (const check of checks) {
    check(packet);
  }
}

export function link(fields: Partial<Frame>): Check {
  return ({ frame }) => expect(frame).toMatchObject(fields);
}

export function ipv4(fields: Partial<Ipv4Packet>): Check {
  return ({ ip }) => expect(ip).toMatchObject(fields);
}

export function udp(fields: Partial<UdpDatagram>): Check {
  return (packet) => expect(packet.udp).toMatchObject(fields);
}

/** The whole datagram is in this packet, and its checksum is good. */
export function carries(payload: Uint8Array): Check {
  return (packet) => {
    expect(packet.udp.checksumIsGood).toBe(true);
    expect([...packet.udp.payload]).toEqual([...payload]);
  };
}
