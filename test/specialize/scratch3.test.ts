import { specializeSource } from "./specializeSource.ts";
test("x", () => {
  const out = specializeSource(`import { specialize, dynamic } from "babel-plugin-specialize";
  function inetAddr(text) { const [a, b, c, d] = text.split(".").map(Number); return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0; }
  const H = inetAddr("10.0.0.1");
  export const e = specialize((h, x) => h + x, { h: H });`);
  console.log(
    JSON.stringify(out.sites.map((s) => s.reason)),
    JSON.stringify(out.functions[0]?.blocks[0]?.instructions),
    JSON.stringify(out.bailouts),
  );
});
