/**
 * The one door to Babel's packages. They are CommonJS in Babel 7: seen from an ES module their default export is the
 * whole exports object, and the function meant is its `default`. In Babel 8 the default import is the function itself.
 */
import generatorModule from "@babel/generator";
import * as parser from "@babel/parser";
import traverseModule from "@babel/traverse";
import * as t from "@babel/types";

type DefaultOf<M> = M extends { readonly default: infer D } ? D : M;

function unwrapDefault<M extends object>(imported: M): DefaultOf<M> {
  return ("default" in imported ? imported.default : imported) as DefaultOf<M>;
}

export const traverse: DefaultOf<typeof traverseModule> = unwrapDefault(traverseModule);
export const generate: DefaultOf<typeof generatorModule> = unwrapDefault(generatorModule);
export const parse: typeof parser.parse = parser.parse;
export const parseExpression: typeof parser.parseExpression = parser.parseExpression;
export { t };

export type { Binding, NodePath, Scope, TraverseOptions, Visitor } from "@babel/traverse";
export type { GeneratorOptions, GeneratorResult } from "@babel/generator";
export type { ParserOptions } from "@babel/parser";
