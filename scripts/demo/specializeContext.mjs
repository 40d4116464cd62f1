/** One context through the Babel plugin: a small module that asks for it becomes the residual module. */
import path from "node:path";
import { transformSync } from "@babel/core";
import generatorModule from "@babel/generator";
import { parse } from "@babel/parser";
import traverseModule from "@babel/traverse";
import { pathsOf } from "./paths.mjs";

const generate = generatorModule.default ?? generatorModule;
const traverse = traverseModule.default ?? traverseModule;

/**
 * Gives `{ code, standalone, send, reason, milliseconds }`: the module as the plugin leaves it, the same without the fall-back
 * to the generic function, of that the function that sends, and, where the call stayed as it was, why (then there are
 * neither of these).
 */
export function specializeContext(plugin, name, checksum, out) {
  const setup = checksum === "hw" ? "setup" : "setupSoftware";
  const source = `import { context } from "babel-plugin-specialize";
import { ${setup}, statics } from "./${name}.ts";
import { sysSendto } from "../socket/send.ts";
export const bind = context(sysSendto, ${setup}, statics);
`;
  const filename = path.join(pathsOf(out).stack, "contexts", `$${name}-${checksum}.ts`);
  const started = performance.now();
  let result;
  try {
    result = transformSync(source, {
      filename,
      cwd: path.dirname(filename),
      configFile: false,
      babelrc: false,
      plugins: [[plugin, { report: "silent" }]],
      presets: [["@babel/preset-typescript", { rewriteImportExtensions: true }]],
    });
  } catch (error) {
    return { code: null, standalone: null, reason: firstLine(error), milliseconds: performance.now() - started };
  }
  const milliseconds = performance.now() - started;
  const { sites, diagnostics } = result.metadata.specialize;
  const replaced = sites.length > 0 && sites.every((site) => site.replaced);
  const reason = replaced ? null : diagnostics.map((one) => `${one.code} ${one.message}`).join("; ") || "not replaced";
  // What the plugin imports is named as in the source.
  const code = result.code.replace(/^(import [^\n]*?["']\.[^\n"']*)\.ts(["'];)$/gm, "$1.js$2");
  const standalone = replaced ? withoutFallBack(code) : null;
  return { code, standalone, send: standalone === null ? null : sendOf(standalone), reason, milliseconds };
}

/** The function that the binder returns, without the checks that run once before it. */
function sendOf(standalone) {
  let found = null;
  traverse(parse(standalone, { sourceType: "module" }), {
    FunctionDeclaration({ node }) {
      if (node.id.name.startsWith("sysSendto")) found = standalone.slice(node.start, node.end);
    },
  });
  return found ?? standalone;
}

/** The residual as it is when the caller says what happens where something differs. */
function withoutFallBack(code) {
  const text = code.replace(/(\botherwise\w*) = \(\) => _generic\w*\(\w+\)/, "$1").replace(/^const _generic.*$/m, "");
  const ast = parse(text, { sourceType: "module" });
  traverse(ast, {
    Program(program) {
      for (const statement of program.get("body")) {
        if (!statement.isImportDeclaration()) continue;
        const used = statement.node.specifiers.filter(({ local }) => program.scope.getBinding(local.name).referenced);
        if (used.length === 0) statement.remove();
        else statement.node.specifiers = used;
      }
    },
  });
  return generate(ast).code;
}

function firstLine(error) {
  return String(error?.message ?? error).split("\n")[0];
}
