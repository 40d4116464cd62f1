/**
 * `npm run bench`: the programs of fixtures/programs, generic, residual and hand-made, and the packages of
 * fixtures/libraries with the compiled rival where there is one, compared and timed. Prints one
 * table; writes docs/RESULTS.md and docs/results.svg unless told not to.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import { prepareLibraries } from "./prepareLibraries.mjs";
import { preparePrograms } from "./preparePrograms.mjs";
import { chartOf, markdownOf, recordOf, tableOf } from "./results.mjs";
import { timeProgram } from "./timePrograms.mjs";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const help = `npm run bench -- [options]
  --quick          one process for each time; its times say little
  --json           prints { programs: [...] } and nothing else on standard output
  --only NAME,...  these programs only
  --write          writes docs/RESULTS.md and docs/results.svg
`;
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  process.stdout.write(help);
  process.exit(0);
}

const out = path.join(root, ".bench");
const context = { rows: [] };
const stages = [
  {
    title: "Specializing",
    task: async (_, task) => {
      const { default: plugin } = await import("babel-plugin-specialize");
      const only = options.only?.split(",");
      const progress = (text) => (task.output = text);
      const fixtures = path.join(root, "fixtures", "programs");
      context.rows = await preparePrograms(plugin, fixtures, out, { only, progress });
      const libraries = path.join(root, "fixtures", "libraries");
      context.rows.push(...(await prepareLibraries(plugin, libraries, out, { only, progress })));
    },
  },
  {
    title: "Comparing and timing",
    task: async (_, task) => {
      for (const row of context.rows) {
        timeProgram(out, row, { quick: options.quick, progress: (text) => (task.output = text) });
        // what is printed meanwhile gets its turn
        await new Promise((resume) => setTimeout(resume, 0));
      }
    },
  },
];
// progress goes to standard error; standard output is for the results
const processOutput = new ProcessOutput(process.stderr, process.stderr);
const logger = new ListrLogger({ processOutput, useIcons: false });
await new Listr(stages, {
  renderer: process.stderr.isTTY ? "default" : "simple",
  rendererOptions: { logger },
  fallbackRendererOptions: { logger },
}).run();

const records = context.rows.map(recordOf);
if (options.json) process.stdout.write(`${JSON.stringify({ programs: records }, null, 2)}\n`);
else process.stdout.write(`${tableOf(context.rows)}\n`);
writeFileSync(path.join(out, "results.json"), `${JSON.stringify({ programs: records }, null, 2)}\n`);
if (options.write) {
  const engine = `Node ${process.versions.node}, V8 ${process.versions.v8}`;
  writeFileSync(path.join(root, "docs", "RESULTS.md"), markdownOf(context.rows, { engine, quick: options.quick }));
  writeFileSync(path.join(root, "docs", "results.svg"), chartOf(context.rows));
}
const wrong = records.filter((one) => one.wrong !== 0);
for (const { name } of wrong) process.stderr.write(`bench: DIFFERENT: ${name}\n`);
process.exitCode = wrong.length > 0 ? 1 : 0;
