// Checks binary glTF files with the Khronos validator; exits 1 if one has an error or a warning.
//
//   cd tools/validate-glb && npm install && node validate.mjs ../../assets/twins/*/avatar.glb
import { readFileSync } from "node:fs";
import validator from "gltf-validator";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node validate.mjs FILE.glb…");
  process.exit(2);
}
let bad = 0;
for (const file of files) {
  const report = await validator.validateBytes(new Uint8Array(readFileSync(file)), { uri: file, maxIssues: 100 });
  const { numErrors, numWarnings, numInfos, messages } = report.issues;
  console.log(`${file}: ${numErrors} errors, ${numWarnings} warnings, ${numInfos} infos`);
  for (const m of messages.filter((m) => m.severity < 2)) {
    console.log(`  ${m.severity === 0 ? "error" : "warning"} ${m.code} at ${m.pointer ?? m.offset}: ${m.message}`);
  }
  bad += numErrors + numWarnings;
}
process.exit(bad > 0 ? 1 : 0);
