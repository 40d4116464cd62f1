/**
 * Purpose: one function to its graph.
 * Needs: its scopes analysed; the functions around it are being lowered. Promises: an `IrFunction` without its id, and
 * what its closure must capture; for what cannot be lowered an opaque one with the same captures.
 */
import { liveIn } from "../ir/liveness.ts";
import type { FunctionKind, Instruction, IrFunction, Slot } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import { assignParameterProperties } from "./calls.ts";
import { UNDEFINED, type CaptureSource, type ModuleContext } from "./context.ts";
import { enterScope } from "./enterScope.ts";
import { functionContext, type FunctionContext } from "./functionContext.ts";
import { mentionsOf } from "./mentionsOf.ts";
import { originOf } from "./originOf.ts";
import { lengthOf, lowerParameters, parameterProperties, type LoweredParameters } from "./parameters.ts";
import type { FunctionInfo, Scope } from "./scopes.ts";
import { initializeVariable } from "./variables.ts";

/** All of a function but its place in the module. */
export type FunctionParts = Omit<IrFunction, "id" | "parent">;

export interface LoweredParts {
  readonly parts: FunctionParts;
  readonly captures: readonly CaptureSource[];
}

export function lowerFunction(
  module: ModuleContext,
  node: t.Node,
  info: FunctionInfo,
  name: string,
  kind: FunctionKind,
): LoweredParts {
  if (info.opaque !== null) return opaqueFunction(module, node, info, name, kind);
  const isFunction = t.isFunction(node);
  const ctx = functionContext(
    module,
    info,
    kind,
    isFunction && kind.endsWith("onstructor") ? parameterProperties(node) : [],
  );
  ctx.build.at = node;
  const scope = module.analysis.scopes.get(node);
  if (scope !== undefined) enterParameterScope(ctx, scope);
  const parameters: LoweredParameters = isFunction ? lowerParameters(ctx, node) : { params: [], rest: null };
  if (scope !== undefined) enterHoisted(ctx, scope);
  lowerBody(ctx, node, scope);
  if (ctx.build.isOpen) ctx.build.end({ op: "return", value: UNDEFINED });
  return { parts: finish(ctx, node, name, isFunction ? lengthOf(node) : 0, parameters), captures: ctx.uses.sources };
}

/** Cells that code in the parameters may see before they are initialized. */
function enterParameterScope(ctx: FunctionContext, scope: Scope): void {
  enterScope(ctx, { ...scope, hoisted: [] });
}

function enterHoisted(ctx: FunctionContext, scope: Scope): void {
  enterScope(ctx, { ...scope, bindings: new Map() });
}

function lowerBody(ctx: FunctionContext, node: t.Node, scope: Scope | undefined): void {
  const { build } = ctx;
  if (t.isFunction(node)) {
    if (node.body.type !== "BlockStatement") {
      build.end({ op: "return", value: ctx.expression(node.body) });
      return;
    }
    const bodyScope = ctx.module.analysis.scopes.get(node.body);
    if (bodyScope !== undefined && bodyScope !== scope && scope !== undefined) enterBody(ctx, bodyScope, scope);
    if (ctx.kind === "constructor" && ctx.parameterProperties.length > 0)
      assignParameterProperties(ctx, ctx.capture("this"));
    for (const statement of node.body.body) ctx.statement(statement);
  } else if (node.type === "StaticBlock") {
    for (const statement of node.body) ctx.statement(statement);
  } else if (node.type === "ClassProperty" || node.type === "ClassPrivateProperty") {
    const name = node.key.type === "PrivateName" ? `#${node.key.id.name}` : keyName(node);
    if (node.value) build.end({ op: "return", value: ctx.named(node.value, name) });
  }
}

function keyName(node: t.ClassProperty | t.ClassPrivateProperty): string {
  const { key } = node;
  if (key.type === "Identifier" && !("computed" in node && node.computed)) return key.name;
  return key.type === "StringLiteral" || key.type === "NumericLiteral" ? String(key.value) : "";
}

/** A body with a scope apart from the parameters': a `var` with the name of a parameter begins with its value. */
function enterBody(ctx: FunctionContext, body: Scope, params: Scope): void {
  enterScope(ctx, { ...body, hoisted: [] });
  for (const binding of body.bindings.values()) {
    const param = params.bindings.get(binding.name);
    if (param === undefined || binding.kind !== "var") continue;
    const slot = ctx.slotOf(param);
    const value =
      param.storage === "cell"
        ? ctx.build.compute(undefined, (dst) => ({ op: "getCell", dst, cell: slot, checked: false }))
        : slot;
    initializeVariable(ctx, binding, value);
  }
  enterScope(ctx, { ...body, bindings: new Map() });
}

export function finish(
  ctx: FunctionContext,
  node: t.Node,
  name: string,
  length: number,
  { params, rest }: LoweredParameters,
): FunctionParts {
  const { uses, build, info, kind } = ctx;
  initializeVars(ctx);
  if (uses.thisSlot !== null && uses.thisObject !== null)
    build.prepend([{ op: "unary", operator: "toThis", dst: uses.thisObject, value: uses.thisSlot }]);
  const graph = build.finish();
  const origin = originOf(node, ctx.module.file);
  return {
    name,
    kind,
    strict: info.strict,
    length,
    slots: build.slots,
    params,
    rest,
    thisSlot: uses.thisSlot,
    argumentsSlot: uses.argumentsSlot,
    newTargetSlot: uses.newTargetSlot,
    usesSuper: info.usesSuper,
    selfSlot: uses.selfSlot,
    captures: uses.captures,
    ...graph,
    opaque: null,
    ...(origin === undefined ? {} : { origin }),
    syntax: node,
  };
}

/** `var`s are undefined from the start; written down only for those that may be read before they are assigned. */
function initializeVars(ctx: FunctionContext): void {
  const vars: Slot[] = [];
  ctx.build.slots.forEach((_, slot) => {
    const binding = ctx.bindingOf(slot);
    if (binding?.kind === "var" && binding.func === ctx.info) vars.push(slot);
  });
  if (vars.length === 0) return;
  const live = liveIn(ctx.build.finish())[0];
  const copies = vars
    .filter((slot) => live?.has(slot))
    .map((dst): Instruction => ({ op: "copy", dst, value: UNDEFINED }));
  ctx.build.prepend(copies);
}

function opaqueFunction(
  module: ModuleContext,
  node: t.Node,
  info: FunctionInfo,
  name: string,
  kind: FunctionKind,
): LoweredParts {
  const ctx = functionContext(module, info, kind, []);
  for (const binding of info.free) ctx.slotOf(binding);
  if (info.isArrow) {
    if (info.usesThis) ctx.capture("this");
    if (info.usesArguments) ctx.capture("arguments");
    if (info.usesNewTarget) ctx.capture("new.target");
  }
  const { uses } = ctx;
  const origin = originOf(node, module.file);
  const reasonOrigin = info.opaque === null ? undefined : originOf(info.opaque.node, module.file);
  const opaque = {
    reason: info.opaque?.reason ?? "",
    ...(reasonOrigin === undefined ? {} : { origin: reasonOrigin }),
    mentions: mentionsOf(node),
  };
  const parts: FunctionParts = {
    name,
    kind,
    strict: info.strict,
    length: t.isFunction(node) ? lengthOf(node) : 0,
    slots: ctx.build.slots,
    params: [],
    rest: null,
    thisSlot: uses.thisSlot,
    argumentsSlot: uses.argumentsSlot,
    newTargetSlot: uses.newTargetSlot,
    usesSuper: info.usesSuper,
    selfSlot: null,
    captures: uses.captures,
    entry: 0,
    blocks: [],
    regions: [],
    opaque,
    ...(origin === undefined ? {} : { origin }),
    syntax: node,
  };
  return { parts, captures: uses.sources };
}
