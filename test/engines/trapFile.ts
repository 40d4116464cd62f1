/** Programs of fixtures/traps: what the first comment of each says, and how they are run. */
import { observer } from "../random/observe.ts";
import { commonJsText } from "./commonJsText.ts";
import type { Engine } from "./engine.ts";

export interface Trap {
  readonly about: string;
  /** expressions over the exports `m` */
  readonly calls: readonly string[];
  /** the other engine cannot be asked; the comment says why */
  readonly onlyInV8: boolean;
  /** what one site does may hide what another one needs: each is compiled without the others, too */
  readonly eachAlone: boolean;
}

export function readTrap(text: string): Trap {
  const [about = "", ...lines] = (/^\/\*\n([^]*?)\*\//.exec(text)?.[1] ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const onlyInV8 = lines[0]?.startsWith("only in V8") === true;
  const eachAlone = lines[0]?.startsWith("each alone") === true;
  return { about, calls: onlyInV8 || eachAlone ? lines.slice(1) : lines, onlyInV8, eachAlone };
}

const SITE = /^export const (\w+) = specialize\(/gm;

/** The program with one site only, for each of them, and the calls of that. */
export function aloneIn(text: string, { calls }: Trap): { name: string; text: string; calls: readonly string[] }[] {
  return [...text.matchAll(SITE)].map(([, name = ""]) => ({
    name,
    text: `${text.replace(SITE, (site, other) => (other === name ? site : `export const ${other} = leave(`))}\nfunction leave() {}\n`,
    calls: calls.filter((call) => call.includes(`m.${name}(`)),
  }));
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
