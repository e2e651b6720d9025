// Opens a page in headless Chromium and prints, as JSON, what a reader would stumble over.
// usage: node look.mjs CHROMIUM MODULES PAGE [SHOTS]; MODULES holds playwright-core and axe-core, SHOTS is a folder.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [chromium, modules, page_file, shots] = process.argv.slice(2);
const require = createRequire(path.resolve(modules) + path.sep);
const playwright = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

// Boxes of the texts of every diagram as the browser draws them, and pairs of them that share area.
function overlaps() {
  const found = [];
  for (const svg of document.querySelectorAll('[id$="diagram"] svg')) {
    const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim());
    const boxes = texts.map((t) => t.getBBox());
    texts.forEach((one, i) => texts.slice(0, i).forEach((other, j) => {
      const [a, b] = [boxes[i], boxes[j]], room = 0.2 * Math.min(a.height, b.height);
      if (a.x < b.x + b.width && b.x < a.x + a.width && a.y + room < b.y + b.height && b.y + room < a.y + a.height)
        found.push([one.textContent, other.textContent]);
    }));
  }
  return found;
}

const browser = await playwright.chromium.launch({
  executablePath: chromium, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const looks = [];
for (const [width, height] of [[390, 844], [1280, 900]]) for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const errors = [], asked = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (fault) => errors.push(String(fault)));
  page.on("dialog", (dialog) => { errors.push("dialog"); dialog.dismiss(); });
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url()); });
  await page.goto(pathToFileURL(page_file).href);
  const look = { width, colorScheme, errors, asked };
  look.overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  look.hurt = await page.evaluate(() => window.hurt ?? null);
  look.foreign = await page.evaluate(() => document.querySelectorAll("img, iframe, object, embed, link, script[src]").length);
  look.diagrams = await page.evaluate(() => document.querySelectorAll('[id$="diagram"] svg').length);
  look.overlaps = await page.evaluate(overlaps);
  if (shots && colorScheme === "light") await page.screenshot({ path: path.join(shots, `report-${width}.png`) });
  await page.addScriptTag({ path: axe });
  look.axe = await page.evaluate(async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .map((v) => ({ id: v.id, impact: v.impact, html: v.nodes[0].html.slice(0, 200) })));
  if (width === 1280 && colorScheme === "light") {
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    look.closed = await page.evaluate(() => document.querySelectorAll("details:not([open])").length);
    look.buttons = await page.evaluate(() => [...document.querySelectorAll("button.copy")].filter((b) => b.offsetParent).length);
    look.pdf = (await page.pdf({ format: "A4" })).subarray(0, 5).toString();
    await page.emulateMedia({ media: "screen" });
    const sort = page.locator("button.sort").first();
    await sort.focus();
    await page.keyboard.press("Enter");
    look.sorted = await page.locator("th[aria-sort]").count();
  }
  looks.push(look);
  await context.close();
}
await browser.close();
console.log(JSON.stringify(looks));
