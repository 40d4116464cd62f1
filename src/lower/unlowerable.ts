/** Syntax that makes the function it stands in opaque, by node type, and what the reason says. */
export const unlowerable: Readonly<Record<string, string>> = {
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
