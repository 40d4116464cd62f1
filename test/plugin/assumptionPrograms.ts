/**
 * For each assumption of docs/ASSUMPTIONS.md programs whose residuals do something else than the generic code when it does not
 * hold, with the option that switches it off and what a build with `checkAssumptions` says. The table there names them all.
 */
export interface Broken {
  /** number of the assumption, and what does not hold */
  readonly about: `${number}: ${string}`;
  /** exports `m`, or what `call` needs */
  readonly source: string;
  /** declarations aside, of what `main` exports */
  readonly aside?: string;
  /** modules beside `main.ts`, by name */
  readonly modules?: Readonly<Record<string, string>>;
  /** what the host has done before the program is loaded */
  readonly host?: string;
  /** what the program does first */
  readonly before?: string;
  /** what does not hold, made so in the program that runs */
  readonly breaking?: string;
  /** where the checks are loaded, which look at the built-ins there: what replaces one, and gives back how to undo it */
  readonly breakingHere?: () => () => void;
  readonly call: string;
  /** the assumption switched off: the residual does what the generic code does */
  readonly off?: object;
  /** what the check says */
  readonly check?: RegExp;
  /** the call at which the check sees it, if it is a later one */
  readonly later?: boolean;
}

const table = `export const table = { k: 2 };`;
export const broken: readonly Broken[] = [
  {
    about: "1: built-ins",
    source: `function f(k, x) { return Math.max(k, 1) + x; } export const g = specialize(f, { k: 2 });`,
    breaking: "Math.max = () => 100",
    breakingHere: () => {
      const { max } = Math;
      Math.max = () => 100;
      return () => void (Math.max = max);
    },
    call: "p.g(1)",
    off: { builtins: false },
    check: /main\.ts:3:\d+: assumption 1 \(built-ins\): Math\.max is not the original one/,
  },
  {
    about: "2: the engine's own results",
    source: `function f(k, x) { return Math.sin(k) + x; } export const g = specialize(f, { k: 2 });`,
    breaking: "Math.sin = (x) => 0.9092974268256816",
    call: "p.g(0)",
    off: { engine: false },
    check:
      /main\.ts:3:\d+: assumption 2 \(the engine\): Math\.sin\(2\) was taken to be 0\.909297426825681\d, it is 0\.9092974268256816/,
  },
  {
    about: "2: letters",
    source: `function f(k, x) { return k.toUpperCase() + x; } export const g = specialize(f, { k: "a" });`,
    breaking: "String.prototype.toUpperCase = () => 'another version of Unicode'",
    call: "p.g('')",
    off: { engine: false },
    check: /assumption 2 \(the engine\): "a"\.toUpperCase\(\) was taken to be "A"/,
  },
  {
    about: "3: no document.all",
    source: `function f(k: S<number>, x: D<object>) { return x == null ? "none" : k; } export const g = specialize(f, { k: 2 });`,
    call: "p.g(undetectable)",
    off: { types: false },
    check: /assumption 3 .*argument 1 is an object of which typeof is undefined/,
  },
  {
    about: "4: limits of engines",
    source: `function inner(x) { return /inner/.test(new Error("e").stack ?? "") ? x : -x; }
function f(k, x) { return inner(x) + k; } export const g = specialize(f, { k: 2 });`,
    call: "p.g(1)",
  },
  {
    about: "5: all modules have run, and a variable gets its last value later",
    source: `let mode = 1; function f(k, x) { return mode * x + k; } export const g = specialize(f, { k: 2 });
export const early = g(10); mode = 3;`,
    call: "p.early",
    check: /main\.ts:3:\d+: assumption 5 \(all modules have run\): mode was taken to be 3, it is 1/,
  },
  {
    about: "5: and a variable is not there yet",
    source: `function f(k, x) { return late * x + k; } export const g = specialize(f, { k: 2 });
const tried = (act) => { try { return act(); } catch (error) { return error.message; } };
export const early = tried(() => g(10)); const late = 3;`,
    call: "p.early",
    check: /assumption 5 .*: late was taken to be 3, .*(initialized|initialization)/,
  },
  {
    about: "6: a static argument changes",
    source: `${table} function f(o, x) { return o.k * x; } export const g = specialize(f, { o: table });`,
    breaking: "p.table.k = 5",
    call: "p.g(1)",
    off: { statics: false },
    check: /assumption 7 .*table\.k is 5, at build time it was 2/,
  },
  {
    about: "7: an object of a module changes",
    source: `${table} function f(n, x) { return table.k * x + n; } export const g = specialize(f, { n: 1 });`,
    breaking: "p.table.k = 5",
    call: "p.g(1)",
    off: { statics: false },
    check: /assumption 7 .*table\.k is 5/,
  },
  {
    about: "8: a function that only the run time knows changes one that it is handed",
    source: `${table} function f(o, act) { act(o); return o.k; } export const g = specialize(f, { o: table });`,
    call: "p.g((o) => { o.k++; })",
    off: { statics: false },
    check: /assumption 7 .*table\.k is 3/,
    later: true,
  },
  {
    about: "9: a field that is declared S changes behind the binding",
    source: `export class Sock { mode = 1; sent = 0; }
function send(sk: Sock, x: D<number>) { sk.sent++; return sk.mode === 1 ? x : -x; }
export const bind = context(send, () => ({ sk: new Sock() }), (roots) => ({ sk: roots.sk }));
export const live = () => ({ sk: new Sock() });`,
    before: "globalThis.roots = p.live(); globalThis.g = p.bind(roots);",
    breaking: "roots.sk.mode = 2",
    call: "g(5)",
    aside: "export type SockSpec = Spec<Sock, { mode: S<number>; sent: D<number> }>;",
    check: /main\.ts:5:\d+: assumption 9 to 11 .*: sk\.mode is not what it was/,
  },
  {
    about: "10: a live object that nothing is declared of changes behind the binding",
    source: `function send(dev, x) { return dev.queue.length > 1 ? x : -x; }
const bind = context(send, () => ({ dev: { queue: [1, 2] } }), (roots) => ({ dev: roots.dev }));
export const roots = { dev: { queue: [1, 2] } }; export const g = bind(roots);`,
    breaking: "p.roots.dev.queue.pop()",
    call: "p.g(5)",
    off: { statics: false },
    check: /assumption 9 to 11 .*: dev\.queue\.length is not what it was/,
  },
  {
    about: "11: another closure stands where the set-up had one",
    source: `function send(dev, x) { return dev.xmit(x); }
const bind = context(send, () => ({ dev: { xmit: (x) => x } }), (roots) => ({ dev: roots.dev }));
export const g = bind({ dev: { xmit: (x) => -x } });`,
    call: "p.g(5)",
  },
  {
    about: "11: something else than a function comes there behind the binding",
    source: `function send(dev, x) { return dev.xmit(x); }
const bind = context(send, () => ({ dev: { xmit: (x) => x } }), (roots) => ({ dev: roots.dev }));
export const roots = { dev: { xmit: (x) => x } }; export const g = bind(roots);`,
    breaking: "p.roots.dev.xmit = null",
    call: "p.g(5)",
    check: /assumption 9 to 11 .*: dev\.xmit is not what it was/,
  },
  {
    about: "12: the set-up builds something else than the program",
    source: `function send(dev, x) { return dev.mtu > 1000 ? x : -x; }
const bind = context(send, () => ({ dev: { mtu: 1500 } }), (roots) => ({ dev: roots.dev }));
export const g = bind({ dev: { mtu: 500 } }, (difference) => () => difference);`,
    call: "p.g(5)",
    check: /dev\.mtu/,
  },
  {
    about: "13: a declared type does not hold",
    source: `function f(k: S<number>, x: D<number>) { return k * x; } export const g = specialize(f, { k: 1 });`,
    call: "p.g('5')",
    off: { types: false },
    check: /main\.ts:3:\d+: assumption 13 \(declared types\): argument 1 is string, declared is number/,
  },
  {
    about: "13: nor does one further in",
    source: `interface Leaf { n: number } interface Node { leaf: Leaf; next: Node | null }
function f(k: S<number>, x: D<Node>) { return x.next === null ? k * x.leaf.n : k * x.next.leaf.n; } export const g = specialize(f, { k: 1 });`,
    call: "p.g({ leaf: { n: 1 }, next: { leaf: { n: '5' }, next: null } })",
    off: { types: false },
    check: /assumption 13 .*argument 1\.next\.leaf\.n is string, declared is number/,
  },
  {
    about: "13: nor that of an element",
    source: `function f(k: S<number>, x: D<number[]>) { return typeof x[0] === "string" ? "text" : k; } export const g = specialize(f, { k: 1 });`,
    call: "p.g(['5'])",
    off: { types: false },
    check: /assumption 13 .*argument 1\[0\] is string/,
  },
  {
    about: "14: a declared field is a getter",
    source: `interface Box { n: number } function f(k: S<number>, x: D<Box>) { return [x.n, x.n, k]; } export const g = specialize(f, { k: 1 });`,
    call: "p.g((n => ({ get n() { return n++; } }))(0))",
    off: { types: false },
    check: /assumption 14 \(plain data\): argument 1\.n has a getter or a setter/,
  },
  {
    about: "14: a declared field is not there",
    source: `interface Box { n: number; m: number } function f(k: S<number>, x: D<Box>) { x.n = k; x.n = k + 1; return x.n; } export const g = specialize(f, { k: 1 });`,
    call: "p.g({ __proto__: { set n(v) {}, get n() { return 7; } }, m: 1 })",
    off: { types: false },
    check: /assumption 14 \(plain data\): argument 1 has no n of its own/,
  },
  {
    about: "15: a declaration says less than a function does",
    source: `export class Sock { lines = 0; peer = 1; }
export function log(sk: Sock): void { sk.lines++; sk.peer = 9; }
function f(n: number, sk: D<Sock>) { const before = sk.peer; log(sk); return before + sk.peer + sk.lines + n; }
export const g = specialize(f, { n: 1 }); export const sock = () => new Sock();`,
    aside: `export type Log = Extern<typeof log, (sk: Sock) => void, "sk.lines">;`,
    call: "p.g(p.sock())",
    off: { types: false },
    check:
      /main\.ts:5:\d+: assumption 15 \(declarations aside\): log changes argument 1\.peer, which its Extern does not list/,
  },
  {
    about: "16: functions are made anew",
    source: `function f(k, x) { return x + k; } export const g = specialize(f, { k: 1 }); export const shown = () => /\\bk\\b|\\.\\.\\.args/.test(String(g));`,
    call: "p.shown()",
  },
  {
    about: "17: sloppy code writes to what is frozen",
    modules: { "legacy.cjs": `exports.put = function put(n, o) { o.k = n; return o.k + n; };` },
    source: `import { put } from "./legacy.cjs"; export const g = specialize(put, { n: 2 });`,
    call: "p.g(Object.freeze({ k: 5 }))",
    check:
      /legacy\.cjs:1:\d+: assumption 17 \(residual functions are strict code\): this property cannot be written: k/,
  },
  {
    about: "17: sloppy code deletes what cannot be deleted",
    modules: { "legacy.cjs": `exports.drop = function drop(n, o) { return delete o.k ? 0 : n; };` },
    source: `import { drop } from "./legacy.cjs"; export const g = specialize(drop, { n: 2 });`,
    call: "p.g(Object.freeze({ k: 5 }))",
    check: /legacy\.cjs:1:\d+: assumption 17 .*: this property cannot be deleted: k/,
  },
  {
    about: "17: so does a function that comes with the residual",
    modules: {
      "legacy.cjs": `exports.all = function all(n, list) { return list.map(function (o) { o.k = n; return o.k; }).concat(n); };`,
    },
    source: `import { all } from "./legacy.cjs"; export const g = specialize(all, { n: 2 });`,
    call: "p.g({ __proto__: null, map: (f) => [Object.freeze({ k: 5 })].map((o) => f(o)) })",
    check: /legacy\.cjs:1:\d+: assumption 17 .*: this property cannot be written: k/,
  },
  {
    about: "18: there is a loader of AMD modules",
    modules: {
      "legacy.cjs": `if (typeof define === "function" && define.amd) define([], function () {}); else exports.scale = 2;`,
    },
    source: `import legacy from "./legacy.cjs"; function f(n, x) { return legacy.scale * x + n; } export const g = specialize(f, { n: 1 });`,
    host: "globalThis.define = () => {}; define.amd = {};",
    call: "p.g(1)",
    off: { builtins: false },
    check: /main\.ts:3:\d+: assumption 18 \(CommonJS as in Node\): define was taken to be undefined, it is/,
  },
  {
    about: "19: what is said of the host is not so",
    source: `function f(k, x) { return DEBUG ? x : k; } export const g = specialize(f, { k: 2 }); globalThis.DEBUG = true;`,
    call: "p.g(1)",
    off: { host: {} },
    check: /assumption 19 \(assume\.host\): DEBUG was taken to be false, it is true/,
  },
  {
    about: "20: a regular expression is compared with itself",
    modules: {
      "words.ts": `const spaces = / +/; export const isSpaces = (x) => x === spaces; export const pick = (k, x) => (k === 1 ? spaces : x);`,
    },
    source: `import { isSpaces, pick } from "./words.ts"; const picked = specialize(pick, { k: 1 }); export const g = (x) => isSpaces(picked(x));`,
    call: "p.g(1)",
    off: { statics: false },
  },
];
