/**
 * The binding-time view: which stretches of the source are static, dynamic, lifted or unfolded, per division, with the
 * chain of causes of each dynamic one. What instructions say of themselves goes to the source by their origins.
 *
 * Needs: binding times. Promises: spans per file, in the order of the source, outer ones first; none twice.
 */
import type { BindingTimes, Cause, DivisionFact, InstructionFact } from "../analysis/types.ts";
import { compareText } from "../base/mapOf.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Instruction, Origin, Terminator } from "../ir/types.ts";

export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface AnnotatedSpan {
  readonly start: Position;
  readonly end: Position;
  readonly division: number;
  /** function the division is of */
  readonly func: string;
  readonly kind: "static" | "dynamic" | "lifted" | "unfolded";
  /** nearest first */
  readonly causes: readonly Cause[];
}

export function annotateSource(times: BindingTimes): ReadonlyMap<string, readonly AnnotatedSpan[]> {
  const files = new Map<string, Map<string, AnnotatedSpan>>();
  const add = (
    division: DivisionFact,
    origin: Origin | undefined,
    kind: AnnotatedSpan["kind"],
    causes: readonly Cause[],
  ): void => {
    if (origin === undefined) return;
    const spans = files.get(origin.file) ?? new Map<string, AnnotatedSpan>();
    files.set(origin.file, spans);
    const key = [division.id, origin.line, origin.column, origin.endLine, origin.endColumn].join();
    const known = spans.get(key);
    if (known !== undefined && RANK[known.kind] >= RANK[kind]) return;
    spans.set(key, {
      start: { line: origin.line, column: origin.column },
      end: { line: origin.endLine, column: origin.endColumn },
      division: division.id,
      func: division.func.name,
      kind,
      causes,
    });
  };
  for (const division of times.divisions) annotateDivision(times, division, add);
  return new Map(
    [...files]
      .sort(([a], [b]) => compareText(a, b))
      .map(([file, spans]) => [file, [...spans.values()].sort(inSourceOrder)]),
  );
}

/** Several instructions of one stretch: what stays wins. */
const RANK = { static: 0, lifted: 1, unfolded: 2, dynamic: 3 } as const;

type Add = (
  division: DivisionFact,
  origin: Origin | undefined,
  kind: AnnotatedSpan["kind"],
  causes: readonly Cause[],
) => void;

function annotateDivision(times: BindingTimes, division: DivisionFact, add: Add): void {
  division.blocks.forEach((block, id) => {
    if (!block.reached) return;
    const { instructions, terminator } = division.func.blocks[id]!;
    const definitions = new Map<number, Instruction>();
    block.instructions.forEach((fact, index) => {
      const instruction = instructions[index]!;
      add(
        division,
        instruction.origin,
        kindOf(division, fact, `${id}:${index}`),
        causesOf(times, division, fact, id, index),
      );
      for (const lifted of liftedDefinitions(instruction, fact, definitions))
        add(division, lifted.origin, "lifted", []);
      for (const slot of writtenSlots(instruction)) definitions.set(slot, instruction);
    });
    annotateTerminator(times, division, id, terminator, block.terminator, add);
  });
}

function kindOf(division: DivisionFact, fact: InstructionFact, at: string): AnnotatedSpan["kind"] {
  const call = division.calls.get(at);
  if (call !== undefined && call.action === "unfold") return "unfolded";
  // done early with a dynamic result: the value stays dynamic for who reads the source
  return fact.time === "static" || (fact.time === "partially static" && fact.result !== "dynamic")
    ? "static"
    : "dynamic";
}

function causesOf(
  times: BindingTimes,
  division: DivisionFact,
  fact: InstructionFact,
  block: number,
  index: number,
): readonly Cause[] {
  return fact.time === "static" ? [] : times.why(division.id, block, index);
}

/** Where the static operands of a late operation were made. */
function liftedDefinitions(
  instruction: Instruction,
  fact: InstructionFact,
  definitions: ReadonlyMap<number, Instruction>,
): Instruction[] {
  if (fact.lifts.length === 0) return [];
  const operands = operandsOf(instruction);
  return fact.lifts.flatMap((i) => {
    const operand = operands[i];
    const definition = typeof operand === "number" ? definitions.get(operand) : undefined;
    return definition === undefined ? [] : [definition];
  });
}

function annotateTerminator(
  times: BindingTimes,
  division: DivisionFact,
  id: number,
  terminator: Terminator,
  fact: InstructionFact,
  add: Add,
): void {
  const isTest = terminator.op !== "jump" && terminator.op !== "unreachable" && terminator.op !== "enterTry";
  if (isTest && fact.time === "dynamic") add(division, terminator.origin, "dynamic", times.why(division.id, id, -1));
}

function inSourceOrder(a: AnnotatedSpan, b: AnnotatedSpan): number {
  return (
    a.start.line - b.start.line ||
    a.start.column - b.start.column ||
    b.end.line - a.end.line ||
    b.end.column - a.end.column ||
    a.division - b.division
  );
}
