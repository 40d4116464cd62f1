/** Reads a profile of V8: where time was spent, function by function, and by whom each was called. */
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Which part of the stack a frame belongs to, from the address of its module. */
function layerOf(url, out) {
  if (url === "") return "engine";
  if (url.startsWith("node:")) return "node";
  const inside = path.relative(out, fileURLToPath(url));
  if (inside.startsWith("..")) return "application";
  return inside.split(path.sep)[0];
}

function frameOf({ callFrame }, out) {
  const { functionName, url, lineNumber } = callFrame;
  const layer = layerOf(url, out);
  const file = url.startsWith("file:") ? path.basename(fileURLToPath(url), ".js") : url;
  return { name: functionName || `(anonymous in ${file}:${lineNumber + 1})`, layer, file };
}

/** Not the program's: idleness, and the profiler itself. */
const NOT_COUNTED = new Set(["(idle)", "(program)", "dispatch"]);

/** The tree of calls with the microseconds of each node. */
export function readTree(profile, out) {
  const nodes = new Map(
    profile.nodes.map((node) => [node.id, { ...frameOf(node, out), ids: node.children ?? [], self: 0 }]),
  );
  profile.samples.forEach((id, nth) => (nodes.get(id).self += Math.max(profile.timeDeltas[nth], 0)));
  const build = (id) => {
    const { ids, ...node } = nodes.get(id);
    const children = ids.map(build).filter(({ name, layer }) => layer !== "engine" || !NOT_COUNTED.has(name));
    return { ...node, children, total: children.reduce((sum, child) => sum + child.total, node.self) };
  };
  return build(profile.nodes[0].id);
}

/** The functions by their own time, with that of what they called (once, where they call themselves). */
export function functionsOf(tree) {
  const found = new Map();
  const visit = (node, open) => {
    const key = `${node.layer}/${node.file} ${node.name}`;
    const row = found.get(key) ?? { name: node.name, layer: node.layer, file: node.file, self: 0, total: 0 };
    row.self += node.self;
    if (!open.has(key)) row.total += node.total;
    found.set(key, row);
    const inner = new Set(open).add(key);
    for (const child of node.children) visit(child, inner);
  };
  for (const child of tree.children) visit(child, new Set());
  return [...found.values()].sort((one, other) => other.self - one.self);
}

export function layersOf(functions) {
  const sums = new Map();
  for (const { layer, self } of functions) sums.set(layer, (sums.get(layer) ?? 0) + self);
  return [...sums].map(([layer, self]) => ({ layer, self })).sort((one, other) => other.self - one.self);
}
