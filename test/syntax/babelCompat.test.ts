import { parseExpression, t } from "../../src/syntax/babel.ts";
import {
  bigintText,
  dynamicImportSource,
  enumMembers,
  heritageName,
  importTypeSource,
  mappedKey,
  params,
  returnType,
  superTypeArgs,
  typeArgs,
  typeParamName,
  typeParams,
} from "../../src/syntax/babelCompat.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";
import { printCode } from "../../src/syntax/printModule.ts";

/** The first node of a type in the tree of a text, as Babel 7 makes it. */
function first<K extends t.Node["type"]>(type: K, code: string): Extract<t.Node, { type: K }> {
  const found: t.Node[] = [];
  t.traverseFast(parseModule(code, "/a.ts"), (node) => {
    if (node.type === type) found.push(node);
  });
  return found[0] as Extract<t.Node, { type: K }>;
}

/** The node with fields renamed, moved or changed, as Babel 8 makes it. */
function as8<N extends t.Node>(node: N, change: Readonly<Record<string, unknown>>): N {
  const copy: Record<string, unknown> = { ...node, ...change };
  for (const [key, value] of Object.entries(change)) if (value === undefined) delete copy[key];
  return copy as unknown as N;
}

const texts = (nodes: readonly t.Node[]): string[] => nodes.map((node) => printCode(node));

describe("both forms of the tree", () => {
  it("type arguments", () => {
    const node = first("TSTypeReference", "let x: S<number, string>");
    expect(texts(typeArgs(node))).toEqual(["number", "string"]);
    const renamed = as8(node, { typeArguments: node.typeParameters, typeParameters: undefined });
    expect(texts(typeArgs(renamed))).toEqual(["number", "string"]);
    expect(typeArgs(first("TSTypeReference", "let x: S"))).toEqual([]);
    expect(texts(typeArgs(first("CallExpression", "f<A>(1)")))).toEqual(["A"]);
    expect(typeArgs(first("FunctionDeclaration", "function f<T>() {}"))).toEqual([]);
  });

  it("type arguments of a superclass", () => {
    const node = first("ClassDeclaration", "class C<T> extends B<A> {}");
    expect(texts(superTypeArgs(node))).toEqual(["A"]);
    expect(
      texts(superTypeArgs(as8(node, { superTypeArguments: node.superTypeParameters, superTypeParameters: undefined }))),
    ).toEqual(["A"]);
    expect(typeArgs(node)).toEqual([]);
  });

  it("declared type parameters and their names", () => {
    const [node] = typeParams(first("TSTypeAliasDeclaration", "type Stat<T> = S<T>"));
    expect(typeParamName(node!)).toBe("T");
    expect(typeParamName(as8(node!, { name: t.identifier("T") }))).toBe("T");
    expect(typeParams(first("TSTypeReference", "let x: S<T>"))).toEqual([]);
  });

  it("parameters and result of functions and function types", () => {
    const type = first("TSFunctionType", "type F = (a: number, b: string) => boolean");
    expect(params(type)).toHaveLength(2);
    expect(printCode(returnType(type)!)).toBe("boolean");
    const type8 = as8(type, {
      params: type.parameters,
      returnType: type.typeAnnotation,
      parameters: undefined,
      typeAnnotation: undefined,
    });
    expect(params(type8)).toHaveLength(2);
    expect(printCode(returnType(type8)!)).toBe("boolean");
    const declared = first("FunctionDeclaration", "function f(a: number): void {}");
    expect(params(declared)).toHaveLength(1);
    expect(printCode(returnType(declared)!)).toBe("void");
    expect(returnType(first("FunctionDeclaration", "function f() {}"))).toBeNull();
  });

  it("enum members", () => {
    const node = first("TSEnumDeclaration", "enum E { A, B = 2 }");
    expect(enumMembers(node)).toHaveLength(2);
    const body = { type: "TSEnumBody", members: node.members };
    expect(enumMembers(as8(node, { body, members: undefined }))).toHaveLength(2);
  });

  it("bigint literals", () => {
    const node = parseExpression("0x10n") as t.BigIntLiteral;
    expect(BigInt(bigintText(node))).toBe(16n);
    expect(BigInt(bigintText(as8(node, { value: 16n })))).toBe(16n);
  });

  it("mapped types", () => {
    const node = first("TSMappedType", "type M = { [K in keyof X]: 1 }");
    const read = mappedKey(node);
    expect([read.name, printCode(read.constraint!)]).toEqual(["K", "keyof X"]);
    const parameter = (node as unknown as { typeParameter: t.TSTypeParameter }).typeParameter;
    const node8 = as8(node, {
      key: t.identifier("K"),
      constraint: parameter.constraint,
      typeParameter: undefined,
      nameType: null,
    });
    const read8 = mappedKey(node8);
    expect([read8.name, printCode(read8.constraint!)]).toEqual(["K", "keyof X"]);
  });

  it("import types", () => {
    const node = first("TSImportType", "let x: import('./m').T");
    expect(importTypeSource(node)).toBe("./m");
    expect(importTypeSource(as8(node, { source: t.stringLiteral("./m"), argument: undefined }))).toBe("./m");
    const literal = t.tsLiteralType(t.stringLiteral("./m"));
    expect(importTypeSource(as8(node, { argument: literal }))).toBe("./m");
  });

  it("dynamic imports", () => {
    const call = parseExpression("import(x)");
    expect(printCode(dynamicImportSource(call)!)).toBe("x");
    const node8 = { type: "ImportExpression", source: t.identifier("x") } as unknown as t.Node;
    expect(printCode(dynamicImportSource(node8)!)).toBe("x");
    expect(dynamicImportSource(parseExpression("f(x)"))).toBeNull();
  });

  it("heritage", () => {
    const node = first("TSExpressionWithTypeArguments", "interface I extends J<A> {}");
    expect(printCode(heritageName(node))).toBe("J");
    expect(texts(typeArgs(node))).toEqual(["A"]);
  });
});
