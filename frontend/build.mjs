// Bundles src/ into the component's www/ folder; `scripts/frontend` runs it after the types were checked.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../custom_components/smartguard/www/", import.meta.url));

// The digest of what the bundle was made of: a test finds a bundle that was forgotten.
const digest = createHash("sha256");
for (const name of ["package-lock.json", "build.mjs", ...readdirSync(`${here}src`).sort().map((n) => `src/${n}`)]) {
  digest.update(name).update(readFileSync(here + name));
}

rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: { "smartguard-card": "src/card-entry.ts", "smartguard-panel": "src/panel.ts" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  chunkNames: "smartguard-[name]-[hash]",
  banner: { js: `/* SmartGuard, source ${digest.digest("hex")}; parts: Lit (BSD-3-Clause) */` },
  logLevel: "warning",
});
