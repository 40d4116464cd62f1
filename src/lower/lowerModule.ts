/**
 * Purpose: a module as control-flow graphs.
 * Needs: a parsed file. Promises: `functions[0]` is the top-level code; every function that can be reached by lowering is
 * there, lowered or opaque with the reason; input not changed; near-linear in the size of the file.
 * Algorithm: (1) `analyzeScopes`; (2) lower the top-level code; each function is lowered where its closure is made, so
 * that what it captures is known there; (3) list the bindings of module scope.
 * Example: `export const f = (n) => () => n;` gives three functions; the inner arrow captures `n` by value.
 */
import { reasonOfExhaustion } from "../base/exhausted.ts";
import { definitely } from "../base/invariant.ts";
import type { BindingInfo, FunctionKind, IrFunction, IrModule } from "../ir/types.ts";
import { type t } from "../syntax/babel.ts";
import { analyzeScopes } from "./analyzeScopes.ts";
import { UNDEFINED, type CaptureSource, type LowerOptions, type ModuleContext } from "./context.ts";
import { enterScope } from "./enterScope.ts";
import { functionContext } from "./functionContext.ts";
import { finish, lowerFunction, type FunctionParts } from "./lowerFunction.ts";
import { originOf } from "./originOf.ts";
import type { Binding, FunctionInfo, ScopeAnalysis } from "./scopes.ts";

export function lowerModule(ast: t.File, file: string, options: LowerOptions = {}): IrModule {
  try {
    return lowerAll(ast, file, options);
  } catch (error) {
    // Syntax nested by the thousands: the recursion over it ends here, as that of others will.
    const reason = reasonOfExhaustion(error);
    if (reason === null) throw error;
    return notLowered(ast, file, reason);
  }
}

function lowerAll(ast: t.File, file: string, options: LowerOptions): IrModule {
  const analysis = analyzeScopes(ast);
  const functions: (IrFunction | null)[] = [null];
  const module: ModuleContext = {
    file,
    options,
    analysis,
    functions,
    ids: new Map([[analysis.moduleInfo, 0]]),
    privateScopes: [],
    sites: 0,
    lowerFunction: (node, name, kind, parent) => addFunction(module, node, name, kind, parent.info),
  };
  const parts =
    analysis.moduleInfo.opaque === null ? lowerTopLevel(module, ast.program) : opaqueTopLevel(module, ast.program);
  functions[0] = { ...parts, id: 0, parent: null };
  return { file, functions: functions.map((f) => definitely(f, "a function")), bindings: bindingInfos(analysis, file) };
}

/** Nothing lowered, and nothing known of the bindings but that anything may happen to them. */
function notLowered(ast: t.File, file: string, reason: string): IrModule {
  const program: IrFunction = {
    id: 0,
    name: "",
    kind: "module",
    strict: ast.program.sourceType === "module",
    length: 0,
    parent: null,
    slots: [],
    params: [],
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    blocks: [],
    regions: [],
    opaque: { reason },
    syntax: ast.program,
  };
  return { file, functions: [program], bindings: new Map() };
}

function addFunction(
  module: ModuleContext,
  node: t.Node,
  name: string,
  kind: FunctionKind,
  parent: FunctionInfo,
): { id: number; captures: readonly CaptureSource[] } {
  const id = module.functions.push(null) - 1;
  const info = definitely(module.analysis.functions.get(node), "facts about a function");
  module.ids.set(info, id);
  const { parts, captures } = lowerFunction(module, node, info, name, kind);
  module.functions[id] = {
    ...parts,
    id,
    parent:
      parent.node === null && captures.length === 0 ? null : definitely(module.ids.get(parent), "the function around"),
  };
  return { id, captures };
}

function lowerTopLevel(module: ModuleContext, program: t.Program): FunctionParts {
  const { analysis } = module;
  const ctx = functionContext(module, analysis.moduleInfo, "module", []);
  ctx.build.at = program;
  for (const binding of analysis.module.bindings.values())
    if (binding.kind === "var" || binding.kind === "enum")
      ctx.build.emit({ op: "setBinding", name: binding.name, value: UNDEFINED, init: true });
  enterScope(ctx, analysis.module);
  for (const node of program.body) ctx.statement(node);
  if (ctx.build.isOpen) ctx.build.end({ op: "return", value: UNDEFINED });
  return finish(ctx, program, "", 0, { params: [], rest: null });
}

/** The top-level code stays as it is; the functions declared in it can be lowered still. */
function opaqueTopLevel(module: ModuleContext, program: t.Program): FunctionParts {
  const { moduleInfo, functions } = module.analysis;
  const parts = lowerFunction(module, program, moduleInfo, "", "module").parts;
  for (const [node, info] of functions) {
    if (info.parent !== moduleInfo || node.type !== "FunctionDeclaration" || info.free.size > 0) continue;
    addFunction(module, node, node.id?.name ?? "default", "function", moduleInfo);
  }
  return parts;
}

function bindingInfos(analysis: ScopeAnalysis, file: string): Map<string, BindingInfo> {
  const infos = new Map<string, BindingInfo>();
  for (const [name, binding] of analysis.module.bindings) {
    const origin = binding.node === null ? undefined : originOf(binding.node, file);
    infos.set(name, {
      kind: kindOf(binding),
      reassigned: binding.reassigned,
      ...(origin === undefined ? {} : { origin }),
    });
  }
  return infos;
}

function kindOf(binding: Binding): BindingInfo["kind"] {
  switch (binding.kind) {
    case "enum":
      return "var";
    case "const":
    case "let":
    case "var":
    case "function":
    case "class":
    case "import":
      return binding.kind;
    default:
      return "let";
  }
}
