/**
 * Purpose: one walk over a module that opens scopes, declares names and notes every reference.
 * Needs: a parsed file. Promises: scopes with all their bindings (hoisting done), references not yet resolved, reasons why
 * functions cannot be lowered. Linear in the size of the module.
 * Example: `{ let x = 1; f(() => x); }` gives a block scope with `x` (initialized at the end of the declarator), a
 * reference to `f` and, within the arrow function, one to `x`.
 */
import { t } from "../syntax/babel.ts";
import { enumMembers } from "../syntax/babelCompat.ts";
import {
  hasUseStrict,
  isAnonymousFunction,
  isConstantKey,
  isNamelessFunction,
  isDeclared,
  isSuperMember,
  patternNames,
  unwrap,
} from "./nodeFacts.ts";
import { FunctionScopes } from "./functionScopes.ts";
import { unlowerable } from "./unlowerable.ts";
import { arrive, newFunctionInfo, type WriteContext } from "./scopeBuilder.ts";
import type { Binding, ForHead, FunctionInfo, Reference, Scope, Span } from "./scopes.ts";

export interface WalkedScopes {
  readonly module: Scope;
  readonly moduleInfo: FunctionInfo;
  readonly scopes: Map<t.Node, Scope>;
  readonly functions: Map<t.Node, FunctionInfo>;
  readonly spans: Map<t.Node, Span>;
  readonly references: Reference[];
  readonly allBindings: Binding[];
  /** functions in blocks of sloppy code: they may also assign a variable of the function */
  readonly sloppyBlockFunctions: { readonly binding: Binding; readonly func: FunctionInfo }[];
}

const noSpan: Span = { start: -1, end: -1 };
export function walkScopes(ast: t.File): WalkedScopes {
  return new Walker().walk(ast);
}

class Walker extends FunctionScopes {
  walk(ast: t.File): WalkedScopes {
    const program = ast.program;
    const strict = program.sourceType === "module" || hasUseStrict(program);
    this.func = newFunctionInfo(null, null, false, strict, 0, null);
    this.scope = this.newScope("module", null);
    const module = this.scope;
    const moduleInfo = this.func;
    this.out.scopes.set(program, module);
    this.hoistVars(program.body, module);
    this.declareLexical(program.body, module);
    for (const node of program.body) this.visit(node);
    module.end = this.clock;
    return { module, moduleInfo, ...this.out };
  }

  private visitAll(nodes: readonly (t.Node | null | undefined)[]): void {
    for (const node of nodes) if (node) this.visit(node);
  }

  protected override visit(node: t.Node): void {
    const span = { start: this.clock++, end: 0 };
    this.out.spans.set(node, span);
    this.visitNode(node, span);
    span.end = this.clock++;
  }

  private visitNode(node: t.Node, span: Span): void {
    switch (node.type) {
      case "Identifier":
        if (node.name === "arguments") this.outwardUse("usesArguments", node);
        this.reference(node, node.name, true, null);
        return;
      case "ThisExpression":
        this.outwardUse("usesThis", node);
        return;
      case "Super":
        this.outwardUse("usesThis", node);
        this.outwardUse("usesSuper", node);
        return;
      case "MetaProperty":
        if (node.meta.name === "new") this.outwardUse("usesNewTarget", node);
        else this.bail("import.meta", node);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ObjectMethod":
        if (node.type === "ObjectMethod" && node.computed) this.visit(node.key);
        this.visitFunction(node, span, null);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.visitClass(node);
        return;
      case "BlockStatement":
      case "StaticBlock":
        this.inScope("block", node, (scope) => this.statementList(node.body, scope));
        return;
      case "VariableDeclaration":
        this.visitVariables(node);
        return;
      case "AssignmentExpression":
        this.visitAssignment(node);
        return;
      case "UpdateExpression":
        this.visitUpdate(node);
        return;
      case "ForStatement":
        this.visitFor(node, span);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        this.visitForEach(node, span);
        return;
      case "WhileStatement":
        this.inLoop(span, () => this.visitAll([node.test, node.body]));
        return;
      case "DoWhileStatement":
        this.inLoop(span, () => this.visitAll([node.body, node.test]));
        return;
      case "SwitchStatement":
        this.visitSwitch(node);
        return;
      case "CatchClause":
        this.visitCatch(node);
        return;
      case "WithStatement":
        this.bailOutward("with", node);
        this.visitAll([node.object, node.body]);
        return;
      case "LabeledStatement":
        this.visit(node.body);
        return;
      case "IfStatement":
        for (const arm of [node.consequent, node.alternate])
          if (arm?.type === "FunctionDeclaration") this.bail("a function declaration as the arm of an if", arm);
        this.visitChildren(node);
        return;
      case "BinaryExpression":
      case "LogicalExpression":
        this.visitChain(node);
        return;
      case "BreakStatement":
      case "ContinueStatement":
        return;
      case "UnaryExpression":
        if (node.operator === "delete" && unwrap(node.argument).type === "Identifier")
          this.bail("delete of a variable", node);
        if (node.operator === "delete" && isSuperMember(node.argument)) this.bail("delete of a super property", node);
        if (node.operator === "delete") this.writtenMembers.add(unwrap(node.argument));
        this.visit(node.argument);
        return;
      default:
        this.visitOther(node);
    }
  }

  /** `a + b + c ...`, leaning left, in a loop: there can be thousands. */
  private visitChain(node: t.BinaryExpression | t.LogicalExpression): void {
    const rights: { readonly right: t.Node; readonly span: { end: number } | null }[] = [];
    let left: t.Node = node;
    while (left.type === "BinaryExpression" || left.type === "LogicalExpression") {
      let span: { start: number; end: number } | null = null;
      if (left !== node) {
        span = { start: this.clock++, end: 0 };
        this.out.spans.set(left, span);
      }
      rights.push({ right: left.right, span });
      left = left.left;
    }
    this.visit(left);
    for (const { right, span } of rights.reverse()) {
      this.visit(right);
      if (span !== null) span.end = this.clock++;
    }
  }

  private visitOther(node: t.Node): void {
    const reason = unlowerable[node.type];
    if (reason !== undefined) this.bail(reason, node);
    switch (node.type) {
      case "SpreadElement":
        this.readOnlyArguments.add(node.argument);
        this.visit(node.argument);
        return;
      case "MemberExpression":
      case "OptionalMemberExpression":
        if (!this.writtenMembers.has(node)) this.readOnlyArguments.add(node.object);
        if (namesCallee(node)) this.askedForCallee.add(node.object);
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case "ObjectProperty":
        if (node.computed) this.visit(node.key);
        if (
          node.computed &&
          !isConstantKey(node.key) &&
          isAnonymousFunction(node.value) &&
          !isNamelessFunction(node.value)
        )
          this.bail("a class named by a computed key", node);
        this.visit(node.value);
        return;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval")
          this.bailOutward("a direct call of eval", node);
        if (node.callee.type === "Super" && this.func.isArrow)
          this.bailAroundSuper("super() in an arrow function", node);
        this.noteArgumentsOfCall(node);
        this.visitAll([node.callee, ...node.arguments]);
        return;
      case "TemplateLiteral":
        this.visitAll(node.expressions);
        return;
      case "TaggedTemplateExpression":
        this.visitAll([node.tag, node.quasi]);
        return;
      case "JSXOpeningElement":
        this.visitElementName(node.name);
        this.visitAll(node.attributes);
        return;
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "ExportNamedDeclaration":
        if (node.declaration) this.visit(node.declaration);
        return;
      case "ExportDefaultDeclaration":
        this.visitDefault(node);
        return;
      case "TSEnumDeclaration":
        this.visitEnum(node);
        return;
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
        this.visit(node.expression);
        return;
      case "TSExportAssignment":
        this.visit(node.expression);
        return;
      case "TSParameterProperty":
        this.visit(node.parameter);
        return;
      case "TSModuleDeclaration":
        if (!node.declare && node.kind !== "global" && node.body) this.visitBodyOfNamespace(node);
        else if (this.func.opaque?.node === node) this.func.opaque = null;
        return;
      case "MetaProperty":
      case "PrivateName":
      case "TSEnumMember":
        return;
      default:
        if (node.type.startsWith("TS") || isDeclared(node)) return;
        this.visitChildren(node);
    }
  }

  /** `<Name>` and `<name.member>` refer to variables, `<name>` does not. */
  private visitElementName(node: t.Node): void {
    let name = node;
    while (name.type === "JSXMemberExpression") name = name.object;
    if (name.type === "JSXIdentifier" && (name !== node || !/^[a-z]/.test(name.name)))
      this.reference(name, name.name, true, null);
  }

  private visitBodyOfNamespace(node: t.TSModuleDeclaration): void {
    this.inScope("block", null, (scope) => {
      const body = node.body as t.Node;
      if (body.type === "TSModuleBlock") this.statementList(body.body, scope);
    });
  }

  private visitChildren(node: t.Node): void {
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const held = (node as unknown as Record<string, unknown>)[key];
      for (const child of Array.isArray(held) ? held : [held]) if (child) this.visit(child as t.Node);
    }
  }

  protected override statementList(nodes: readonly t.Node[], scope: Scope): void {
    this.declareLexical(nodes, scope);
    this.visitAll(nodes);
  }

  private visitDefault(node: t.ExportDefaultDeclaration): void {
    this.visit(node.declaration);
    const binding = this.scope.bindings.get("*default*");
    if (binding !== undefined && binding.kind !== "function") binding.initEnd = this.clock;
  }

  private visitEnum(node: t.TSEnumDeclaration): void {
    if (node.declare) return;
    this.inScope("enum", node, (scope) => {
      scope.node = node;
      for (const member of enumMembers(node)) {
        const name = member.id.type === "Identifier" ? member.id.name : (member.id as t.StringLiteral).value;
        if (member.initializer) this.visit(member.initializer);
        this.declare(scope, name, "enum", scope.start, member);
      }
    });
    const written = this.reference(node.id, node.id.name, false, { init: true, read: false, value: null, made: [] });
    written.at = this.clock;
    const binding = this.scope.bindings.get(node.id.name);
    if (binding?.kind === "enum") binding.initEnd = Math.min(binding.initEnd, this.clock++);
  }

  private visitVariables(node: t.VariableDeclaration): void {
    if (node.declare) return;
    if (node.kind !== "var" && node.kind !== "let" && node.kind !== "const") this.bail("using", node);
    for (const declarator of node.declarations) {
      const made: Reference[] = [];
      const init = declarator.init ?? null;
      const isVar = node.kind === "var";
      if (!isVar || init !== null) this.visitTarget(declarator.id, { init: !isVar, read: false, value: init, made });
      const initStart = this.clock;
      if (init !== null) this.visit(init);
      const end = this.clock++;
      arrive(made, end);
      if (isVar) continue;
      for (const name of patternNames([declarator.id])) {
        const binding = this.scope.bindings.get(name.name);
        if (binding === undefined) continue;
        binding.initEnd = end;
        if (init !== null && declarator.id.type === "Identifier" && t.isFunction(unwrap(init)))
          binding.initializer = { start: initStart, end };
      }
    }
  }

  private visitUpdate(node: t.UpdateExpression): void {
    const made: Reference[] = [];
    this.visitTarget(node.argument, { init: false, read: true, value: node, made });
    arrive(made, this.clock++);
  }

  private visitAssignment(node: t.AssignmentExpression): void {
    const made: Reference[] = [];
    this.visitTarget(node.left, {
      init: false,
      read: node.operator !== "=",
      value: node.operator === "=" ? node.right : node,
      made,
    });
    this.visit(node.right);
    arrive(made, this.clock++);
  }

  /** An assignment target or a binding pattern. */
  protected override visitTarget(node: t.Node, write: WriteContext): void {
    const span = { start: this.clock++, end: 0 };
    this.out.spans.set(node, span);
    switch (node.type) {
      case "Identifier": {
        if (node.name === "arguments") this.bail("arguments is assigned", node);
        write.made.push(this.reference(node, node.name, write.read, write));
        break;
      }
      case "ObjectPattern":
        for (const property of node.properties) {
          if (property.type === "RestElement") this.visitTarget(property.argument, { ...write, value: null });
          else {
            if (property.computed) this.visit(property.key);
            this.visitTarget(property.value, { ...write, value: null });
          }
        }
        break;
      case "ArrayPattern":
        for (const element of node.elements) if (element) this.visitTarget(element, { ...write, value: null });
        break;
      case "AssignmentPattern":
        this.visitTarget(node.left, { ...write, value: null });
        this.visit(node.right);
        break;
      case "RestElement":
        this.visitTarget(node.argument, { ...write, value: null });
        break;
      case "TSParameterProperty":
        this.visitTarget(node.parameter, write);
        break;
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "ParenthesizedExpression":
        this.visitTarget(node.expression, write);
        break;
      default:
        this.writtenMembers.add(node);
        this.visitNode(node, span);
    }
    span.end = this.clock++;
  }

  /** Members that are assigned, deleted or called: not mere reads. */
  private readonly writtenMembers = new Set<t.Node>();

  /** `f.apply(x, arguments)` and `slice.call(arguments)` only read; `arguments[0]()` hands it out as `this`. */
  private noteArgumentsOfCall(node: t.CallExpression): void {
    const callee = unwrap(node.callee);
    if (callee.type !== "MemberExpression") return;
    this.writtenMembers.add(callee);
    if (callee.computed || callee.property.type !== "Identifier") return;
    const { name } = callee.property;
    const [first, second] = node.arguments;
    if (name === "apply" && second) this.readOnlyArguments.add(second);
    const { object } = callee;
    const isSlice =
      object.type === "MemberExpression" && object.property.type === "Identifier" && object.property.name === "slice";
    if (name === "call" && isSlice && first) this.readOnlyArguments.add(first);
  }

  private visitFor(node: t.ForStatement, span: Span): void {
    const head: ForHead = { init: noSpan, test: noSpan, update: noSpan, body: noSpan };
    this.inScope("loop", node, (scope) => {
      const lexical = node.init?.type === "VariableDeclaration" && node.init.kind !== "var" ? node.init : null;
      if (lexical !== null)
        for (const name of patternNames(lexical.declarations.map((d) => d.id)))
          this.declare(scope, name.name, lexical.kind === "let" ? "let" : "const", Infinity, name, head);
      if (node.init) this.visit(node.init);
      this.inLoop(span, () => this.visitAll([node.test, node.update, node.body]));
      for (const part of ["init", "test", "update", "body"] as const) {
        const held = node[part];
        if (held) head[part] = this.out.spans.get(held) ?? noSpan;
      }
    });
  }

  private visitForEach(node: t.ForInStatement | t.ForOfStatement, span: Span): void {
    if (node.type === "ForOfStatement" && node.await) this.bail("for await", node);
    const { left } = node;
    const lexical = left.type === "VariableDeclaration" && left.kind !== "var" ? left : null;
    if (left.type === "VariableDeclaration" && left.declarations[0]?.init)
      this.bail("a for-in loop with an initializer", node);
    if (lexical !== null && lexical.kind !== "let" && lexical.kind !== "const") this.bail("using", node);
    // The right side stands outside of the loop, but sees the names of the head in their dead zone.
    this.inLoop(span, () => {
      this.inScope("loop", node, (scope) => {
        if (lexical !== null)
          for (const name of patternNames([lexical.declarations[0]!.id]))
            this.declare(scope, name.name, lexical.kind === "let" ? "let" : "const", Infinity, name);
        this.visit(node.right);
        const made: Reference[] = [];
        const target = left.type === "VariableDeclaration" ? left.declarations[0]!.id : left;
        this.visitTarget(target, { init: lexical !== null, read: false, value: null, made });
        const at = this.clock++;
        arrive(made, at);
        if (lexical !== null) for (const binding of scope.bindings.values()) binding.initEnd = at;
        this.visit(node.body);
      });
    });
  }

  private visitSwitch(node: t.SwitchStatement): void {
    this.visit(node.discriminant);
    this.inScope("switch", node, (scope) => {
      const outer = this.caseSpan;
      const spans = node.cases.map(() => ({ start: Infinity, end: Infinity }));
      node.cases.forEach((clause, i) => {
        this.caseSpan = spans[i] ?? null;
        this.declareLexical(clause.consequent, scope);
      });
      node.cases.forEach((clause, i) => {
        if (clause.test) this.visit(clause.test);
        spans[i]!.start = this.clock;
        this.caseSpan = outer;
        this.visitAll(clause.consequent);
        spans[i]!.end = this.clock;
      });
      this.caseSpan = outer;
    });
  }

  private visitCatch(node: t.CatchClause): void {
    this.inScope("catch", node, (scope) => {
      if (node.param) {
        for (const name of patternNames([node.param])) this.declare(scope, name.name, "catch", Infinity, name);
        const made: Reference[] = [];
        this.visitTarget(node.param, { init: true, read: false, value: null, made });
        const end = this.clock++;
        arrive(made, end);
        for (const binding of scope.bindings.values()) binding.initEnd = end;
      }
      this.visit(node.body);
    });
  }
}

/** `o.callee`, `o["callee"]` */
function namesCallee({ computed, property }: t.MemberExpression | t.OptionalMemberExpression): boolean {
  if (computed) return property.type === "StringLiteral" && property.value === "callee";
  return property.type === "Identifier" && property.name === "callee";
}
