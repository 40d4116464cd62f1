/**
 * The variables and temporaries of a frame, by number. Where control forks, frames are copied, and a large function has
 * thousands of slots, few of which are in use at one place: they are kept in pages that copies share until one is
 * written to, and a page in which nothing is held is not there.
 */
import type { Value } from "./values.ts";

const BITS = 5;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

type Page = (Value | undefined)[];

export class FrameSlots {
  private pages: (Page | undefined)[] = [];
  /** pages that nobody else holds, by number */
  private own = new Set<number>();

  constructor(readonly length: number) {}

  get(slot: number): Value | undefined {
    return this.pages[slot >>> BITS]?.[slot & MASK];
  }

  set(slot: number, value: Value | undefined): void {
    const n = slot >>> BITS;
    let page = this.pages[n];
    if (page === undefined) {
      if (value === undefined) return;
      page = new Array<Value | undefined>(SIZE).fill(undefined);
    } else if (!this.own.has(n)) page = page.slice();
    this.pages[n] = page;
    this.own.add(n);
    page[slot & MASK] = value;
  }

  /** What is held, in the order of the slots; asked at each fork, so it makes nothing. */
  forEach(see: (value: Value, slot: number) => void): void {
    for (let n = 0; n < this.pages.length; n++) {
      const page = this.pages[n];
      if (page === undefined) continue;
      for (let at = 0; at < SIZE; at++) {
        const value = page[at];
        if (value !== undefined) see(value, (n << BITS) | at);
      }
    }
  }

  /** How many slots hold something. */
  count(): number {
    let count = 0;
    for (const page of this.pages) if (page !== undefined) for (const value of page) if (value !== undefined) count++;
    return count;
  }

  copy(): FrameSlots {
    const copy = new FrameSlots(this.length);
    copy.pages = this.pages.slice();
    this.own.clear();
    return copy;
  }
}
