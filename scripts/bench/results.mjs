/** What was measured: as records, as a table for the terminal, as docs/RESULTS.md, and as a bar chart in SVG. */
import Table from "cli-table3";
import { spread } from "../summary.mjs";

/** One program as `--json` prints it; null where there is none. */
export function recordOf(row) {
  const { name, times, sizes, specializeMs, versions, wrong } = row;
  const peer = bestPeer(row);
  return {
    name,
    kind: row.kind,
    wrong: (wrong.residual ?? 0) + (wrong.hand ?? 0),
    nsGeneric: times.generic.median,
    nsPolluted: times.polluted?.median ?? null,
    nsResidual: times.residual?.median ?? null,
    nsHand: times.hand?.median ?? null,
    peer,
    nsPeer: peer === null ? null : times[peer].median,
    genericBytes: sizes.generic,
    residualBytes: sizes.residual,
    handBytes: sizes.hand,
    specializeMs: Math.round(specializeMs),
    versions,
  };
}

function bestPeer({ peers, times, wrong }) {
  const right = peers.filter((peer) => times[peer] !== undefined && !(wrong[peer] > 0));
  return right.sort((a, b) => times[a].median - times[b].median)[0] ?? null;
}

const head = [
  "program",
  "generic",
  "polluted",
  "residual",
  "hand-made",
  "peer",
  "faster",
  "of hand",
  "bytes",
  "ms",
  "wrong",
];

function cells(row) {
  const { times, sizes } = row;
  const record = recordOf(row);
  const stays = times.residual === undefined;
  return [
    row.name,
    spread(times.generic),
    times.polluted === undefined ? "" : spread(times.polluted),
    stays ? "stays generic" : spread(times.residual),
    times.hand === undefined ? "" : spread(times.hand),
    record.peer === null ? "" : `${record.peer} ${spread(times[record.peer])}`,
    stays ? "" : `${(times.generic.median / times.residual.median).toFixed(2)}x`,
    stays || times.hand === undefined ? "" : (times.hand.median / times.residual.median).toFixed(2),
    `${sizes.generic} / ${sizes.residual ?? "-"} / ${sizes.hand ?? "-"}`,
    String(record.specializeMs),
    String(record.wrong),
  ];
}

export function tableOf(rows) {
  if (rows.length === 0) return "no programs";
  const table = new Table({
    head,
    colAligns: ["left", ...Array.from({ length: head.length - 1 }, () => "right")],
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(cells(row));
  return `${table.toString()}\n${means(rows)}`;
}

/** Packages that are not as much faster as they are to be. */
function missing(rows) {
  const ratio = ({ times }) => times.generic.median / times.residual.median;
  return rows
    .filter((row) => row.wanted !== undefined && row.times.residual !== undefined && ratio(row) < row.wanted)
    .map(
      (row) =>
        `- ${row.name}: ${ratio(row).toFixed(1)}x, wanted ${row.wanted}x${row.why === undefined ? "" : `: ${row.why}`}.`,
    );
}

/** Geometric means over what has a residual, of programs and of packages. */
function means(rows) {
  const of = (kind, noun) => {
    const all = rows.filter((row) => row.kind === kind);
    const done = all.filter(({ times }) => times.residual !== undefined);
    if (done.length === 0) return [];
    const mean = (ratio) =>
      Math.exp(done.reduce((sum, row) => sum + Math.log(ratio(row.times)), 0) / done.length).toFixed(2);
    const faster = mean(({ generic, residual }) => generic.median / residual.median);
    const hand =
      kind === "library"
        ? ""
        : `, ${mean((times) => times.hand.median / times.residual.median)} of the hand-made code's`;
    return [
      `Geometric means over ${done.length} of ${all.length} ${noun}: ${faster}x the speed of the generic code${hand}.`,
    ];
  };
  return [...of("classic", "programs"), ...of("library", "packages")].join("\n");
}

export function markdownOf(rows, { engine, quick }) {
  const line = (texts) => `| ${texts.join(" | ")} |`;
  return `# Results

Written by \`npm run bench -- --write\`. ${engine}; nanoseconds per call, median of ${quick ? "one process" : "five processes"} (least-greatest), each version in
processes of its own that take turns. *Polluted* is the generic code after use with other static arguments. The peer of a package is its compiled rival, with the same inputs. Bytes are those of
the generic program with its static input, of the residual and of the hand-made version, minified. *Wrong* counts inputs on
which the residual or the hand-made version differs from the generic code. The machine is shared; trust ratios, and not to the last digit.

${line(head)}
${line(head.map((_, n) => (n === 0 ? "---" : "---:")))}
${rows.map((row) => line(cells(row))).join("\n")}

${means(rows)}

![Speed of residual and hand-made code, as multiples of the generic code's](results.svg)

## Slower than the generic code

${
  rows
    .filter(({ times }) => times.residual?.median > times.generic.median)
    .map(({ name }) => `- ${name}`)
    .join("\n") || "Nothing."
}

## What misses its figure, and why

${missing(rows).join("\n") || "Nothing."}

## What stays generic, and why

${
  rows
    .filter((row) => !row.replaced)
    .map((row) => `- ${row.name}: ${row.reason}`)
    .join("\n") || "Nothing."
}

## Where tools fail

A tool fails on a program that it refuses, takes longer than a minute for, or makes something else of; or it could not be installed.

${
  ["closure", "prepack"]
    .map((tool) => [tool, rows.filter(({ failed = [] }) => failed.includes(tool)).map(({ name }) => name)])
    .filter(([, names]) => names.length > 0)
    .map(([tool, names]) => `- ${tool}: ${names.join(", ")}`)
    .join("\n") || "Nowhere."
}

## Where the programs come from

${rows.map((row) => `- ${row.name}: ${row.from}`).join("\n")}
`;
}

const colors = { residual: "#2b7a4b", hand: "#c9832a" };

/** Speed as multiples of the generic code's. */
export function chartOf(rows) {
  const [left, bar, width] = [150, 11, 560];
  const speeds = rows.map(({ name, times }) => ({
    name,
    bars: ["residual", "hand"].flatMap((kind) =>
      times[kind] === undefined ? [] : [[kind, times.generic.median / times[kind].median]],
    ),
  }));
  const most = Math.max(1, ...speeds.flatMap(({ bars }) => bars.map(([, value]) => value)));
  const scale = (value) => ((Math.log2(1 + value) / Math.log2(1 + most)) * width).toFixed(1);
  let y = 4;
  const marks = [];
  for (const { name, bars } of speeds) {
    marks.push(`<text x="${left - 8}" y="${y + bar + 2}" text-anchor="end">${name}</text>`);
    for (const [kind, value] of bars) {
      marks.push(`<rect x="${left}" y="${y}" width="${scale(value)}" height="${bar - 2}" fill="${colors[kind]}"/>`);
      marks.push(`<text x="${left + Number(scale(value)) + 5}" y="${y + bar - 3}">${kind} ${value.toFixed(1)}x</text>`);
      y += bar;
    }
    y += 9;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 110} ${y}" font-family="system-ui,sans-serif" font-size="10">${marks.join("")}</svg>\n`;
}
