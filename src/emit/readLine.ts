/**
 * A statement as text, with places for the variables of its function and for numbers: equal texts do the same, if those are
 * the same. Of a statement that cannot stand in a function of its own, it says so: control leaves it, or it is about `this`,
 * `arguments` or a function that it makes.
 */
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";
import type { Variable } from "./readVariables.ts";

/** What a text has places for. */
export type Part = string | Variable | t.NumericLiteral;

export interface Line {
  readonly text: readonly Part[];
  /** by its own: variables are numbered in the order in which they occur, numbers are all alike */
  readonly key: string;
  /** equal keys have equal numbers */
  readonly id: number;
  readonly identifiers: ReadonlySet<t.Identifier>;
  readonly nodes: number;
  readonly canMove: boolean;
}

/** `known`: lines of statements that stand in it; `ids`: the keys that have been come to, numbered. */
export function readLine(
  statement: t.Statement,
  variables: ReadonlyMap<t.Identifier, Variable>,
  known: ReadonlyMap<t.Node, Line>,
  ids: Map<string, number>,
): Line {
  const reader = new Reader(variables, known);
  reader.node(statement, { labels: new Map(), canBreak: false, canContinue: false });
  const { text, identifiers, nodes, canMove } = reader;
  const key = keyOf(text, new Map());
  const id = ids.get(key) ?? ids.size;
  ids.set(key, id);
  return { text, key, id, identifiers, nodes, canMove };
}

/** A text as a key; variables are numbered on as they occur, and numbers are all alike. */
export function keyOf(text: readonly Part[], numbers: Map<Variable, number>): string {
  let key = "";
  for (const part of text) {
    if (typeof part === "string") key += part;
    else if (isNumber(part)) key += "0 ";
    else {
      if (!numbers.has(part)) numbers.set(part, numbers.size);
      key += `#${numbers.get(part)} `;
    }
  }
  return key;
}

export function isNumber(part: Part): part is t.NumericLiteral {
  return typeof part !== "string" && "type" in part;
}

interface Around {
  /** labels of this statement, numbered */
  readonly labels: ReadonlyMap<string, number>;
  readonly canBreak: boolean;
  readonly canContinue: boolean;
}

const fields = new Map<string, readonly string[]>();

/** Names of what a node of a type is made of. */
function fieldsOf(type: string): readonly string[] {
  let names = fields.get(type);
  if (names === undefined) fields.set(type, (names = Object.keys(build.NODE_FIELDS[type] ?? {})));
  return names;
}

class Reader {
  readonly text: Part[] = [];
  readonly identifiers = new Set<t.Identifier>();
  nodes = 0;
  canMove = true;

  constructor(
    private readonly variables: ReadonlyMap<t.Identifier, Variable>,
    private readonly known: ReadonlyMap<t.Node, Line>,
  ) {}

  /** `isKey`: it is the key of a property */
  node(node: t.Node, given: Around, isKey = false): void {
    // what can move reads the same wherever it stands, but that labels are numbered
    const line = given.labels.size === 0 && this.nodes > 0 ? this.known.get(node) : undefined;
    if (line?.canMove === true) {
      this.#addLine(line);
      return;
    }
    this.nodes++;
    this.check(node, given);
    let around = given;
    if (isLoop(node)) around = { ...around, canBreak: true, canContinue: true };
    if (node.type === "SwitchStatement") around = { ...around, canBreak: true };
    if (node.type === "LabeledStatement")
      around = { ...around, labels: new Map([...around.labels, [node.label.name, around.labels.size]]) };
    if (node.type === "Identifier") {
      this.identifier(node);
      return;
    }
    if (node.type === "NumericLiteral" && !isKey) {
      this.#add(node);
      return;
    }
    this.#add(`(${node.type}`);
    const values = node as unknown as Record<string, unknown>;
    for (const name of fieldsOf(node.type)) {
      if (name === "label") this.label(values[name], around);
      else this.field(values[name], around, name === "key");
    }
    this.#add(")");
  }

  #add(part: Part): void {
    const last = this.text.length - 1;
    const before = this.text[last];
    if (typeof part !== "string") this.text.push(part);
    else if (typeof before === "string") this.text[last] = `${before}${part} `;
    else this.text.push(`${part} `);
  }

  /** Its number says it all but for the variables, each where it occurs first, and the numbers. */
  #addLine({ text, id, identifiers, nodes }: Line): void {
    this.#add(`line ${id}`);
    const variables = new Set<Variable>();
    for (const part of text) {
      if (typeof part === "string") continue;
      if (isNumber(part)) this.text.push(part);
      else variables.add(part);
    }
    this.text.push(...variables);
    for (const identifier of identifiers) this.identifiers.add(identifier);
    this.nodes += nodes;
  }

  private field(value: unknown, around: Around, isKey: boolean): void {
    if (Array.isArray(value)) {
      this.#add("[");
      for (const one of value as unknown[]) this.field(one, around, isKey);
      this.#add("]");
    } else if (isNode(value)) this.node(value, around, isKey);
    else if (typeof value === "bigint") this.#add(`${value}n`);
    else this.#add(value === undefined || value === null ? "~" : JSON.stringify(value));
  }

  private identifier(node: t.Identifier): void {
    const variable = this.variables.get(node);
    this.#add(variable ?? node.name);
    this.identifiers.add(node);
    if (variable?.isFixed === true || node.name === "arguments" || node.name === "eval") this.canMove = false;
  }

  private label(label: unknown, { labels }: Around): void {
    const number = isNode(label) && label.type === "Identifier" ? labels.get(label.name) : undefined;
    this.#add(number === undefined ? "~" : `label ${number}`);
  }

  private check(node: t.Node, { labels, canBreak, canContinue }: Around): void {
    if (build.isFunction(node) || build.isClass(node)) this.canMove = false;
    switch (node.type) {
      case "ReturnStatement":
      case "YieldExpression":
      case "AwaitExpression":
      case "ThisExpression":
      case "Super":
      case "MetaProperty":
      case "PrivateName":
      case "Import":
        this.canMove = false;
        return;
      case "ForOfStatement":
        if (node.await) this.canMove = false;
        return;
      case "BreakStatement":
        if (node.label == null ? !canBreak : !labels.has(node.label.name)) this.canMove = false;
        return;
      case "ContinueStatement":
        if (node.label == null ? !canContinue : !labels.has(node.label.name)) this.canMove = false;
        return;
      default:
    }
  }
}

export function isLoop(node: t.Node): boolean {
  return build.isLoop(node);
}

function isNode(value: unknown): value is t.Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
