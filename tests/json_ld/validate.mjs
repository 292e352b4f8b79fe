// Reads {kind, data} from standard input and prints what an outside validator finds wrong, a line each.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

function schemaOrg(data) {
  const folder = mkdtempSync(join(here, "node_modules", ".check-"));
  const file = join(folder, "check.ts");
  const typed = `import type { GovernmentService, WithContext } from "schema-dts";\nexport const all: WithContext<GovernmentService>[] = ${JSON.stringify(data)};\n`;
  writeFileSync(file, typed);
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2020", "--module", "esnext", "--moduleResolution", "bundler"];
  try {
    execFileSync(join(here, "node_modules", ".bin", "tsc"), [...options, file], { encoding: "utf8" });
    return [];
  } catch (error) {
    return error.stdout.split("\n").filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function jsonFeed(data) {
  const Ajv = require("ajv");
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(require("jsonfeed-schema/schema-v1.1.json"));
  return validate(data) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
}

async function cpsv(data) {
  const jsonld = require("jsonld");
  try {
    const expanded = await jsonld.expand(data, { safe: true });
    const loose = expanded.filter((node) => !node["@id"] || !node["@type"]);
    return loose.map((node) => `no id or type: ${JSON.stringify(node)}`);
  } catch (error) {
    return [`${error.name}: ${error.message}`];
  }
}

const { kind, data } = JSON.parse(readFileSync(0, "utf8"));
const found = await { "schema.org": schemaOrg, "json feed": jsonFeed, cpsv }[kind](data);
for (const line of found) console.log(line);
