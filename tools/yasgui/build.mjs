// Puts YASGUI into the package: npm ci, then the built script and style sheet, and the licences of all that is in them.
//
//     node tools/yasgui/build.mjs            writes src/kgbuild/serve/explorer/static/yasgui/
//     node tools/yasgui/build.mjs --check    compares what is there with what would be written
//
// The versions are those of package-lock.json, held to their hashes, so the files come out the same byte for byte.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const built = join(modules, "@zazuko", "yasgui", "build");
const target = join(here, "..", "..", "src", "kgbuild", "serve", "explorer", "static", "yasgui");

execFileSync("npm", ["ci", "--silent", "--no-audit", "--no-fund"], { cwd: here, stdio: "inherit" });

// the maps stay behind, so nothing is to point to them
const withoutMap = (text) => text.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n").replace(/\n?\/\*\$vite\$:1\*\/\s*$/, "\n");

// the map of the script names the packages that went into it; the style sheet is made of the same ones
const sources = JSON.parse(readFileSync(join(built, "yasgui.min.js.map"), "utf-8")).sources;
const own = ["@zazuko/yasgui", "@zazuko/yasqe", "@zazuko/yasr", "@zazuko/yasgui-utils"];
const found = sources.map((source) => source.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean);
const packages = [...new Set([...own, ...found])].sort();

const person = (who) => (typeof who === "string" ? who : (who?.name ?? ""));
const notices = packages.map((name) => {
  const folder = join(modules, name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf-8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const people = [about.author, ...(about.contributors ?? [])].map(person).filter(Boolean).join(", ");
  const head = `${name} ${about.version}\nLicence: ${about.license ?? "see below"}\n${people ? `By: ${people}\n` : ""}`;
  const texts = files.map((file) => readFileSync(join(folder, file), "utf-8").replace(/\r\n/g, "\n").replace(/[ \t]+$/gm, "").trim());
  return head + texts.map((text) => `\n${text}\n`).join("");
});
const rule = `\n${"-".repeat(80)}\n\n`;
const licences = `What yasgui.min.js and yasgui.min.css are made of.\n${rule}${notices.join(rule)}`;

const files = {
  "yasgui.min.js": withoutMap(readFileSync(join(built, "yasgui.min.js"), "utf-8")),
  "yasgui.min.css": withoutMap(readFileSync(join(built, "yasgui.min.css"), "utf-8")),
  "LICENSES.txt": licences,
};
let different = 0;
if (!process.argv.includes("--check")) mkdirSync(target, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  const file = join(target, name);
  const same = existsSync(file) && readFileSync(file, "utf-8") === content;
  if (!process.argv.includes("--check")) writeFileSync(file, content);
  else if (!same) different += 1;
  console.log(`${name}: ${content.length.toLocaleString("en")} characters${same ? ", as before" : ""}`);
}
process.exit(different ? 1 : 0);
