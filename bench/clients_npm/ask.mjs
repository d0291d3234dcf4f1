// Asks an endpoint through Comunica: node ask.mjs ENDPOINT < queries (a JSON list) > answers (a JSON list)
//
// An answer is a list of rows (objects of texts), true or false, or the number of triples; or { error } with the reason.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql";

const engine = new QueryEngine();
const sources = [{ type: "sparql", value: process.argv[2] }];

async function ask(query) {
  const result = await engine.query(query, { sources });
  const answer = await result.execute();
  if (result.resultType === "boolean") return answer;
  const rows = await answer.toArray();
  if (result.resultType === "quads") return rows.length;
  return rows.map((row) => Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])));
}

const answers = [];
for (const query of JSON.parse(readFileSync(0, "utf-8"))) {
  answers.push(await ask(query).catch((error) => ({ error: String(error.message).slice(0, 200) })));
}
process.stdout.write(JSON.stringify(answers));
