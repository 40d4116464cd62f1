/** First in, first out; what is waiting already is not queued again. */
export class Worklist<T> {
  readonly #queue: T[] = [];
  readonly #waiting = new Set<T>();
  #head = 0;

  constructor(items: Iterable<T> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** False when the item was waiting already. */
  add(item: T): boolean {
    if (this.#waiting.has(item)) return false;
    this.#waiting.add(item);
    this.#queue.push(item);
    return true;
  }

  take(): T | undefined {
    if (this.#head === this.#queue.length) return undefined;
    const item = this.#queue[this.#head++]!;
    this.#waiting.delete(item);
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}
