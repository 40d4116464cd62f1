/**
 * Shared code against the code as it was: functions in which runs of statements come again, with other variables and other
 * numbers, have to log the same, return the same and throw the same afterwards. The log throws at some call, so that what
 * handlers see is compared too.
 */
import fc from "fast-check";
import type * as t from "@babel/types";
import { shareRepeats, type Sizes } from "../../src/emit/shareRepeats.ts";
import { generate, parse, t as build } from "../../src/syntax/babel.ts";
import { FreshNames } from "../../src/syntax/freshNames.ts";

const SMALL: Sizes = { least: 12, leastInLoop: 12 };

function share(code: string, sizes?: Sizes): { readonly text: string; readonly count: number } {
  const fn = parse(code).program.body[0] as t.FunctionDeclaration;
  const done = shareRepeats(fn, new FreshNames(["f", "log"]), () => "shared", sizes);
  expect(generate(fn).code).toBe(generate(parse(code)).code);
  return { text: generate(build.program([...done.shared, done.fn])).code, count: done.shared.length };
}

function run(code: string, x: number, throwsAt: number): unknown {
  const logged: unknown[] = [];
  const log = (...values: unknown[]): void => {
    logged.push(values);
    if (logged.length === throwsAt) throw new Error("full");
    if (logged.length > 500) throw new Error("too long");
  };
  const f = new Function("log", `"use strict"; ${code}; return f;`)(log) as (x: number) => unknown;
  try {
    return [logged, f(x)];
  } catch (error) {
    return [logged, String(error)];
  }
}

/** Statements about two variables and two numbers; `v` is new each time. */
const PATTERNS: readonly ((p: string, q: string, n: number, m: number, v: string) => string)[] = [
  (p, q, n) => `log(${p}); ${q} = ${q} + ${n}; if (${q} > 3) { log(${q}, ${n}); } else { log(${p}); }`,
  (p, q, n, m, v) => `const ${v} = ${p} * ${n}; log(${v} + ${q}); ${q} = ${v} - ${m};`,
  (p, q, n, m, v) => `const ${v} = ${p} + ${n}; log(${v}, ${m}, ${q});`,
  (p, q, n, m, v) => `let ${v} = ${n}; if (${p} > ${m}) { ${v} = ${q}; } log(${v}); ${v} += 1;`,
  (p, q, n, m) => `while (${p} < 9) { ${p} += ${n} + 1; if (${p} === ${m}) break; log(${p}, ${q}); }`,
  (p, q) => `out: { if (${p} > ${q}) break out; log(${p}); ${q} += 2; }`,
  (p, q, n) => `try { ${p} = ${n}; log(${p}); log(${q}); } catch (e) { log(String(e), ${p}); }`,
  (p, q, n, m, v) => `{ let ${v} = ${p}; ${v} += ${n}; log(${v}, ${m}, ${q}); ${p} = ${v}; }`,
  (p, q, n) => `c += ${n}; log(look(), ${p}, ${q});`,
  (p, q, n) => `if (${q} === ${n}) return ${p}; log(${q}, ${p});`,
  (p, q, n) =>
    `log({ ${n}: ${p}, [${n}]: ${q} }, -${n}); switch (${p}) { case ${n}: log(1); break; default: log(${q}); }`,
];

const AROUND: readonly ((body: string) => string)[] = [
  (body) => body,
  (body) => `if (x > 2) { ${body} }`,
  (body) => `for (let i = 0; i < 2; i++) { ${body} log(i); }`,
  (body) => `try { ${body} } catch (e) { log(String(e), a, b, c); }`,
];

const program = fc
  .record({
    /** patterns, with the numbers of the variables that they are about */
    motif: fc.array(fc.tuple(fc.nat(PATTERNS.length - 1), fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 4 }),
    uses: fc.array(
      fc.record({
        around: fc.nat(AROUND.length - 1),
        variables: fc.shuffledSubarray(["a", "b", "c", "d"], { minLength: 4 }),
        numbers: fc.tuple(fc.nat(4), fc.nat(4)),
        after: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    look: fc.constantFrom("c", "1"),
  })
  .map(({ motif, uses, look }) => {
    let made = 0;
    const body = uses.map(({ around, variables, numbers: [n, m], after }) => {
      const first = made;
      const text = motif.map(([k, p, q]) => PATTERNS[k]!(variables[p]!, variables[q]!, n, m, `v${made++}`)).join("\n");
      const again = after && text.includes(` v${first} = `) && !text.startsWith("{") ? `log(v${first});` : "";
      return AROUND[around]!(`${text}\n${again}`);
    });
    return `function f(x) { let a = x, b = 1, c = 2, d = 3; const look = () => ${look};\n${body.join("\n")}\nreturn [a, b, c, d]; }`;
  });

it("does what it did", () => {
  let changed = 0;
  fc.assert(
    fc.property(program, fc.nat(5), fc.nat(12), (code, x, throwsAt) => {
      const { text, count } = share(code, SMALL);
      if (count > 0) changed++;
      expect(run(text, x, throwsAt)).toEqual(run(code, x, throwsAt));
    }),
    { numRuns: 300 },
  );
  expect(changed).toBeGreaterThan(100);
});

it("is left alone where it is small, or where a call would cost what it saves", () => {
  const small = "function f(p, q) {\n  p.a = q;\n  p.b = 1;\n  q.a = p;\n  q.b = 1;\n}";
  expect(share(small).text).toBe(small);
});

it("is left alone in a function that is strict by itself: the others would not be", () => {
  const part = Array.from({ length: 20 }, (_, n) => `log(x, ${n});`).join("\n");
  const code = `function f(x) { ${part} x = 1; ${part} }`;
  expect(share(code).count).toBe(1);
  expect(share(code.replace("{", '{ "use strict";')).count).toBe(0);
});

it("takes the longest run, its variables and numbers as parameters, and gives back what is used behind it", () => {
  const fields = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "k", "l", "m", "n", "o", "r", "s"];
  const part = (o: string, n: number, v: string): string =>
    `${fields.map((field) => `${o}.${field} = ${n};`).join("\n")}\nconst ${v} = ${o}.z;\n${v}.last = ${n + 1};`;
  const { text } = share(`function f(p, q) { ${part("p", 1, "v")} ${part("q", 5, "w")} return v + w; }`);
  expect(text).toMatchInlineSnapshot(`
   "function shared(p, n$1, n$2) {
     p.a = n$1;
     p.b = n$1;
     p.c = n$1;
     p.d = n$1;
     p.e = n$1;
     p.f = n$1;
     p.g = n$1;
     p.h = n$1;
     p.i = n$1;
     p.k = n$1;
     p.l = n$1;
     p.m = n$1;
     p.n = n$1;
     p.o = n$1;
     p.r = n$1;
     p.s = n$1;
     const v = p.z;
     v.last = n$2;
     return v;
   }
   function f(p, q) {
     const v = shared(p, 1, 2);
     const w = shared(q, 5, 6);
     return v + w;
   }"
  `);
});

test("what stands three times is not left in a longer run that stands twice, nor in what was taken out", () => {
  const begin = (n: number): string => `log("begin", ${n}); log(x * ${n}); log(x * 3); log(x * 4);`;
  const end = `log("end", x); log(x + 2); log(x + 3); log(x + 4);`;
  const twice = (n: number): string => `${begin(n)} log("twice"); ${end}`;
  const code = `function f(x) { ${begin(7)} log("once"); ${end} log(1); ${twice(8)} log(2); ${twice(9)} }`;
  const { text } = share(code, SMALL);
  for (const part of ["begin", "end", "once"]) expect(text.split(`"${part}"`)).toHaveLength(2);
  expect(run(text, 3, 99)).toEqual(run(code, 3, 99));
});
