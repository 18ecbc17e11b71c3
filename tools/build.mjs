// Makes build/ from the sources: each TypeScript file on its own (esbuild, no bundling), browser scripts bundled
// into build/assets, a few large packages into build/packages. Does nothing when no source changed; removes what has no source any more.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "build");
const stampFile = join(folder, ".stamp");

function filesIn(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    return entry.isDirectory() ? filesIn(inside) : [inside];
  });
}

const sources = ["src", "tests", "tools", "bench"]
  .flatMap((name) => filesIn(join(root, name)))
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"))
  .sort();
const stamp = createHash("sha256");
for (const path of [...sources, fileURLToPath(import.meta.url), join(root, "package-lock.json")]) {
  const { mtimeMs, size } = statSync(path);
  stamp.update(`${relative(root, path)} ${mtimeMs} ${size}\n`);
}
const digest = stamp.digest("hex");
if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === digest) process.exit(0);

const { build } = await import("esbuild");
/** Packages of hundreds of files each: bundled, a process that uses them starts in half the time. */
const bundled = ["typebox", "typebox/compile", "typebox/format", "typebox/value", "@simplewebauthn/server"];
const bundles = join(folder, "packages");
const fromBundles = {
  name: "from bundles",
  setup({ onLoad }) {
    onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      const toBundle = (line, name) => {
        if (!bundled.includes(name)) return line;
        const place = join(folder, relative(root, dirname(path)));
        return `from "${relative(place, join(bundles, `${name}.js`))}"`;
      };
      const contents = readFileSync(path, "utf8").replaceAll(/\bfrom "([^".][^"]*)"/g, toBundle);
      return { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
    });
  },
};
const isBrowserScript = (path) => relative(root, path).startsWith(join("src", "web", "assets", "/"));
const common = { logLevel: "warning", absWorkingDir: root, jsx: "automatic", jsxImportSource: "preact" };
mkdirSync(folder, { recursive: true });
rmSync(stampFile, { force: true });
try {
  await build({
    ...common,
    entryPoints: sources.filter((path) => !isBrowserScript(path)),
    outdir: folder,
    outbase: root,
    format: "esm",
    platform: "node",
    target: "node22",
    sourcemap: "linked",
    plugins: [fromBundles],
  });
  await build({
    ...common,
    entryPoints: Object.fromEntries(bundled.map((name) => [name, name])),
    outdir: bundles,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const scripts = sources.filter((path) => isBrowserScript(path) && !path.endsWith(".test.ts"));
  if (scripts.length > 0) {
    await build({
      ...common,
      entryPoints: scripts,
      outdir: join(folder, "assets"),
      bundle: true,
      minify: true,
      format: "iife",
      target: "es2020",
    });
  }
} catch {
  // esbuild has said what is wrong and where.
  process.exit(1);
}

const wanted = new Set(sources.map((path) => join(folder, relative(root, path)).replace(/\.tsx?$/, ".js")));
for (const path of filesIn(folder)) {
  const script = path.replace(/\.map$/, "");
  const isBundle = ["assets", "packages"].some((name) => relative(folder, path).startsWith(join(name, "/")));
  if (script.endsWith(".js") && !isBundle && !wanted.has(script)) rmSync(path);
}
await import(pathToFileURL(join(folder, "tools", "evaluate-policy.js")).href);
writeFileSync(stampFile, digest);
