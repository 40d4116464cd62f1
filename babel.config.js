/** How this project compiles itself: TypeScript off, everything else as Node 20.19 understands it. */
export default function configure(api) {
  const building = api.env("build");
  return {
    presets: [
      ["@babel/preset-env", { targets: { node: "20.19" }, modules: false }],
      [
        "@babel/preset-typescript",
        {
          // Only dist/ has .js files beside each other; jest resolves the .ts files themselves.
          rewriteImportExtensions: building,
          onlyRemoveTypeImports: true,
        },
      ],
    ],
  };
}
