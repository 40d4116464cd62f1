/** Evaluating a CommonJS module: what Node does with the function that it makes of the module's text. */

export function evaluateCommonJs(this: any, code: any, module: any, require: any, filename: any, dirname: any): any {
  Reflect.apply(code, module.exports, [module.exports, require, module, filename, dirname]);
  return module.exports;
}
