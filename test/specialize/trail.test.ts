import { Trail } from "../../src/specialize/trail.ts";

test("what was changed since a mark is taken back, latest first", () => {
  const trail = new Trail();
  const log: string[] = [];
  trail.record(() => log.push("before any mark"));
  trail.mark();
  trail.record(() => log.push("a"));
  trail.record(() => log.push("b"));
  trail.mark();
  trail.record(() => log.push("c"));
  expect(trail.depth).toBe(2);
  trail.rewindTo(1);
  expect(log).toEqual(["c"]);
  expect(trail.depth).toBe(1);
  trail.rewindTo(0);
  expect(log).toEqual(["c", "b", "a"]);
  expect(trail.depth).toBe(0);
});

test("a mark that does not stand is an error", () => {
  expect(() => new Trail().rewindTo(0)).toThrow("there is no mark 0");
});
