/** A sequence of numbers that decides how a program looks; past its end everything is as simple as possible. */
export class Choices {
  private at = 0;
  private end: number;
  constructor(private readonly numbers: readonly number[]) {
    this.end = numbers.length;
  }

  get left(): number {
    return Math.max(0, this.end - this.at);
  }

  below(limit: number): number {
    const number = this.at < this.end ? (this.numbers[this.at++] ?? 0) : 0;
    return limit <= 1 ? 0 : number % limit;
  }

  /** Something is made with so many numbers at most, so that others are left for what comes after. */
  spend<T>(most: number, make: () => T): T {
    const { end } = this;
    this.end = Math.min(end, this.at + most);
    try {
      return make();
    } finally {
      this.end = end;
    }
  }

  /** true once in so many times; false past the end */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  of<T>(...options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }
}
