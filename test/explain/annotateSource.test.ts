import { inferBindingTimes } from "../../src/analysis/inferBindingTimes.ts";
import { annotateSource } from "../../src/explain/annotateSource.ts";
import { D, functionNamed, graphOf, S } from "../analysis/analyseSource.ts";

const source = `function add(a, b) { return a + b; }
export function f(s, d) {
  const early = s * 2;
  const late = d + early;
  return add(early, late);
}`;

function spans(): { text: string; kind: string; func: string; last: string | undefined }[] {
  const graph = graphOf(source);
  const { file, func } = functionNamed(graph, "f");
  const times = inferBindingTimes(graph, { code: { file, func: func.id }, params: [S, D], receiver: null });
  const lines = source.split("\n");
  return annotateSource(times)
    .get("/main.ts")!
    .filter((s) => s.start.line === s.end.line)
    .map((s) => ({
      text: lines[s.start.line - 1]!.slice(s.start.column, s.end.column),
      kind: s.kind,
      func: s.func,
      last: s.causes.at(-1)?.what,
    }));
}

test("stretches of the source are told apart, with the chain of causes of what is dynamic", () => {
  const found = spans();
  expect(found).toContainEqual({ text: "s * 2", kind: "lifted", func: "f", last: undefined });
  expect(found).toContainEqual({ text: "d + early", kind: "dynamic", func: "f", last: "declared dynamic" });
  expect(found).toContainEqual({ text: "add(early, late)", kind: "unfolded", func: "f", last: "declared dynamic" });
  expect(found).toContainEqual({ text: "a + b", kind: "dynamic", func: "add", last: "declared dynamic" });
});

test("spans come in the order of the source", () => {
  const texts = spans().map((s) => s.text);
  expect(texts.indexOf("a + b")).toBeLessThan(texts.indexOf("s * 2"));
  expect(texts.indexOf("s * 2")).toBeLessThan(texts.indexOf("add(early, late)"));
});
