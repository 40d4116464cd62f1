/** Hands out 0, 1, 2, ... so that ids depend on the order of the work and on nothing else. */
export class IdSource {
  #next: number;

  constructor(first = 0) {
    this.#next = first;
  }

  next(): number {
    return this.#next++;
  }

  /** How far the numbering has come: every id handed out is smaller. */
  get bound(): number {
    return this.#next;
  }
}
