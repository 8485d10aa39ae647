import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bicep, compiled, needsBicep, root, type Template, templatesOf } from './bicep.ts';

const sources = readdirSync(`${root}infra`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.bicep'))
  .map((file) => [file, readFileSync(`${root}infra/${file}`, 'utf8')] as const);

const offenders = (isWrong: (text: string) => boolean) =>
  sources.filter(([, text]) => isWrong(text)).map(([file]) => file);

describe('The Bicep files', () => {
  it('say what they are for', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(offenders((text) => !/^metadata description = '.{20,}'$/m.test(text))).toEqual([]);
  });

  it('have nothing of the moment: a second deployment changes nothing', () => {
    expect(offenders((text) => /\b(utcNow|newGuid|deployer)\(/.test(text))).toEqual([]);
  });

  it('ask for no key', () => {
    const key = /\blist[A-Z]\w*\(|\.list[A-Z]\w*\(|AccountKey|SharedAccessKey|getSecret\(/;
    expect(offenders((text) => key.test(text))).toEqual([]);
  });
});

const templates: [string, Template][] = [];
for (const name of bicep ? ['main', 'event-subscriptions'] : [])
  templates.push(...templatesOf(await compiled(`${name}.bicep`), name));

describe.skipIf(!bicep)(`The templates${needsBicep}`, () => {
  it('contain their modules', () => {
    expect(templates.map(([name]) => name)).toContain('main/functionApp');
  });

  it('say of every parameter whether it is required, and what it is', () => {
    const wrong = templates.flatMap(([template, { parameters = {} }]) =>
      Object.entries(parameters).flatMap(([name, { defaultValue, nullable, metadata }]) => {
        const optional = defaultValue !== undefined || nullable === true;
        const told = metadata?.description ?? '';
        return new RegExp(`^${optional ? 'Optional' : 'Required'}\\. \\S.{5,}`).test(told)
          ? []
          : [`${template}: ${name}: ${told}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('keep the passwords and credentials that they are given to themselves', () => {
    const secure = templates.flatMap(([template, { parameters = {} }]) =>
      Object.entries(parameters).flatMap(([name, { type }]) =>
        /^secure/i.test(type ?? '') ? [`${template}: ${name}`] : [],
      ),
    );
    expect(secure).toEqual([
      'main: serviceNowCredential',
      'main: serviceNowWebhookKey',
      'main: jiraCredential',
      'main: jiraWebhookKey',
      'main: callbackKey',
      'main: npsLabAdminPassword',
      'main/vaultSecrets: values',
      'main/lab: adminPassword',
    ]);
    for (const [, template] of templates)
      expect(JSON.stringify((template as { outputs?: unknown }).outputs ?? {})).not.toMatch(
        /password|credential|webhookKey|callbackKey/i,
      );
  });
});
