/**
 * `npm run demo`: every context of the UDP send path through the Babel plugin; what comes out is compared with the generic
 * path, weighed, and timed. docs/DEMO.md says how to read it.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { parse } from "@babel/parser";
import { compareRuns } from "./compareRuns.mjs";
import { compileTree } from "../compileTree.mjs";
import { countInstructions, missingCounter } from "./countInstructions.mjs";
import { defaultOutput, pathsOf, root } from "./paths.mjs";
import { printTable } from "./printTable.mjs";
import { linkProgram, minifiedBytes, reachableCode } from "./reachableCode.mjs";
import { specializeContext } from "./specializeContext.mjs";
import { timeContexts, versionsOf } from "./timeContexts.mjs";
import { writeReport } from "./writeReport.mjs";

const help = `npm run demo -- [options]
  --quick           fewer packets and processes: for CI; its times say little
  --json            prints { contexts: [...] } and nothing else
  --only NAME,...   these contexts only
  --no-time         no times
  --no-count        no instructions (Duktape under valgrind)
  --out FOLDER      where residual modules and the report go (inside of the package; .demo)
`;
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string" },
    "no-time": { type: "boolean", default: false },
    "no-count": { type: "boolean", default: false },
    out: { type: "string", default: defaultOutput },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  process.stdout.write(help);
  process.exit(0);
}

const names = ["udp64", "udp1024", "udp1472", "unconnected", "adu4000", "multicast", "options", "blocking"];
const chosen = options.only === undefined ? names : options.only.split(",");
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`demo: there is no context ${unknown.join(", ")}; there are ${names.join(", ")}\n`);
  process.exit(2);
}
const out = path.resolve(options.out);
if (!`${out}${path.sep}`.startsWith(`${root}${path.sep}`)) {
  process.stderr.write("demo: the output folder has to be inside of the package\n");
  process.exit(2);
}

function progress(text) {
  process.stderr.write(`demo: ${text}\n`);
}

/** The generic program: what a machine of the contexts links, as far as `sysSendto` reaches into it. */
async function weighGeneric() {
  const entry = `export { createMachine } from "./contexts/context.js"; export { sysSendto } from "./socket/send.js";`;
  const program = await linkProgram(entry, pathsOf(out).modules);
  return { program, bytes: await minifiedBytes(reachableCode(program, ["sysSendto"])) };
}

/** Names that a module imports from the stack. */
function importedNames(code) {
  return parse(code, { sourceType: "module" }).program.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" && statement.source.value.startsWith(".")
      ? statement.specifiers.map(({ local }) => local.name)
      : [],
  );
}

/** The residual module; of it, the function that sends; and the generic code that this function still calls. */
async function weighResidual({ standalone, send }, program) {
  const imported = importedNames(standalone);
  const called = imported.filter((name) => new RegExp(`(?<!function )\\b${name}\\(`).test(send));
  const code = reachableCode(program, called);
  return {
    own: await minifiedBytes(standalone),
    send: await minifiedBytes(send),
    called: code.length === 0 ? 0 : await minifiedBytes(code),
    calls: called.filter((name) => !new RegExp(`new ${name}\\(`).test(send)),
  };
}

const { stack, modules, residuals, report } = pathsOf(out);
rmSync(residuals, { recursive: true, force: true });
mkdirSync(residuals, { recursive: true });
progress("compiling the stack");
compileTree(stack, modules);
const generic = await weighGeneric();
const { default: plugin } = await import("babel-plugin-specialize");

const rows = [];
for (const name of chosen) {
  for (const checksum of ["hw", "sw"]) {
    progress(`${name} ${checksum}: specializing`);
    const cold = rows.length === 0;
    const made = specializeContext(plugin, name, checksum, out);
    const row = {
      name,
      checksum,
      reason: made.reason,
      cold,
      firstMs: made.milliseconds,
      specializeMs: made.milliseconds,
    };
    rows.push(row);
    if (made.standalone === null) {
      progress(`${name} ${checksum} stays generic: ${made.reason}`);
      continue;
    }
    writeFileSync(path.join(modules, "contexts", `$${name}-${checksum}.js`), made.code);
    writeFileSync(path.join(residuals, `${name}-${checksum}.js`), made.standalone);
    Object.assign(row, { weight: await weighResidual(made, generic.program), genericBytes: generic.bytes });
    progress(`${name} ${checksum}: comparing`);
    try {
      row.compared = await compareRuns(out, name, checksum, options.quick ? 600 : 4000);
    } catch (error) {
      row.failure = String(error?.message ?? error);
      progress(`${name} ${checksum}: ${row.failure}`);
    }
  }
}
// The process is warm by now: this is what a further context costs.
for (const row of rows) {
  progress(`${row.name} ${row.checksum}: specializing again, for the time`);
  row.specializeMs = specializeContext(plugin, row.name, row.checksum, out).milliseconds;
}
if (!options["no-time"]) {
  const timed = rows.filter((row) => row.compared !== undefined);
  await timeContexts(out, timed, { quick: options.quick, progress });
}

const missing = missingCounter();
if (!options["no-count"] && !options.quick && missing === null) {
  for (const row of rows) {
    if (row.compared === undefined) continue;
    row.instructions = {};
    for (const version of versionsOf(row.name)) {
      progress(`${row.name} ${row.checksum}: counting instructions, ${version}`);
      row.instructions[version] = await countInstructions(out, row, version);
    }
  }
} else if (missing !== null) progress(`no instructions are counted: ${missing} not installed`);

const engine = `node ${process.versions.node}`;
const records = rows.flatMap((row) =>
  [engine, `${engine} --jitless`].map((one) => {
    const times = row.times?.[one.endsWith("--jitless") ? "jitless" : "jit"] ?? {};
    return {
      name: row.name,
      engine: one,
      checksum: row.checksum,
      frames: row.compared?.frames ?? null,
      differing: row.compared?.differing ?? null,
      genericBytes: generic.bytes,
      residualBytes: row.weight?.own ?? null,
      nsGeneric: times.generic?.median ?? null,
      nsResidual: times.residual?.median ?? null,
      nsHand: times.hand?.median ?? null,
      specializeMs: Math.round(row.specializeMs),
      instructions: row.instructions ?? null,
    };
  }),
);
writeFileSync(path.join(out, "results.json"), `${JSON.stringify({ contexts: records }, null, 2)}\n`);
writeReport(report, rows, { engine, genericBytes: generic.bytes });
if (options.json) process.stdout.write(`${JSON.stringify({ contexts: records }, null, 2)}\n`);
else printTable(rows, { engine, genericBytes: generic.bytes, out, quick: options.quick });

const wrong = rows.filter(({ compared, failure }) => failure !== undefined || (compared && !isEqual(compared)));
for (const { name, checksum, compared, failure } of wrong) {
  const what =
    failure ?? `${compared.differing} frames, ${compared.results} results, counters ${compared.counters.join(" ")}`;
  progress(`DIFFERENT: ${name} ${checksum}: ${what} (seed ${compared?.seed})`);
}
process.exitCode = wrong.length > 0 ? 1 : 0;

function isEqual({ differing, results, counters, state }) {
  return differing === 0 && results === 0 && counters.length === 0 && state === null;
}
