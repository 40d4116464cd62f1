/**
 * So many calls, again and again, in blocks of about so many milliseconds: the time of a call in each block, in nanoseconds, after a warm-up of
 * growing blocks; `sink` counts what came to nothing, so that no call can be left out.
 */
export function timeBlocks(call, count, blocks, milliseconds) {
  let sink = 0;
  const block = (rounds) => {
    const started = process.hrtime.bigint();
    for (let round = 0; round < rounds; round += 1) {
      for (let n = 0; n < count; n += 1) if (call(n) === undefined) sink += 1;
    }
    return Number(process.hrtime.bigint() - started) / (rounds * count);
  };
  // As many rounds as take the time wanted.
  const wanted = milliseconds * 1e6;
  let rounds = 16;
  const until = performance.now() + milliseconds * 40;
  let latest = block(rounds);
  while (performance.now() < until || latest * rounds * count < wanted / 2) {
    if (latest * rounds * count < wanted / 2) rounds *= 2;
    latest = block(rounds);
  }
  const times = Array.from({ length: blocks }, () => block(rounds));
  return { times, sink };
}
