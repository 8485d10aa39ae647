import type { Deployment, Stage } from '../../shared/deployment/contract.ts';

/** How the command line and the demo tell what happens: one form for people, one for pipes and one for programs. */
export interface Narration {
  say(text: string, facts?: Readonly<Record<string, unknown>>): void;
  stage(stage: Stage, deployment: Deployment): void;
  /** Called often while time passes. */
  progress(deployment: Deployment): void;
  end(facts: Readonly<Record<string, unknown>>): void;
}

type Time = () => Date;

const clockTime = (time: Date) => time.toISOString().slice(11, 19);
const marks = { Pending: ' ', Running: '…', Succeeded: '✓', Skipped: '–', Failed: '✗' } as const;

/** JSON lines: `{at, virtualTime, …}`. The last one is the outcome. */
export function jsonLines(write: (text: string) => void, virtual: Time, wall: Time): Narration {
  const line = (facts: object) => write(`${JSON.stringify(facts)}\n`);
  const times = () => ({ at: wall().toISOString(), virtualTime: virtual().toISOString() });
  return {
    say: (message, facts) => line({ ...times(), message, ...facts }),
    stage: ({ name, status, detail }, { percent, expectedEndAt }) =>
      line({ ...times(), stage: name, status, percent, expectedEndAt, ...(detail && { detail }) }),
    progress() {},
    end: (facts) => line(facts),
  };
}

/** Plain lines, one for each stage that begins or ends. */
export function plainLines(write: (text: string) => void, virtual: Time): Narration {
  return {
    say: (text) => write(text === '' ? '\n' : `${clockTime(virtual())}  ${text}\n`),
    stage: ({ name, status, detail }) => {
      const what = status === 'Running' ? 'begins' : (detail ?? status.toLowerCase());
      write(`${clockTime(virtual())}  ${marks[status]} ${name.padEnd(14)} ${what}\n`);
    },
    progress() {},
    end() {},
  };
}

/** Plain lines above a bar, which shows where the deployment is, how far, and when it is expected to end. */
export function progressBar(write: (text: string) => void, virtual: Time, width: () => number): Narration {
  const lines = plainLines((text) => write(`\r\x1b[K${text}`), virtual);
  return {
    ...lines,
    progress({ stages, percent, expectedEndAt }) {
      const running = stages.filter(({ status }) => status === 'Running').map(({ name }) => name);
      const filled = Math.round((percent / 100) * 24);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`;
      const end = expectedEndAt ? `  expected end ${clockTime(new Date(expectedEndAt))}` : '';
      const text = `${clockTime(virtual())}  ${bar} ${String(percent).padStart(3)} %  ${running.join(' + ')}${end}`;
      write(`\r\x1b[K${text.slice(0, width() - 1)}`);
    },
    end: () => write('\r\x1b[K'),
  };
}

/** Tells every stage whose status changed since the last time. */
export function tellStages(
  narration: Narration,
  told: readonly Stage[],
  deployment: Deployment,
): readonly Stage[] {
  for (const stage of deployment.stages) {
    const before = told.find(({ name }) => name === stage.name)?.status ?? 'Pending';
    if (stage.status !== before) narration.stage(stage, deployment);
  }
  return deployment.stages;
}
