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
    } else if (!this.own.has(n)) page = [...page];
    this.pages[n] = page;
    this.own.add(n);
    page[slot & MASK] = value;
  }

  /** What is held, with the numbers of the slots, in their order. */
  *held(): Generator<readonly [slot: number, value: Value]> {
    for (const [n, page] of this.pages.entries()) {
      if (page === undefined) continue;
      for (const [at, value] of page.entries()) if (value !== undefined) yield [(n << BITS) | at, value];
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
    copy.pages = [...this.pages];
    this.own.clear();
    return copy;
  }
}
