/** A call that the residual makes. */
import type { Operand } from "../ir/types.ts";
import { findsInText } from "./builtins/regExps.ts";
import { builtinCallEffect } from "../semantics/builtins.ts";
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import { checkedExtern } from "./checkedSteps.ts";
import { emit } from "./emitInstruction.ts";
import { isOnly } from "./facts.ts";
import { externWrites } from "./externWrites.ts";
import { forgetWritten } from "./forgetWritten.ts";
import { knowArray } from "./knownFields.ts";
import { lift } from "./lift.ts";
import { callOnMadeArray, type OnMadeArray } from "./madeArrays.ts";
import { isOwnArray, ownArray } from "./ownArrays.ts";
import type { Run } from "./run.ts";
import type { ExternChange } from "./session.ts";
import type { Call, Flow, State } from "./state.ts";
import { noteCodeThatStays } from "./stays/codeThatStays.ts";
import { causeOf, set } from "./stepOperators.ts";
import type { DeclaredType } from "./values.ts";
import { dynamic, factOfValue } from "./values.ts";

/** A call that stays in the residual; everything handed over is rebuilt there. */
export function residualCall(run: Run, state: State, call: Call, what: string): Flow {
  if (call.callee.kind === "object")
    noteCodeThatStays(run.session, state.store, call.callee.address, [call.receiver, ...call.args]);
  const found = textMethod(run, state, call);
  const callee = lift(run, state, call.callee);
  const receiver = ownerOf(run, call) ?? lift(run, state, call.receiver);
  const args = call.args.map((v): Operand => lift(run, state, v));
  const temp = run.newTemp();
  const left = { op: "call", dst: temp, callee, receiver, args, origin: call.origin } as const;
  const isPlain = found !== null || isPureMethod(run, call);
  const onArray = found === null ? callOnMadeArray(run, state, call) : { ...found, callsBack: false };
  const { receiver: on } = call;
  const isOwn = onArray !== null && on.kind === "dynamic" && isOwnArray(state, on.temp);
  const changes = listedChanges(run, state, call);
  if (changes !== null && run.session.knowledge.isChecked) {
    for (const one of checkedExtern(run.session, left, changes, () => run.newTemp())) emit(run, state, one, true);
  } else {
    const made = { ...left, ...(isPlain ? { isPlain } : {}), ...(isArray(onArray) ? { makesArray: true } : {}) };
    emit(run, state, made, !isPlain);
  }
  if (changes !== null) externWrites(run, state, call, changes);
  // the method has read it, and that was all
  if (isOwn && on.kind === "dynamic") ownArray(state, on.temp);
  const result = changes !== null ? null : onArray === null ? forgetWritten(run, state, call) : onArray.result;
  if (onArray?.callsBack === true) forgetWritten(run, state, call);
  if (onArray !== null && onArray.elements !== null) knowArray(state, temp, onArray.elements);
  if (call.dst === null) return "next";
  const declared = run.session.resultType(state, call.callee) ?? viewType(run, call);
  const cause = causeOf([call.callee], `the result of ${call.name ?? "a call"}: ${what}`, call.origin);
  return set(run, state, call.dst, dynamic(temp, cause, declared?.fact ?? result ?? anyFact, null, declared));
}

/** A new array, and never null. */
function isArray(made: Pick<OnMadeArray, "result" | "elements"> | null): boolean {
  return made !== null && made.elements !== null && isOnly(made.result, TYPE.object);
}

/** What a function declared `Extern` is said to change; null: nothing is said. */
function listedChanges(run: Run, state: State, { callee }: Call): readonly ExternChange[] | null {
  const code = callee.kind === "object" ? state.store.get(callee.address).code : null;
  return code === null || run.session.evaluating ? null : run.session.knowledge.externChanges(code.code);
}

/** A method that was read off its receiver is called on what it was read off. */
function ownerOf(run: Run, { callee, receiver }: Call): Operand | null {
  const from = callee.kind === "dynamic" ? run.info(callee.temp).readOff : null;
  return from !== null && receiver.kind === "object" && from.address === receiver.address ? from.operand : null;
}

/** A method that finds in a text by a known expression. */
function textMethod(run: Run, state: State, call: Call): ReturnType<typeof findsInText> {
  const path = call.callee.kind === "dynamic" ? run.info(call.callee.temp).builtin : null;
  return path === null ? null : findsInText(run, state, path, call);
}

/** A method of texts, say, that does nothing but give a value. */
function isPureMethod(run: Run, { callee, receiver, args }: Call): boolean {
  const path = callee.kind === "dynamic" ? run.info(callee.temp).builtin : null;
  return path !== null && builtinCallEffect(path, factOfValue(receiver), args.map(factOfValue)) === "pure";
}

/** `subarray` and `slice` give what they were called on */
function viewType(run: Run, call: Call): DeclaredType | null {
  const path = call.callee.kind === "dynamic" ? run.info(call.callee.temp).builtin : null;
  const same = path === "%TypedArray%.prototype.subarray" || path === "%TypedArray%.prototype.slice";
  return same && call.receiver.kind === "dynamic" ? call.receiver.declared : null;
}
