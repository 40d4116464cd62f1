import type { Declared, FunctionDeclaration } from "../../src/declarations/types.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { memoryHost } from "../../src/host/memoryHost.ts";
import type { IrModule } from "../../src/ir/types.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import type { ModuleGraph } from "../../src/modules/types.ts";

const lower = (_ast: unknown, file: string): IrModule => ({ file, functions: [], bindings: new Map() });

interface Read {
  readonly graph: ModuleGraph;
  readonly codes: () => string[];
  readonly head: (name: string, file?: string) => string;
}

function read(files: Record<string, string>): Read {
  const sink = new DiagnosticSink();
  const [entry = ""] = Object.keys(files);
  const graph = loadModuleGraph([entry], memoryHost(files), sink, { lower });
  return {
    graph,
    codes: () =>
      sink.all().map(({ code, message, loc }) => `${code} ${message} @${loc?.file ?? ""}:${loc?.line ?? ""}`),
    head: (name, file = entry) => print(graph.module(file)?.declarations.byName.get(name)),
  };
}

function print(declaration: FunctionDeclaration | undefined): string {
  if (declaration === undefined) return "(none)";
  const params = declaration.params.map(
    ({ name, rest, optional, declared }) =>
      `${rest ? "..." : ""}${name ?? "{}"}${optional ? "?" : ""}: ${show(declared)}`,
  );
  return `${declaration.mode} (${params.join(", ")}) => ${show(declaration.result)}`;
}

function show({ kind, type, ref, fields, elements }: Declared): string {
  const letter = { static: "S", dynamic: "D", partial: "P", undeclared: "" }[kind];
  const name = ref === null ? "" : ` ${ref.name}`;
  const inner = fields === null ? "" : ` {${[...fields].map(([key, field]) => `${key}: ${show(field)}`).join(", ")}}`;
  const of = elements === null ? "" : ` of ${show(elements)}`;
  return `${letter}<${type}${name}${inner}${of}>`;
}

const imports =
  'import { specialize, type S, type D, type Spec, type Intern, type Extern } from "babel-plugin-specialize";\n';
const one = (params: string, before = "", more: Record<string, string> = {}): string => {
  const { head, codes } = read({ "/a.ts": `${imports}${before}\nexport function f(${params}) {}`, ...more });
  return [head("f").replace(/^inline \((.*)\) => <unknown>$/, "$1"), ...codes()].join(" ");
};

describe("types in the head of a function", () => {
  test("an alias that names itself in many places ends", () => {
    const tree = "type Tree = number | { a: Tree } | { b: Tree } | { c: Tree; d: Tree[] } | Tree[];";
    expect(one("n: Tree", tree)).toBe("n: <Array|number|object>");
  });
  test.each([
    ["n: S<number>, x: D<number>", "n: S<number>, x: D<number>"],
    ["n, x: string", "n: <unknown>, x: <string>"],
    ["n?: S<number>", "n?: S<number>"],
    ["n: S<number> = 3", "n?: S<number|undefined>"],
    ["n: S<number> | undefined", "n: S<number|undefined>"],
    ["n: S<number> | D<string>", "n: <number|string>"],
    ["n: S<'a' | 'b' | 3 | null | -1n>", "n: S<bigint|null|number|string>"],
    ["{ a }: { a: S<number> }", "{}: P<object {a: S<number>}>"],
    ["...parts: D<number>[]", "...parts?: D<Array of D<number>>"],
    ["...parts: D<number[]>", "...parts?: D<Array of <number>>"],
    ["a: S<readonly number[]>", "a: S<Array of <number>>"],
    ["a: D<number>[]", "a: P<Array of D<number>>"],
    ["a: [S<number>, D<string>]", "a: P<Array {0: S<number>, 1: D<string>}>"],
    ["a: D<Uint8Array>, b: D<DataView | Map<string, number>>", "a: D<Uint8Array>, b: D<DataView|Map>"],
    ["f: S<(x: number) => number>", "f: S<function>"],
    ["s: S<{ type: number; wmem: D<number> }>", "s: P<object {type: <number>, wmem: D<number>}>"],
    ["a: D<any>, b: D<unknown>, c: D<SomethingGlobal>", "a: D<unknown>, b: D<unknown>, c: D<unknown>"],
    ["a: S<number & { brand: 1 }>", "a: S<number>"],
    ["a: Readonly<S<number>>, b: S<keyof X>", "a: S<number>, b: S<number|string|symbol>"],
    ["this: D<object>, n: S<boolean>", "n: S<boolean>"],
    ["a: (S<void>), b: D<`x${string}`>", "a: S<undefined>, b: D<string>"],
    ['a: import("babel-plugin-specialize").S<number>', "a: S<number>"],
  ])("%s", (params, expected) => expect(one(params)).toBe(expected));
});

describe("names that mean S and D", () => {
  test.each([
    ["an alias", "type Stat<T> = S<T>; type N = Stat<number>;", "a: Stat<string>, b: N", "a: S<string>, b: S<number>"],
    [
      "an import under another name",
      'import { S as St } from "babel-plugin-specialize";',
      "a: St<number>",
      "a: S<number>",
    ],
    ["a namespace", 'import type * as T from "babel-plugin-specialize";', "a: T.D<number>", "a: D<number>"],
    ["a default type parameter", "type M<T = S<number>> = T;", "a: M", "a: S<number>"],
    [
      "an interface with parameters",
      "interface Box<T> { v: T; w: D<string> }",
      "a: Box<S<number>>",
      "a: P<object Box {v: S<number>, w: D<string>}>",
    ],
    ["a recursive alias", "type L = { next: L | null; v: S<number> };", "a: L", "a: P<object L>"],
    ["an alias of itself", "type X = X;", "a: X", "a: <unknown>"],
    ["a shadowing local type", "type Mine<D> = D;", "a: Mine<S<number>>", "a: S<number>"],
  ])("%s", (_, before, params, expected) => expect(one(params, before)).toBe(expected));

  test("re-exports, stars and namespaces of other modules", () => {
    const more = {
      "/types.ts":
        'export type { S as Early, D } from "babel-plugin-specialize"; export * from "./deep.ts"; export * as ns from "./deep.ts";',
      "/deep.ts":
        'import type { D } from "babel-plugin-specialize"; export type Late<T> = D<T>; export interface Cfg { a: Early<number>; b: Late<string> }\nimport type { Early } from "./types.ts";',
    };
    const before =
      'import { type Early, type Late, type ns, Cfg } from "./types.ts"; import type * as all from "./types.ts";';
    expect(
      one("a: Early<number>, b: Late<number>, c: ns.Late<number>, d: all.ns.Late<string>, e: Cfg", before, more),
    ).toBe("a: S<number>, b: D<number>, c: D<number>, d: D<string>, e: P<object Cfg>");
  });

  test("a name that is not exported is reported: it might have meant S", () => {
    expect(one("a: Gone<number>", 'import type { Gone } from "./b.ts";', { "/b.ts": "" })).toBe(
      "a: <unknown> SP1009 the type `Gone` cannot be resolved, so it is unknown whether it means S or D @/a.ts:3",
    );
    expect(one("a: Ext<number>", 'import type { Ext } from "outside";')).toBe("a: <unknown>");
  });
});

describe("functions of every kind", () => {
  const { head, graph } = read({
    "/a.ts": `${imports}
export const arrow = (n: S<number>) => n;
const typed: (n: S<number>, x: D<string>) => D<boolean> = (n, x: string) => true;
export default function (n: S<number>) { return (inner: D<number>) => inner; }
class Sock { constructor(private n: S<number>) {} send(x: D<Uint8Array>): D<number> { return 0; } get size(): number { return 1; } }
const Anon = class { m(n: S<number>) {} };
function over(n: number): void; function over(n: S<number>) {}
`,
  });
  test.each([
    ["arrow", "inline (n: S<number>) => <unknown>"],
    ["typed", "inline (n: S<number>, x: <string>) => D<boolean>"],
    ["*default*", "inline (n: S<number>) => <unknown>"],
    ["Sock", "inline (n: S<number>) => <unknown>"],
    ["Sock.send", "inline (x: D<Uint8Array>) => D<number>"],
    ["Anon.m", "inline (n: S<number>) => <unknown>"],
    ["over", "inline (n: S<number>) => <unknown>"],
  ])("%s", (name, expected) => expect(head(name)).toBe(expected));

  test("inner functions are found by where they stand", () => {
    const declarations = graph.module("/a.ts")?.declarations;
    const inner = declarations?.functions.find(({ params }) => params[0]?.name === "inner");
    expect(inner?.name).toBe("");
    expect(declarations?.byOrigin.get(`${inner?.origin.line}:${inner?.origin.column}`)).toBe(inner);
    expect(inner?.origin).toMatchObject({ file: "/a.ts", line: 5, column: 48 });
  });
});

describe("object types", () => {
  test("classes and interfaces have their fields, inherited ones too", () => {
    const { graph } = read({
      "/a.ts": `${imports} import { Base } from "./base.ts";
export class Sock extends Base implements X { type: S<number> = 1; peer?: Sock; count = 0; constructor(readonly name: D<string>) { super(); } m() {} static s = 1; }
interface Node extends Props { next: Node | null; m(): void } interface Props { a: number } interface Props { b: S<string> }
type Both = Props & { c: D<number> };`,
      "/base.ts": "export class Base { base: number = 0; }",
    });
    const fields = (name: string): string =>
      [...(graph.typeDeclaration({ file: "/a.ts", name })?.fields ?? [])]
        .map(([key, field]) => `${key}: ${show(field)}`)
        .join(", ");
    expect(fields("Sock")).toBe(
      "base: <number>, type: S<number>, peer: P<object|undefined Sock>, count: <number>, name: D<string>",
    );
    expect(fields("Node")).toBe("a: <number>, b: S<string>, next: P<null|object Node>, m: <function>");
    expect(fields("Both")).toBe("a: <number>, b: S<string>, c: D<number>");
    expect(graph.typeDeclaration({ file: "/a.ts", name: "Sock" })).toMatchObject({ kind: "class", specified: false });
    expect(graph.typeDeclaration({ file: "/a.ts", name: "None" })).toBeNull();
  });
});

describe("declarations aside", () => {
  const sock = "export interface Sock { type: number; wmem: number; peer: Sock | null }";
  const stack = `import { Sock } from "./sock.ts"; export function send(sk: Sock, n: number, text: string) {}
export const log = (sk: Sock, t: string) => {}; export class Q { push(x: number) {} } export const notFunction = 1;`;
  const withSpec = (spec: string): Read =>
    read({
      "/stack.ts": stack,
      "/sock.ts": sock,
      "/stack.spec.ts": `${imports}import { send, log, Q, notFunction } from "./stack.ts"; import type { Sock } from "./sock.ts";\n${spec}`,
    });

  test("Intern, Extern and Spec reach functions and types wherever they are declared", () => {
    const { head, graph, codes } = withSpec(`
export type SendSpec = Intern<typeof send, (sk: S<Sock>, n: S<number>, text: D<string>) => D<number>>;
export type LogSpec = Extern<typeof log, (sk: D<Sock>, t: D<string>) => void, "sk.wmem" | "sk.peer">;
export type PushSpec = Extern<typeof Q.prototype.push, (x: D<number>) => void, never>;
export type SockSpec = Spec<Sock, { type: S<number>; peer: S<Sock | null> }>;`);
    expect(codes()).toEqual([]);
    expect(head("send")).toBe("intern (sk: S<object Sock>, n: S<number>, text: D<string>) => D<number>");
    expect(head("log")).toBe("extern (sk: D<object Sock>, t: D<string>) => <undefined>");
    const declarations = graph.module("/stack.ts")?.declarations;
    expect(declarations?.byName.get("log")?.changes).toEqual(["sk.wmem", "sk.peer"]);
    expect(declarations?.byName.get("Q.push")).toMatchObject({ mode: "extern", changes: [] });
    expect(declarations?.byName.get("send")?.declaredAt.file).toBe("/stack.spec.ts");
    expect(declarations?.byName.get("send")?.origin.file).toBe("/stack.ts");
    const type = graph.typeDeclaration({ file: "/sock.ts", name: "Sock" });
    expect(type?.specified).toBe(true);
    expect([...(type?.fields ?? [])].map(([key, field]) => `${key}: ${show(field)}`)).toEqual([
      "type: S<number>",
      "wmem: D<number>",
      "peer: S<null|object Sock>",
    ]);
    expect(graph.order).toEqual(["/sock.ts", "/stack.ts"]);
    expect(graph.files).toContain("/stack.spec.ts");
  });

  test("an undeclared parameter of a specified type is partially static", () => {
    const { head } = withSpec("export type SockSpec = Spec<Sock, { type: S<number> }>;");
    expect(head("send")).toBe("inline (sk: P<object Sock>, n: <number>, text: <string>) => <unknown>");
  });

  test.each([
    [
      "Intern<typeof gone, () => void>",
      "SP1006 this declaration fits no function: `gone` is not a value of this program",
    ],
    [
      "Intern<typeof notFunction, () => void>",
      "SP1006 this declaration fits no function: `notFunction` is not a function",
    ],
    [
      "Intern<typeof send, (sk: S<Sock>) => void>",
      "SP1006 this declaration fits no function: `send` has 3 parameters, and the declaration 1",
    ],
    [
      "Intern<Sock, () => void>",
      "SP1006 this declaration fits no function: the first argument is not `typeof` a function",
    ],
    [
      "Extern<typeof send, Sock>",
      "SP1006 this declaration fits no function: the second argument is not a function type",
    ],
    ["Spec<Sock, { typ: S<number> }>", "SP1004 `Sock` has no field `typ`, did you mean `type`?"],
    [
      "Spec<Date, { x: S<number> }>",
      "SP1006 this declaration fits no function: its type is not declared in this program",
    ],
    ["Spec<Sock, Sock>", "SP1006 this declaration fits no function: Spec takes a named type and a list of fields"],
  ])("%s is reported", (type, expected) => {
    expect(withSpec(`export type X = ${type};`).codes()).toEqual([`${expected} @/stack.spec.ts:3`]);
  });

  test("what is spoken of may be imported as a type", () => {
    const { head, codes } = read({
      "/stack.ts": stack,
      "/sock.ts": sock,
      "/stack.spec.ts": `${imports}import type { send as emit } from "./stack.ts"; import type { Sock } from "./sock.ts";
export type X = Intern<typeof emit, (sk: D<Sock>, n: S<number>, text: D<string>) => void>;`,
    });
    expect(codes()).toEqual([]);
    expect(head("send")).toBe("intern (sk: D<object Sock>, n: S<number>, text: D<string>) => <undefined>");
  });

  test("a test file that happens to be called .spec.ts is left alone", () => {
    const { graph } = read({ "/a.ts": "export {}", "/a.spec.ts": 'import "./a.ts"; describe("a", () => {});' });
    expect(graph.files).toEqual(["/a.ts"]);
  });

  test("files named in the options are read though they lie elsewhere", () => {
    const files = {
      "/a.ts": "export function f(n: number) {}",
      "/specs/all.ts": `${imports}import { f } from "../a.ts"; export type F = Intern<typeof f, (n: S<number>) => void>;`,
    };
    const graph = loadModuleGraph(["/a.ts"], memoryHost(files), new DiagnosticSink(), {
      lower,
      declarationFiles: ["/specs/all.ts"],
    });
    expect(print(graph.module("/a.ts")?.declarations.byName.get("f"))).toBe("intern (n: S<number>) => <undefined>");
    expect(graph.order).toEqual(["/a.ts"]);
  });
});
