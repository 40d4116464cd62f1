/**
 * The rooms of the product and what each may import: an allow-list. The order is the order of the data flow, and a room
 * may use the code of earlier rooms only. `types` are rooms of which `import type` alone is allowed, whichever way they
 * lie: stages know the shape of the values handed to them, and only `pipeline` calls stages.
 *
 * When a new import fails here, think first: the noun that two rooms share belongs in a lower room. Then amend the table.
 */
export interface Room {
  /** Folder below the root of the tree; "." is the files that lie directly in the root. */
  readonly name: string;
  readonly purpose: string;
  readonly imports: readonly string[];
  readonly types?: readonly string[];
  /** npm packages and `node:` modules; "node:*" stands for all of Node. */
  readonly packages?: readonly string[];
  /** Packages of which only types are used. */
  readonly packageTypes?: readonly string[];
}

const babel = ["@babel/generator", "@babel/parser", "@babel/traverse", "@babel/types"];
const stages = [
  "declarations",
  "lower",
  "modules",
  "analysis",
  "plan",
  "specialize",
  "restructure",
  "simplify",
  "emit",
];
const ground = ["base", "ir", "semantics", "diagnostics", "syntax"];

export const productRooms: readonly Room[] = [
  { name: "base", purpose: "invariants, ids, worklists, ordered maps, the clock; no Babel", imports: [] },
  {
    name: "api",
    purpose: "what users import: specialize(), dynamic(), the types S, D, Spec, Intern, Extern",
    imports: [],
  },
  {
    name: "runtime",
    purpose: "what residual code runs on: the check of a binder; ships to users, needs nothing",
    imports: [],
  },
  { name: "ir", purpose: "the control-flow graph: types, verifier, printer, orders, liveness", imports: ["base"] },
  {
    name: "semantics",
    purpose: "ECMAScript operations on known values, facts, pure built-ins",
    imports: ["base"],
    // regular expressions run under a limit of time
    packages: ["node:vm"],
  },
  {
    name: "prelude",
    purpose: "built-ins that call back, written as ordinary code to be lowered and unfolded",
    imports: [],
    packages: ["node:url", "node:path", "node:fs"],
  },
  {
    name: "diagnostics",
    purpose: "messages, their table of codes, the sink, code frames",
    imports: ["base"],
    packages: ["@babel/code-frame", "fastest-levenshtein"],
  },
  {
    name: "syntax",
    purpose: "the door to Babel: parse, print, compatibility of 7 and 8, fresh names, provenance",
    imports: ["base", "diagnostics"],
    packages: babel,
  },
  {
    name: "declarations",
    purpose: "S and D of one module, inline and aside, as data",
    imports: ["base", "diagnostics", "syntax"],
    types: ["ir"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "lower",
    purpose: "syntax to control-flow graph, one construct per file",
    imports: ["base", "ir", "diagnostics", "syntax"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "modules",
    purpose: "the module graph: resolve, parse, lower, link imports and exports, through an injected host",
    // A file is read, its declarations too, and lowered, as it is loaded: the direct calls between stages.
    imports: ["base", "diagnostics", "syntax", "declarations", "lower"],
    types: ["ir"],
    packages: ["lru-cache"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "host",
    purpose: "files and module resolution: of Node, and in memory",
    imports: ["base"],
    types: ["modules"],
    packages: ["oxc-resolver", "node:fs", "node:path", "node:url", "node:module"],
  },
  {
    name: "analysis",
    purpose: "binding times over the whole module graph; never builds code",
    imports: ["base", "ir", "semantics", "diagnostics"],
    types: ["declarations", "modules"],
  },
  {
    name: "plan",
    purpose: "binding times to actions: evaluate, rebuild, unfold, share, keep, lift; limits",
    imports: ["base", "ir", "semantics", "diagnostics"],
    types: ["analysis", "modules"],
  },
  {
    name: "explain",
    purpose: "the annotated program and the chains of causes, as data",
    imports: ["base", "ir", "diagnostics"],
    types: ["analysis", "plan", "modules", "declarations"],
  },
  {
    name: "specialize",
    purpose: "polyvariant program-point specialization: graph and static store to residual graph",
    imports: ["base", "ir", "semantics", "diagnostics"],
    types: ["plan", "modules", "declarations"],
  },
  {
    name: "restructure",
    purpose: "any control-flow graph to structured syntax",
    imports: ["base", "ir", "syntax"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "simplify",
    purpose: "small rewrites of any graph or syntax tree to a fixed point",
    imports: ["base", "ir", "diagnostics", "semantics", "syntax"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "emit",
    purpose: "residual functions to modules: imports, names, source maps",
    imports: ["base", "diagnostics", "syntax"],
    types: ["ir", "modules", "specialize"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "pipeline",
    purpose: "the order of the stages, the options, the cache; the only caller of stages",
    imports: [...ground, "prelude", ...stages, "host", "explain"],
    // Files of users are read through the host; the pipeline itself opens only those of the prelude.
    packages: ["node:path", "node:fs"],
    packageTypes: ["@babel/types"],
  },
  {
    name: "plugin",
    purpose: "the Babel plugin: finds sites, hands over, replaces",
    imports: ["base", "diagnostics", "syntax", "host", "pipeline"],
    types: ["modules", "declarations"],
    packageTypes: ["@babel/core", "@babel/types"],
    packages: ["node:path", "node:fs"],
  },
  {
    name: ".",
    purpose: "the doors of the package: index, compile and runtime",
    imports: ["api", "runtime", "diagnostics", "host", "pipeline", "plugin"],
    types: ["modules"],
    // The API resolves the paths it is given.
    packages: ["node:path"],
  },
  {
    name: "cli",
    purpose: "arguments to pipeline to files and exit code",
    imports: ["base", "diagnostics", "host", "pipeline", "explain"],
    types: ["modules", "analysis"],
    // "?": the configuration file is imported by a computed path
    packages: ["?", "commander", "picocolors", "cli-table3", "node:fs", "node:path", "node:process", "node:url"],
  },
];

/** The stack that the product is shown on keeps an order of its own. */
export const stackRooms: readonly Room[] = [
  { name: "wire", purpose: "header layouts, byte order, checksums; knows no layer", imports: [] },
  {
    name: "stack",
    purpose: "the interfaces between layers, sysctls, counters, clock, buffers, memory",
    imports: ["wire"],
  },
  { name: "link", purpose: "devices and queueing disciplines", imports: ["wire", "stack"] },
  {
    name: "network",
    purpose: "IPv4, routes, neighbours",
    imports: ["wire", "stack"],
  },
  { name: "transport", purpose: "UDP, TCP, raw IP", imports: ["wire", "stack"], types: [] },
  {
    name: "socket",
    purpose: "descriptors, files, sockets, the system calls",
    imports: ["wire", "stack", "link", "network", "transport"],
  },
  {
    name: "host",
    purpose: "real time and real devices: what drives a machine that others are to talk to",
    imports: ["wire", "stack", "link"],
    packages: ["node:fs", "node:module"],
  },
  {
    name: "apps",
    purpose: "applications: echo, ping, HTTP, iperf3",
    imports: ["wire", "stack", "socket"],
  },
  {
    name: "contexts",
    purpose: "the contexts that the stack is specialized for, each with its random traffic",
    imports: ["wire", "stack", "link", "network", "transport", "socket"],
  },
  {
    name: ".",
    purpose: "other traffic, so that the generic path is measured warm and mixed",
    imports: ["wire", "stack", "link", "network", "transport", "socket", "contexts"],
  },
  {
    name: "hand",
    purpose: "residuals as an expert writes them, to measure against",
    imports: ["wire", "stack", "link", "network", "transport", "socket", "contexts", "."],
  },
];
