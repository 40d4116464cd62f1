/** Medians and spreads of times. */
export function summary(values) {
  return { median: round(median(values)), least: round(Math.min(...values)), greatest: round(Math.max(...values)) };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value) {
  return value < 1000 ? Math.round(value * 10) / 10 : Math.round(value);
}

export function spread({ median, least, greatest }) {
  return `${median} (${least}-${greatest})`;
}
