/** Statements: which file lowers which. */
import { definitely } from "../base/invariant.ts";
import { UNDEFINED, type Context } from "./context.ts";
import { lowerClassDeclaration, lowerEnum, lowerVariables } from "./declarations.ts";
import { enterScope } from "./enterScope.ts";
import { lowerForEach } from "./forEachLoops.ts";
import { lowerBreak, lowerContinue, lowerReturn } from "./jumps.ts";
import { lowerDoWhile, lowerFor, lowerWhile } from "./loops.ts";
import { lowerSwitch } from "./switchStatement.ts";
import { lowerTry } from "./tryStatement.ts";
import { initializeVariable } from "./variables.ts";
import type { t } from "../syntax/babel.ts";

export function lowerStatement(ctx: Context, node: t.Node): void {
  const { build } = ctx;
  switch (node.type) {
    case "ExpressionStatement":
      ctx.effect(node.expression);
      return;
    case "VariableDeclaration":
      lowerVariables(ctx, node);
      return;
    case "ReturnStatement":
      lowerReturn(ctx, node.argument ? ctx.expression(node.argument) : UNDEFINED);
      return;
    case "IfStatement":
      lowerIf(ctx, node);
      return;
    case "BlockStatement": {
      const scope = ctx.module.analysis.scopes.get(node);
      if (scope !== undefined) enterScope(ctx, scope);
      for (const statement of node.body) ctx.statement(statement);
      return;
    }
    case "ForStatement":
      lowerFor(ctx, node);
      return;
    case "ForOfStatement":
    case "ForInStatement":
      lowerForEach(ctx, node);
      return;
    case "WhileStatement":
      lowerWhile(ctx, node);
      return;
    case "DoWhileStatement":
      lowerDoWhile(ctx, node);
      return;
    case "ThrowStatement":
      build.end({ op: "throw", value: ctx.expression(node.argument) });
      return;
    case "BreakStatement":
      lowerBreak(ctx, node.label?.name ?? null);
      return;
    case "ContinueStatement":
      lowerContinue(ctx, node.label?.name ?? null);
      return;
    case "SwitchStatement":
      lowerSwitch(ctx, node);
      return;
    case "TryStatement":
      lowerTry(ctx, node);
      return;
    case "LabeledStatement":
      lowerLabeled(ctx, node);
      return;
    case "ClassDeclaration":
      lowerClassDeclaration(ctx, node);
      return;
    case "TSEnumDeclaration":
      lowerEnum(ctx, node);
      return;
    case "DebuggerStatement":
      build.emit({ op: "debugger" });
      return;
    case "ExportNamedDeclaration":
      if (node.declaration) ctx.statement(node.declaration);
      return;
    case "ExportDefaultDeclaration":
      lowerDefaultExport(ctx, node);
      return;
    case "FunctionDeclaration":
    case "EmptyStatement":
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return;
    default:
      if (!node.type.startsWith("TS")) throw new Error(`no lowering for ${node.type}`);
  }
}

/** `if ... else if ...` in a loop: there can be thousands. */
function lowerIf(ctx: Context, first: t.IfStatement): void {
  const { build } = ctx;
  const join = build.newBlock();
  for (let node = first; ;) {
    const then = build.newBlock();
    const otherwise = node.alternate ? build.newBlock() : join;
    ctx.condition(node.test, then, otherwise);
    build.start(then);
    ctx.statement(node.consequent);
    build.jump(join);
    if (!node.alternate) break;
    build.start(otherwise);
    if (node.alternate.type !== "IfStatement") {
      ctx.statement(node.alternate);
      break;
    }
    node = node.alternate;
  }
  build.start(join);
}

function lowerLabeled(ctx: Context, node: t.LabeledStatement): void {
  const { build } = ctx;
  const label = node.label.name;
  switch (node.body.type) {
    case "ForStatement":
    case "ForOfStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "SwitchStatement":
    case "LabeledStatement":
      ctx.labels = [...ctx.labels, label];
      ctx.statement(node.body);
      ctx.labels = [];
      return;
    default: {
      const exit = build.newBlock();
      ctx.control.push({
        kind: "target",
        labels: [...ctx.labels, label],
        breakTo: exit,
        continueTo: null,
        isPlain: false,
      });
      ctx.labels = [];
      ctx.statement(node.body);
      ctx.control.pop();
      build.start(exit);
    }
  }
}

function lowerDefaultExport(ctx: Context, node: t.ExportDefaultDeclaration): void {
  const { declaration } = node;
  if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
    ctx.statement(declaration);
    return;
  }
  if (declaration.type === "TSDeclareFunction" || declaration.type.startsWith("TSInterface")) return;
  const binding = definitely(ctx.module.analysis.module.bindings.get("*default*"), "the default export");
  initializeVariable(ctx, binding, ctx.named(declaration, "default"));
}
