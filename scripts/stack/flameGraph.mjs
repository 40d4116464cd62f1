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
  application: "#8fc3e8",
  node: "#c7c7c7",
  engine: "#f4a7a0",
};
/** Dark bars have light names. */
const LIGHT_NAMES = new Set(["network", "wire", "stack", "socket"]);

/** As much of a name as a bar has room for; too little of it would say nothing. */
function nameIn(name, pixels) {
  const room = Math.floor((pixels - 6) / 5.4);
  if (name.length <= room) return name;
  return room < 5 ? "" : `${name.slice(0, room - 1)}…`;
}

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
      Plot.text(all, {
        x: "x1",
        y: ({ depth }) => depth + 0.5,
        text: ({ name, x1, x2 }) => nameIn(name, (x2 - x1) * pixels),
        fill: ({ layer }) => (LIGHT_NAMES.has(layer) ? "white" : "black"),
        textAnchor: "start",
        dx: 3,
        fontSize: 9,
      }),
      Plot.text([`${title}: the width of a bar is its share of the time, and that of what it calls`], {
        frameAnchor: "top-left",
        dy: -30,
        dx: 4,
        fontSize: 12,
      }),
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
  // Pages may be dark; the names are not.
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: "white" }))
    ground.setAttribute(name, value);
  svg.prepend(ground);
  return `${svg.outerHTML}\n`;
}
