/** Control messages and datagrams as a peer would make them. */
import { transportChecksum } from "./build.ts";
import { internetChecksum } from "./parse.ts";

export function buildIcmp(type: number, code: number, rest: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  bytes[1] = code;
  view.setUint32(4, rest >>> 0);
  bytes.set(body, 8);
  view.setUint16(2, internetChecksum(bytes));
  return bytes;
}

export function buildUdp(
  source: string,
  destination: string,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint16(4, bytes.length);
  bytes.set(payload, 8);
  const sum = transportChecksum(source, destination, 17, bytes);
  view.setUint16(6, sum === 0 ? 0xffff : sum);
  return bytes;
}
