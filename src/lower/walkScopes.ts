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
  isDeclared,
  isSuperCallStatement,
  isSuperMember,
  parametersOf,
  patternNames,
  unwrap,
} from "./nodeFacts.ts";
import type {
  Binding,
  BindingKind,
  ForHead,
  FunctionInfo,
  Loop,
  Position,
  Reference,
  Scope,
  ScopeKind,
  Span,
} from "./scopes.ts";

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
const unlowerable: Readonly<Record<string, string>> = {
  AwaitExpression: "await",
  YieldExpression: "yield",
  JSXElement: "JSX",
  JSXFragment: "JSX",
  ImportExpression: "dynamic import",
  Import: "dynamic import",
  MetaProperty: "import.meta",
  TSModuleDeclaration: "a namespace",
  TSExportAssignment: "export =",
  TSImportEqualsDeclaration: "import =",
  Decorator: "decorators",
  ClassAccessorProperty: "an accessor field",
  DoExpression: "a do expression",
  BindExpression: "a bind expression",
  PipelineTopicExpression: "a pipeline",
};

interface WriteContext {
  readonly init: boolean;
  readonly read: boolean;
  readonly value: t.Node | null;
  /** the writes noted, whose moment is set when it is known */
  readonly made: Reference[];
}

export function walkScopes(ast: t.File): WalkedScopes {
  return new Walker().walk(ast);
}

class Walker {
  private clock = 0;
  private scope!: Scope;
  private func!: FunctionInfo;
  private loop: Loop | null = null;
  private caseSpan: { start: number; end: number } | null = null;
  private readonly out = {
    scopes: new Map<t.Node, Scope>(),
    functions: new Map<t.Node, FunctionInfo>(),
    spans: new Map<t.Node, Span>(),
    references: [] as Reference[],
    allBindings: [] as Binding[],
    sloppyBlockFunctions: [] as { binding: Binding; func: FunctionInfo }[],
  };

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

  private newScope(kind: ScopeKind, parent: Scope | null): Scope {
    return {
      kind,
      node: null,
      parent,
      func: this.func,
      bindings: new Map(),
      loop: this.loop,
      start: this.clock,
      end: Infinity,
      hoisted: [],
    };
  }

  private declare(
    scope: Scope,
    name: string,
    kind: BindingKind,
    initEnd: Position,
    node: t.Node | null,
    forHead: ForHead | null = null,
  ): Binding {
    const found = scope.bindings.get(name);
    if (found !== undefined && (kind === "var" || kind === "function" || kind === "enum" || found.kind === "enum"))
      return found;
    const certain = scope.kind === "switch" ? this.caseSpan : null;
    const binding: Binding = {
      name,
      kind,
      scope,
      func: scope.func,
      initEnd,
      certain,
      initializer: null,
      references: [],
      forHead,
      node,
      reassigned: false,
      captured: false,
      storage: "slot",
      early: false,
      writes: [],
    };
    scope.bindings.set(name, binding);
    this.out.allBindings.push(binding);
    return binding;
  }

  private inScope(kind: ScopeKind, node: t.Node | null, body: (scope: Scope) => void): void {
    const outer = this.scope;
    this.scope = this.newScope(kind, outer);
    if (node !== null) this.out.scopes.set(node, this.scope);
    body(this.scope);
    this.scope.end = this.clock;
    this.scope = outer;
  }

  private inLoop(node: Span, body: () => void): void {
    const outer = this.loop;
    this.loop = { start: node.start, end: node.end, parent: outer };
    body();
    (this.loop as { end: number }).end = this.clock;
    this.loop = outer;
  }

  private bail(reason: string, node: t.Node, func: FunctionInfo | null = this.func): void {
    if (func !== null) func.opaque ??= { reason, node };
  }

  private bailOutward(reason: string, node: t.Node): void {
    for (let f: FunctionInfo | null = this.func; f !== null; f = f.parent)
      if (f.node !== null) this.bail(reason, node, f);
    if (this.func.node === null) this.bail(reason, node);
  }

  private reference(node: t.Node, name: string, read: boolean, write: WriteContext | null): Reference {
    const made: Reference = {
      node,
      name,
      scope: this.scope,
      func: this.func,
      start: this.clock,
      at: this.clock,
      read,
      write: write !== null,
      init: write?.init ?? false,
      loop: this.loop,
      value: write?.value ?? null,
    };
    this.out.references.push(made);
    return made;
  }

  // ---- declarations

  /** `var` names of a function body, and function declarations at its top level. */
  private hoistVars(nodes: readonly t.Node[], scope: Scope): void {
    const pending: t.Node[] = [...nodes].reverse();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (isDeclared(node)) continue;
      if (node.type === "VariableDeclaration") {
        if (node.kind === "var")
          for (const name of patternNames(node.declarations.map((d) => d.id)))
            this.declare(scope, name.name, "var", scope.start, name);
        continue;
      }
      if (t.isFunction(node) || t.isClass(node) || t.isExpression(node) || node.type.startsWith("TS")) continue;
      const children: t.Node[] = [];
      for (const key of t.VISITOR_KEYS[node.type] ?? []) {
        const held = (node as unknown as Record<string, unknown>)[key];
        for (const child of Array.isArray(held) ? held : [held]) if (child) children.push(child as t.Node);
      }
      for (const child of children.reverse()) pending.push(child);
    }
  }

  /** let, const, class, enum, import and function declarations directly in a statement list. */
  private declareLexical(nodes: readonly t.Node[], scope: Scope): void {
    for (const outer of nodes) {
      let node: t.Node = outer;
      while (node.type === "LabeledStatement") node = node.body;
      if (node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration") {
        if (!node.declaration) continue;
        if (node.type === "ExportDefaultDeclaration") this.declareDefault(node, scope);
        node = node.declaration;
      }
      if (isDeclared(node)) continue;
      if (node.type === "VariableDeclaration" && node.kind !== "var") {
        const kind = node.kind === "let" ? "let" : "const";
        for (const name of patternNames(node.declarations.map((d) => d.id)))
          this.declare(scope, name.name, kind, Infinity, name);
      } else if (node.type === "ClassDeclaration" && node.id)
        this.declare(scope, node.id.name, "class", Infinity, node.id);
      else if (node.type === "TSEnumDeclaration") this.declare(scope, node.id.name, "enum", Infinity, node.id);
      else if (node.type === "FunctionDeclaration" && node.id) this.declareFunction(node, node.id.name, scope);
      else if (node.type === "ImportDeclaration" && node.importKind !== "type")
        for (const specifier of node.specifiers)
          this.declare(scope, specifier.local.name, "import", scope.start, specifier.local);
    }
  }

  private declareDefault(node: t.ExportDefaultDeclaration, scope: Scope): void {
    const { declaration } = node;
    if (declaration.type === "FunctionDeclaration" && !declaration.id)
      this.declareFunction(declaration, "*default*", scope);
    else if (!(t.isFunctionDeclaration(declaration) || t.isClassDeclaration(declaration)) || !declaration.id) {
      if (!declaration.type.startsWith("TSDeclare") && !declaration.type.startsWith("TSInterface"))
        this.declare(scope, "*default*", "const", Infinity, node);
    }
  }

  private declareFunction(node: t.FunctionDeclaration, name: string, scope: Scope): void {
    const isNew = !scope.bindings.has(name);
    const binding = this.declare(scope, name, "function", scope.start, node.id ?? node);
    const info = newFunctionInfo(
      node,
      this.func,
      false,
      this.func.strict || hasUseStrict(node.body),
      scope.start,
      null,
    );
    this.out.functions.set(node, info);
    if (!isNew) {
      if (binding.kind === "var") binding.kind = "function";
      scope.hoisted = scope.hoisted.filter((h) => h.binding !== binding);
    }
    scope.hoisted.push({ node, binding, info });
    if (scope.kind !== "module" && scope.kind !== "params" && scope.kind !== "body" && !this.func.strict)
      this.out.sloppyBlockFunctions.push({ binding, func: this.func });
  }

  // ---- nodes

  private visitAll(nodes: readonly (t.Node | null | undefined)[]): void {
    for (const node of nodes) if (node) this.visit(node);
  }

  private visit(node: t.Node): void {
    const span = { start: this.clock++, end: 0 };
    this.out.spans.set(node, span);
    this.visitNode(node, span);
    span.end = this.clock++;
  }

  private visitNode(node: t.Node, span: Span): void {
    switch (node.type) {
      case "Identifier":
        if (node.name === "arguments") this.argumentsObject(node);
        this.reference(node, node.name, true, null);
        return;
      case "ThisExpression":
        this.outwardUse("usesThis", node);
        return;
      case "Super":
        this.outwardUse("usesThis", node);
        if (this.func.isArrow)
          for (let f: FunctionInfo | null = this.func; f !== null; f = f.isArrow ? f.parent : null)
            this.bail("super in an arrow function", node, f);
        if (this.func.isArrow) this.bailNearestMethod("super in an arrow function", node);
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
      case "BreakStatement":
      case "ContinueStatement":
        return;
      case "UnaryExpression":
        if (node.operator === "delete" && unwrap(node.argument).type === "Identifier")
          this.bail("delete of a variable", node);
        if (node.operator === "delete" && isSuperMember(node.argument)) this.bail("delete of a super property", node);
        this.visit(node.argument);
        return;
      default:
        this.visitOther(node);
    }
  }

  private visitOther(node: t.Node): void {
    const reason = unlowerable[node.type];
    if (reason !== undefined) this.bail(reason, node);
    switch (node.type) {
      case "MemberExpression":
      case "OptionalMemberExpression":
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case "ObjectProperty":
        if (node.computed) this.visit(node.key);
        if (node.computed && isAnonymousFunction(node.value) && !isConstantKey(node.key))
          this.bail("a function named by a computed key", node);
        this.visit(node.value);
        return;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval")
          this.bailOutward("a direct call of eval", node);
        this.visitAll([node.callee, ...node.arguments]);
        return;
      case "TemplateLiteral":
        this.visitAll(node.expressions);
        return;
      case "TaggedTemplateExpression":
        this.visitAll([node.tag, node.quasi]);
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

  private statementList(nodes: readonly t.Node[], scope: Scope): void {
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
  private visitTarget(node: t.Node, write: WriteContext): void {
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
        this.visitNode(node, span);
    }
    span.end = this.clock++;
  }

  // ---- functions and classes

  private visitFunction(node: t.Function, span: Span, classSelf: Binding | null): void {
    const outer = { scope: this.scope, func: this.func, loop: this.loop, caseSpan: this.caseSpan };
    const isArrow = node.type === "ArrowFunctionExpression";
    const strict = this.func.strict || (node.body.type === "BlockStatement" && hasUseStrict(node.body));
    const info =
      this.out.functions.get(node) ?? newFunctionInfo(node, this.func, isArrow, strict, span.start, classSelf);
    this.out.functions.set(node, info);
    this.func = info;
    this.loop = null;
    this.caseSpan = null;
    if (node.async && node.generator) this.bail("an async generator function", node);
    else if (node.async) this.bail("an async function", node);
    else if (node.generator) this.bail("a generator function", node);
    if ("decorators" in node && node.decorators?.length) this.bail("decorators", node, outer.func);
    if (node.type === "FunctionExpression" && node.id) {
      this.scope = this.newScope("self", this.scope);
      this.declare(this.scope, node.id.name, "self", this.scope.start, node.id);
    }
    this.scope = this.newScope("params", this.scope);
    this.out.scopes.set(node, this.scope);
    this.visitParams(node, info);
    this.visitFunctionBody(node, info);
    this.scope.end = this.clock;
    Object.assign(this, outer);
  }

  private visitParams(node: t.Function, info: FunctionInfo): void {
    const params = parametersOf(node);
    info.simple = params.every(
      (p) => p.type === "Identifier" || (p.type === "TSParameterProperty" && p.parameter.type === "Identifier"),
    );
    const scope = this.scope;
    for (const name of patternNames(params)) {
      this.declare(scope, name.name, "param", info.simple ? scope.start : Infinity, name);
      if (name.name === "arguments") this.bail("a parameter named arguments", name);
    }
    for (const param of params) {
      const made: Reference[] = [];
      this.visitTarget(param, { init: true, read: false, value: null, made });
      const end = this.clock++;
      arrive(made, info.simple ? scope.start : end);
      if (!info.simple) for (const name of patternNames([param])) scope.bindings.get(name.name)!.initEnd = end;
    }
  }

  private visitFunctionBody(node: t.Function, info: FunctionInfo): void {
    if (node.body.type !== "BlockStatement") {
      this.visit(node.body);
      return;
    }
    if (!info.simple) this.scope = this.newScope("body", this.scope);
    const scope = this.scope;
    this.out.scopes.set(node.body, scope);
    const { body } = node.body;
    this.hoistVars(body, scope);
    this.declareLexical(body, scope);
    if (scope.bindings.has("arguments")) this.bail("a variable named arguments", node);
    for (const statement of body) {
      this.visit(statement);
      if (info.superEnd === Infinity && isSuperCallStatement(statement)) info.superEnd = this.clock;
    }
    if (!info.simple) {
      scope.end = this.clock;
      this.scope = scope.parent!;
    }
  }

  private visitClass(node: t.Class): void {
    if (isDeclared(node)) return;
    if (node.decorators?.length) this.bail("decorators", node);
    const outerStrict = this.func.strict;
    (this.func as { strict: boolean }).strict = true;
    const creation = this.clock;
    this.inScope("class", node, (scope) => {
      const self = node.id ? this.declare(scope, node.id.name, "classSelf", Infinity, node.id) : null;
      if (node.superClass) this.visit(node.superClass);
      for (const member of node.body.body) this.visitMember(member, self, creation, Boolean(node.superClass));
      if (self !== null) self.initEnd = this.clock;
    });
    (this.func as { strict: boolean }).strict = outerStrict;
    if (node.type === "ClassDeclaration" && node.id) {
      const written = this.reference(node.id, node.id.name, false, { init: true, read: false, value: null, made: [] });
      const binding = this.scope.bindings.get(node.id.name);
      written.at = this.clock;
      if (binding?.kind === "class") binding.initEnd = this.clock++;
    }
  }

  private visitMember(
    member: t.ClassBody["body"][number],
    self: Binding | null,
    creation: Position,
    derived: boolean,
  ): void {
    const span = { start: this.clock++, end: 0 };
    this.out.spans.set(member, span);
    if ("decorators" in member && member.decorators?.length) this.bail("decorators", member);
    switch (member.type) {
      case "ClassMethod":
      case "ClassPrivateMethod":
        if ("computed" in member && member.computed) this.visit(member.key);
        {
          const info = newFunctionInfo(member, this.func, false, true, creation, self);
          info.derived = member.kind === "constructor" && derived;
          this.out.functions.set(member, info);
          this.visitFunction(member, { start: creation, end: creation }, self);
        }
        break;
      case "ClassProperty":
      case "ClassPrivateProperty":
        if (member.type === "ClassProperty" && (member.declare || member.abstract)) break;
        if (member.type === "ClassProperty" && member.computed) this.visit(member.key);
        if (
          member.type === "ClassProperty" &&
          member.computed &&
          isAnonymousFunction(member.value) &&
          !isConstantKey(member.key)
        )
          this.bail("a function named by a computed key", member);
        if (member.value) this.visitInitializer(member, member.value, self, creation);
        break;
      case "StaticBlock":
        this.visitInitializer(member, member, self, creation);
        break;
      case "ClassAccessorProperty":
        this.bail("an accessor field", member);
        if (member.value) this.visitInitializer(member, member.value, self, creation);
        break;
      default:
        break;
    }
    span.end = this.clock++;
  }

  /** A field's value or a static block: a function of its own. */
  private visitInitializer(member: t.Node, value: t.Node, self: Binding | null, creation: Position): void {
    const outer = { scope: this.scope, func: this.func, loop: this.loop, caseSpan: this.caseSpan };
    const info = newFunctionInfo(member, this.func, false, true, creation, self);
    info.simple = true;
    this.out.functions.set(member, info);
    this.func = info;
    this.loop = null;
    this.caseSpan = null;
    this.scope = this.newScope("params", this.scope);
    this.out.scopes.set(member, this.scope);
    if (value.type === "StaticBlock") {
      this.hoistVars(value.body, this.scope);
      this.statementList(value.body, this.scope);
    } else this.visit(value);
    this.scope.end = this.clock;
    Object.assign(this, outer);
  }

  private outwardUse(what: "usesThis" | "usesArguments" | "usesNewTarget", node: t.Node): void {
    let func: FunctionInfo | null = this.func;
    for (; func !== null; func = func.parent) {
      func[what] = true;
      if (!func.isArrow) break;
    }
    if (what === "usesThis" && func !== null && func.derived && this.func !== func) {
      // superEnd is set when the statement of super() has been left: still Infinity means before it.
      if (func.superEnd === Infinity) this.bail("`this` captured before super()", node, func);
    }
  }

  private bailNearestMethod(reason: string, node: t.Node): void {
    let func: FunctionInfo | null = this.func;
    while (func !== null && func.isArrow) func = func.parent;
    this.bail(reason, node, func);
  }

  private argumentsObject(node: t.Identifier): void {
    this.outwardUse("usesArguments", node);
  }

  // ---- statements with scopes

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

export function newFunctionInfo(
  node: t.Node | null,
  parent: FunctionInfo | null,
  isArrow: boolean,
  strict: boolean,
  creation: Position,
  classSelf: Binding | null,
): FunctionInfo {
  return {
    node,
    parent,
    isArrow,
    strict,
    creation,
    opaque: null,
    free: new Set(),
    usesThis: false,
    usesArguments: false,
    usesNewTarget: false,
    simple: true,
    superEnd: Infinity,
    derived: false,
    classSelf,
  };
}

function arrive(made: readonly Reference[], at: Position): void {
  for (const reference of made) reference.at = at;
}
