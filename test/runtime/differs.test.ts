import { build } from "esbuild";
import { at, differs, instance, is, isFunction, method } from "../../src/runtime.ts";

describe("what is there as expected", () => {
  class Device {
    mtu = 1500;
    send(): void {}
  }
  const table = { send: 1 };
  const closure = (): number => 1;
  const dev = new Device();
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ["nothing is asked for", { a: 1 }, {}],
    ["primitives", { a: 1, b: "x", c: null, d: undefined, e: 2n }, { a: 1, b: "x", c: null, d: undefined, e: 2n }],
    ["NaN and -0", { a: NaN, b: -0 }, { a: NaN, b: -0 }],
    ["what is not there is undefined", {}, { a: undefined }],
    ["nested", { sk: { dst: { mtu: 1500, more: 1 } } }, { sk: { dst: { mtu: 1500 } } }],
    ["an array of these elements", { list: [1, { a: 2 }] }, { list: [1, { a: 2 }] }],
    ["elements of an array", { list: [0, 1, { a: 2 }, 3] }, { list: { 2: { a: 2 }, length: 4 } }],
    ["an object by itself", { ops: table }, { ops: is(table) }],
    ["a function by itself", { f: closure, g: Math.max }, { f: closure, g: Math.max }],
    ["any function", { f: (): void => {} }, { f: isFunction }],
    ["a prototype", { dev }, { dev: instance(Device.prototype, { mtu: 1500 }) }],
    ["a method of a class", { dev }, { dev: { send: Device.prototype.send } }],
    ["the method of a class under its own name", { dev }, { dev: { send: method(Device) } }],
    ["the prototype of an array", { list: [7] }, { list: instance(Array.prototype, [7]) }],
    ["an alias of what comes later", { a: dev, b: { c: dev } }, { a: at("b.c"), b: { c: {} } }],
    ["an alias of the roots", Object.assign(table, { self: table }), { self: at("") }],
  ];
  it.each(cases)("%s", (_what, roots, expected) => expect(differs(roots, expected)).toBeNull());
});

describe("the first difference is named", () => {
  const cases: readonly (readonly [string, unknown, unknown, string])[] = [
    ["a value", { a: { b: 2 } }, { a: { b: 3 } }, "a.b"],
    ["0 is not -0", { a: 0 }, { a: -0 }, "a"],
    ["1 is not '1'", { a: "1" }, { a: 1 }, "a"],
    ["a primitive is no object", { a: "text" }, { a: { length: 4 } }, "a"],
    ["a missing object on the way", { a: null }, { a: { b: { c: 1 } } }, "a"],
    ["a path before what lies behind it", { a: { b: undefined } }, { a: { b: { c: { d: 1 } } } }, "a.b"],
    ["no roots", undefined, { a: 1 }, "roots"],
    ["the length of an array", { list: [1, 2, 3] }, { list: [1, 2] }, "list.length"],
    ["no array", { list: { 0: 1 } }, { list: [1] }, "list.length"],
    ["an element", { list: [1, 2] }, { list: [1, 3] }, "list.1"],
    ["another object of the same looks", { ops: { a: 1 } }, { ops: is({ a: 1 }) }, "ops"],
    ["another function", { f: () => 1 }, { f: () => 1 }, "f"],
    ["no function", { f: {} }, { f: isFunction }, "f"],
    ["an own field in front of a method", { dev: { send: () => 1 } }, { dev: { send: () => 1 } }, "dev.send"],
    ["an own field in front of a method that is named", { dev: { send: () => 1 } }, { dev: { send: method(class { send(): void {} }) } }, "dev.send"], // prettier-ignore
    ["another prototype", { dev: {} }, { dev: instance(Array.prototype, {}) }, "dev.prototype"],
    ["nothing with a prototype", { dev: null }, { dev: instance(Array.prototype, {}) }, "dev"],
    ["two objects where one was", { a: {}, b: {} }, { a: at("b"), b: {} }, "a"],
    ["an alias, but of nothing", {}, { a: at("b"), b: {} }, "b"],
  ];
  it.each(cases)("%s", (_what, roots, expected, path) => expect(differs(roots, expected)).toBe(path));
});

it("reads each field once, in order, and stops at the first difference", () => {
  const log: string[] = [];
  const watch = (name: string, fields: object): object =>
    new Proxy(fields, {
      get: (from, key) => (log.push(`${name}.${String(key)}`), Reflect.get(from, key) as unknown),
    });
  const inner = watch("inner", { a: 1, b: 2, c: 3 });
  const roots = watch("roots", { x: inner, y: inner, z: 1 });
  expect(differs(roots, { x: { a: 1, b: 2 }, y: at("x"), z: 1 })).toBeNull();
  expect(log).toEqual(["roots.x", "inner.a", "inner.b", "roots.y", "roots.z"]);
  log.length = 0;
  expect(differs(roots, { x: { a: 1, b: 0, c: 3 }, z: 1 })).toBe("x.b");
  expect(log).toEqual(["roots.x", "inner.a", "inner.b"]);
});

it("a field named __proto__ is a field", () => {
  const fields = JSON.parse('{ "__proto__": { "a": 1 } }') as object;
  expect(differs(fields, JSON.parse('{ "__proto__": { "a": 1 } }'))).toBeNull();
  expect(differs(fields, JSON.parse('{ "__proto__": { "a": 2 } }'))).toBe("__proto__.a");
});

it("what a program with a binder is larger by", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import { at, differs, instance, is, isFunction, method } from "./src/runtime.ts"; globalThis.x = [at, differs, instance, is, isFunction, method];', // prettier-ignore
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  expect(outputFiles[0]!.contents.length).toBeLessThan(1150);
});
