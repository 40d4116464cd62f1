/**
 * String.prototype.{replace, replaceAll}, 22.1.3.19 and 22.1.3.20, where the receiver and the pattern are strings and the
 * replacement is a function; for anything else the built-in itself is to be called.
 */

export function replace(this: any, pattern: any, replacer: any): string {
  const text = this;
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
