import { rewrite } from "../roundtrip/roundTrip.ts";

const repeat = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(" ");

/** Residual code of unrolled loops is long; it must neither overflow the stack nor take quadratic time. */
const shapes: Readonly<Record<string, (count: number) => string>> = {
  guards: (n) => `function f(x) { ${repeat(n, (i) => `if (x === ${i}) return ${i} + x;`)} return -1; }`,
  "tests in a row": (n) =>
    `function f(x) { let s = 0; ${repeat(n, (i) => `if (x.a${i}) { s += x.g(${i}); s++; }`)} return s; }`,
  "loops in a row": (n) =>
    `function f(x) { let s = 0; ${repeat(n, (i) => `for (let i = ${i}; i < x; i++) { if (x.k) continue; s += x.g(i); }`)} return s; }`,
  "values in a list": (n) => `function f(x) { return [${repeat(n, (i) => `x.a ? x.b(${i}) : x.c,`)}]; }`,
  // As deep as it is long: Babel itself recurses.
  "one long sum": (n) => `function f(x) { return ${repeat(n / 4, (i) => `x.a${i} +`)} 1; }`,
  "cases of a switch": (n) =>
    `function f(x, g) { let s = 0; switch (x) { ${repeat(n, (i) => `case ${i}: s += g(); break;`)} } return s; }`,
};

test.each(Object.keys(shapes))("2000 %s", (shape) => {
  const started = performance.now();
  const { kept, replaced } = rewrite(shapes[shape]!(2000), "long.js");
  expect({ kept, replaced }).toEqual({ kept: [], replaced: ["f"] });
  expect(performance.now() - started).toBeLessThan(30_000);
});
