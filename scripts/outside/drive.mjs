/**
 * Asks a package that has no tests in its tarball a few thousand things, and prints what it answers, a line each; a copy
 * of the package that does the same answers the same. The questions are made from a seed, or are files that are about.
 */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [name, folder, texts] = process.argv.slice(2);
const require = createRequire(import.meta.url);

/** Numbers from 0 to 1, always the same (a linear congruential generator). */
let seed = 12345;
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const times = (count, make) => Array.from({ length: count }, (_, n) => make(n));

function answer(act) {
  try {
    const value = act();
    return typeof value === "string"
      ? value
      : JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v instanceof RegExp ? String(v) : v));
  } catch (error) {
    return `throws ${error?.name}: ${error?.message}`;
  }
}

/** Texts of the packages that are installed. */
function filesOf(ending, most) {
  const found = [];
  const visit = (at, depth) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory() && depth < 4) visit(file, depth + 1);
      else if (entry.isFile() && entry.name.toLowerCase().endsWith(ending)) found.push(file);
    }
  };
  visit(texts, 0);
  const step = Math.max(1, Math.floor(found.length / most));
  return found
    .filter((_, n) => n % step === 0)
    .slice(0, most)
    .map((file) => readFileSync(file, "utf8"))
    .filter((text) => text.length < 60_000);
}

const load = (file) => import(pathToFileURL(path.join(folder, file)).href);
const numberText = () =>
  `${pick(["", "-"])}${below(10 ** below(9))}${pick(["", `.${below(10 ** 8)}`, `.${below(1000)}e${below(12) - 6}`])}`;

const drivers = {
  async acorn() {
    const { parse, tokenizer } = require(path.join(folder, "dist/acorn.js"));
    const broken = (text) =>
      text.slice(0, below(text.length)) +
      pick(["}", "(", "`", "/*", "=>", "class", "\\u"]) +
      text.slice(below(text.length));
    return filesOf(".js", 150).flatMap((text) => [
      answer(() => parse(text, { ecmaVersion: 2022, sourceType: "script", locations: true })),
      answer(() => parse(text, { ecmaVersion: "latest", sourceType: "module" })),
      answer(() =>
        [...tokenizer(text, { ecmaVersion: 2020 })].map(({ type, value, start }) => [type.label, value, start]),
      ),
      answer(() => parse(broken(text), { ecmaVersion: "latest", sourceType: "module", allowHashBang: true })),
    ]);
  },
  async terser() {
    const { minify_sync: minify } = await load("main.js");
    return filesOf(".js", 60).flatMap((text) => [
      answer(() => minify(text.slice(0, 30_000)).code),
      answer(
        () =>
          minify(text, {
            compress: { passes: 2, unsafe: true, toplevel: true, keep_fargs: false },
            mangle: { toplevel: true },
            format: { beautify: true },
          }).code,
      ),
    ]);
  },
  async "decimal.js"() {
    const Decimal = require(path.join(folder, "decimal.js"));
    const two = "plus minus times div mod comparedTo divToInt toNearest log".split(" ");
    const one = "abs ceil floor round sqrt cbrt ln atan isInteger toBinary toHexadecimal precision".split(" ");
    return times(4000, (n) => {
      if (n % 100 === 0) Decimal.set({ precision: 5 + below(40), rounding: below(9) });
      const [a, b] = [numberText(), pick(["2", "3", "0.5", "-1", "7", numberText().slice(0, 6)])];
      const method = pick(n % 2 ? two : one);
      // of small numbers: the work grows with the digits before the point
      const small = new Decimal(below(4000) - 2000).div(100);
      const act = pick([
        () => new Decimal(a)[method](n % 2 ? b : undefined),
        () => small[pick(["exp", "sin", "cos", "tan", "sinh"])](),
        () => small.pow(below(12) - 4),
      ]);
      return `${method} ${a} ${b} ${answer(() => String(act()))}`;
    });
  },
  async "bignumber.js"() {
    const BigNumber = require(path.join(folder, "bignumber.js"));
    const two = "plus minus times div mod idiv comparedTo eq gt".split(" ");
    return times(4000, (n) => {
      if (n % 100 === 0)
        BigNumber.config({ DECIMAL_PLACES: 5 + below(30), ROUNDING_MODE: below(9), EXPONENTIAL_AT: [-7, 20] });
      const [a, b] = [numberText(), numberText()];
      const method = pick(two);
      const act = pick([
        () => new BigNumber(a)[method](b),
        () => new BigNumber(a).toFormat(below(9)),
        () => new BigNumber(a).toString(2 + below(34)),
        () => new BigNumber(a).dp(below(5)).sqrt(),
        () => new BigNumber(a).pow(below(9) - 3),
      ]);
      return `${method} ${a} ${b} ${answer(() => String(act()))}`;
    });
  },
  async dayjs() {
    const dayjs = require(path.join(folder, "dayjs.min.js"));
    const de = require(path.join(folder, "locale/de.js"));
    const plugins =
      "utc duration relativeTime isoWeek advancedFormat customParseFormat quarterOfYear weekOfYear isBetween";
    for (const plugin of plugins.split(" ")) dayjs.extend(require(path.join(folder, `plugin/${plugin}.js`)));
    const units = "year month day hour minute second week quarter date millisecond isoWeek".split(" ");
    return times(3000, () => {
      const at = dayjs.utc(below(4e9) * 1000 + below(1000));
      const unit = pick(units);
      const act = pick([
        () => at.format("YYYY-MM-DDTHH:mm:ss.SSSZ [Q]Q Do ddd dddd MMM MMMM h A W"),
        () => at.add(below(100) - 50, unit).toISOString(),
        () => at.startOf(unit).toISOString() + at.endOf(unit).toISOString(),
        () => at.diff(dayjs.utc(below(4e9) * 1000), unit, pick([true, false])),
        () => at.locale(de).from(dayjs.utc(below(4e9) * 1000)),
        () => dayjs.duration(below(1e9)).humanize() + dayjs.duration(below(1e9)).toISOString(),
        () => dayjs.utc(at.format("DD/MM/YYYY HH:mm"), "DD/MM/YYYY HH:mm").valueOf(),
        () => [
          at.isoWeek(),
          at.week(),
          at.quarter(),
          at.daysInMonth(),
          at.isBetween(at.subtract(1, unit), at, unit, "[]"),
        ],
      ]);
      return `${unit} ${answer(act)}`;
    });
  },
  async "js-yaml"() {
    const yaml = require(path.join(folder, "index.js"));
    const documents = [...filesOf(".yml", 60), ...filesOf(".yaml", 60)];
    const broken = (text) =>
      text.slice(0, below(text.length)) +
      pick([": ", "\n- ", "&a *a ", "|\n  x", "? ", "{", '"\\x41']) +
      text.slice(below(text.length));
    return [
      ...documents.flatMap((text) => [
        answer(() => yaml.loadAll(text)),
        answer(() => yaml.dump(yaml.load(text), { sortKeys: true })),
        ...times(8, () => answer(() => yaml.load(broken(text)))),
      ]),
      ...filesOf("package.json", 150).flatMap((text) => [
        answer(() => yaml.dump(JSON.parse(text))),
        answer(() => yaml.load(yaml.dump(JSON.parse(text), { flowLevel: 2, lineWidth: 40 }))),
      ]),
    ];
  },
  async marked() {
    const { marked } = await load("lib/marked.esm.js");
    return filesOf(".md", 150).flatMap((text) => [
      answer(() => marked.parse(text)),
      answer(() => marked.lexer(text, { gfm: false })),
      answer(() => marked.parse(text.slice(below(500)), { pedantic: true, breaks: true })),
    ]);
  },
  async "markdown-it"() {
    const { default: make } = await load("index.mjs");
    return filesOf(".md", 150).flatMap((text) => [
      answer(() => make({ html: true, linkify: true, typographer: true }).render(text)),
      answer(() => make("commonmark").parse(text.slice(below(500)), {})),
    ]);
  },
  async mustache() {
    const { default: mustache } = await load("mustache.mjs").catch(() => ({
      default: require(path.join(folder, "mustache.js")),
    }));
    const view = {
      a: 1,
      b: "<b>",
      list: [{ n: 1 }, { n: 2, list: [] }],
      no: false,
      f: () => (text, render) => render(text) + "!",
      deep: { er: { x: "y" } },
    };
    const part = () =>
      pick([
        "{{a}}",
        "{{{b}}}",
        "{{&b}}",
        "{{#list}}{{n}}{{/list}}",
        "{{^no}}x{{/no}}",
        "{{#f}}hi {{a}}{{/f}}",
        "{{deep.er.x}}",
        "{{! c }}",
        "{{=<% %>=}}<%a%><%={{ }}=%>",
        "\n  {{#list}}\n  {{n}}\n{{/list}}\n",
        "{{> p}}",
        "{{#open}}",
        "{{/close}}",
        " text\n",
      ]);
    return times(2000, () => {
      const template = times(below(12), part).join("");
      return `${template} ${answer(() => mustache.render(template, view, { p: "[{{a}}{{#list}}{{n}}{{/list}}]" }))}`;
    });
  },
  async semver() {
    const semver = require(path.join(folder, "index.js"));
    const version = () =>
      `${below(4)}.${below(4)}.${below(4)}${pick(["", "", "-alpha", `-beta.${below(3)}`, "+b1", "-rc"])}`;
    const range = () =>
      times(
        1 + below(3),
        () =>
          `${pick(["", "^", "~", ">=", "<", ">", "<=", "="])}${pick([version(), `${below(3)}`, `${below(3)}.x`, "*"])}`,
      ).join(pick([" ", " || ", " "])) + pick(["", "", ` || ${version()} - ${version()}`]);
    return times(4000, () => {
      const [v, w, r, q] = [version(), version(), range(), range()];
      return [
        v,
        w,
        r,
        q,
        answer(() => [
          semver.compare(v, w),
          semver.satisfies(v, r),
          semver.validRange(r),
          semver.intersects(r, q),
          semver.minVersion(r)?.version,
          semver.inc(v, pick(["major", "prerelease", "preminor", "patch"])),
          semver.diff(v, w),
          semver.subset(r, q),
          semver.coerce(`v${v}`)?.version,
          semver.simplifyRange([v, w], r),
        ]),
      ].join(" ");
    });
  },
};

for (const line of await drivers[name]()) console.log(line);
