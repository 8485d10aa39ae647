import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/**
 * The browser that `CHROMIUM` names, or Debian's Chromium. The one without windows does the same for two thirds of the
 * work.
 */
const program = [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);

/** Why the stories of the page are not played here; empty when they are. */
export const needs = !existsSync(fileURLToPath(new URL('../node_modules/playwright-core', import.meta.url)))
  ? " (skipped: the browser's driver is not installed: npm ci --prefix test/portal)"
  : program
    ? ''
    : ' (skipped without Chromium)';

let browser: Browser | undefined;

/**
 * A page of its own, which shares nothing with another one. `complaints` holds everything that the browser complains
 * about.
 */
export async function openPage(options: BrowserContextOptions = {}) {
  const { chromium } = await import('playwright-core');
  browser ??= await chromium.launch({
    ...(program && { executablePath: program }),
    // In a container the tests run as root, and then the sandbox of Chromium does not start.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'America/New_York',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  // The machine may have much other work.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    // The browser reports an answer of 4xx or 5xx there too. The stories check what the page makes of it.
    if (['error', 'warning'].includes(message.type()) && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  return { page, complaints, requests };
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** The page asks again at once, as it does when the network comes back. */
export async function refresh(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('online')));
}
