// Makes docs/playground.png, the README's picture of the page. Usage, after a build: node apps/playground/picture.mjs
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { preview } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const server = await preview({ root: at('.'), logLevel: 'error' });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 945 }, colorScheme: 'light' });
await page.goto(`${server.resolvedUrls.local[0]}#scene=fish-and-star&class=star`);
await page.locator('#caption strong', { hasText: 'star' }).waitFor();
await page.check('#contour');
await page.locator('body:not([aria-busy])').waitFor();
// the check box was scrolled to, and what it changed is painted within a moment
await page.evaluate(() => scrollTo(0, 0));
await page.waitForTimeout(1000);
const picture = await page.screenshot();
await sharp(picture).png({ palette: true, colours: 256, compressionLevel: 9 }).toFile(at('../../docs/playground.png'));
await browser.close();
await server.close();
