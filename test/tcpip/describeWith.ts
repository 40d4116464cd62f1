/** Tests that need more of the machine than Node: where something is lacking they are skipped, loudly, and the title says why. */
export function describeWith(lacking: readonly string[], title: string, body: () => void): void {
  if (lacking.length === 0) {
    describe(title, body);
    return;
  }
  const reason = `NOT TRIED, for want of ${lacking.join(", ")}`;
  // A line of its own, which .ci/run repeats at its end.
  process.stderr.write(`!!! stack ${title}: ${reason}\n`);
  describe.skip(`${title}: ${reason}`, body); // what it needs is not on this machine, as the title says
}
