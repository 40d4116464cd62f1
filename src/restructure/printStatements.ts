/** Structured statements to syntax. */
import { t } from "../syntax/babel.ts";
import { atLocation } from "../syntax/location.ts";
import { declaredFunction, printNamed } from "./printClosure.ts";
import { printConstant, printKey, printTest } from "./printExpression.ts";
import type { PrintContext } from "./printing.ts";
import type { Label, Line, List, Loop, Statement, Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";
import { eachJump } from "./jumps.ts";

/** Loops and switches around, from the outside in. */
type Around = readonly { readonly node: number; readonly isLoop: boolean }[];

export function printStatements(ctx: PrintContext, list: List, around: Around = []): t.Statement[] {
  const out: t.Statement[] = [];
  for (const at of list) {
    const before = ctx.declarations.before.get(at);
    if (before !== undefined)
      out.push(
        t.variableDeclaration(
          "let",
          before.map((slot) => t.variableDeclarator(ctx.reference(slot) as t.Identifier)),
        ),
      );
    for (const printed of printStatement(ctx, at, around))
      out.push(printed.loc ? printed : atLocation(printed, at.origin));
  }
  return out;
}

function block(ctx: PrintContext, list: List, around: Around): t.BlockStatement {
  return t.blockStatement(printStatements(ctx, list, around));
}

function printStatement(ctx: PrintContext, at: Statement, around: Around): t.Statement[] {
  switch (at.kind) {
    case "line":
      return printLine(ctx, at.line);
    case "if":
      return [t.ifStatement(printTest(ctx, at.test), block(ctx, at.then, around), printElse(ctx, at.else, around))];
    case "block":
      return [t.labeledStatement(t.identifier(ctx.labelName(at.label)), block(ctx, at.body, around))];
    case "loop":
      return labelled(
        ctx,
        at.label.node,
        at.body,
        printLoop(ctx, at, [...around, { node: at.label.node, isLoop: true }]),
      );
    case "forEach":
      return labelled(
        ctx,
        at.label.node,
        at.body,
        printForEach(ctx, at, [...around, { node: at.label.node, isLoop: true }]),
      );
    case "switch":
      return printSwitch(ctx, at, [...around, { node: at.node, isLoop: false }]);
    case "try":
      return [printTry(ctx, at, around)];
    case "jump":
      return [printJump(ctx, at.label, around)];
    case "return":
      if (at.value.kind === "constant" && at.value.value === undefined) return [t.returnStatement()];
      return [t.returnStatement(ctx.named(at.value, null))];
    case "throw":
      return [t.throwStatement(ctx.named(at.value, null))];
  }
}

function printElse(ctx: PrintContext, list: List, around: Around): t.Statement | null {
  if (list.length === 0) return null;
  const printed = printStatements(ctx, list, around);
  const [only] = printed;
  return printed.length === 1 && t.isIfStatement(only) ? only : t.blockStatement(printed);
}

function printJump(ctx: PrintContext, label: Label, around: Around): t.Statement {
  const name = (): t.Identifier => t.identifier(ctx.labelName(label));
  if (label.kind === "break") return t.breakStatement(name());
  const inner = [...around].reverse();
  if (label.kind === "continue")
    return t.continueStatement(inner.find((a) => a.isLoop)?.node === label.node ? null : name());
  return t.breakStatement(inner[0]?.node === label.node ? null : name());
}

/** With its label, if a jump inside of it needs one. */
function labelled(ctx: PrintContext, node: number, body: List, printed: t.Statement): t.Statement[] {
  return needsLabel(node, [body])
    ? [t.labeledStatement(t.identifier(ctx.labelName({ kind: "exit", node })), printed)]
    : [printed];
}

/** Some jump to behind or to the next round of a loop or switch stands inside of another one. */
function needsLabel(node: number, lists: readonly List[], inLoop = false, inSwitch = false): boolean {
  return lists.some((list) =>
    list.some((at) => {
      if (at.kind === "jump") {
        if (at.label.node !== node || at.label.kind === "break") return false;
        return inLoop || (inSwitch && at.label.kind === "exit");
      }
      if (at.kind === "switch")
        return needsLabel(
          node,
          at.clauses.map((c) => c.body),
          inLoop,
          true,
        );
      if (at.kind === "loop" || at.kind === "forEach") return needsLabel(node, [at.body], true, inSwitch);
      if (at.kind === "if") return needsLabel(node, [at.then, at.else], inLoop, inSwitch);
      if (at.kind === "try") return needsLabel(node, [at.body, at.handler], inLoop, inSwitch);
      return at.kind === "block" && needsLabel(node, [at.body], inLoop, inSwitch);
    }),
  );
}

function printLoop(ctx: PrintContext, at: Loop, around: Around): t.Statement {
  const body = block(ctx, at.body, around);
  const test = at.test === null ? null : printTest(ctx, at.test);
  if (at.form === "doWhile") return t.doWhileStatement(test ?? t.booleanLiteral(true), body);
  if (at.form === "while") return test === null ? t.forStatement(null, null, null, body) : t.whileStatement(test, body);
  const head = printInit(ctx, at);
  const update = at.update.map((line) => lineExpression(ctx, line));
  return t.forStatement(
    head,
    test,
    update.length === 1 ? update[0]! : update.length === 0 ? null : t.sequenceExpression(update),
    body,
  );
}

/** Variables of a head are declared together. */
function printInit(ctx: PrintContext, at: Loop): t.VariableDeclaration | t.Expression | null {
  const printed = at.init.flatMap((line) => printLine(ctx, line));
  const [first] = printed;
  if (printed.length < 2)
    return t.isExpressionStatement(first) ? first.expression : t.isVariableDeclaration(first) ? first : null;
  const declared = printed.filter((s) => t.isVariableDeclaration(s));
  if (declared.length < printed.length) throw new Refusal("a loop whose head declares and assigns");
  const kind = declared.every((d) => d.kind === "const") ? "const" : "let";
  return t.variableDeclaration(
    kind,
    declared.flatMap((d) => d.declarations),
  );
}

function printForEach(ctx: PrintContext, at: Statement & { kind: "forEach" }, around: Around): t.Statement {
  const kind = ctx.declarations.atHead.get(at);
  const target = ctx.reference(at.value) as t.Identifier;
  const left = kind === undefined ? target : t.variableDeclaration(kind, [t.variableDeclarator(target)]);
  const right = ctx.expression(at.iterable);
  const body = block(ctx, at.body, around);
  return at.of ? t.forOfStatement(left, right, body) : t.forInStatement(left, right, body);
}

function printSwitch(ctx: PrintContext, at: Statement & { kind: "switch" }, around: Around): t.Statement[] {
  const cases = at.clauses.flatMap((clause) => {
    const tests: (t.Expression | null)[] = clause.tests.map(printConstant);
    if (clause.isDefault) tests.push(null);
    const printed = printStatements(ctx, clause.body, around);
    const needsBlock = printed.some(
      (s) => t.isVariableDeclaration(s) || t.isFunctionDeclaration(s) || t.isClassDeclaration(s),
    );
    const body = needsBlock ? [t.blockStatement(printed)] : printed;
    return tests.map((test, i) => t.switchCase(test, i === tests.length - 1 ? body : []));
  });
  const printed = t.switchStatement(ctx.expression(at.value), cases);
  let isNeeded = false;
  for (const { body } of at.clauses) {
    eachJump(body, (label) => {
      if (label.kind === "exit" && label.node === at.node) isNeeded = true;
    });
  }
  const lists = at.clauses.map((c) => c.body);
  return isNeeded && needsLabel(at.node, lists)
    ? [t.labeledStatement(t.identifier(ctx.labelName({ kind: "exit", node: at.node })), printed)]
    : [printed];
}

function printTry(ctx: PrintContext, at: Statement & { kind: "try" }, around: Around): t.Statement {
  const body = block(ctx, at.body, around);
  const handler = block(ctx, at.handler, around);
  const param = (): t.Identifier => ctx.reference(at.exception) as t.Identifier;
  if (ctx.declarations.atHead.has(at))
    return t.tryStatement(body, t.catchClause(ctx.facts.reads[at.exception]! > 0 ? param() : null, handler));
  const caught = t.identifier(ctx.freshName(param().name));
  handler.body.unshift(t.expressionStatement(t.assignmentExpression("=", param(), t.cloneNode(caught))));
  return t.tryStatement(body, t.catchClause(caught, handler));
}

function printLine(ctx: PrintContext, line: Line): t.Statement[] {
  if (ctx.declarations.silent.has(line)) return [];
  const { tree } = line;
  const kind = ctx.declarations.atLine.get(line);
  if (tree.kind === "operation") {
    const special = printSpecial(ctx, tree, line);
    if (special !== null) return special;
  }
  if (kind === undefined) return [t.expressionStatement(lineExpression(ctx, line))];
  const isInit = tree.kind === "operation" && tree.step.op === "initCell";
  const target = (isInit ? ctx.expression(tree.operands[0]!) : ctx.reference(line.dst!)) as t.Identifier;
  const value = isInit ? tree.operands[1]! : tree;
  const slot = isInit ? (tree.operands[0] as Tree & { kind: "slot" }).slot : line.dst!;
  const isOutermost = ctx.declarations.scopes.get(slot)?.start === 0;
  const declared = printDeclared(ctx, target.name, value, isOutermost);
  if (declared !== null) return [declared];
  const isUndefined = kind === "let" && value.kind === "constant" && value.value === undefined;
  return [
    t.variableDeclaration(kind, [
      t.variableDeclarator(target, isUndefined ? null : printNamed(ctx, value, target.name)),
    ]),
  ];
}

/** Function and class declarations. */
function printDeclared(ctx: PrintContext, name: string, value: Tree, isOutermost: boolean): t.Statement | null {
  const closure = declaredFunction(ctx, value);
  if (closure !== null && ctx.module.functions[closure.step.func]!.name === name) {
    const parts = ctx.functionParts({ func: closure.step.func, captures: closure.operands });
    if (parts.opaque !== null) return t.isFunctionDeclaration(parts.opaque) ? parts.opaque : null;
    // In a block of sloppy code the name would be visible in the whole function.
    if (!ctx.fn.strict && !isOutermost) return null;
    return t.functionDeclaration(t.identifier(name), parts.params, parts.body);
  }
  if (value.kind !== "operation" || value.step.op !== "class") return null;
  const { definition } = value.step;
  if (definition.selfCell === null || definition.name !== name) return null;
  const made = ctx.classExpression(value, name);
  return t.classDeclaration(t.identifier(name), made.superClass, made.body);
}

/** A line as an expression: an assignment in its shortest form. */
function lineExpression(ctx: PrintContext, { dst, tree }: Line): t.Expression {
  if (dst === null) {
    const value = ctx.named(tree, null);
    return t.isUpdateExpression(value) ? { ...value, prefix: false } : value;
  }
  const target = ctx.reference(dst) as t.Identifier;
  if (tree.kind === "operation") {
    const [left, right] = tree.operands;
    const isSame = left?.kind === "slot" && left.slot === dst;
    if (tree.step.op === "binary" && isSame && /^([-+*/%&|^]|\*\*|<<|>>>?)$/.test(tree.step.operator)) {
      return t.assignmentExpression(`${tree.step.operator}=`, target, ctx.expression(right!));
    }
    const step = steps(tree);
    if (step !== null && step.from.kind === "slot" && step.from.slot === dst)
      return t.updateExpression(step.operator, target, false);
  }
  return t.assignmentExpression("=", target, printNamed(ctx, tree, target.name));
}

/** `inc(toNumeric(x))` */
function steps(tree: Tree): { readonly operator: "++" | "--"; readonly from: Tree } | null {
  if (
    tree.kind !== "operation" ||
    tree.step.op !== "unary" ||
    (tree.step.operator !== "inc" && tree.step.operator !== "dec")
  )
    return null;
  const inner = tree.operands[0]!;
  const isConverted = inner.kind === "operation" && inner.step.op === "unary" && inner.step.operator === "toNumeric";
  return { operator: tree.step.operator === "inc" ? "++" : "--", from: isConverted ? inner.operands[0]! : inner };
}

/** Lines that are statements of their own. */
function printSpecial(ctx: PrintContext, tree: Tree & { kind: "operation" }, line: Line): t.Statement[] | null {
  const { step, operands } = tree;
  switch (step.op) {
    case "debugger":
      return [t.debuggerStatement()];
    case "checkInit":
      // `this` before super(): reading it is the check.
      return [t.expressionStatement(t.thisExpression())];
    case "throwError":
      return [t.throwStatement(t.newExpression(t.identifier(step.error), [t.stringLiteral(step.message)]))];
    case "superCall":
      return [t.expressionStatement(ctx.expression(tree))];
    case "requireObject":
      return [requireObject(ctx, operands[0]!)];
    case "arrayPattern":
      return printArrayPattern(ctx, step, operands[0]!);
    case "objectPattern":
      return [printObjectPattern(ctx, step, operands)];
    case "unary": {
      const stepped = steps(tree);
      if (stepped === null || line.dst === null || (stepped.from.kind === "slot" && stepped.from.slot === line.dst))
        return null;
      if (stepped.from.kind === "slot" && ctx.facts.isNumber[stepped.from.slot]) return null;
      const target = (): t.Identifier => ctx.reference(line.dst!) as t.Identifier;
      const first = ctx.declarations.atLine.has(line)
        ? t.variableDeclaration("let", [t.variableDeclarator(target(), ctx.expression(stepped.from))])
        : t.expressionStatement(t.assignmentExpression("=", target(), ctx.expression(stepped.from)));
      return [first, t.expressionStatement(t.updateExpression(stepped.operator, target()))];
    }
    default:
      return null;
  }
}

/** `const {} = value` */
function requireObject(ctx: PrintContext, value: Tree): t.Statement {
  return t.expressionStatement(t.assignmentExpression("=", t.objectPattern([]), ctx.expression(value)));
}

function printArrayPattern(
  ctx: PrintContext,
  step: Extract<(Tree & { kind: "operation" })["step"], { op: "arrayPattern" }>,
  iterable: Tree,
): t.Statement[] {
  const elements: (t.Identifier | t.RestElement | null)[] = step.dsts.map((dst) =>
    dst === null ? null : (ctx.reference(dst) as t.Identifier),
  );
  if (step.rest !== null) elements.push(t.restElement(ctx.reference(step.rest) as t.Identifier));
  return [t.expressionStatement(t.assignmentExpression("=", t.arrayPattern(elements), ctx.expression(iterable)))];
}

/** `({ a, [k]: b, ...rest } = value)` */
function printObjectPattern(
  ctx: PrintContext,
  step: Extract<(Tree & { kind: "operation" })["step"], { op: "objectPattern" }>,
  [source, ...keys]: readonly Tree[],
): t.Statement {
  const properties = keys.map((key, i) => {
    const target = ctx.reference(step.dsts[i]!) as t.Identifier;
    if (key.kind !== "constant" || typeof key.value !== "string")
      return t.objectProperty(printKey(ctx, key), target, true);
    const isName = t.isValidIdentifier(key.value, false);
    const printed = isName ? t.identifier(key.value) : t.stringLiteral(key.value);
    return t.objectProperty(printed, target, false, isName && key.value === target.name);
  });
  const rest = t.restElement(ctx.reference(step.rest) as t.Identifier);
  return t.expressionStatement(
    t.assignmentExpression("=", t.objectPattern([...properties, rest]), ctx.expression(source!)),
  );
}
