/** A flame graph: each call a bar as wide as its time, on top of its caller. Equal stacks are one. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const COLORS = {
  socket: "#d95f02",
  transport: "#e6ab02",
  network: "#7570b3",
  link: "#66a61e",
  stack: "#1b9e77",
  wire: "#a6761d",
  application: "#9e9e9e",
  node: "#bdbdbd",
  engine: "#d9d9d9",
};

/** Calls of one function by one caller, wherever in it, are one bar. */
function merged(children) {
  const byName = new Map();
  for (const child of children) {
    const key = `${child.layer} ${child.file} ${child.name}`;
    const same = byName.get(key);
    if (same === undefined) byName.set(key, { ...child });
    else {
      same.total += child.total;
      same.children = [...same.children, ...child.children];
    }
  }
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function bars(tree, least) {
  const found = [];
  const lay = (children, start, depth) => {
    let x = start;
    for (const { name, layer, total, children: inner } of merged(children)) {
      if (total >= least) {
        found.push({ x1: x, x2: x + total, depth, name, layer, total });
        lay(inner, x, depth + 1);
      }
      x += total;
    }
  };
  lay(tree.children, 0, 0);
  return found;
}

export function flameGraph(tree, { title, width = 1200 }) {
  const all = bars(tree, tree.total / 700);
  const deepest = Math.max(...all.map(({ depth }) => depth));
  const height = (deepest + 1) * 15 + 60;
  const pixels = width / tree.total;
  const share = ({ total }) => `${((100 * total) / tree.total).toFixed(1)} %`;
  const wide = all.filter(({ x1, x2 }) => (x2 - x1) * pixels > 26);
  const { document } = parseHTML("<html><body></body></html>");
  const layers = Object.keys(COLORS).filter((layer) => all.some((bar) => bar.layer === layer));
  const svg = Plot.plot({
    document,
    width,
    height,
    margin: 0,
    marginTop: 40,
    x: { axis: null, domain: [0, tree.total] },
    y: { axis: null, domain: [0, deepest + 1] },
    marks: [
      Plot.rect(all, {
        x1: "x1",
        x2: "x2",
        y1: "depth",
        y2: ({ depth }) => depth + 1,
        fill: ({ layer }) => COLORS[layer] ?? "#eeeeee",
        inset: 0.3,
        title: (bar) => `${bar.name} (${bar.layer}) ${share(bar)}`,
      }),
      Plot.text(wide, {
        x: "x1",
        y: ({ depth }) => depth + 0.5,
        text: ({ name, x1, x2 }) => name.slice(0, Math.max(1, Math.floor(((x2 - x1) * pixels - 4) / 5.6))),
        textAnchor: "start",
        dx: 3,
        fontSize: 9,
      }),
      Plot.text([`${title}: ${layers.join(", ")}`], { frameAnchor: "top-left", dy: -30, dx: 4, fontSize: 12 }),
      Plot.dot(layers, {
        x: (_, nth) => (tree.total * (nth + 0.1)) / layers.length,
        y: deepest + 1,
        dy: -10,
        r: 5,
        fill: (layer) => COLORS[layer],
      }),
      Plot.text(layers, {
        x: (_, nth) => (tree.total * (nth + 0.1)) / layers.length,
        y: deepest + 1,
        dx: 9,
        dy: -10,
        textAnchor: "start",
        text: (layer) => layer,
      }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
