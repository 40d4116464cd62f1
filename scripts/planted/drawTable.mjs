/** docs/MUTANTS.md: by which program each planted bug was seen, and whether its file is another by now. */
import { digestOf } from "./buildCopy.mjs";

const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function outcome(mutant, found, source) {
  if (found === undefined) return "not run yet";
  const by =
    found.by === null ? "**nothing**" : `${cell(found.by)}${found.what.startsWith("no end") ? ", without an end" : ""}`;
  const digest = digestOf([mutant.file, source(mutant.file), mutant.find, mutant.replace]);
  return digest === found.digest ? by : `${by}; the file has changed since`;
}

export function drawTable(mutants, seen, source) {
  const outcomes = mutants.map((mutant) => outcome(mutant, seen[mutant.name], source));
  const count = (test) => outcomes.filter(test).length;
  const rows = mutants.map(({ name, file }, at) => `| ${cell(name)} | \`src/${file}\` | ${outcomes[at]} |`);
  return `# Planted bugs

Drawn by \`npm run mutants -- --write\`. One bug at a time is planted in the specializer (\`test/mutants/mutants.json\` has them), then
the programs that run the changed code are compiled and compared with what they do without the plugin: \`fixtures/traps\`,
\`fixtures/cases\`, 60 random programs. The last column is the first program that did something else; there may be others.
${mutants.length} bugs; ${count((one) => one.startsWith("**"))} that nothing saw; ${count((one) => one === "not run yet")} that have not been run; ${count((one) => one.endsWith("changed since"))} whose file has changed since they were run.

| the bug | where | seen by |
|---|---|---|
${rows.join("\n")}
`;
}
