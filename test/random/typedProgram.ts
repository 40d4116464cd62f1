/**
 * Random programs with declared types: fields of records, elements of lists and bytes under several names, calls that stay
 * and calls that are unfolded, closures, loops. Types hold by construction, whatever the run does: numbers are numbers, lists do
 * not get shorter than what is read of them. What is known of a field is known as long as nothing may have written it.
 */
import type { Choices } from "./choices.ts";
import type { Input, Program } from "./runProgram.ts";

type Kind = "rec" | "num" | "bytes" | "list" | "text" | "host" | "act";

const TYPES: Readonly<Record<Kind, string>> = {
  rec: "Rec",
  num: "number",
  bytes: "Uint8Array",
  list: "number[]",
  text: "string",
  host: "Host",
  act: "Act",
};
const RECORD = "({ t: 1, a: #, b: #, n: null, list: [#, #, #], s: 'x' })";
const INPUTS: Readonly<Record<Kind, readonly Input[]>> = {
  rec: [{ shape: RECORD }, { shape: `({ t: 1, a: #, b: #, n: ${RECORD}, list: [1, 2, #], s: '' })` }, "record"],
  num: ["number"],
  bytes: [{ shape: "new Uint8Array([#, #, #, #])" }, "bytes"],
  list: [{ shape: "[#, #, #]" }, "list"],
  text: ["str"],
  host: ["host"],
  act: ["fn"],
};
const STATICS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  num: ["0", "1", "2", "-1", "3", "0.5"],
  text: ['"a"', '""', '"b"'],
};

const HEAD = `import { specialize, dynamic, type D } from "babel-plugin-specialize";
interface Rec { fixed?: number; t: number; a: number; b: number; n: Rec | null; list: number[]; s: string }
type Host = (...all: unknown[]) => unknown;
type Act = (x: number) => number;
const table: readonly number[] = [3, 1, 2];
const shared: Rec = { fixed: 1, t: 1, a: 1, b: 2, n: null, list: [1, 2, 3], s: "m" };
const calls = { n: 0, list: [0, 0, 0] };
let total = 0;`;
const LONG = Array.from({ length: 14 }, () => "h = (h * 31 + (h >>> 3)) | 0;").join("\n");

type Names = Readonly<Record<Kind, string[]>>;
interface Helper {
  readonly name: string;
  readonly params: readonly Kind[];
}

export function typedProgram(choices: Choices): Program {
  return new Typed(choices).make();
}

class Typed {
  private names = 0;
  private readonly helpers: Helper[] = [];
  constructor(private readonly choices: Choices) {}

  make(): Program {
    const { choices } = this;
    const parts = [HEAD];
    choices.spend(choices.left / 3, () => {
      parts.push(this.classText());
      for (let count = 1 + choices.below(3); count > 0; count--) parts.push(choices.spend(50, () => this.helper()));
    });
    const params: Kind[] = ["rec", choices.of<Kind>("rec", "num"), ...this.some(1 + choices.below(4))];
    const name = "entry";
    // declared dynamic, or for each site to choose
    const isOpen = params.map((kind) => STATICS[kind] !== undefined && choices.oneIn(2));
    const type = (kind: Kind, at: number): string =>
      kind === "host" ? "Host" : isOpen[at] === true ? TYPES[kind] : `D<${TYPES[kind]}>`;
    parts.push(this.functionText(name, params, type, 6));
    const calls = Array.from({ length: 1 + choices.below(2) }, (_, index) => {
      const known = params.map((kind, at) =>
        isOpen[at] === true && !choices.oneIn(3) ? choices.of(...(STATICS[kind] ?? [])) : null,
      );
      const statics = known.flatMap((text, at) => (text === null ? [] : [`p${at}: ${text}`]));
      parts.push(`export const site${index} = specialize(${name}, { ${statics.join(", ")} } as never) as unknown;`);
      return {
        name: `site${index}`,
        inputs: params.flatMap((kind, at) => (known[at] === null ? [choices.of(...INPUTS[kind])] : [])),
      };
    });
    parts.push("export const seen = () => [shared, calls, total];");
    return { files: { "main.ts": parts.join("\n") }, calls: [...calls, { name: "seen", inputs: [] }], partial: 0 };
  }

  private some(count: number): Kind[] {
    return Array.from({ length: count }, () =>
      this.choices.of<Kind>("num", "rec", "bytes", "list", "text", "host", "act", "host", "bytes"),
    );
  }

  private fresh(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  private classText(): string {
    const names: Names = { rec: ["this.r"], num: ["this.x", "y"], bytes: [], list: [], text: [], host: [], act: [] };
    return `class Cell {
x: number;
r: Rec;
constructor(r: Rec, x: number) { this.r = r; this.x = x; }
get twice(): number { ${this.choices.of("", "this.x++;")} return this.x * 2; }
put(y: number): number { ${this.statement(names, 1)} return ${this.number(names, 2)}; }
}`;
  }

  private helper(): string {
    const name = this.fresh("h");
    const params = this.some(1 + this.choices.below(3));
    const text = this.functionText(name, params, (kind) => TYPES[kind], 3, this.choices.oneIn(2) ? LONG : "");
    this.helpers.push({ name, params });
    return text;
  }

  private functionText(
    name: string,
    params: readonly Kind[],
    type: (kind: Kind, at: number) => string,
    most: number,
    long = "",
  ): string {
    const names: Names = { rec: [], num: [], bytes: [], list: [], text: [], host: [], act: [] };
    params.forEach((kind, at) => names[kind].push(`p${at}`));
    names.rec.push("shared");
    const head = long === "" ? "" : `let h = ${names.num[0] ?? "7"};\n${long}\n`;
    if (long !== "") names.num.push("h");
    const body = this.list(names, most, 3);
    const seen = [...names.rec, ...names.bytes, ...names.list].filter((one) => /^p\d+$/.test(one));
    const result =
      name === "entry"
        ? `[${[...seen, this.number(names, 2), this.number(names, 2)].join(", ")}]`
        : this.number(names, 2);
    const listed = params.map((kind, at) => `p${at}: ${type(kind, at)}`);
    return `export function ${name}(${listed.join(", ")}): ${name === "entry" ? "unknown" : "number"} {\n${head}${body}\nreturn ${result};\n}`;
  }

  private list(names: Names, most: number, depth: number): string {
    const lines: string[] = [];
    const inner: Names = { ...names, rec: [...names.rec], num: [...names.num], act: [...names.act] };
    for (let count = this.choices.below(most + 1); count > 0; count--) lines.push(this.statement(inner, depth));
    return lines.join("\n");
  }

  private pick(list: readonly string[], otherwise: string): string {
    return list.length === 0 ? otherwise : this.choices.of(...list);
  }
  private rec(names: Names): string {
    return this.pick(names.rec, "shared");
  }

  private number(names: Names, depth: number): string {
    const { choices } = this;
    const simple = (): string =>
      choices.oneIn(3) ? choices.of("0", "1", "2", "-1", "0.5", "255") : this.pick(names.num, "1");
    if (depth <= 0) return simple();
    const n = (): string => this.number(names, depth - 1);
    const r = this.rec(names);
    const options: (() => string)[] = [
      simple,
      simple,
      () => `${r}.${choices.of("a", "b")}`,
      () => `${r}.${choices.of("a", "b")}`,
      () => `${r}.a`,
      () => `(${r}.n?.${choices.of("a", "b")} ?? ${n()})`,
      () => `${r}.list[${choices.of("0", "1", "2", `(${n()} & 1)`)}]!`,
      () => `${this.pick(names.list, "shared.list")}[${choices.of("0", "1", `(${n()} & 1)`)}]!`,
      () => `${this.pick(names.list, "shared.list")}.length`,
      () =>
        names.bytes.length === 0 ? n() : `${this.pick(names.bytes, "")}[${choices.of("0", "1", "3", `(${n()} & 3)`)}]!`,
      () => `(${n()} ${choices.of("+", "-", "*", "&", "|")} ${n()})`,
      () => `(${n()} ${choices.of("+", "*")} ${choices.of("0", "1")})`,
      () => `(${this.test(names, depth - 1)} ? ${n()} : ${n()})`,
      () => this.call(names, depth - 1),
      () => this.call(names, depth - 1),
      () => `${this.pick(names.act, "Math.abs")}(${n()})`,
      () => `table[${choices.of("0", "1", `(${n()} & 1)`)}]!`,
      () => "calls.n",
      () => "total",
      () => `${this.pick(names.text, '"k"')}.length`,
      () => `${r}.s.length`,
      () => `new Cell(${r}, ${n()}).${choices.of("x", "twice", `put(${n()})`, "r.a")}`,
    ];
    return (options[choices.below(options.length)] as () => string)();
  }

  private test(names: Names, depth: number): string {
    const { choices } = this;
    const n = (): string => this.number(names, depth);
    return choices.of(
      () => `${n()} > ${n()}`,
      () => `${n()} === ${choices.of("0", "1", "2")}`,
      () => `${this.rec(names)}.n !== null`,
      () => `${this.rec(names)} === ${this.rec(names)}`,
      () => `${this.pick(names.text, '"k"')} === ${choices.of('"a"', '""')}`,
      () => `(${n()} & 1) === 0`,
    )();
  }

  private call(names: Names, depth: number): string {
    if (this.helpers.length === 0) return this.pick(names.num, "2");
    const { name, params } = this.choices.of(...this.helpers);
    return `${name}(${params.map((kind) => this.argument(kind, names, depth)).join(", ")})`;
  }

  private argument(kind: Kind, names: Names, depth: number): string {
    const { choices } = this;
    switch (kind) {
      case "num":
        return this.number(names, depth);
      case "rec":
        return this.rec(names);
      case "bytes":
        return this.pick(names.bytes, "new Uint8Array(4)");
      case "list":
        return choices.of(this.pick(names.list, "calls.list"), `${this.rec(names)}.list`);
      case "text":
        return this.pick(names.text, '"t"');
      case "host":
        return this.pick(names.host, "(() => 0)");
      case "act":
        return choices.oneIn(2) ? this.act(names) : this.pick(names.act, "Math.abs");
    }
  }

  private act(names: Names): string {
    const x = this.fresh("x");
    const inner = { ...names, num: [...names.num, x] };
    return this.choices.of(
      () => `((${x}: number) => ${this.number(inner, 1)})`,
      () => `((${x}: number) => (${this.rec(names)}.${this.choices.of("a", "b")} = ${this.number(inner, 1)}))`,
      () => `((${x}: number) => { ${this.write(inner)} return ${x}; })`,
    )();
  }

  private write(names: Names): string {
    const { choices } = this;
    const n = (): string => this.number(names, 2);
    const r = this.rec(names);
    return choices.of(
      () => `${r}.${choices.of("a", "b")} ${choices.of("=", "+=", "=")} ${n()};`,
      () => `${r}.a++;`,
      () =>
        `${r}.n = ${choices.of("null", this.rec(names), `{ t: 1, a: ${n()}, b: 0, n: null, list: [1, 2, 3], s: "o" }`)};`,
      () => `${r}.list[${choices.of("0", "1", `${n()} & 1`)}] = ${n()};`,
      () =>
        `${r}.list ${choices.of(`= [${n()}, 1, 2];`, `.push(${n()});`).replace(/^(\.)/, "$1")}`.replace(
          " .push",
          ".push",
        ),
      () => `${r}.s = ${choices.of('"p"', this.pick(names.text, '"q"'))};`,
      () =>
        names.list.length === 0
          ? ";"
          : `${this.pick(names.list, "")}[${choices.of("0", "1", "2", `${n()} & 1`)}] = ${n()};`,
      () =>
        names.bytes.length === 0
          ? ";"
          : `${this.pick(names.bytes, "")}[${choices.of("0", "1", "3", `${n()} & 3`)}] = ${n()};`,
      () =>
        names.bytes.length === 0
          ? ";"
          : `${this.pick(names.bytes, "")}.${choices.of(`fill(${n()}, 1)`, `set([${n()}], 1)`, "subarray(1).fill(9)", "copyWithin(0, 1)")};`,
      () => `calls.n ${choices.of("=", "+=")} ${n()};`,
      () => `total += ${n()};`,
    )();
  }

  private statement(names: Names, depth: number): string {
    const { choices } = this;
    const host = (): string => this.pick(names.host, "");
    const simple: (() => string)[] = [
      () => this.write(names),
      () => this.write(names),
      () => this.write(names),
      () => `${this.call(names, 1)};`,
      () => (host() === "" ? this.write(names) : `${host()}(${this.rec(names)});`),
      () => (host() === "" ? this.write(names) : `${host()}(${this.act(names)});`),
      () => {
        const name = this.fresh("v");
        const text = `${choices.of("let", "const")} ${name}: number = ${this.number(names, 3)};`;
        names.num.push(name);
        return text;
      },
      () => {
        const name = this.fresh("r");
        const from = choices.of(
          this.rec(names),
          `${this.test(names, 1)} ? ${this.rec(names)} : ${this.rec(names)}`,
          `${this.rec(names)}.n ?? ${this.rec(names)}`,
        );
        names.rec.push(name);
        return `const ${name}: Rec = ${from};`;
      },
      () => {
        const name = this.fresh("f");
        const text = `const ${name}: Act = ${this.act(names)};`;
        names.act.push(name);
        return text;
      },
    ];
    const nested: (() => string)[] = [
      () =>
        `if (${this.test(names, 2)}) {\n${this.list(names, 3, depth - 1)}\n}${choices.of("", ` else {\n${this.list(names, 2, depth - 1)}\n}`)}`,
      () => `if (${this.test(names, 2)}) {\n${this.list(names, 3, depth - 1)}\n}`,
      () => {
        const i = this.fresh("i");
        return `for (let ${i} = 0; ${i} < ${choices.of("2", "3", `(${this.number(names, 1)} & 3)`)}; ${i}++) {\n${this.list({ ...names, num: [...names.num, i] }, 3, depth - 2)}\n}`;
      },
      () => {
        const v = this.fresh("e");
        return `for (const ${v} of ${choices.of("table", `${this.rec(names)}.list.slice(0, 3)`, "[0, 2]")}) {\n${this.list({ ...names, num: [...names.num, v] }, 3, depth - 2)}\n}`;
      },
      () =>
        `try {\n${this.list(names, 2, depth - 1)}\n${choices.of(`if (${this.test(names, 1)}) throw new RangeError("t");`, "")}\n${this.list(names, 2, depth - 1)}\n} catch {\n${this.list(names, 2, depth - 1)}\n}`,
      () =>
        `switch (${this.number(names, 2)}) {\ncase 0: ${this.statement(names, 0)}\ncase 1: {\n${this.list(names, 2, depth - 1)}\n}\nbreak;\ndefault: ${this.write(names)}\n}`,
    ];
    const options = depth > 0 ? [...simple, ...nested] : simple.slice(0, 6);
    return (options[choices.below(options.length)] as () => string)();
  }
}
