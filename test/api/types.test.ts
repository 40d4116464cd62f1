import { fileURLToPath } from "node:url";
import ts from "typescript";

test("tsc accepts declarations that fit and rejects those that do not", () => {
  const config = fileURLToPath(new URL("../../tsconfig.json", import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    fileURLToPath(new URL("../..", import.meta.url)),
  );
  const file = fileURLToPath(new URL("./checked.ts", import.meta.url));
  const program = ts.createProgram([file], { ...options, types: [] });
  const found = ts
    .getPreEmitDiagnostics(program)
    .filter((diagnostic) => diagnostic.file?.fileName === file)
    .map((diagnostic) => {
      const line = (diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0) + 1;
      return `${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
    });
  expect(found).toEqual([]);
}, 60_000);
