/** Smallest first by `compare`; equal items leave in the order in which they came. A binary heap. */
export class PriorityQueue<T> {
  readonly #heap: { item: T; turn: number }[] = [];
  readonly #compare: (left: T, right: T) => number;
  #turn = 0;

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    this.#heap.push({ item, turn: this.#turn++ });
    this.#rise(this.#heap.length - 1);
  }

  peek(): T | undefined {
    return this.#heap[0]?.item;
  }

  take(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first.item;
  }

  #before(left: number, right: number): boolean {
    const a = this.#heap[left]!;
    const b = this.#heap[right]!;
    const order = this.#compare(a.item, b.item);
    return order < 0 || (order === 0 && a.turn < b.turn);
  }

  #swap(left: number, right: number): void {
    const held = this.#heap[left]!;
    this.#heap[left] = this.#heap[right]!;
    this.#heap[right] = held;
  }

  #rise(start: number): void {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(start: number): void {
    for (let at = start; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.#heap.length && this.#before(left, least)) least = left;
      if (right < this.#heap.length && this.#before(right, least)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
