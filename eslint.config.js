/**
 * Error or off, never warn. A rule is here because a breach of it is a bug or makes one likely; what is a matter of
 * looks belongs to prettier. Each rule that is switched off says why.
 */
import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      // programs of the literature and residual code as the product writes it
      "fixtures/cases/",
      "fixtures/programs/*/residual.js",
      "fixtures/traps/",
      "fixtures/libraries/",
      "fixtures/hostile/",
      "node_modules/",
      "dist/",
      ".dist-*/",
      ".matrix/",
      ".peers/",
      ".specialize/",
      ".demo/",
      ".round-trip/",
      ".outside/",
      ".bench/",
      ".bench-stack*/",
      "coverage/",
      // Inputs and recorded outputs of the tests: programs with every fault that a user's program may have.
      "fixtures/*/*/input/",
      "fixtures/*/*/expected/",
      "**/__snapshots__/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommended],
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // The index of an array whose bounds the line above has checked; `definitely` is for all other cases.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["src/**/*.ts", "fixtures/**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-floating-promises": "error",
      "max-lines": ["error", { max: 500 }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  {
    // The command line is there to print.
    files: ["src/cli/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    // A built-in written step by step from the standard takes whatever it is given; that is its point.
    files: ["src/prelude/**/*.ts"],
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/explicit-module-boundary-types": ["error", { allowArgumentsExplicitlyTypedAsAny: true }],
      "@typescript-eslint/no-unsafe-function-type": "off",
      "@typescript-eslint/no-this-alias": "off",
      eqeqeq: "off",
    },
  },
  {
    // Semantics compares with == where the operator that it defines is ==.
    files: ["src/semantics/**/*.ts"],
    rules: { eqeqeq: "off" },
  },
  {
    // Interpreters of data whose type is what they interpret.
    files: ["fixtures/programs/**/*.ts"],
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/explicit-module-boundary-types": ["error", { allowArgumentsExplicitlyTypedAsAny: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Hostile values go in on purpose.
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/explicit-module-boundary-types": "off",
      "@typescript-eslint/no-unsafe-function-type": "off",
      "max-lines": ["error", { max: 800 }],
    },
  },
  {
    // Programs for the type checker alone: what they declare is used by being declared.
    files: ["test/api/checked.ts"],
    rules: { "@typescript-eslint/no-unused-vars": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: Object.fromEntries(
        ["process", "console", "URL", "performance", "Buffer", "setTimeout", "clearTimeout", "structuredClone"].map(
          (name) => [name, "readonly"],
        ),
      ),
    },
  },
);
