/** The results as a table for the terminal. */
import Table from "cli-table3";
import pc from "picocolors";
import { spread } from "../summary.mjs";

export function printTable(rows, { engine, genericBytes, out, quick }) {
  const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);
  const style = { head: [], border: [] };
  const found = new Table({
    head: [
      "context",
      "sum",
      "frames",
      "differing",
      "counters",
      "module",
      "of generic",
      "send",
      "of generic",
      "it calls",
      "warm ms",
    ],
    colAligns: ["left", "left", ...Array.from({ length: 9 }, () => "right")],
    style,
  });
  for (const row of rows) {
    const { name, checksum, reason, weight, compared, failure } = row;
    if (weight === undefined) {
      found.push([name, checksum, { colSpan: 9, content: colors.yellow(`stays generic: ${short(reason)}`) }]);
      continue;
    }
    const equal = failure === undefined && compared.differing + compared.results + compared.counters.length === 0;
    const paint = equal && compared.state === null ? colors.green : colors.red;
    found.push([
      name,
      checksum,
      compared?.frames ?? "failed",
      paint(String(compared?.differing ?? "-")),
      paint(compared === undefined ? "-" : `${compared.counters.length} of ${compared.compared}`),
      weight.own,
      percent(weight.own / genericBytes),
      weight.send,
      percent(weight.send / genericBytes),
      weight.called,
      Math.round(row.specializeMs),
    ]);
  }
  const lines = [
    `Generic code that sysSendto reaches: ${genericBytes} bytes minified. First context, cold: ${Math.round(rows[0].firstMs)} ms.`,
    "Bytes, minified: the residual module with its checks; of it the function that sends; generic code that this calls.",
    found.toString(),
  ];
  for (const [mode, title] of [
    ["jit", engine],
    ["jitless", `${engine} --jitless`],
  ]) {
    const times = timeTable(rows, mode, style);
    if (times !== null) lines.push("", `${title}: nanoseconds per packet, median (least-greatest) of processes`, times);
  }
  const counts = countTable(rows, style);
  if (counts !== null) lines.push("", "Duktape under valgrind: instructions per packet", counts);
  if (quick) lines.push("", "--quick: one process for each time; do not trust the times.");
  lines.push("", `Residual modules and report: ${out}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function timeTable(rows, mode, style) {
  const timed = rows.filter((row) => row.times?.[mode] !== undefined);
  if (timed.length === 0) return null;
  const table = new Table({
    head: ["context", "sum", "generic", "residual", "hand-made", "faster", "of hand-made"],
    colAligns: ["left", "left", ...Array.from({ length: 5 }, () => "right")],
    style,
  });
  for (const { name, checksum, times } of timed) {
    const { generic, residual, hand } = times[mode];
    table.push([
      name,
      checksum,
      spread(generic),
      spread(residual),
      hand === undefined ? "" : spread(hand),
      `${(generic.median / residual.median).toFixed(2)}x`,
      hand === undefined ? "" : (hand.median / residual.median).toFixed(2),
    ]);
  }
  return table.toString();
}

function countTable(rows, style) {
  const counted = rows.filter((row) => row.instructions !== undefined);
  if (counted.length === 0) return null;
  const table = new Table({
    head: ["context", "sum", "generic", "residual", "hand-made", "fewer", "of hand-made"],
    colAligns: ["left", "left", ...Array.from({ length: 5 }, () => "right")],
    style,
  });
  for (const { name, checksum, instructions } of counted) {
    const { generic, residual, hand } = instructions;
    table.push([
      name,
      checksum,
      generic,
      residual,
      hand ?? "",
      `${(generic / residual).toFixed(2)}x`,
      hand === undefined ? "" : (hand / residual).toFixed(2),
    ]);
  }
  return table.toString();
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

function short(text) {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
