/** docs/stack/RFC9293.md is what the titles of the tests say: UPDATE_DOCS=1 writes it anew. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { requirements } from "./checklist.ts";

const folder = import.meta.dirname;
const file = path.join(folder, "../../docs/stack/RFC9293.md");

/** The tests that name a requirement in square brackets: their titles, by its id. A `describe` may name one too. */
function testsById(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".test.ts") && one !== "checklist.test.ts")) {
    for (const [, title] of readFileSync(path.join(folder, name), "utf8").matchAll(/(?:it|describe)\("([^"]*)"/g)) {
      for (const [, ids] of title!.matchAll(/\[((?:(?:MUST|SHLD|MAY)-\d+ ?)+)\]/g)) {
        for (const id of ids!.trim().split(" ")) {
          found.set(id, [
            ...(found.get(id) ?? []),
            `${name.replace(".test.ts", "")}: ${title!.replace(/ ?\[.*\]/, "")}`,
          ]);
        }
      }
    }
  }
  return found;
}

function render(): string {
  const tests = testsById();
  const rows = requirements.map(({ id, what, note }) => {
    const shown = tests.get(id);
    const status = shown === undefined ? "explained" : "tested";
    return `| ${id} | ${what} | ${status} | ${(shown ?? [note ?? "?"]).join("; ").replaceAll("|", "\\|")} |`;
  });
  const done = requirements.filter(({ id }) => id.startsWith("MUST") && tests.has(id)).length;
  return `# RFC 9293, requirement by requirement

Of the 69 MUSTs ${done} have a test that names them. Written by \`UPDATE_DOCS=1 npm run jest -- test/tcpip/checklist\` from the titles of the tests in \`test/tcpip\`.

| id | what | status | test, or why there is none |
|---|---|---|---|
${rows.join("\n")}
`;
}

it("every requirement has a test or a reason, and no test names one that does not exist", () => {
  const tests = testsById();
  expect(requirements.filter(({ id, note }) => !tests.has(id) && note === undefined).map(({ id }) => id)).toEqual([]);
  const known = new Set(requirements.map(({ id }) => id));
  expect([...tests.keys()].filter((id) => !known.has(id))).toEqual([]);
});

it("at least 60 MUSTs are tested", () => {
  const tests = testsById();
  expect(requirements.filter(({ id }) => id.startsWith("MUST") && tests.has(id)).length).toBeGreaterThanOrEqual(60);
});

it("docs/stack/RFC9293.md says so", () => {
  if (process.env["UPDATE_DOCS"]) writeFileSync(file, render());
  expect(readFileSync(file, "utf8")).toBe(render());
});
