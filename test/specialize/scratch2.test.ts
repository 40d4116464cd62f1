import { writeFileSync } from "node:fs";
import path from "node:path";
import { nodeHost } from "../../src/host/nodeHost.ts";
import { compileSites } from "../../src/pipeline/compileSites.ts";
import { printCode } from "../../src/syntax/printModule.ts";
import { t } from "../../src/syntax/babel.ts";
const name = process.env["CTX"] ?? "udp64";
test("udp64", () => {
  const file = path.resolve("fixtures/tcpip/contexts/$main.ts");
  const code = `import { context } from "babel-plugin-specialize";
import { setup, statics } from "./${name}.ts";
import { sysSendto } from "../socket/send.ts";
export const bind = context(sysSendto, setup, statics);`;
  const t0 = Date.now();
  const options = { limits: {}, externals: [], assume: {} } as never;
  const origin = { file, line: 4, column: 20, endLine: 4, endColumn: 54 };
  const out = compileSites({ file, code, sites: [origin], host: nodeHost(), options, declarationFiles: [] });
  const lines = [
    `// ms ${Date.now() - t0}`,
    ...out.diagnostics.map((d) => `// ${d.code} ${d.message} ${d.loc?.file}:${d.loc?.line}`),
  ];
  for (const s of out.sites) lines.push(`// ${JSON.stringify(s.stats)}`);
  for (const d of out.declarations) lines.push(printCode(d));
  for (const s of out.sites) if (s.expression) lines.push(printCode(t.expressionStatement(s.expression)));
  writeFileSync("/tmp/udp.js", lines.join("\n"));
});
