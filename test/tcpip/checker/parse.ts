/** An independent reading of frames: written from the RFCs, sharing nothing with the stack. */

export interface Frame {
  readonly bytes: Uint8Array;
  readonly destination: string;
  readonly source: string;
  readonly etherType: number;
  /** Everything behind the link header. */
  readonly payload: Uint8Array;
}

export interface Ipv4Packet {
  readonly version: number;
  readonly headerLength: number;
  readonly tos: number;
  readonly totalLength: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes. */
  readonly offset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly checksumIsGood: boolean;
  readonly source: string;
  readonly destination: string;
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly length: number;
  readonly checksum: number;
  /** Absent: the sender did not sum. */
  readonly checksumIsGood: boolean | undefined;
  readonly payload: Uint8Array;
}

/** RFC 1071, section 4.1, as it stands there. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += bytes[at]! * 256 + (at + 1 < bytes.length ? bytes[at + 1]! : 0);
  }
  while (sum > 0xffff) {
    sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  }
  return 0xffff - sum;
}

function hardwareAddress(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

export function parseFrame(bytes: Uint8Array): Frame {
  return {
    bytes,
    destination: hardwareAddress(bytes.subarray(0, 6)),
    source: hardwareAddress(bytes.subarray(6, 12)),
    etherType: bytes[12]! * 256 + bytes[13]!,
    payload: bytes.subarray(14),
  };
}

export function parseIpv4(bytes: Uint8Array): Ipv4Packet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = (view.getUint8(0) % 16) * 4;
  const fragment = view.getUint16(6);
  const totalLength = view.getUint16(2);
  return {
    version: Math.floor(view.getUint8(0) / 16),
    headerLength,
    tos: view.getUint8(1),
    totalLength,
    id: view.getUint16(4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    offset: (fragment & 0x1fff) * 8,
    ttl: view.getUint8(8),
    protocol: view.getUint8(9),
    checksumIsGood: internetChecksum(bytes.subarray(0, headerLength)) === 0,
    source: [...bytes.subarray(12, 16)].join("."),
    destination: [...bytes.subarray(16, 20)].join("."),
    options: bytes.subarray(20, headerLength),
    payload: bytes.subarray(headerLength, totalLength),
  };
}

/** Reads a whole datagram; the addresses are those of its pseudo header. */
export function parseUdp(bytes: Uint8Array, source: string, destination: string): UdpDatagram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint16(4);
  const checksum = view.getUint16(6);
  const pseudo = new Uint8Array(12 + length);
  pseudo.set(source.split(".").map(Number), 0);
  pseudo.set(destination.split(".").map(Number), 4);
  pseudo[9] = 17;
  pseudo[10] = length >> 8;
  pseudo[11] = length & 255;
  pseudo.set(bytes.subarray(0, length), 12);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    length,
    checksum,
    checksumIsGood: checksum === 0 ? undefined : internetChecksum(pseudo) === 0,
    payload: bytes.subarray(8, length),
  };
}

/** Puts the fragments of one datagram together (RFC 815), in whatever order they come; throws if one is missing. */
export function reassemble(fragments: readonly Ipv4Packet[]): Uint8Array {
  const sorted = [...fragments].sort((one, other) => one.offset - other.offset);
  const parts: number[] = [];
  for (const [index, fragment] of sorted.entries()) {
    if (fragment.offset !== parts.length) {
      throw new Error(`hole or overlap at ${parts.length}: next fragment is at ${fragment.offset}`);
    }
    if (fragment.moreFragments !== index < sorted.length - 1) {
      throw new Error(`fragment at ${fragment.offset}: wrong "more fragments"`);
    }
    if (fragment.id !== sorted[0]!.id) {
      throw new Error("fragments of different datagrams");
    }
    parts.push(...fragment.payload);
  }
  return Uint8Array.from(parts);
}
