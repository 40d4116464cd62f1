/**
 * The text of a CommonJS module as an ES module with its exports as default, for engines that know only those: sloppy code
 * stays sloppy. `require` is not there.
 */
export function commonJsText(name: string, text: string): string {
  if (!name.endsWith(".cjs")) return text;
  const fn = `(function (exports, module) {${text}\n})`;
  return `const module = { exports: {} };
(0, eval)(${JSON.stringify(fn)}).call(module.exports, module.exports, module);
export default module.exports;
`;
}
