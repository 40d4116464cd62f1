/**
 * The undo log of a residual function in the making: what was changed since a mark can be taken back, latest first, so
 * that specialization goes on from an earlier place instead of beginning again. Before the first mark nothing is recorded.
 *
 * After: the trail of Warren's abstract machine for Prolog (1983).
 */
export class Trail {
  private readonly undos: (() => void)[] = [];
  private readonly marks: number[] = [];

  /** number of marks that stand */
  get depth(): number {
    return this.marks.length;
  }

  /** Sets a mark at this place. */
  mark(): void {
    this.marks.push(this.undos.length);
  }

  /** Files how to take back a change that was just made or is about to be made. */
  record(undo: () => void): void {
    if (this.marks.length > 0) this.undos.push(undo);
  }

  /** Takes back all changes since mark `n`, counted from 0, and the marks from there on. */
  rewindTo(n: number): void {
    const length = this.marks[n];
    if (length === undefined) throw new Error(`there is no mark ${n}`);
    while (this.undos.length > length) this.undos.pop()?.();
    this.marks.length = n;
  }
}
