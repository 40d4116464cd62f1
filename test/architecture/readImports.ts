import { readFileSync } from "node:fs";
import path from "node:path";
import { t } from "../../src/syntax/babel.ts";
import { dynamicImportSource, importTypeSource } from "../../src/syntax/babelCompat.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";

export interface ImportOf {
  /** As written. */
  readonly specifier: string;
  /** The file meant, for relative specifiers. */
  readonly target: string | null;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every way in which a file can name another one: import, export from, import(), the type import(). */
export function readImports(file: string): ImportOf[] {
  const found: ImportOf[] = [];
  const add = (specifier: string, typeOnly: boolean, node: t.Node): void => {
    const target = specifier.startsWith(".") ? path.resolve(path.dirname(file), specifier) : null;
    found.push({ specifier, target, typeOnly, line: node.loc?.start.line ?? 0 });
  };
  t.traverseFast(parseModule(readFileSync(file, "utf8"), file), (node) => {
    if (node.type === "ImportDeclaration") add(node.source.value, isTypeImport(node), node);
    else if (node.type === "ExportAllDeclaration") add(node.source.value, node.exportKind === "type", node);
    else if (node.type === "ExportNamedDeclaration" && node.source) add(node.source.value, isTypeExport(node), node);
    else if (node.type === "TSImportType") add(importTypeSource(node) ?? "?", true, node);
    else {
      const source = dynamicImportSource(node);
      if (source) add(source.type === "StringLiteral" ? source.value : "?", false, node);
    }
  });
  return found;
}

function isTypeImport(node: t.ImportDeclaration): boolean {
  if (node.importKind === "type") return true;
  return (
    node.specifiers.length > 0 &&
    node.specifiers.every((specifier) => specifier.type === "ImportSpecifier" && specifier.importKind === "type")
  );
}

function isTypeExport(node: t.ExportNamedDeclaration): boolean {
  if (node.exportKind === "type") return true;
  return (
    node.specifiers.length > 0 &&
    node.specifiers.every((specifier) => specifier.type === "ExportSpecifier" && specifier.exportKind === "type")
  );
}
