/**
 * Going back to where a decision was first looked at gives the same residual as beginning again after every decision. The
 * programs of fixtures/cases have decisions of every kind: joins, loops, objects that escape, recursion, exceptions.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { nodeHost } from "../../src/host/nodeHost.ts";
import { printFunction } from "../../src/ir/printFunction.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import { specializeSites } from "../../src/pipeline/specializeSites.ts";

const root = path.join(import.meta.dirname, "..", "..", "fixtures", "cases");
const inputs = readdirSync(root).flatMap((topic) =>
  readdirSync(path.join(root, topic)).map((name) => path.join(root, topic, name, "input.ts")),
);

function specialized(file: string, rewinds: boolean): { residuals: string[]; restarts: number } {
  const graph = loadModuleGraph([file], nodeHost(), new DiagnosticSink(), { lower: lowerModule });
  const { functions, sites } = specializeSites(graph, file, {}, undefined, { rewinds });
  const used = new Set(sites.map((site) => site.id));
  return {
    residuals: functions.filter((fn) => used.has(fn.id)).map((fn) => printFunction(fn)),
    restarts: sites.reduce((sum, site) => sum + (site.stats?.restarts ?? 0), 0),
  };
}

let restarts = 0;

test.each(inputs)("%s", (file) => {
  const far = specialized(file, true);
  const near = specialized(file, false);
  expect(far.residuals).toEqual(near.residuals);
  restarts += near.restarts;
});

test("the cases do go back", () => {
  expect(restarts).toBeGreaterThan(20);
});
