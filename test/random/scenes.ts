/**
 * Statements of the kind that specialization is for: static data that dynamic tests move on, and objects of which a part is
 * static. Small interpreters of random programs, automata, records that are updated on some paths, tables of handlers,
 * error codes; with random statements and expressions in their midst. All end: every loop has fuel.
 */
import type { Made, Statements } from "./statements.ts";
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";

type Scene = (s: Statements, scope: Scope) => Made;

export function sceneOf(s: Statements, scope: Scope): Made {
  const scene = s.choices.of<Scene>(
    record,
    instance,
    codes,
    machine,
    machine,
    automaton,
    record,
    record,
    handlers,
    codes,
    closures,
    instance,
    walk,
    kept,
    kept,
  );
  return scene(s, scope);
}

/** names for a scene of its own */
function fresh(s: Statements, ...names: readonly string[]): string[] {
  return names.map((name) => s.expressions.fresh(name));
}

function inner(scope: Scope, ...variables: readonly Variable[]): Scope {
  return { ...withVariables(scope, ...variables), inLoop: false, inSwitch: false, labels: [], blocks: [], loops: 2 };
}

const num = (name: string, mutable = true): Variable => ({ name, type: "num", mutable });
const obj = (name: string): Variable => ({ name, type: "obj", mutable: false });

/** Dynamic more often than not: a parameter, or what the host says. */
function test(s: Statements, scope: Scope): string {
  const value = s.expressions.variable("num", scope) ?? "0";
  const host = s.expressions.variable("host", scope);
  return s.choices.of(
    () => `${value} > ${s.choices.below(3)}`,
    () => `(${value} & ${1 + s.choices.below(3)}) === ${s.choices.below(2)}`,
    () => (host === null ? `${value} < 1` : `${host}(${value}) > 0`),
    () => s.e("bool", scope, 2),
  )();
}

/** An interpreter of byte code, with a stack; the code is written here, or comes as an argument. */
function machine(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [code, pc, acc, fuel, stack] = fresh(s, "code", "pc", "acc", "fuel", "stack") as [
    string,
    string,
    string,
    string,
    string,
  ];
  const length = 2 + choices.below(5);
  const op = (): string => `[${choices.below(7)}, ${choices.below(length + 1)}, ${choices.below(4)}]`;
  const within = inner(scope, num(acc), num("x1"), num("x2", false));
  const bound = choices.of("9", "6", "14", `${s.expressions.variable("num", scope) ?? "4"} & 15`);
  const text = `const ${code} = [${Array.from({ length }, op).join(", ")}];
const ${stack} = [${choices.of("", "1", "0, -0")}];
let ${pc} = 0, ${acc} = ${s.e("num", scope, 1)}, ${fuel} = ${bound};
while (${pc} < ${code}.length && ${fuel}-- > 0) {
let [op, x1, x2] = ${code}[${pc}++];
switch (op) {
case 0: ${acc} = (${acc} + x1) | 0; break;
case 1: if (${test(s, within)}) ${pc} = x1; break;
case 2: ${stack}.push(${choices.of(acc, "x1", "x2")}); break;
case 3: ${acc} = ${stack}.length > 0 ? ${stack}.pop() : x2; break;
case 4: ${s.list(within, 2, 1)} break;
case 5: if (${test(s, within)}) { x1 = x2; ${s.list(within, 1, 1)} } ${acc} = ${s.e("num", within, 2)}; break;
default: if (${test(s, within)}) ${pc} += x2; else ${stack}.length = 0;
}
}`;
  return { text, scope: withVariables(scope, num(acc), { name: stack, type: "arr", mutable: false }) };
}

/** A pattern that is looked for in a text: where one is in the pattern is static, where in the text is not. */
function automaton(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [at, hits, pattern] = fresh(s, "at", "hits", "pat") as [string, string, string];
  const subject = s.expressions.variable("str", scope) ?? s.e("str", scope, 1);
  const within = inner(scope, num(hits), { name: "ch", type: "str", mutable: false }, num(at, false));
  const back = choices.of("0", `ch === ${pattern}[0] ? 1 : 0`, `${at} > 1 ? 1 : 0`);
  const text = `const ${pattern} = ${choices.of('"ab"', '"aba"', '"bb"', '"lo"', '"a"')};
let ${at} = 0, ${hits} = 0;
for (const ch of ${subject}.slice(0, 7)) {
if (ch === ${pattern}[${at}]) ${at}++; else ${at} = ${back};
if (${at} === ${pattern}.length) { ${hits}++; ${at} = ${choices.of("0", "1", "0")}; ${s.list(within, 1, 1)} }
}`;
  return { text, scope: withVariables(scope, num(hits), num(at)) };
}

/** A record with static and dynamic fields, changed on some paths, under several names, by a helper, in a loop. */
function record(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [state, part, again, change] = fresh(s, "st", "part", "same", "change") as [string, string, string, string];
  const constant = (): string => choices.of("0", "1", "2", "-0", "NaN", "null", '"k"');
  const within = inner(scope, obj(state), obj(part), num("v", false));
  const step = (): string =>
    choices.of(
      () => `${state}.a = ${choices.of("v", constant(), `${state}.a + 1`)};`,
      () => `${part}.a += ${choices.of("1", "v", s.e("num", within, 1))};`,
      () => `${state}.n = ${choices.of(part, "null", `{ a: v, n: ${part} }`, again)};`,
      () => `${again}.b = ${s.e("num", within, 2)};`,
      () => `${change}(${choices.of(state, part, again)}, ${choices.of("v", constant())});`,
      () => `delete ${state}.${choices.of("b", "s", "a")};`,
      () => `${state}.${choices.of("a", "c", "s")} ??= ${constant()};`,
      () => s.list(within, 1, 1),
    )();
  const list = choices.of("[0, 1, 2]", "[3, -0]", "[1, 2]", s.expressions.variable("constArr", scope) ?? "[5]");
  const text = `const ${part} = { a: ${constant()}, b: ${s.e("num", scope, 1)}, n: null };
const ${state} = { a: ${constant()}, b: ${s.e("num", scope, 2)}, n: ${choices.of(part, "null", part)}, s: ${choices.of('"i"', constant())} };
const ${again} = ${choices.of(state, part, `${test(s, scope)} ? ${state} : ${part}`)};
const ${change} = (o, v) => { if (${choices.of("v === 1", "o.a > 0", test(s, scope))}) o.a = v; else o.b = ${choices.of("v", "o.a")}; return o; };
for (const v of ${list}) {
if (${test(s, within)}) { ${step()} ${step()} } else { ${step()} }
${step()}
}`;
  return { text, scope: withVariables(scope, obj(state), obj(part), { name: again, type: "obj", mutable: false }) };
}

/** A table of handlers, gone through with dynamic tests: the first that fits, or all. */
function handlers(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [table, out] = fresh(s, "table", "out") as [string, string];
  const within = inner(scope, num("x", false), obj("o"));
  const handler = (): string =>
    `{ on: ${choices.of("0", "1", '"a"', "null")}, fits: (x) => ${choices.of(`x > ${choices.below(3)}`, test(s, within), "true")}, act: (o, x) => { ${s.list(within, 1, 1)} o.a = ${s.e("num", within, 2)}; return ${choices.of("x", "o", "this", "null")}; } }`;
  const value = s.expressions.variable("num", scope) ?? "1";
  const leave = choices.of("break", "continue", "break");
  const text = `const ${table} = [${Array.from({ length: 1 + choices.below(3) }, handler).join(",\n")}];
let ${out} = { a: ${choices.of("0", value)}, b: ${value}, n: null, on: ${choices.of("0", "1", '"a"')} };
for (const h of ${table}) {
if (${choices.of(`h.fits(${value})`, `h.on === ${out}.on || h.fits(${out}.a)`)}) { h.act(${out}, ${value}); ${choices.of(`${out}.on = h.on;`, "")} ${leave}; }
${choices.of("", `${out}.b++;`, `${out} = { ...${out}, a: 0 };`)}
}`;
  return { text, scope: withVariables(scope, { name: out, type: "obj", mutable: true }) };
}

/** Error codes and exceptions as static control state. */
function codes(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [check, err, i] = fresh(s, "check", "err", "i") as [string, string, string];
  const within = inner(scope, num("x"), num(err));
  const fail = choices.of(
    `return -${1 + choices.below(3)};`,
    `throw { code: ${choices.below(3)}, x };`,
    `throw new RangeError("r" + x);`,
  );
  const text = `const ${check} = (x, k) => { if (${test(s, inner(scope, num("x"), num("k", false)))}) ${fail} if (k === ${choices.below(3)}) return k; return 0; };
let ${err} = 0;
for (let ${i} = 0; ${i} < ${choices.of("3", "2", "4")} && ${choices.of(`${err} === 0`, `${err} >= 0`, "true")}; ${i}++) {
try {
${err} ${choices.of("=", "+=", "=")} ${check}(${s.e("num", scope, 1)}, ${i});
if (${err} < 0) ${choices.of("break", "continue", "throw new Error('low')")};
} catch (e) { ${err} = e.code ?? ${choices.of("7", i)}; ${choices.of("", `if (${err} === 1) break;`)} }${choices.of("", ` finally { ${err} |= ${choices.below(2)}; }`)}
if (${err} !== 0) { ${s.list({ ...within, variables: within.variables.filter(({ name }) => name !== "x") }, 1, 1)} }
}`;
  return { text, scope: withVariables(scope, num(err)) };
}

/** Closures over variables that dynamic tests change, chosen statically or dynamically. */
function closures(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [count, acts, last, get] = fresh(s, "count", "acts", "last", "get") as [string, string, string, string];
  const within = inner(scope, num(count), num("x", false));
  const act = (): string =>
    choices.of(
      () => `(x) => ${count} += x`,
      () => `(x) => (${count} = ${s.e("num", within, 2)})`,
      () => `(x) => { if (${test(s, within)}) ${count}++; return ${count}; }`,
      () => `(x) => x - ${count}`,
    )();
  const list = Array.from({ length: 2 + choices.below(2) }, act);
  const value = s.expressions.variable("num", scope) ?? "1";
  const host = s.expressions.variable("host", scope);
  const text = `let ${count} = ${choices.of("0", "1", value)};
const ${acts} = [${list.join(", ")}];
const ${get} = () => ${count};
for (const f of ${acts}) { if (${test(s, scope)}) f(${choices.of("1", value)}); ${s.list(within, 1, 1).includes("x") ? "" : s.list(inner(scope, num(count)), 1, 1)} }
${choices.of(`${acts}[${value} & 1](2);`, `${acts}[${choices.below(list.length)}](${value});`, host === null ? "" : `${host}(${acts}[0]);`)}
let ${last} = ${get}();`;
  return { text, scope: withVariables(scope, num(last), num(count), { name: get, type: "fn", mutable: false }) };
}

/** An instance with static and dynamic fields; methods change them. */
function instance(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [reader, it, out] = fresh(s, "Reader", "it", "out") as [string, string, string];
  const value = s.expressions.variable("num", scope) ?? "1";
  const within = inner(scope, num("x", false), { name: "this", type: "obj", mutable: false });
  const text = `class ${reader} {
at = 0;
constructor(list, x) { this.list = list; this.x = x; this.a = ${choices.of("0", "x", "-0")}; this.n = null; }
get done() { return this.at >= this.list.length; }
next() { if (this.done) return ${choices.of("undefined", "this.a", "-1")}; return this.list[this.at++]; }
step(x) { const v = this.next(); if (${choices.of(test(s, within), "x > v")}) this.a = v; else this.x = ${s.e("num", within, 2)}; return v; }
}
const ${it} = new ${reader}(${choices.of("[1, 0, 2]", "[3, 5]", s.expressions.variable("constArr", scope) ?? "[7]", `[1, ${value}]`)}, ${value});
let ${out} = 0;
while (!${it}.done) { const v = ${it}.step(${s.e("num", scope, 1)}); ${choices.of("", `if (v === ${choices.below(3)}) ${it}.next();`, `if (${test(s, scope)}) ${it}.at++;`)} ${out} += v | 0; }`;
  return { text, scope: withVariables(scope, num(out), obj(it)) };
}

/** A tree that is static, or partly so, evaluated by recursion. */
function walk(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const [evaluate, tree, out] = fresh(s, "evaluate", "tree", "out") as [string, string, string];
  const value = s.expressions.variable("num", scope) ?? "1";
  const node = (depth: number): string =>
    depth === 0
      ? choices.of(`{ op: "k", v: ${choices.of("1", "-0", value)} }`, '{ op: "x" }')
      : `{ op: ${choices.of('"+"', '"?"', '"&"', '"="')}, l: ${node(depth - 1)}, r: ${node(choices.below(depth))} }`;
  const type = choices.of<Type>("num", "num");
  const within = inner(scope, num("env.x"));
  const text = `const ${tree} = ${node(2)};
const ${evaluate} = (node, env) => {
switch (node.op) {
case "k": return node.v;
case "x": return env.x;
case "+": return ${evaluate}(node.l, env) + ${evaluate}(node.r, env);
case "?": return ${choices.of(`${evaluate}(node.l, env) > 0`, test(s, within))} ? ${evaluate}(node.r, env) : ${choices.of("0", `${evaluate}(node.l, env)`)};
case "&": return ${evaluate}(node.l, env) && ${evaluate}(node.r, env);
default: env.x = ${evaluate}(node.l, env); ${choices.of("", "env.seen = (env.seen ?? 0) + 1;")} return ${evaluate}(node.r, env);
}
};
const ${out}e = { x: ${s.e(type, scope, 2)}, a: 1, n: null };
let ${out} = ${evaluate}(${tree}, ${out}e);`;
  return { text, scope: withVariables(scope, num(out), obj(`${out}e`)) };
}

/** A loop over what only the run time knows: what it finds, closures of its rounds, exceptions of what it goes over. */
function kept(s: Statements, scope: Scope): Made {
  const { choices } = s;
  const names = fresh(s, "found", "rounds", "acts", "source", "sum");
  const [found, rounds, acts, source, sum] = names as [string, string, string, string, string];
  const value = s.expressions.variable("num", scope) ?? "1";
  const within = inner(scope, num(rounds), num("one", false), num("own"));
  const dynamic = s.expressions.variable("arr", scope) ?? `[${value}, 2, 0]`;
  const failing = `(function* () { try { yield* [${value}, 1, 2]; if (${test(s, scope)}) throw new RangeError("${source}"); yield 3; } finally { ${choices.of("", `${rounds} += 10;`, `if (${test(s, scope)}) throw "closed";`)} } })()`;
  const find = choices.of(
    `${found} = { one, n: ${choices.of("1", value)} };`,
    `${found} = { one, n: ${rounds}, before: ${found} === null ? 0 : ${found}.one };`,
    `if (${found} === null || ${found}.n < ${choices.of("2", value)}) ${found} = { one, n: ${rounds} };`,
    `${found} = { one: ${found}?.one ?? own, n: own };`,
  );
  const act = choices.of(
    `${acts}.push(() => own++);`,
    `for (const two of ${dynamic}) ${acts}.push(() => (own += two | 0));`,
    `${acts}.push(() => own); own = ${s.e("num", within, 2)};`,
    `${acts}.push(() => [own, one].length);`,
  );
  const leave = choices.of(
    "",
    `if (${test(s, within)}) continue;`,
    `if (${test(s, within)}) break;`,
    `if (${test(s, within)}) throw { rounds: ${rounds}, one };`,
    `if (${test(s, within)}) throw ${found};`,
  );
  const body = `${rounds}++; let own = ${choices.of(rounds, "0", "one")};
${find}
${leave}
${act}
${s.list(within, 1, 1)}`;
  const loop = `for (const one of ${choices.of(dynamic, dynamic, failing, `${source}()`)}) {
${body}
}`;
  const text = `let ${found} = null;
let ${rounds} = 0;
const ${acts} = [];
const ${source} = () => { let n = 0; return { [Symbol.iterator]() { return this; }, next() { if (n === ${choices.below(4)} && ${test(s, scope)}) throw "next"; return { done: n > 2, value: n++ }; }, return() { ${rounds} += 100; ${choices.of("return {};", "return 5;", `throw "return";`)} } }; };
${choices.of(
  loop,
  `try { ${loop} } catch (e) { ${found} = { one: typeof e === "string" ? e.length : 7, n: ${rounds} }; }`,
  `try { try { ${loop} } finally { ${rounds} = -${rounds}; } } catch (e) { ${rounds}--; }`,
)}
let ${sum} = ${found} === null ? ${rounds} : ${found}.n;
for (const f of ${acts}.slice(0, 8)) ${sum} += f() | 0;`;
  return { text, scope: withVariables(scope, num(sum), { name: found, type: "obj", mutable: false }) };
}
