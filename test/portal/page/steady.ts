import { expect, it } from 'vitest';
import { refresh } from './browser.ts';
import { opened, type PageWorld, signedIn } from './world.ts';

/** What must not be disturbed, and what must be said when the app is not reached or refuses. */
export function steadyStories(world: () => PageWorld): void {
  it('keeps focus, selection, scroll and what is typed through a refresh that changes the list', async () => {
    const { page } = await signedIn(world(), '', { viewport: { width: 1280, height: 500 } });
    const field = page.getByLabel('Ticket', { exact: true });
    await field.fill('REQ00');
    await field.evaluate((input: HTMLInputElement) => input.setSelectionRange(1, 3));
    const row = await page.locator('tbody tr').first().elementHandle();
    await page.evaluate(() => scrollTo(0, 120));
    const scrolled = await page.evaluate(() => scrollY);
    const count = await page.locator('tbody tr').count();
    const pointToSite = { addressPool: ['10.0.0.0/24'] };
    await world().ended(await world().send(world().ticket({ pointToSite })));
    await refresh(page);
    await page.locator('tbody tr').nth(count).waitFor();
    expect(
      await field.evaluate((input: HTMLInputElement) => [
        document.activeElement === input,
        input.value,
        input.selectionStart,
        input.selectionEnd,
      ]),
    ).toEqual([true, 'REQ00', 1, 3]);
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    // The same row is still the same element, one place further down.
    expect(await row!.evaluate((element) => (element as HTMLTableRowElement).sectionRowIndex)).toBe(1);
    await page.context().close();
  });

  it('keeps filters and pages in the address, and goes back through them', async () => {
    const { page } = await signedIn(world());
    await page.getByLabel('Status').selectOption('Succeeded');
    await page.waitForURL(/\?status=Succeeded$/);
    await page.getByLabel('Virtual network').fill('hub');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?status=Succeeded&virtualNetwork=hub$/);
    await page.goBack();
    await page.waitForURL(/\?status=Succeeded$/);
    await expect.poll(() => page.getByLabel('Virtual network').inputValue()).toBe('');
    // A full page has an older page.
    await page.route('**/api/deployments', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        json: { ...(await answer.json()), continuation: 'an-older-page' },
      });
    });
    await page.getByRole('button', { name: 'Show all' }).click();
    const older = page.getByRole('link', { name: 'Older' });
    expect(await older.getAttribute('href')).toBe('/api/portal?continuation=an-older-page');
    await page.context().close();
  });

  it('asks less and less while nothing changes, nothing in a hidden tab, and at once when it is shown again', async () => {
    const { page } = await opened(world());
    await page.clock.install();
    await page.getByLabel('Function key').fill('the-key-of-this-story');
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/deployments')) asked++;
    });
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('tbody tr').first().waitFor();
    const during = async (seconds: number) => {
      const before = asked;
      for (let passed = 0; passed < seconds; passed += 10) {
        await page.clock.runFor(10_000);
        // The answer has to arrive before the next wait begins.
        await page.evaluate(() => fetch('/api/portal/icon.svg').then((answer) => answer.text()));
      }
      return asked - before;
    };
    const first = await during(60);
    const later = await during(60);
    expect(first).toBeGreaterThan(1);
    expect(later).toBeLessThan(first);
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    const hidden = asked;
    await page.clock.runFor(300_000);
    expect(asked).toBe(hidden);
    const again = page.waitForRequest('**/api/deployments');
    await hide(false);
    await again;
    await page.context().close();
  });

  it('says when the app is not reached, with what was read before, and when a role may not look', async () => {
    const { page } = await signedIn(world());
    await page.locator('tbody tr').first().waitFor();
    await page.context().setOffline(true);
    await refresh(page);
    await page.getByText('The app is not reached').waitFor();
    await page.getByText('Shown is what was read at').waitFor();
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    await page.context().setOffline(false);
    await page.getByText('The app is not reached').waitFor({ state: 'detached' });

    const message = 'This needs the role Reader; ada@contoso.com has no role of this app.';
    await page.route('**/api/deployments*', (route) =>
      route.fulfill({ status: 403, json: { error: { code: 'Forbidden', message } } }),
    );
    await refresh(page);
    await page.getByText('Your role may not see this').waitFor();
    await page.getByText(message).waitFor();
    await page.context().close();
  });
}
