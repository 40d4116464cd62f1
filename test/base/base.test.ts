import fc from "fast-check";
import { assertNever } from "../../src/base/assertNever.ts";
import { IdSource } from "../../src/base/idSource.ts";
import { definitely, invariant, InvariantViolation } from "../../src/base/invariant.ts";
import { compareText, getOrCreate, sortedEntries } from "../../src/base/mapOf.ts";
import { PriorityQueue } from "../../src/base/priorityQueue.ts";
import { Worklist } from "../../src/base/worklist.ts";

describe("invariant", () => {
  it("throws only when the condition fails, and builds the message only then", () => {
    const message = counted(() => "built");
    invariant(1 === 1, message.call);
    expect(message.calls()).toBe(0);
    expect(() => invariant(0, message.call)).toThrow(new InvariantViolation("built"));
    expect(() => invariant("", "plain")).toThrow(InvariantViolation);
    expect(message.calls()).toBe(1);
  });

  it("definitely passes falsy values and refuses null and undefined", () => {
    expect(definitely(0, "zero")).toBe(0);
    expect(definitely("", "text")).toBe("");
    expect(() => definitely(null, "slot")).toThrow("slot is missing");
    expect(() => definitely(undefined, "slot")).toThrow("slot is missing");
  });

  it("assertNever names what came", () => {
    expect(() => assertNever({ op: "jump" } as never, "instruction")).toThrow("unexpected instruction: jump");
    expect(() => assertNever(7 as never)).toThrow("unexpected case: 7");
  });
});

describe("IdSource", () => {
  it("counts and knows its bound", () => {
    const ids = new IdSource(3);
    expect([ids.next(), ids.next(), ids.bound]).toEqual([3, 4, 5]);
  });
});

describe("Worklist", () => {
  it("keeps the order, holds an item once, and takes it again after it has left", () => {
    const list = new Worklist(["a", "b", "a"]);
    expect(list.size).toBe(2);
    expect(list.add("b")).toBe(false);
    expect(list.take()).toBe("a");
    expect(list.add("a")).toBe(true);
    expect([list.take(), list.take(), list.take()]).toEqual(["b", "a", undefined]);
    expect(list.size).toBe(0);
  });

  it("survives shrinking of its queue", () => {
    const list = new Worklist<number>();
    const seen: number[] = [];
    for (let round = 0; round < 5000; round++) {
      list.add(2 * round);
      list.add(2 * round + 1);
      if (round % 2 === 1) for (let count = 0; count < 3; count++) seen.push(list.take()!);
    }
    for (let item = list.take(); item !== undefined; item = list.take()) seen.push(item);
    expect(seen).toEqual(Array.from({ length: 10000 }, (_, index) => index));
  });
});

describe("PriorityQueue", () => {
  it("is a stable sort", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer())), (pairs) => {
        const queue = new PriorityQueue<[number, number]>((left, right) => left[0] - right[0]);
        for (const pair of pairs) queue.add(pair);
        const out: [number, number][] = [];
        while (queue.size > 0) {
          expect(queue.peek()).toBeDefined();
          out.push(queue.take()!);
        }
        expect(out).toEqual([...pairs].sort((left, right) => left[0] - right[0]));
        expect(queue.take()).toBeUndefined();
      }),
    );
  });

  it("takes the least while items keep coming", () => {
    const queue = new PriorityQueue<number>((left, right) => left - right);
    queue.add(5);
    queue.add(2);
    expect(queue.take()).toBe(2);
    queue.add(1);
    queue.add(9);
    expect([queue.take(), queue.take(), queue.take()]).toEqual([1, 5, 9]);
  });
});

describe("maps", () => {
  it("getOrCreate makes once, also when what is made is undefined", () => {
    const map = new Map<string, undefined | number>();
    let made = 0;
    const create = (): undefined => void made++;
    getOrCreate(map, "k", create);
    getOrCreate(map, "k", create);
    expect(made).toBe(1);
  });

  it("sorts by code units", () => {
    const map = new Map([
      ["b", 1],
      ["B", 2],
      ["a", 3],
    ]);
    expect(sortedEntries(map).map(([key]) => key)).toEqual(["B", "a", "b"]);
    expect(compareText("x", "x")).toBe(0);
  });
});

function counted<T>(run: () => T): { call: () => T; calls: () => number } {
  let count = 0;
  return {
    call: () => {
      count++;
      return run();
    },
    calls: () => count,
  };
}
