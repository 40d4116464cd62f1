/** Bytes that both sides of a test can make: the same length and seed, the same bytes. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

const PIECE = 64 * 1024;

/** Pieces of random bytes, no two alike. A piece is good until the next one. */
export function* bodyPieces(length: number, seed: number): Generator<Uint8Array> {
  const piece = new Uint8Array(PIECE);
  const words = new Uint32Array(piece.buffer);
  let state = seed;
  for (let at = 0; at < words.length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    words[at] = state ^ (state >>> 15);
  }
  for (let at = 0; at < length; at += PIECE) {
    words[0] = at;
    yield piece.subarray(0, Math.min(PIECE, length - at));
  }
}

export function bodyBuffer(length: number, seed: number): Buffer {
  const all = Buffer.alloc(length);
  let at = 0;
  for (const piece of bodyPieces(length, seed)) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

export function bodyHash(length: number, seed: number): string {
  const hash = createHash("sha256");
  for (const piece of bodyPieces(length, seed)) hash.update(piece);
  return hash.digest("hex");
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest("hex");
}
