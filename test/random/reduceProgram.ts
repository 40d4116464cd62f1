/** Makes a failing program small: statements, members and operands are left out while the failure stays. */
import { generate, parse, traverse } from "../../src/syntax/babel.ts";
import type { NodePath } from "../../src/syntax/babel.ts";
import type { Program } from "./runProgram.ts";

type StillFails = (program: Program) => Promise<boolean>;

export async function reduceProgram(program: Program, stillFails: StillFails, milliseconds: number): Promise<Program> {
  const end = Date.now() + milliseconds;
  let best = program;
  let progress = true;
  const accept = async (candidate: Program): Promise<boolean> => {
    if (!(await stillFails(candidate))) return false;
    best = candidate;
    progress = true;
    return true;
  };
  while (progress && Date.now() < end) {
    progress = false;
    for (let index = best.calls.length - 1; index >= 0 && best.calls.length > 1; index--)
      await accept({ ...best, calls: best.calls.filter((_, at) => at !== index) });
    for (const name of Object.keys(best.files))
      for (let index = 0; Date.now() < end; index++) {
        const text = change(best.files[name] ?? "", index);
        if (text === null) break;
        if (text === best.files[name] || text === "") continue;
        if (await accept({ ...best, files: { ...best.files, [name]: text } })) index--;
      }
  }
  return best;
}

/** The text with its change number `index`; null when there are fewer, "" when it makes no sense. */
function change(code: string, index: number): string | null {
  const ast = parse(code, { sourceType: "module", plugins: ["typescript"] });
  let count = 0;
  let make: (() => void) | null = null;
  traverse(ast, {
    enter(path: NodePath) {
      for (const one of changesOf(path)) {
        if (count++ !== index) continue;
        make = one;
        path.stop();
        return;
      }
    },
  });
  if (make === null) return null;
  try {
    (make as () => void)();
    const text = generate(ast).code;
    parse(text, { sourceType: "module", plugins: ["typescript"] });
    return text;
  } catch {
    return "";
  }
}

function changesOf(path: NodePath): (() => void)[] {
  const { node } = path;
  const changes: (() => void)[] = [];
  const removable =
    path.isStatement() ||
    path.isClassMethod() ||
    path.isClassProperty() ||
    path.isObjectProperty() ||
    path.isSwitchCase() ||
    path.isImportSpecifier() ||
    path.isObjectMethod();
  if (removable && path.listKey !== undefined) changes.push(() => path.remove());
  if (path.isStatement()) {
    for (const key of ["body", "block", "consequent", "alternate", "finalizer"] as const) {
      const inner = path.get(key) as NodePath;
      if (inner.node != null && inner.isBlockStatement() && !path.isFunction() && path.listKey !== undefined)
        changes.push(() => path.replaceWithMultiple(inner.node.body));
    }
    for (const key of ["alternate", "finalizer", "handler"]) {
      if (
        (node as unknown as Record<string, unknown>)[key] != null &&
        !(path.isTryStatement() && (path.node.finalizer == null || path.node.handler == null))
      )
        changes.push(() => Object.assign(node, { [key]: null }));
    }
  }
  if (path.isExpression() && path.key !== "callee") {
    for (const key of [
      "left",
      "right",
      "test",
      "consequent",
      "alternate",
      "argument",
      "object",
      "expressions.0",
      "arguments.0",
    ]) {
      const [list = ""] = key.split(".");
      if ((node as unknown as Record<string, unknown>)[list] == null) continue;
      const inner = path.get(key) as NodePath | NodePath[] | undefined;
      if (inner !== undefined && !Array.isArray(inner) && inner.node != null && inner.isExpression())
        changes.push(() => path.replaceWith(inner.node));
    }
    if (!path.isLiteral() && !path.isIdentifier()) changes.push(() => path.replaceWithSourceString("1"));
  }
  return changes;
}
