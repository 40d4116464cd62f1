#!/usr/bin/env node
import process from "node:process";
import pc from "picocolors";
import { runCli } from "./runCli.ts";

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  cwd: process.cwd(),
  color: pc.isColorSupported,
});
