/**
 * The plan against the engine: what the binding-time analysis calls static in every division of a file, the engine knows
 * when it comes by. Where it does not, the analysis promises too much, or the engine has lost something.
 *
 * Not counted: values that the engine lifted where paths join and would keep apart on demand; residual blocks that it took
 * back; sites that stay generic. `known` says where they still differ.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inferBindingTimes } from "../../src/analysis/inferBindingTimes.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { nodeHost } from "../../src/host/nodeHost.ts";
import { writtenSlots } from "../../src/ir/operands.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import type { ModuleGraph } from "../../src/modules/types.ts";
import { divisionsOfSites } from "../../src/pipeline/entryDivisions.ts";
import { specializeSites } from "../../src/pipeline/specializeSites.ts";
import { planActions } from "../../src/plan/planActions.ts";
import { ALL_ASSUMED } from "../../src/specialize/assumptions.ts";
import { callFunction } from "../../src/specialize/callFunction.ts";
import type { Machine, Run } from "../../src/specialize/run.ts";
import type { ResidualBlock, State } from "../../src/specialize/state.ts";
import { top } from "../../src/specialize/state.ts";
import { step } from "../../src/specialize/step.ts";

/** A place of the program: file, function, block, instruction. */
type Place = string;

class Recorder implements Machine {
  readonly callFunction = callFunction;
  private readonly last = new Map<object, Run>();
  private readonly found = new Map<Run, { readonly place: Place; readonly block: ResidualBlock }[]>();

  readonly step: Machine["step"] = (run, state) => {
    const frame = top(state);
    const { block, ip, code } = frame;
    const instruction = code.ir.blocks[block]?.instructions[ip];
    const flow = step(run, state);
    this.last.set(run.decisions, run);
    if (instruction === undefined || run.session.evaluating || state.frames.at(-1) !== frame) return flow;
    const isUnknown = writtenSlots(instruction).some((slot) => {
      const value = frame.slots.get(slot);
      return value?.kind === "dynamic" && value.lifted === null && !hasKnownParts(state, value.temp);
    });
    if (!isUnknown) return flow;
    const places = this.found.get(run) ?? [];
    places.push({ place: `${code.key} ${block}:${ip}`, block: state.block });
    this.found.set(run, places);
    return flow;
  };

  /** Places where the engine did not know the result, in the runs that were finished. */
  unknown(): Set<Place> {
    const finished = new Set(this.last.values());
    const places = new Set<Place>();
    for (const [run, all] of this.found) {
      if (!finished.has(run)) continue;
      const blocks = new Set(run.blocks);
      for (const { place, block } of all) if (blocks.has(block)) places.add(place);
    }
    return places;
  }
}

/** The object itself is the caller's, but some of its fields are known: it is partially static. */
function hasKnownParts(state: State, temp: number): boolean {
  return [...state.fields.keys()].some((key) => key.startsWith(`${temp}.`));
}

/** Places whose result every division of the file's sites calls static, with the instruction as text. */
function promised(graph: ModuleGraph, file: string): Map<Place, string> {
  const isStatic = new Map<Place, string | null>();
  for (const { entry } of divisionsOfSites(graph, file)) {
    const times = inferBindingTimes(graph, entry);
    for (const division of planActions(times).divisions) {
      const fact = times.divisions.find(({ id }) => id === division.id);
      for (const block of division.blocks) {
        if (!block.reached) continue;
        block.actions.forEach((action, index) => {
          const place = `${division.file}#${division.func} ${block.id}:${index}`;
          const instruction = fact?.func.blocks[block.id]?.instructions[index];
          const text = `${fact?.func.name} ${instruction?.op} at ${instruction?.origin?.line}:${instruction?.origin?.column}`;
          if (action !== "evaluate") isStatic.set(place, null);
          else if (!isStatic.has(place)) isStatic.set(place, text);
        });
      }
    }
  }
  return new Map([...isStatic].flatMap(([place, text]) => (text === null ? [] : [[place, text] as const])));
}

const root = path.resolve("fixtures/cases");
const cases = readdirSync(root).flatMap((topic) =>
  readdirSync(path.join(root, topic)).map((name) => `${topic}/${name}`),
);
/** How many places differ, and what the analysis does not see there. */
const known: Readonly<Record<string, readonly [count: number, reason: string]>> = {
  "collections/changed-while-iterated": [7, "a Map that is changed on some ways is made at run time where they meet"],
  "contexts/promise-broken": [2, "a field that is declared S and changed for good stays generic"],
  "control/patterns-of-dynamic": [1, "an array of other lengths on other ways into a handler is made at run time"],
  "holes/parts": [2, "what converts a dynamic operand may write to an object that the caller passes"],
  "recursion/growing-text": [8, "a text that grows as a function calls itself counts as static"],
};

let promises = 0;

describe("what the plan calls static is known to the engine", () => {
  test.each(cases)("%s", (name) => {
    const file = path.join(root, name, "input.ts");
    const about = JSON.parse(readFileSync(path.join(root, name, "case.json"), "utf8")) as { options?: object };
    if (!existsSync(file) || about.options !== undefined) return; // the analysis assumes everything
    const graph = loadModuleGraph([file], nodeHost(), new DiagnosticSink(), { lower: lowerModule });
    const recorder = new Recorder();
    specializeSites(graph, file, {}, ALL_ASSUMED, { rewinds: false }, recorder);
    const unknown = recorder.unknown();
    const all = promised(graph, file);
    promises += all.size;
    const broken = [...all].flatMap(([place, text]) => (unknown.has(place) ? [text] : []));
    const [count, reason] = known[name] ?? [0, ""];
    if (broken.length !== count) expect({ count: broken.length, broken: broken.sort() }).toEqual({ count, reason });
  });

  test("there is something to compare", () => expect(promises).toBeGreaterThan(300));
});
