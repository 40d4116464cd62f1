/**
 * Every context of the UDP send path through the Babel plugin: the residual leaves behind what the generic path leaves
 * behind, and lacks what the rows of the acceptance table say that it lacks.
 */
import path from "node:path";
import { transformSync } from "@babel/core";
import plugin from "../src/index.ts";
import { parse, t, traverse } from "../src/syntax/babel.ts";
import { printCode } from "../src/syntax/printModule.ts";
import { contexts } from "../fixtures/tcpip/contexts/all.ts";
import { generic, type Checksum, type Roots, type Send } from "../fixtures/tcpip/contexts/context.ts";
import { drive } from "../fixtures/tcpip/contexts/drive.ts";
import { O_NONBLOCK } from "../fixtures/tcpip/stack/flags.ts";
import { deepState, firstDifference } from "../fixtures/tcpip/contexts/observe.ts";

type Bind = (roots: Roots, otherwise: (difference: string) => never) => Send;

interface Residual {
  readonly bind: Bind;
  /** Names that the function reads, calls or stores to; `.name` for fields, `.name()` for methods that it calls. */
  readonly names: ReadonlySet<string>;
  /** Loops that wait for nothing dynamic: neither for the queue to be empty nor for memory. */
  readonly loops: number;
  /** What it allocates: `new` of these, and literals. */
  readonly allocates: ReadonlySet<string>;
  readonly waits: boolean;
}

const folder = path.resolve("fixtures/tcpip/contexts");

function refuse(difference: string): never {
  throw new Error(`the residual does not fit its own context: ${difference}`);
}

function specializeContext(name: string, checksum: Checksum): string {
  const setup = checksum === "hw" ? "setup" : "setupSoftware";
  const code = `import { context } from "babel-plugin-specialize";
import { ${setup}, statics } from "./${name}.ts";
import { sysSendto } from "../socket/send.ts";
export const bind = context(sysSendto, ${setup}, statics);`;
  const result = transformSync(code, {
    filename: path.join(folder, `$${name}-${checksum}.ts`),
    cwd: process.cwd(),
    configFile: false,
    babelrc: false,
    plugins: [[plugin, { report: "silent" }]] as never,
    presets: [["@babel/preset-typescript", {}]],
  });
  const { sites, diagnostics } = (result?.metadata as never as { specialize: Metadata }).specialize;
  if (sites.length !== 1 || sites[0]?.replaced !== true) throw new Error(JSON.stringify(diagnostics));
  return result?.code ?? "";
}

interface Metadata {
  readonly sites: readonly { readonly replaced: boolean }[];
  readonly diagnostics: readonly unknown[];
}

/** The module as a function of its imports, so that it runs with the very modules that the test has. */
async function load(code: string): Promise<Bind> {
  const ast = parse(code, { sourceType: "module" });
  const lines: string[] = [];
  const modules: unknown[] = [];
  for (const statement of ast.program.body) {
    const text = code.slice(statement.start ?? 0, statement.end ?? 0);
    if (statement.type !== "ImportDeclaration") {
      lines.push(text.replace(/^export const bind =/, "return"));
      continue;
    }
    const source = statement.source.value;
    const file = source.startsWith(".") ? path.resolve(folder, source) : source;
    modules.push(await import(file));
    for (const one of statement.specifiers) {
      const imported = one.type === "ImportSpecifier" && t.isIdentifier(one.imported) ? one.imported.name : "default";
      lines.push(`const ${one.local.name} = modules[${modules.length - 1}].${imported};`);
    }
  }
  return new Function("modules", lines.join("\n"))(modules) as Bind;
}

/** The function that the binder returns; the checks before it run once and may look at whatever they like. */
function look(code: string): Omit<Residual, "bind"> {
  const [names, allocates] = [new Set<string>(), new Set<string>()];
  let loops = 0;
  traverse(parse(code, { sourceType: "module" }), {
    FunctionDeclaration(outer) {
      if (outer.node.id?.name.startsWith("sysSendto") !== true) return;
      outer.traverse({
        Identifier: ({ node, parentPath }) => {
          const isField = parentPath.isMemberExpression({ property: node, computed: false });
          if (!isField) names.add(node.name.replace(/\$\d+$/, ""));
        },
        MemberExpression: ({ node, parentPath }) => {
          if (!t.isIdentifier(node.property) || node.computed) return;
          const isCalled = parentPath.isCallExpression({ callee: node });
          names.add(`.${node.property.name}${isCalled ? "()" : ""}`);
        },
        Loop: (loop) => void (loops += /\.(queueStopped|waitForWmem)\b/.test(printCode(loop.node)) ? 0 : 1),
        NewExpression: ({ node }) => void allocates.add(t.isIdentifier(node.callee) ? node.callee.name : "?"),
        ObjectExpression: () => void allocates.add("{}"),
        ArrayExpression: () => void allocates.add("[]"),
        Function: () => void allocates.add("function"),
      });
      outer.skip();
    },
  });
  return { names, loops, allocates, waits: names.has(".waitForWmem()") };
}

/** What must not be there any more, row by row. */
const rows: readonly (readonly [id: string, what: string, absent: readonly string[]])[] = [
  ["L1", "fd lookup", ["sockfdLookup", "fget", "socki", ".files", ".current", ".families"]],
  ["L2", "call to give the descriptor back", ["sockfdPut", "fput"]],
  ["L3", "call through a protocol table", [".sendmsg()", ".prot", ".ops", "inetSendmsg", "udpSendmsg"]],
  ["L4", "control data", ["scmSend", "scmDestroy", ".control"]],
  ["L5", "address parsing", ["moveAddrToKernel", ".name", ".namelen"]],
  ["L6", "autobind", ["udpGetPort", ".getPort()", ".num"]],
  ["O2", "control messages of IP", ["ipCmsgSend"]],
  ["O3", "test for groups", [".mcIndex", ".mcAddr", ".mcTtl"]],
  ["O4", "flags", [".localroute", ".msgFlags"]],
  ["O6", "option builder", ["ipOptionsGet", "ipOptionsImage", ".opt"]],
  ["O7", "broadcast test", [".broadcast"]],
  ["O8", "call of a fragment source", ["udpGetfrag", "udpGetfragNosum", ".getfrag()", ".noCheck"]],
  ["O10", "header builder", ["writeIpv4Header", ".ttl", ".tos"]],
  ["R1", "check of the kept route", ["skDstCheck", ".obsolete", ".check()"]],
  ["R2", "route lookup", ["ipRouteOutput", "fibTableLookup", "rtHash", ".cache"]],
  ["R3", "field of the route", [".pmtu", ".gateway", ".rtDst", ".rtSrc"]],
  ["R4", "choice of the slow path", ["ipBuildXmit", "ipBuildXmitSlow", ".mtu"]],
  ["B1", "call of the account", ["sockAllocSendPskb", "sockAllocSendSkb"]],
  ["B2", "call of the allocator", ["allocSkb", "kmalloc", ".inInterrupt"]],
  ["B3", "pages", ["allocPage", "Page"]],
];

const outputChain = ["nfHook", ".output()", ".hardStartXmit()", "devQueueXmit", "ipOutput"];

const cases = contexts.flatMap((context) =>
  (["hw", "sw"] as const).map((sum) => [context.name, sum, context] as const),
);

function compare(one: Roots, other: Roots, bind: Bind, length: number): void {
  const expected = drive(one, generic(one, length), length, 320, 29);
  const observed = drive(other, bind(other, refuse), length, 320, 29);
  expect(observed.results).toEqual(expected.results);
  expect(observed.frames.map((frame) => Buffer.from(frame).toString("hex"))).toEqual(
    expected.frames.map((frame) => Buffer.from(frame).toString("hex")),
  );
  expect(observed.counters).toEqual(expected.counters);
  expect(firstDifference(deepState(other), deepState(one))).toBeUndefined();
}

describe.each(cases)("context %s %s through the plugin", (name, checksum, context) => {
  let residual: Residual;
  beforeAll(async () => {
    const code = specializeContext(name, checksum);
    residual = { bind: await load(code), ...look(code) };
  }, 120_000);

  it("sends the same frames, gives the same results, leaves the same counters and the same state", () => {
    compare(context.setup(checksum), context.setup(checksum), residual.bind, context.length);
  });

  it("is not taken for roots that differ", () => {
    const roots = context.setup(checksum);
    (roots.kernel.current.files[roots.fd] as { flags: number }).flags ^= O_NONBLOCK;
    expect(() => residual.bind(roots, refuse)).toThrow(/does not fit/);
  });

  it.each(rows)("%s: the residual has no %s", (_id, _what, absent) => {
    expect(absent.filter((one) => residual.names.has(one))).toEqual([]);
  });

  it("R5: the residual has no call through the output chain", () => {
    expect(outputChain.filter((one) => residual.names.has(one))).toEqual([]);
  });

  it("O1: only the blocking residual waits", () => {
    expect(residual.waits).toBe(name === "blocking");
  });

  it("B5: the residual has no loop over what is known", () => {
    expect(residual.loops).toBe(0);
  });

  it("the residual allocates buffers and nothing else", () => {
    const buffers = new Set(["SkBuff", "Block", "Page", "SkbShared", "SkbFragment", "Uint8Array"]);
    expect([...residual.allocates].filter((one) => !buffers.has(one))).toEqual([]);
  });
});
