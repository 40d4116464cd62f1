/** Programs of fixtures/traps: what the first comment of each says, and how they are run. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { observer } from "../random/observe.ts";
import { commonJsText } from "./commonJsText.ts";
import type { Engine } from "./engine.ts";

export interface Trap {
  readonly about: string;
  /** expressions over the exports `m` */
  readonly calls: readonly string[];
  /** the other engine cannot be asked; the comment says why */
  readonly onlyInV8: boolean;
  /** what one site does may hide what another one needs: planted bugs are looked for in each without the others, too */
  readonly eachAlone: boolean;
  /** each without the others would take too long */
  readonly onlyTogether: boolean;
  /** most sites stay as they are, and that is the point; the comment says why */
  readonly staysGeneric: boolean;
  /** residuals are called while modules are evaluated, against assumption 5 */
  readonly callsEarly: boolean;
}

/** The programs by name, and the modules that they share, by path from the folder. */
export function trapFolder(): { folder: string; names: string[]; library: Readonly<Record<string, string>> } {
  const folder = path.join(import.meta.dirname, "..", "..", "fixtures", "traps");
  const shared = readdirSync(path.join(folder, "lib")).map((name) => [
    `lib/${name}`,
    readFileSync(path.join(folder, "lib", name), "utf8"),
  ]);
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
  return { folder, names, library: Object.fromEntries(shared) as Readonly<Record<string, string>> };
}

const NOTES = ["only in V8", "each alone", "only together", "stays generic", "calls early"] as const;

export function readTrap(text: string): Trap {
  const [about = "", ...lines] = (/^\/\*\n([^]*?)\*\//.exec(text)?.[1] ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const isNote = (line: string): boolean => NOTES.some((note) => line.startsWith(note));
  const says = (note: (typeof NOTES)[number]): boolean => lines.some((line) => line.startsWith(note));
  return {
    about,
    calls: lines.filter((line) => !isNote(line)),
    onlyInV8: says("only in V8"),
    eachAlone: says("each alone"),
    onlyTogether: says("only together"),
    staysGeneric: says("stays generic"),
    callsEarly: says("calls early"),
  };
}

const SITE = /(?<![.\w])specialize\(/g;

/** The program with one site only, for each of them: what is in the place of the others calls nothing. */
export function aloneIn(text: string): { name: string; text: string }[] {
  const sites = [...text.matchAll(SITE)].map(({ index }) => index);
  return sites.map((kept) => {
    const line = text.slice(0, kept).split("\n").length;
    const left = text.replace(SITE, (site, index: number) => (index === kept ? site : "leaveSite("));
    return { name: `the site of line ${line}`, text: `${left}\nfunction leaveSite() {\n  return () => {};\n}\n` };
  });
}

const surroundings = (engine: Engine): string => `
globalThis.trap = (${String(observer)})(${engine.sameMessages});
globalThis.logged = [];
globalThis.host = (...args) => logged.push(args.map((one) => trap.show(one)).join());
globalThis.watch = (target) => new Proxy(target, Object.fromEntries(["get", "set", "has", "deleteProperty", "ownKeys", "getOwnPropertyDescriptor", "defineProperty"].map((name) =>
  [name, (...args) => (logged.push(name + " " + args.slice(1, name === "set" ? 3 : 2).map(String).join(" ")), Reflect[name](...args.slice(0, name === "get" ? 2 : name === "set" ? 3 : args.length)))])));
globalThis.detach ??= (buffer) => void buffer.transfer();
globalThis.outcome = (act) => {
  logged.length = 0;
  let text;
  try { text = trap.show(act()); } catch (error) { text = trap.showThrown(error); }
  return text + " | " + logged.join("; ");
};`;

/** What each call gives, as text; one line when the program does not load. */
export async function runTrap(
  engine: Engine,
  files: Readonly<Record<string, string>>,
  main: string,
  calls: readonly string[],
): Promise<string[]> {
  const texts = Object.entries(files).map(([name, text]) => [name, commonJsText(name, text)]);
  const loaded = await engine.load({
    files: Object.fromEntries(texts) as typeof files,
    main,
    setup: surroundings(engine),
    // what never ends is found too; how busy the machine is, is not what is tested
    patience: 10,
  });
  try {
    if (loaded.loading !== "done") return [`loading: ${loaded.loading}`];
    return calls.map((call) => `${call}: ${loaded.evaluate(`outcome(() => ${call})`) ?? "did not end"}`);
  } finally {
    loaded.dispose();
  }
}
