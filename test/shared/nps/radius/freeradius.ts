import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FreeRadius {
  readonly port: number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A FreeRADIUS server on a free port of 127.0.0.1. It knows one client and lets `welcome` in, or refuses everybody. */
export async function startFreeRadius(
  program: string,
  secret: string,
  { demandsSignature = false, welcomesAll = false } = {},
): Promise<FreeRadius> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'freeradius-'));
  const configuration = `
    logdir = ${folder}
    run_dir = ${folder}
    security {
      reject_delay = 0
      status_server = no
    }
    client loopback {
      ipaddr = 127.0.0.1
      secret = "${secret}"
      require_message_authenticator = ${demandsSignature ? 'yes' : 'no'}
    }
    server default {
      listen {
        type = auth
        ipaddr = 127.0.0.1
        port = ${port}
      }
      authorize {
        update control {
          &Auth-Type := ${welcomesAll ? 'Accept' : 'Reject'}
        }
      }
    }
  `;
  writeFileSync(join(folder, 'radiusd.conf'), configuration, { mode: 0o600 });
  const child = spawn(program, ['-X', '-d', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const hear = (text: Buffer) => {
      output += text;
      if (output.includes('Ready to process requests')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`FreeRADIUS ended with ${code}: ${output.slice(-2000)}`)));
  });
}
