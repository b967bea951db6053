// A browser in which somebody subscribes. Takes orders as lines of JSON, answers each with one.
// The push service of the machine's own Chromium cannot be reached from here: what it would give
// is given by the test, and what the test's push service took is delivered by the DevTools.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.BROWSER_MODULES}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const { chromium, profile, origin, subscription, allowed, dark } = await next();

const browser = await puppeteer.launch({
  executablePath: chromium,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
if (allowed) { await browser.defaultBrowserContext().overridePermissions(origin, ["notifications"]); }
const page = await browser.newPage();
const complaints = [], registrations = new Map();
page.setDefaultTimeout(90000);
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("console", (said) => { if (said.type() === "error") { complaints.push(said.text()); } });
await page.setViewport({ width: 360, height: 740, isMobile: true });
await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
const client = await page.createCDPSession();
client.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: those }) => {
  for (const one of those) { registrations.set(one.scopeURL, one.registrationId); }
});
await client.send("ServiceWorker.enable");
await client.send("ServiceWorker.setForceUpdateOnPageLoad", { forceUpdateOnPageLoad: false });

const pretend = (given) => {
  const known = () => globalThis.pretended;
  const made = (options) => ({
    endpoint: given.endpoint, options, toJSON: () => given,
    unsubscribe: async () => { globalThis.pretended = null; globalThis.unsubscribed = true; return true; },
  });
  PushManager.prototype.subscribe = async (options) => {
    if (new Uint8Array(options.applicationServerKey).length !== 65) { throw new Error("no key"); }
    globalThis.pretended = made(options);
    return globalThis.pretended;
  };
  PushManager.prototype.getSubscription = async () => known() ?? null;
};
await page.evaluateOnNewDocument(pretend, subscription);

const worker = async () => (await browser.waitForTarget((one) => one.type() === "service_worker")).worker();
const shown = () => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration.getNotifications()).map((one) => ({
    title: one.title, body: one.body, tag: one.tag, lang: one.lang, data: one.data,
    actions: one.actions.map(({ action, title }) => ({ action, title })),
  }));
});
const acts = {
  open: async ({ url }) => { await page.goto(url, { waitUntil: "networkidle0" }); },
  press: async ({ where, leads }) => {
    const done = leads ? page.waitForNavigation({ waitUntil: "networkidle0" }) : null;
    await page.click(where);
    await done;
  },
  choose: async ({ where, what }) => { await page.select(where, what); },
  // What is subscribed outlives the page; the pretended one has to be put back by hand.
  remember: async () => {
    await page.evaluateOnNewDocument((given) => {
      globalThis.pretended = { endpoint: given.endpoint, options: {}, unsubscribe: async () => true };
    }, subscription);
  },
  wait: async ({ until }) => { await page.waitForFunction(until); },
  // The DevTools drop what comes before the worker is wholly awake: then it is delivered again.
  deliver: async ({ data }) => {
    const before = JSON.stringify(await shown());
    for (let tries = 0; tries < 8; tries += 1) {
      const id = registrations.get(`${origin}/`);
      await client.send("ServiceWorker.deliverPushMessage", { origin: `${origin}/`, registrationId: id, data });
      for (let turn = 0; turn < 40; turn += 1) {
        if (JSON.stringify(await shown()) !== before) { return; }
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  },
  click: async ({ action }) => (await worker()).evaluate(async (pressed, given) => {
    let opened = "", answer = null, left = false;
    self.clients.openWindow = async (url) => { opened = url; };
    const fetched = self.fetch;
    self.fetch = async (...asked) => { const got = await fetched(...asked); answer = got.status; return got; };
    PushManager.prototype.getSubscription = async () => ({
      endpoint: given.endpoint, unsubscribe: async () => { left = true; return true; },
    });
    const [notice] = await self.registration.getNotifications();
    const event = new NotificationEvent("notificationclick", { notification: notice, action: pressed });
    self.dispatchEvent(event);
    for (let turn = 0; turn < 100 && !opened && !left; turn += 1) {
      await new Promise((done) => setTimeout(done, 50));
    }
    self.fetch = fetched;
    return { opened, answer, left, open: (await self.registration.getNotifications()).length };
  }, action, subscription),
};
for (;;) {
  const order = await next();
  if (order.act === "end") { break; }
  const answer = order.act === "look" ? null : await acts[order.act](order);
  const seen = await page.evaluate(() => ({ url: location.href, text: document.body.innerText }));
  if (order.act === "look") {
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    seen.violations = result.violations.map((one) => `${one.id}: ${one.nodes[0].html}`);
    if (order.shot) { await page.screenshot({ path: order.shot, fullPage: true }); }
  }
  if (order.act === "deliver" || order.act === "look") { seen.shown = registrations.size ? await shown() : []; }
  process.stdout.write(`${JSON.stringify({ ...seen, answer: answer ?? null, complaints })}\n`);
}
await browser.close();
