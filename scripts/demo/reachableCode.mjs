/**
 * The code that can be reached from a function, in a program whose tables of functions are filled elsewhere: a field-based
 * call graph. A function is reached when its name is used in reached code, or when it is a method, or was put
 * anywhere into a field, of a name that reached code reads. Of classes and tables only such members are kept. Names of
 * fields are not told apart by object, so this takes too much rather than too little, but only what the program links.
 */
import generatorModule from "@babel/generator";
import { parse } from "@babel/parser";
import * as t from "@babel/types";
import { build } from "esbuild";
import { minify } from "terser";

const generate = generatorModule.default ?? generatorModule;

/** All modules that `entry` (text, in `folder`) links, as one: names at the top are unique in it. */
export async function linkProgram(entry, folder) {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    target: "esnext",
    logLevel: "silent",
    external: ["babel-plugin-specialize"],
  });
  return outputFiles[0].text;
}

export function reachableCode(program, starts) {
  const body = parse(program, { sourceType: "module" }).program.body;
  const tops = topLevel(body);
  const stored = storedFunctions(body);
  const names = new Set();
  const fields = new Set(["constructor"]);
  const visited = new Set();
  const queue = [];
  const visit = (node) => {
    if (node == null || visited.has(node)) return;
    visited.add(node);
    queue.push(node);
  };
  const reachName = (name) => {
    if (names.has(name) || !tops.has(name)) return;
    names.add(name);
    const { value } = tops.get(name);
    if (t.isClass(value)) {
      if (value.superClass != null) visit(value.superClass);
      for (const member of value.body.body) {
        if (!t.isClassMethod(member) || fields.has(nameOf(member))) visit(member);
      }
    } else if (t.isObjectExpression(value)) {
      for (const member of value.properties) if (fields.has(nameOf(member))) visit(member);
    } else visit(value);
  };
  const reachField = (field) => {
    if (fields.has(field)) return;
    fields.add(field);
    for (const { owner, node } of stored.get(field) ?? []) {
      if (owner !== null && !t.isClassMethod(node) && names.has(owner)) visit(node);
      else if (t.isIdentifier(node)) reachName(node.name);
      else visit(node);
    }
  };
  starts.forEach(reachName);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    t.traverseFast(node, (inner) => {
      if (t.isIdentifier(inner)) reachName(inner.name);
      const field = t.isMemberExpression(inner) || t.isOptionalMemberExpression(inner) ? fieldOf(inner) : null;
      if (field !== null) reachField(field);
    });
  }
  return body.flatMap((statement) => keep(statement, names, fields, visited));
}

function topLevel(body) {
  const tops = new Map();
  for (const statement of body) {
    if (t.isFunctionDeclaration(statement) || t.isClassDeclaration(statement)) {
      tops.set(statement.id.name, { value: statement });
    }
    if (t.isVariableDeclaration(statement)) {
      for (const one of statement.declarations) if (t.isIdentifier(one.id)) tops.set(one.id.name, { value: one.init });
    }
  }
  return tops;
}

/** name of a field -> functions that are put there, anywhere; `owner` is the class or table at the top, or null */
function storedFunctions(body) {
  const stored = new Map();
  const store = (field, owner, node) => {
    if (field === null) return;
    if (!stored.has(field)) stored.set(field, []);
    stored.get(field).push({ owner, node });
  };
  for (const statement of body) {
    const owner = t.isClassDeclaration(statement) ? statement.id.name : null;
    t.traverseFast(statement, (node) => {
      if (t.isClassMethod(node) && node.kind !== "constructor") store(nameOf(node), owner, node);
      if (t.isObjectMethod(node)) store(nameOf(node), null, node);
      if (t.isObjectProperty(node) && isFunctionLike(node.value)) store(nameOf(node), null, node.value);
      if (t.isAssignmentExpression(node) && t.isMemberExpression(node.left) && isFunctionLike(node.right)) {
        store(fieldOf(node.left), null, node.right);
      }
    });
  }
  return stored;
}

function isFunctionLike(node) {
  return t.isIdentifier(node) || t.isFunction(node);
}

function nameOf(member) {
  if (member.computed || member.key === undefined) return null;
  return t.isIdentifier(member.key) ? member.key.name : t.isStringLiteral(member.key) ? member.key.value : null;
}

function fieldOf(node) {
  return !node.computed && t.isIdentifier(node.property) ? node.property.name : null;
}

function keep(statement, names, fields, visited) {
  if (t.isFunctionDeclaration(statement)) return names.has(statement.id.name) ? [statement] : [];
  if (t.isClassDeclaration(statement)) {
    const whole = names.has(statement.id.name);
    const members = statement.body.body.filter((member) =>
      t.isClassMethod(member) && member.kind !== "constructor" ? visited.has(member) : whole,
    );
    if (!whole && members.length === 0) return [];
    return [
      { ...statement, superClass: whole ? statement.superClass : null, body: { ...statement.body, body: members } },
    ];
  }
  if (!t.isVariableDeclaration(statement)) return [];
  const declarations = statement.declarations.flatMap((one) => {
    if (!t.isIdentifier(one.id) || !names.has(one.id.name)) return [];
    if (!t.isObjectExpression(one.init)) return [one];
    const properties = one.init.properties.filter((member) => fields.has(nameOf(member)));
    return [{ ...one, init: { ...one.init, properties } }];
  });
  return declarations.length === 0 ? [] : [{ ...statement, declarations }];
}

/** Bytes of the statements (or of a module's text) after terser; names at the top are short, nothing at the top is dropped. */
export async function minifiedBytes(code) {
  const text = typeof code === "string" ? code : generate(t.program(code)).code;
  const { code: small } = await minify(text, {
    compress: { passes: 2, toplevel: false },
    mangle: { toplevel: true },
    module: false,
    ecma: 2022,
  });
  return Buffer.byteLength(small);
}
