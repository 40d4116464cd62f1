/** The results as one HTML file with bar charts in SVG; nothing is loaded from elsewhere. */
import { writeFileSync } from "node:fs";

const colors = { generic: "#9aa5b1", residual: "#2b7a4b", hand: "#c9832a", called: "#8fbf9f", send: "#4f9f6e" };

export function writeReport(file, rows, { engine, genericBytes }) {
  const done = rows.filter((row) => row.weight !== undefined);
  const parts = [
    `<p>${escape(engine)}; generic code that <code>sysSendto</code> reaches: ${genericBytes} bytes minified.</p>`,
    table(rows),
    chart(
      "Minified bytes: residual module, of it the function that sends, what that calls, generic code",
      done.map((row) => ({
        label: `${row.name} ${row.checksum}`,
        bars: [
          ["residual", row.weight.own],
          ["send", row.weight.send],
          ["called", row.weight.called],
          ["generic", genericBytes],
        ],
      })),
      (value) => `${value}`,
    ),
  ];
  for (const [mode, title] of [
    ["jit", engine],
    ["jitless", `${engine} --jitless`],
  ]) {
    const groups = done
      .filter((row) => row.times?.[mode] !== undefined)
      .map((row) => ({
        label: `${row.name} ${row.checksum}`,
        bars: Object.entries(row.times[mode]).map(([version, one]) => [version, one.median, one.least, one.greatest]),
      }));
    if (groups.length > 0) parts.push(chart(`Nanoseconds per packet, ${title}`, groups, (value) => `${value} ns`));
  }
  const counted = done.filter((row) => row.instructions !== undefined);
  if (counted.length > 0) {
    const groups = counted.map(({ name, checksum, instructions }) => ({
      label: `${name} ${checksum}`,
      bars: Object.entries(instructions),
    }));
    parts.push(chart("Instructions per packet, Duktape under valgrind", groups, (value) => `${value}`));
  }
  writeFileSync(file, page(parts.join("\n")));
}

function table(rows) {
  const body = rows.map(({ name, checksum, reason, weight, compared, failure, specializeMs }) => {
    if (weight === undefined) return [name, checksum, `stays generic: ${reason}`];
    if (compared === undefined) return [name, checksum, `failed: ${failure}`];
    const differences = `${compared.differing} frames, ${compared.results} results, ${compared.counters.length} counters`;
    return [
      name,
      checksum,
      `${compared.frames} frames compared; differing: ${differences}`,
      `${Math.round(specializeMs)} ms`,
    ];
  });
  const lines = body.map((cells) => `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`);
  return `<table><tr><th>context</th><th>sum</th><th>compared</th><th>specialized in</th></tr>${lines.join("")}</table>`;
}

function chart(title, groups, show) {
  const [left, bar, gap, width] = [130, 13, 10, 620];
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(([, value, , greatest]) => greatest ?? value)));
  const scale = (value) => (value / most) * width;
  let y = 4;
  const marks = [];
  for (const { label, bars } of groups) {
    marks.push(
      `<text x="${left - 8}" y="${y + bar * bars.length * 0.5 + 4}" text-anchor="end">${escape(label)}</text>`,
    );
    for (const [kind, value, least, greatest] of bars) {
      marks.push(`<rect x="${left}" y="${y}" width="${scale(value)}" height="${bar - 2}" fill="${colors[kind]}"/>`);
      if (least !== undefined) {
        const middle = y + bar / 2 - 1;
        const [from, to] = [left + scale(least), left + scale(greatest)];
        marks.push(`<line x1="${from}" x2="${to}" y1="${middle}" y2="${middle}" stroke="#222"/>`);
      }
      const end = left + scale(greatest ?? value) + 5;
      marks.push(`<text x="${end}" y="${y + bar - 3}" class="value">${escape(`${kind} ${show(value)}`)}</text>`);
      y += bar;
    }
    y += gap;
  }
  const svg = `<svg viewBox="0 0 ${left + width + 130} ${y}" role="img" aria-label="${escape(title)}">${marks.join("")}</svg>`;
  return `<h2>${escape(title)}</h2>${svg}`;
}

function page(body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Residual code of the UDP send path</title>
<style>body{font:15px system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em}table{border-collapse:collapse}
td,th{border-bottom:1px solid #ddd;padding:.2em .7em;text-align:left}svg{width:100%;font-size:11px}.value{font-size:9px;fill:#444}</style>
<h1>Residual code of the UDP send path</h1>
${body}
</html>
`;
}

function escape(text) {
  return String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}
