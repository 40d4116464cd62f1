export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "babel-jest" },
  setupFiles: ["<rootDir>/test/setup/pinPrepareStackTrace.js"],
  moduleNameMapper: {
    // Fixtures import the package by its name, as users do; in the tests that name is the source.
    "^babel-plugin-specialize$": "<rootDir>/src/index.ts",
    "^babel-plugin-specialize/compile$": "<rootDir>/src/compile.ts",
    "^babel-plugin-specialize/runtime$": "<rootDir>/src/runtime.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.matrix/"],
};
