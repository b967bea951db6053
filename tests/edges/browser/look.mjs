// Looks at pages as a reader does. Reads jobs as JSON from standard input, writes what was seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.BROWSER_MODULES}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { chromium, profile, jobs } = JSON.parse(readFileSync(0, "utf8"));

const browser = await puppeteer.launch({
  executablePath: chromium,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const seen = [];
for (const job of jobs) {
  const page = await browser.newPage();
  const loaded = [], complaints = [];
  await page.setViewport({ width: job.width, height: job.width < 500 ? 740 : 900, isMobile: job.width < 500 });
  await page.setJavaScriptEnabled(job.script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: job.dark ? "dark" : "light" }]);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (said) => { if (said.type() === "error") { complaints.push(said.text()); } });
  page.on("dialog", async (dialog) => { complaints.push(`dialog: ${dialog.message()}`); await dialog.dismiss(); });
  page.on("response", async (answer) => {
    const body = await answer.buffer().catch(() => "");
    loaded.push({ url: answer.url(), octets: body.length, by: answer.request().initiator()?.type ?? "" });
  });
  const client = await page.createCDPSession();
  await client.send("Page.setBypassCSP", { enabled: false });
  if (job.later_s) {
    await page.evaluateOnNewDocument((late) => {
      const now = Date.now;
      Date.now = () => now() + late;
    }, job.later_s * 1000);
  }
  await page.goto(job.url, { waitUntil: "networkidle0" });
  for (const [act, where, what] of job.steps) {
    if (act === "type") { await page.type(where, what); }
    else if (act === "choose") { await page.select(where, what); }
    else if (act === "await") { await page.waitForSelector(where, { timeout: 20000 }); }
    else { await Promise.all([page.waitForNavigation({ waitUntil: "networkidle0" }), page.click(where)]); }
  }
  if (job.open_s) {
    await client.send("Animation.enable");
    await client.send("Animation.setPlaybackRate", { playbackRate: job.open_s });
    await new Promise((done) => setTimeout(done, 1500));
  }
  const found = await page.evaluate(() => ({
    title: document.title,
    wide: document.documentElement.scrollWidth,
    text: document.body.innerText,
    stale: (() => {
      const note = document.getElementById("stale");
      const style = note && getComputedStyle(note);
      return Boolean(note) && style.display !== "none" && style.visibility === "visible" && note.offsetHeight > 20;
    })(),
    images: document.images.length,
  }));
  let violations = [];
  if (job.axe) {
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    violations = result.violations.map((one) => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`);
  }
  if (job.shot) { await page.screenshot({ path: job.shot, fullPage: true }); }
  seen.push({ ...found, loaded, complaints, violations });
  await page.close();
}
await browser.close();
process.stdout.write(JSON.stringify(seen));
