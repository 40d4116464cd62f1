/**
 * Makes the literals of the functions of a file static: of each function that lies in no other one, the literals of its body and of
 * its default arguments become parameters, and a site at the end of the file says what they are.
 *
 *   function pad(text, width = 8) { return text.padStart(width, " "); }
 *   =>
 *   function pad(text, width = undefined) { return _padSite === undefined ? _pad(8, " ", text, width) : _padSite(text, width); }
 *   function _pad(_literal, _literal2, text, width = _literal) { return text.padStart(width, _literal2); }
 *   var _padSite = specialize(_pad, { _literal: 8, _literal2: " " });
 *
 * Before the sites have run the function does what it did. It keeps its name, its length and its place. Left as they are:
 * generators, async functions, those with `this`, `arguments`, `new.target` or `super`, and those that are somewhere where
 * their names mean something else. Gives null for a file that cannot be a module (its code is no strict code).
 */
import { parseSync, transformFromAstSync, types as t } from "@babel/core";

const IMPORT = "babel-plugin-specialize";

export function staticLiterals(text, filename) {
  const given = { filename, configFile: false, babelrc: false, compact: false, retainLines: false };
  const kind = parseSync(text, { ...given, sourceType: "unambiguous" }).program.sourceType;
  let ast;
  try {
    ast = parseSync(text, { ...given, sourceType: "module" });
  } catch {
    return null;
  }
  const found = { functions: 0, sites: 0 };
  const { code } = transformFromAstSync(ast, text, { ...given, plugins: [() => ({ visitor: visitor(found) })] });
  return { code, isModule: kind === "module", ...found };
}

function visitor(found) {
  return {
    Program(program) {
      const made = [];
      program.traverse({
        Function(fn) {
          fn.skip();
          found.functions++;
          const one = splitFunction(fn, program);
          if (one !== null) made.push(one);
        },
        Class: (at) => at.skip(),
      });
      found.sites = made.length;
      if (made.length === 0) return;
      const name = program.scope.generateUidIdentifier("specialize");
      const specifier = t.importSpecifier(name, t.identifier("specialize"));
      program.node.body.unshift(t.importDeclaration([specifier], t.stringLiteral(IMPORT)));
      for (const { generic, site, statics } of made) {
        const values = t.objectExpression(statics.map(({ id, value }) => t.objectProperty(t.cloneNode(id), value)));
        const call = t.callExpression(t.cloneNode(name), [t.cloneNode(generic.id), values]);
        program.node.body.push(generic, t.variableDeclaration("var", [t.variableDeclarator(t.cloneNode(site), call)]));
      }
    },
  };
}

function splitFunction(fn, program) {
  const { node } = fn;
  const isPlain = fn.isFunctionDeclaration() || fn.isFunctionExpression() || fn.isArrowFunctionExpression();
  if (!isPlain || node.async || node.generator || !standsFree(fn, program)) return null;
  const literals = literalsOf(fn);
  if (literals.length === 0) return null;
  const statics = [];
  const byValue = new Map();
  for (const at of literals) {
    const key = `${at.type} ${at.node.value}`;
    if (!byValue.has(key)) {
      const id = program.scope.generateUidIdentifier("literal");
      byValue.set(key, id);
      statics.push({ id, value: t.cloneNode(at.node) });
    }
    at.replaceWith(t.cloneNode(byValue.get(key)));
  }
  const name = node.id?.name ?? "made";
  const genericId = program.scope.generateUidIdentifier(name);
  const site = program.scope.generateUidIdentifier(`${name}Site`);
  const body = t.isBlockStatement(node.body) ? node.body : t.blockStatement([t.returnStatement(node.body)]);
  const params = [...statics.map(({ id }) => t.cloneNode(id)), ...node.params];
  const generic = t.functionDeclaration(genericId, params, body);
  const { outer, args } = passOn(node.params, program);
  const call = t.conditionalExpression(
    t.binaryExpression("===", t.cloneNode(site), t.unaryExpression("void", t.numericLiteral(0))),
    t.callExpression(t.cloneNode(genericId), [
      ...statics.map(({ value }) => t.cloneNode(value)),
      ...args.map((a) => t.cloneNode(a)),
    ]),
    t.callExpression(t.cloneNode(site), args),
  );
  node.params = outer;
  node.body = t.blockStatement([t.returnStatement(call)]);
  return { generic, site, statics };
}

/** Parameters that pass on what they are given: as many, and the same `length`. */
function passOn(params, program) {
  const outer = [];
  const args = [];
  for (const param of params) {
    const id = program.scope.generateUidIdentifier("p");
    if (t.isRestElement(param)) {
      outer.push(t.restElement(id));
      args.push(t.spreadElement(t.cloneNode(id)));
      continue;
    }
    const nothing = t.unaryExpression("void", t.numericLiteral(0));
    outer.push(t.isAssignmentPattern(param) ? t.assignmentPattern(id, nothing) : id);
    args.push(t.cloneNode(id));
  }
  return { outer, args };
}

/** Its code means the same at the top of the file: all names that it takes from around it are those of the file. */
function standsFree(fn, program) {
  let isFree = true;
  const refuse = (at) => {
    isFree = false;
    at.stop();
  };
  fn.traverse({
    ThisExpression: refuse,
    Super: refuse,
    MetaProperty: (at) => (at.node.meta.name === "new" ? refuse(at) : undefined),
    Identifier(at) {
      if (at.node.name === "arguments" || at.node.name === "eval") return refuse(at);
      if (!at.isReferencedIdentifier() && !at.isBindingIdentifier()) return;
      const binding = at.scope.getBinding(at.node.name);
      if (binding === undefined || binding.scope === program.scope) return;
      const isOwn = binding.path.findParent((p) => p === fn) !== null || binding.scope.path === fn;
      if (!isOwn || (binding.kind === "local" && binding.path === fn)) refuse(at);
    },
  });
  return isFree;
}

/** Of the function itself, not of functions and classes in it. */
function literalsOf(fn) {
  const found = [];
  fn.traverse({
    Function: (at) => at.skip(),
    Class: (at) => at.skip(),
    Literal(at) {
      if (!at.isStringLiteral() && !at.isNumericLiteral() && !at.isBooleanLiteral()) return;
      const isKey = at.key === "key" && at.parent.computed !== true;
      if (!isKey && !at.parentPath.isImportExpression?.()) found.push(at);
    },
  });
  return found;
}

/** What was made of a script goes back to be one: what is imported of the package is required. */
export function asScript(code) {
  return code.replace(
    /^import \{ (\w+) as (\w+) \} from "babel-plugin-specialize";/gm,
    (_, imported, local) => `const { ${imported}: ${local} } = require("babel-plugin-specialize");`,
  );
}
