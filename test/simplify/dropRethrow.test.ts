/** A `try` that only throws again what it has caught is gone, unless a handler further out sees what it left behind. */
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { dropRethrow } from "../../src/simplify/dropRethrow.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";

/** How many `try` regions the function `f` has, before and after. */
function regions(code: string): [before: number, after: number] {
  const module = lowerModule(parseModule(code, "/t.js"), "/t.js");
  const fn = module.functions.find(({ name }) => name === "f");
  if (fn === undefined) throw new Error("no f");
  const entered = ({ blocks }: typeof fn): number =>
    blocks.filter(({ terminator }) => terminator.op === "enterTry").length;
  return [entered(fn), entered(dropRethrow(fn))];
}

test.each([
  ["try { g(); } catch (e) { throw e; } return 1;", [1, 0]],
  ["let seen = 0; try { g(); } catch (e) { seen = 1; throw e; } return seen;", [1, 0]],
  ["try { try { g(); } catch (e) { throw e; } } catch (e) { return e; } return 1;", [2, 1]],
  // what is left behind is seen further out
  ["let seen = 0; try { try { g(); } catch (e) { seen = 1; throw e; } } catch { return seen; } return 2;", [2, 2]],
  ["let last; try { try { g(); } catch (e) { last = e; throw e; } } catch { return last; } return 2;", [2, 2]],
  // something else is thrown, or something else is done
  ["try { g(); } catch (e) { throw 1; } return 1;", [1, 1]],
  ["let e2 = 1; try { g(); } catch (e) { throw e2; } return 1;", [1, 1]],
  ["try { g(); } catch (e) { g(); throw e; } return 1;", [1, 1]],
  ["try { g(); } catch (e) { if (g) throw e; } return 1;", [1, 1]],
])("%s", (body, expected) => {
  expect(regions(`export function f(g) { ${body} }`)).toEqual(expected);
});
