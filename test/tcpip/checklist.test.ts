/** docs/stack is what the titles of the tests say: UPDATE_DOCS=1 writes it anew. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packetimpact } from "./checklists/packetimpact.ts";
import { parts } from "./checklists/parts.ts";
import type { Requirement } from "./checklists/requirement.ts";
import { rfc1122 } from "./checklists/rfc1122.ts";
import { rfc791 } from "./checklists/rfc791.ts";
import { rfc9293 } from "./checklists/rfc9293.ts";
import { tcp } from "./checklists/tcp.ts";

const folder = import.meta.dirname;

interface Checklist {
  readonly file: string;
  readonly title: string;
  readonly requirements: readonly Requirement[];
  /** A line about all of it. */
  summary(tested: number): string;
}

const musts = rfc9293.filter(({ id }) => id.startsWith("MUST")).length;

const checklists: readonly Checklist[] = [
  {
    file: "RFC9293.md",
    title: "RFC 9293, requirement by requirement",
    requirements: rfc9293,
    summary: () => `Of the ${musts} MUSTs ${testedMusts()} have a test that names them.`,
  },
  {
    file: "RFC1122.md",
    title: "RFC 1122, sections 3 and 4.1",
    requirements: rfc1122,
    summary: (tested) =>
      `Of ${rfc1122.length} requirements for IP, ICMP and UDP ${tested} have a test that names them.`,
  },
  {
    file: "RFC791.md",
    title: "RFC 791, fragmentation and reassembly",
    requirements: rfc791,
    summary: (tested) => `Of ${rfc791.length} rules ${tested} have a test that names them.`,
  },
  {
    file: "TCP.md",
    title: "TCP, document by document",
    requirements: tcp,
    summary: () => "The documents besides RFC 9293 and the parts of the way out, each with the tests that name it.",
  },
  {
    file: "PARTS.md",
    title: "The other parts, one by one",
    requirements: parts,
    summary: () => "What the stack has besides TCP, and what must hold of all of it.",
  },
  {
    file: "PACKETIMPACT.md",
    title: "The cases of packetimpact",
    requirements: packetimpact,
    summary: (tested) =>
      `The names are those of gVisor's list; the tests are our own. Of ${packetimpact.length} names ${tested} have a test.`,
  },
];

const ID = String.raw`(?:(?:MUST|SHLD|MAY|REC)-\d+|(?:1122|791|gv|tcp|part):[\w.*-]+)`;
const TAGGED = new RegExp(String.raw`"([^"\n]*\[${ID}(?: ${ID})*\][^"\n]*)"`, "g");

/** The tests that name a requirement in square brackets: their titles, by its id. A `describe` may name one too. */
function testsById(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".test.ts") && one !== "checklist.test.ts")) {
    for (const [, title] of readFileSync(path.join(folder, name), "utf8").matchAll(TAGGED)) {
      const shown = `${name.replace(".test.ts", "")}: ${title!.replace(/ ?\[.*\]/, "")}`;
      for (const [id] of title!.replace(/^[^[]*/, "").matchAll(new RegExp(ID, "g"))) {
        found.set(id, [...(found.get(id) ?? []), shown]);
      }
    }
  }
  return found;
}

const tests = testsById();

function testedMusts(): number {
  return rfc9293.filter(({ id }) => id.startsWith("MUST") && tests.has(id)).length;
}

function render({ title, requirements, summary }: Checklist): string {
  const hasLevels = requirements.some(({ level }) => level !== undefined);
  const rows = requirements.map(({ id, level, what, note }) => {
    const shown = tests.get(id);
    const status = shown === undefined ? "explained" : note === undefined ? "tested" : "tested, with a note";
    const why = [...(shown ?? []), ...(note === undefined ? [] : [note])].join("; ").replaceAll("|", "\\|");
    return `| ${id.replace(/^(1122|791|gv|tcp|part):/, "")} | ${hasLevels ? `${level} | ` : ""}${what} | ${status} | ${why} |`;
  });
  const tested = requirements.filter(({ id }) => tests.has(id)).length;
  return `# ${title}

${summary(tested)} Written by \`UPDATE_DOCS=1 npm run jest -- test/tcpip/checklist\` from the titles of the tests in \`test/tcpip\`.

| id | ${hasLevels ? "level | " : ""}what | status | test, or why there is none |
|---|${hasLevels ? "---|" : ""}---|---|---|
${rows.join("\n")}
`;
}

describe.each(checklists)("$file", (checklist) => {
  it("every requirement has a test or a reason", () => {
    const open = checklist.requirements.filter(({ id, note }) => !tests.has(id) && note === undefined);
    expect(open.map(({ id }) => id)).toEqual([]);
  });

  it("is what the tests say", () => {
    const file = path.join(folder, "../../docs/stack", checklist.file);
    if (process.env["UPDATE_DOCS"]) writeFileSync(file, render(checklist));
    expect(readFileSync(file, "utf8")).toBe(render(checklist));
  });
});

it("no test names a requirement that does not exist", () => {
  const known = new Set(checklists.flatMap(({ requirements }) => requirements.map(({ id }) => id)));
  expect([...tests.keys()].filter((id) => !known.has(id))).toEqual([]);
});

it("no requirement of RFC 9293 is left out", () => {
  const upTo = (word: string, last: number): string[] => Array.from({ length: last }, (_, nth) => `${word}-${nth + 1}`);
  const all = [...upTo("MUST", 69), ...upTo("SHLD", 31), ...upTo("MAY", 18), "REC-1"];
  expect(rfc9293.map(({ id }) => id).sort()).toEqual(all.sort());
});

it("at least 60 MUSTs of RFC 9293 are tested", () => expect(testedMusts()).toBeGreaterThanOrEqual(60));
