/**
 * App settings are environment variables, and a process has only one set of them. When several hosts set the same one,
 * the value of the newest host counts.
 */
type Values = Map<string, string>;

const layers: Values[] = [];
const underneath = new Map<string, string | undefined>();

export interface Settings {
  set(name: string, value: string): void;
  /**
   * Removes the settings of this host. Each variable gets the value of another host again, or the value from before.
   */
  takeBack(): void;
}

export function applySettings(settings: Record<string, string>): Settings {
  const own: Values = new Map();
  layers.push(own);
  const set = (name: string, value: string) => {
    if (!underneath.has(name)) underneath.set(name, process.env[name]);
    own.set(name, value);
    show(name);
  };
  for (const [name, value] of Object.entries(settings)) set(name, value);
  return {
    set,
    takeBack() {
      const index = layers.indexOf(own);
      if (index === -1) return;
      layers.splice(index, 1);
      for (const name of own.keys()) show(name);
    },
  };
}

function show(name: string): void {
  const top = layers.findLast((layer) => layer.has(name));
  const value = top ? top.get(name) : underneath.get(name);
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
  if (!top) underneath.delete(name);
}
