/** A sequence of numbers that decides how a program looks; past its end everything is as simple as possible. */
export class Choices {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}

  get left(): number {
    return Math.max(0, this.numbers.length - this.at);
  }

  below(limit: number): number {
    const number = this.numbers[this.at++] ?? 0;
    return limit <= 1 ? 0 : number % limit;
  }

  /** true once in so many times; false past the end */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  of<T>(...options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }
}
