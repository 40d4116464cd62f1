// `npm run roundtrip` lets the tests run on the product's round-tripped build.
const product = process.env["ROUND_TRIP"] === "1" ? ["<rootDir>/.round-trip", "js"] : ["<rootDir>/src", "ts"];

export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "babel-jest" },
  // The limit is for what never ends; how fast the machine is that the tests run on is not what they test.
  testTimeout: 30_000,
  setupFiles: ["<rootDir>/test/setup/pinPrepareStackTrace.js"],
  moduleNameMapper: {
    // Fixtures import the package by its name, as users do; in the tests that name is the source.
    "^babel-plugin-specialize$": `${product[0]}/index.${product[1]}`,
    "^babel-plugin-specialize/(compile|runtime|checks)$": `${product[0]}/$1.${product[1]}`,
    ...(product[1] === "js" ? { "^(?:\\.\\./)+src/(.+)\\.ts$": "<rootDir>/.round-trip/$1.js" } : {}),
  },
  modulePathIgnorePatterns: [
    "<rootDir>/dist/",
    "<rootDir>/.matrix/",
    "<rootDir>/.peers/",
    "<rootDir>/.dist-",
    "<rootDir>/.outside/",
  ],
};
