/**
 * String.prototype.{replace, replaceAll}, 22.1.3.19, 22.1.3.20 and 22.2.6.11, where the receiver is a string, the pattern a
 * string or a regular expression as it was made, and the replacement a function; for anything else the built-in itself is
 * to be called.
 */

export function replace(this: any, pattern: any, replacer: any): string {
  const text = this;
  if (typeof pattern !== "string") {
    // the expression itself is left alone: where it stands has no part in this, and is 0 at the end
    const finder = new RegExp(pattern.source, pattern.flags);
    const isGlobal = finder.flags.includes("g");
    const found: any[] = [];
    for (let match = finder.exec(text); match !== null; match = isGlobal ? finder.exec(text) : null) {
      found[found.length] = match;
      if (match[0] === "") finder.lastIndex++;
    }
    if (isGlobal && pattern.lastIndex !== 0) pattern.lastIndex = 0;
    let result = "";
    let end = 0;
    for (let i = 0; i < found.length; i++) {
      const match = found[i]!;
      const args: any[] = [];
      for (let n = 0; n < match.length; n++) args[n] = match[n];
      args[match.length] = match.index;
      args[match.length + 1] = text;
      if (match.groups !== undefined) args[match.length + 2] = match.groups;
      result += text.slice(end, match.index) + `${Reflect.apply(replacer, undefined, args)}`;
      end = match.index + match[0].length;
    }
    return result + text.slice(end);
  }
  const position = text.indexOf(pattern);
  if (position < 0) return text;
  const replacement = `${replacer(pattern, position, text)}`;
  return text.slice(0, position) + replacement + text.slice(position + pattern.length);
}

export function replaceAll(this: any, pattern: any, replacer: any): string {
  const text = this;
  const step = Math.max(1, pattern.length);
  const positions: number[] = [];
  for (let at = text.indexOf(pattern); at >= 0;) {
    positions[positions.length] = at;
    at = at + step > text.length ? -1 : text.indexOf(pattern, at + step);
  }
  let result = "";
  let end = 0;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    result += text.slice(end, position) + `${replacer(pattern, position, text)}`;
    end = position + pattern.length;
  }
  return result + text.slice(end);
}
