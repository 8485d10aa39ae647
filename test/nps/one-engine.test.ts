// All that runs commands in a warm PowerShell engine, in one process, so that they share one engine: its start takes some
// six seconds of processor time, and as much again what it compiles.
import './server.ts';
import './run-command.ts';
import '../simulator/nps/module/engines.ts';
import '../flows/nps/powershell-nps.ts';
