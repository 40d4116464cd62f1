/** Which syntax random programs never have. What is added to the generator is taken from the list. */
import fc from "fast-check";
import { choices } from "./programArbitrary.ts";
import { randomProgram } from "./randomProgram.ts";
import { language, syntaxOf } from "./syntaxOf.ts";

test("random programs have all syntax but this", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 400; seed++) {
    const [numbers = []] = fc.sample(choices, { seed, numRuns: 1 });
    for (const type of syntaxOf(randomProgram(numbers))) seen.add(type);
  }
  expect(language.filter((type) => !seen.has(type))).toMatchInlineSnapshot(`
   [
     "AwaitExpression",
     "ClassAccessorProperty",
     "ClassExpression",
     "DebuggerStatement",
     "Directive",
     "DirectiveLiteral",
     "ExportAllDeclaration",
     "ExportDefaultDeclaration",
     "ExportNamespaceSpecifier",
     "ExportSpecifier",
     "Import",
     "ImportAttribute",
     "ImportDefaultSpecifier",
     "ImportExpression",
     "ImportNamespaceSpecifier",
     "MetaProperty",
     "ParenthesizedExpression",
     "StaticBlock",
     "TaggedTemplateExpression",
     "WithStatement",
   ]
  `);
});
