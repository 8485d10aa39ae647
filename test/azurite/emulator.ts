import { type ChildProcess, spawn } from 'node:child_process';
import { azuriteScript } from './azurite.ts';

/** The account that every Azurite has; its key is in Microsoft's documentation. */
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Emulator {
  /** The value of `AzureWebJobsStorage`. */
  readonly connection: string;
  stop(): void;
}

/** All services of Azurite in memory, each on a port that was free. */
export async function startEmulator(cwd: string): Promise<Emulator> {
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const emulator: ChildProcess = spawn(
    process.execPath,
    [
      azuriteScript('azurite')!,
      '--inMemoryPersistence',
      ...ports,
      '--skipApiVersionCheck',
      '--disableTelemetry',
    ],
    { cwd, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const endpoints = await new Promise<Record<string, string>>((resolve, reject) => {
    let said = '';
    emulator.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const listening = said.matchAll(
        /(Blob|Queue|Table) service (?:is )?successfully listening at (http:\/\/\S+)/gi,
      );
      const found = Object.fromEntries([...listening].map(([, service, url]) => [service!, url!]));
      if (Object.keys(found).length === 3) resolve(found);
    });
    emulator.once('exit', () => reject(new Error(`Azurite did not start: ${said}`)));
  });
  const urls = Object.entries(endpoints).map(([service, url]) => `${service}Endpoint=${url}/${account};`);
  return {
    connection: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${urls.join('')}`,
    stop() {
      emulator.removeAllListeners('exit');
      emulator.kill();
    },
  };
}
