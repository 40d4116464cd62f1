/** Packets as a peer would make them: written from the RFCs, sharing nothing with the stack, good and bad alike. */
import { internetChecksum } from "./parse.ts";

export interface SegmentFields {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack?: number;
  /** The flag bits of the header. */
  readonly flags: number;
  readonly window?: number;
  readonly urgent?: number;
  readonly options?: readonly number[];
  readonly payload?: Uint8Array;
  readonly tos?: number;
  readonly badChecksum?: boolean;
}

const octets = (address: string): number[] => address.split(".").map(Number);

export function buildIpv4(
  source: string,
  destination: string,
  protocol: number,
  payload: Uint8Array,
  fields: { readonly tos?: number; readonly id?: number; readonly fragment?: number; readonly options?: number[] } = {},
): Uint8Array {
  const options = fields.options ?? [];
  const headerLength = 20 + options.length;
  const bytes = new Uint8Array(headerLength + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x40 | (headerLength / 4);
  bytes[1] = fields.tos ?? 0;
  view.setUint16(2, bytes.length);
  view.setUint16(4, fields.id ?? 1);
  view.setUint16(6, fields.fragment ?? 0);
  bytes[8] = 64;
  bytes[9] = protocol;
  bytes.set(octets(source), 12);
  bytes.set(octets(destination), 16);
  bytes.set(options, 20);
  view.setUint16(10, internetChecksum(bytes.subarray(0, headerLength)));
  bytes.set(payload, headerLength);
  return bytes;
}

export function transportChecksum(source: string, destination: string, protocol: number, bytes: Uint8Array): number {
  const pseudo = new Uint8Array(12 + bytes.length);
  pseudo.set(octets(source), 0);
  pseudo.set(octets(destination), 4);
  pseudo[9] = protocol;
  new DataView(pseudo.buffer).setUint16(10, bytes.length);
  pseudo.set(bytes, 12);
  return internetChecksum(pseudo);
}

export function buildSegment(fields: SegmentFields): Uint8Array {
  const options = [...(fields.options ?? [])];
  while (options.length % 4 !== 0) options.push(0);
  const payload = fields.payload ?? new Uint8Array(0);
  const headerLength = 20 + options.length;
  const bytes = new Uint8Array(headerLength + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, fields.sourcePort);
  view.setUint16(2, fields.destinationPort);
  view.setUint32(4, fields.seq >>> 0);
  view.setUint32(8, (fields.ack ?? 0) >>> 0);
  view.setUint16(12, (headerLength / 4) * 4096 + fields.flags);
  view.setUint16(14, fields.window ?? 65535);
  view.setUint16(18, fields.urgent ?? 0);
  bytes.set(options, 20);
  bytes.set(payload, headerLength);
  const sum = transportChecksum(fields.source, fields.destination, 6, bytes);
  view.setUint16(16, fields.badChecksum === true ? sum ^ 0x1234 : sum);
  return buildIpv4(fields.source, fields.destination, 6, bytes, { tos: fields.tos });
}

export interface Segment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly headerLength: number;
  readonly flags: number;
  readonly window: number;
  readonly urgent: number;
  readonly checksumIsGood: boolean;
  readonly options: readonly TcpOption[];
  readonly payload: Uint8Array;
}

export interface TcpOption {
  readonly kind: number;
  readonly data: Uint8Array;
}

export function readSegment(bytes: Uint8Array, source: string, destination: string): Segment {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint16(12);
  const headerLength = Math.floor(word / 4096) * 4;
  const options: TcpOption[] = [];
  for (let at = 20; at < headerLength;) {
    const kind = bytes[at]!;
    if (kind === 0) break;
    if (kind === 1) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1]!;
    options.push({ kind, data: bytes.slice(at + 2, at + length) });
    at += length;
  }
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    headerLength,
    flags: word % 256,
    window: view.getUint16(14),
    urgent: view.getUint16(18),
    checksumIsGood: transportChecksum(source, destination, 6, bytes) === 0,
    options,
    payload: bytes.slice(headerLength),
  };
}
